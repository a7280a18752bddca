package checks;

import static checks.Support.AUDIENCE;
import static checks.Support.DOMAIN;
import static checks.Support.ID;
import static checks.Support.SECRET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/**
 * A service of Spring Boot, set up with an issuer and an audience as Auth0's quickstart has it, lets in who holds a
 * token of ours with the scope, and nobody else.
 */
class SpringSecurity {
  private static final String ISSUER = "https://" + DOMAIN + "/";
  private static final RestClient WEB = RestClient.create();
  private static final ParameterizedTypeReference<Map<String, Object>> JSON = new ParameterizedTypeReference<>() {};

  private static Scene maps;
  private static String ours;

  @BeforeAll
  static void startOurs() {
    maps = Scene.make("maps");
    ours = start(ISSUER, Service.class);
  }

  @Test
  void aTokenWithTheScopeOpensTheDoor() {
    var answer = call(ours, "/read", maps.token(ISSUER));
    assertEquals(HttpStatus.OK, answer.getStatusCode());
    assertEquals(maps.clientId() + "@clients", answer.getBody().get("sub"));
  }

  @Test
  void aTokenWithoutTheScopeDoesNot() {
    refused(HttpStatus.FORBIDDEN, "insufficient_scope", call(ours, "/write", maps.token(ISSUER)));
  }

  @Test
  void aTokenOfAnotherAudienceDoesNot() {
    var other = Scene.make("other");
    refused(HttpStatus.UNAUTHORIZED, "The aud claim is not valid", call(ours, "/read", other.token(ISSUER)));
  }

  @Test
  void aTokenOfAnotherAddressDoesNot() {
    // As with Auth0's custom domains, the issuer is the address that was asked.
    var elsewhere = ISSUER.replace("localhost", "127.0.0.1");
    var stranger = maps.token(elsewhere);
    refused(HttpStatus.UNAUTHORIZED, "The iss claim is not valid", call(ours, "/read", stranger));
    var known = call(start(elsewhere, Service.class), "/read", stranger);
    assertEquals(HttpStatus.OK, known.getStatusCode());
  }

  @Test
  void aGarbledTokenDoesNotNorNone() {
    // The signature of one token under the claims of another.
    var token = maps.token(ISSUER);
    var other = Scene.make("garbled").token(ISSUER);
    var garbled = token.substring(0, token.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'));
    refused(HttpStatus.UNAUTHORIZED, "Invalid signature", call(ours, "/read", garbled));
    refused(HttpStatus.UNAUTHORIZED, "Bearer", call(ours, "/read", ""));
  }

  @Test
  void aTokenThatHasExpiredDoesNot() {
    var nextWeek = start(ISSUER, Service.class, NextWeek.class);
    refused(HttpStatus.UNAUTHORIZED, "Jwt expired", call(nextWeek, "/read", maps.token(ISSUER)));
  }

  /** Two doors, guarded by the scopes of their names. */
  @SpringBootConfiguration
  @EnableAutoConfiguration
  @RestController
  static class Service {
    @Bean
    SecurityFilterChain doors(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(doors -> doors
              .requestMatchers("/read").hasAuthority("SCOPE_read:maps")
              .requestMatchers("/write").hasAuthority("SCOPE_write:maps"))
          .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
          .build();
    }

    @GetMapping({"/read", "/write"})
    Map<String, Object> door(@AuthenticationPrincipal Jwt token) {
      return token.getClaims();
    }
  }

  /** A week later by the clock of the service: it lets a token be a minute late, which is too long to wait. */
  @Configuration
  static class NextWeek {
    @Bean
    OAuth2TokenValidator<Jwt> nextWeek() {
      var validator = new JwtTimestampValidator();
      validator.setClock(Clock.offset(Clock.systemUTC(), Duration.ofDays(7)));
      return validator;
    }
  }

  /** Starts a service for the audience of the maps, and gives its address. */
  private static String start(String issuer, Class<?>... parts) {
    var service = new SpringApplication(parts);
    service.setDefaultProperties(Map.of(
        "spring.security.oauth2.resourceserver.jwt.issuer-uri", issuer,
        "spring.security.oauth2.resourceserver.jwt.audiences", maps.audience(),
        "server.address", "127.0.0.1",
        "server.port", "0"));
    return "http://127.0.0.1:" + service.run().getEnvironment().getProperty("local.server.port");
  }

  private static ResponseEntity<Map<String, Object>> call(String service, String door, String token) {
    return WEB.get()
        .uri(service + door)
        .headers(headers -> {
          if (!token.isEmpty()) {
            headers.setBearerAuth(token);
          }
        })
        .exchange((request, answer) -> ResponseEntity.status(answer.getStatusCode())
            .headers(answer.getHeaders())
            .body(answer.getStatusCode() == HttpStatus.OK ? answer.bodyTo(JSON) : null));
  }

  /** Insists on a refusal that is told so. */
  private static void refused(HttpStatus status, String told, ResponseEntity<?> answer) {
    assertEquals(status, answer.getStatusCode());
    var why = answer.getHeaders().getFirst(HttpHeaders.WWW_AUTHENTICATE);
    assertTrue(why != null && why.contains(told), () -> why + " does not tell: " + told);
  }

  /** An API with two scopes, and a client that is granted one of them. */
  private record Scene(String audience, String clientId, String clientSecret) {
    /** Is made by plain HTTP, so that a check of a token proves nothing but the token. */
    static Scene make(String name) {
      var audience = "https://" + name + ".example/";
      var scopes = List.of(Map.of("value", "read:maps"), Map.of("value", "write:maps"));
      post("resource-servers", Map.of("identifier", audience, "scopes", scopes));
      var client = post("clients", Map.of("name", name, "grant_types", List.of("client_credentials")));
      var id = (String) client.get("client_id");
      post("client-grants", Map.of("client_id", id, "audience", audience, "scope", List.of("read:maps")));
      return new Scene(audience, id, (String) client.get("client_secret"));
    }

    /** Calls the Management API as its own client, and insists on success. */
    private static Map<String, Object> post(String path, Map<String, Object> body) {
      var token = new Scene(AUDIENCE, ID, SECRET).token(ISSUER);
      return WEB.post()
          .uri(ISSUER + "api/v2/" + path)
          .headers(headers -> headers.setBearerAuth(token))
          .body(body)
          .retrieve()
          .body(JSON);
    }

    /** A token of the scene, got at the issuer. */
    String token(String issuer) {
      var login = Map.of(
          "grant_type", "client_credentials",
          "client_id", clientId,
          "client_secret", clientSecret,
          "audience", audience);
      return (String) WEB.post().uri(issuer + "oauth/token").body(login).retrieve().body(JSON).get("access_token");
    }
  }
}
