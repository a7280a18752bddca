package checks;

import static checks.Support.AUDIENCE;
import static checks.Support.DOMAIN;
import static checks.Support.ID;
import static checks.Support.SECRET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.client.auth.AuthAPI;
import com.auth0.client.auth.RSAClientAssertionSigner;
import com.auth0.client.mgmt.ManagementApi;
import com.auth0.client.mgmt.clients.types.PatchClientCredentialRequestContent;
import com.auth0.client.mgmt.clients.types.PostClientCredentialRequestContent;
import com.auth0.client.mgmt.core.ManagementApiException;
import com.auth0.client.mgmt.core.SyncPagingIterable;
import com.auth0.client.mgmt.errors.BadRequestError;
import com.auth0.client.mgmt.errors.ConflictError;
import com.auth0.client.mgmt.errors.ForbiddenError;
import com.auth0.client.mgmt.errors.NotFoundError;
import com.auth0.client.mgmt.types.Client;
import com.auth0.client.mgmt.types.ClientAppTypeEnum;
import com.auth0.client.mgmt.types.ClientCreateAuthenticationMethod;
import com.auth0.client.mgmt.types.ClientCreateAuthenticationMethodPrivateKeyJwt;
import com.auth0.client.mgmt.types.ClientCredentialTypeEnum;
import com.auth0.client.mgmt.types.ClientGrantResponseContent;
import com.auth0.client.mgmt.types.ClientJwtConfiguration;
import com.auth0.client.mgmt.types.CreateClientGrantRequestContent;
import com.auth0.client.mgmt.types.CreateClientRequestContent;
import com.auth0.client.mgmt.types.CreateResourceServerRequestContent;
import com.auth0.client.mgmt.types.CreateResourceServerResponseContent;
import com.auth0.client.mgmt.types.ListClientGrantsRequestParameters;
import com.auth0.client.mgmt.types.ListClientsRequestParameters;
import com.auth0.client.mgmt.types.ListResourceServerRequestParameters;
import com.auth0.client.mgmt.types.PublicKeyCredential;
import com.auth0.client.mgmt.types.PublicKeyCredentialTypeEnum;
import com.auth0.client.mgmt.types.ResourceServer;
import com.auth0.client.mgmt.types.ResourceServerScope;
import com.auth0.client.mgmt.types.SigningAlgorithmEnum;
import com.auth0.client.mgmt.types.UpdateClientGrantRequestContent;
import com.auth0.client.mgmt.types.UpdateClientRequestContent;
import com.auth0.client.mgmt.types.UpdateResourceServerRequestContent;
import com.auth0.exception.APIException;
import java.security.interfaces.RSAPrivateKey;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Version 3 of Auth0's SDK for Java manages the three kinds, and reads back what it wrote. It is set up with what its
 * README asks for: a domain, an id and a secret.
 */
class AuthZeroJava3 {
  private static final List<ResourceServerScope> SCOPES = List.of(scope("read:maps"), scope("write:maps"));

  private final ManagementApi auth0 = connect(ID, SECRET);

  private static ManagementApi connect(String id, String secret) {
    return ManagementApi.builder().domain(DOMAIN).clientCredentials(id, secret).build();
  }

  private static ResourceServerScope scope(String value) {
    return ResourceServerScope.builder().value(value).build();
  }

  private static void refused(
      int status, Class<? extends ManagementApiException> error, Executable request) {
    assertEquals(status, assertThrows(error, request).statusCode());
  }

  /** The names in a listing, which is walked to its end, page by page. */
  private static <T> List<String> names(SyncPagingIterable<T> listing, Function<T, Optional<String>> name) {
    return listing.streamItems().map(object -> name.apply(object).orElseThrow()).toList();
  }

  /** Among which may be those of other tests. */
  private static void contains(List<String> seen, String... expected) {
    assertTrue(seen.containsAll(List.of(expected)), () -> List.of(expected) + " are not all in " + seen);
  }

  private CreateResourceServerResponseContent newApi(String identifier) {
    return auth0.resourceServers().create(CreateResourceServerRequestContent.builder()
        .identifier(identifier)
        .name("Maps")
        .tokenLifetime(3600)
        .scopes(SCOPES)
        .build());
  }

  private static CreateClientGrantRequestContent grant(String client, String audience, String... scopes) {
    return CreateClientGrantRequestContent.builder()
        .clientId(client)
        .audience(audience)
        .scope(List.of(scopes))
        .build();
  }

  @Test
  void resourceServers() {
    var apis = auth0.resourceServers();
    var identifier = "https://maps.example/v 1/";
    var made = newApi(identifier);
    assertEquals(Optional.of(3600), made.getTokenLifetime());
    assertEquals(Optional.of(SigningAlgorithmEnum.RS256), made.getSigningAlg());
    var id = made.getId().orElseThrow();
    for (var name : List.of(id, identifier)) {
      assertEquals(made.toString(), apis.get(name).toString());
    }

    // Pages of one, so that there is more than one.
    var listing = apis.list(ListResourceServerRequestParameters.builder().perPage(1).build());
    contains(names(listing, ResourceServer::getIdentifier), AUDIENCE, identifier);
    var one = apis.list(ListResourceServerRequestParameters.builder().identifiers(identifier).build());
    assertEquals(List.of(identifier), names(one, ResourceServer::getIdentifier));

    var changed = apis.update(id, UpdateResourceServerRequestContent.builder()
        .name("Maps of the world")
        .scopes(List.of(scope("read:maps")))
        .build());
    assertEquals(Optional.of("Maps of the world"), changed.getName());
    assertEquals(Optional.of(List.of(scope("read:maps"))), changed.getScopes());

    refused(400, BadRequestError.class, () -> apis.update(id));
    refused(409, ConflictError.class, () -> newApi(identifier));
    apis.delete(id);
    apis.delete(id);
    refused(404, NotFoundError.class, () -> apis.get(id));
  }

  @Test
  void clients() {
    var clients = auth0.clients();
    var made = clients.create(CreateClientRequestContent.builder()
        .name("Gift Deliveries")
        .appType(ClientAppTypeEnum.NON_INTERACTIVE)
        .grantTypes(List.of("client_credentials"))
        .clientMetadata(Map.of("team", "gifts"))
        .build());
    var id = made.getClientId().orElseThrow();
    var read = clients.get(id);
    assertEquals(made.getClientSecret(), read.getClientSecret());
    assertEquals(Optional.of(Map.of("team", "gifts")), read.getClientMetadata());

    var listing = clients.list(ListClientsRequestParameters.builder().perPage(1).isGlobal(false).build());
    contains(names(listing, Client::getName), "Grantry emulator management", "Gift Deliveries");
    var few = clients.list(ListClientsRequestParameters.builder().fields("name").includeFields(true).build());
    assertEquals(Optional.empty(), few.getItems().get(0).getClientId());

    var changed =
        clients.update(id, UpdateClientRequestContent.builder().description("Resolves addresses").build());
    assertEquals(Optional.of("Resolves addresses"), changed.getDescription());
    assertEquals(Optional.of("Gift Deliveries"), changed.getName());
    assertNotEquals(made.getClientSecret(), clients.rotateSecret(id).getClientSecret());

    refused(400, BadRequestError.class, () -> clients.update(id));
    clients.delete(id);
    refused(404, NotFoundError.class, () -> clients.get(id));
  }

  @Test
  void clientGrants() throws Exception {
    var grants = auth0.clientGrants();
    var audience = "https://granted.example/";
    newApi(audience);
    var client = auth0.clients().create(CreateClientRequestContent.builder().name("one").build());
    var clientId = client.getClientId().orElseThrow();
    var made = grants.create(grant(clientId, audience, "read:maps"));
    var id = made.getId().orElseThrow();
    refused(409, ConflictError.class, () -> grants.create(grant(clientId, audience, "read:maps")));
    assertEquals(made.toString(), grants.get(id).toString());

    // Checkpoints, one at a time.
    var listing = grants.list(ListClientGrantsRequestParameters.builder().take(1).build());
    contains(names(listing, ClientGrantResponseContent::getId), id);
    var ours = grants.list(ListClientGrantsRequestParameters.builder().audience(audience).build());
    assertEquals(List.of(id), names(ours, ClientGrantResponseContent::getId));

    var both = List.of("read:maps", "write:maps");
    var changed = grants.update(id, UpdateClientGrantRequestContent.builder().scope(both).build());
    assertEquals(both, changed.getScope().orElseThrow());

    // The service the grant is for gets its token.
    var service = AuthAPI.newBuilder(DOMAIN, clientId, client.getClientSecret().orElseThrow()).build();
    var token = service.requestToken(audience).execute().getBody();
    assertEquals("read:maps write:maps", token.getScope());
    assertEquals("Bearer", token.getTokenType());

    grants.delete(id);
    refused(404, NotFoundError.class, () -> grants.get(id));
    var refusal = assertThrows(APIException.class, service.requestToken(audience)::execute);
    assertEquals(403, refusal.getStatusCode());
    assertEquals("access_denied", refusal.getError());
  }

  @Test
  void aKeyInsteadOfASecret() throws Exception {
    var audience = "https://keys.example/";
    newApi(audience);
    var pair = Support.newKey();
    var first = PublicKeyCredential.builder()
        .credentialType(PublicKeyCredentialTypeEnum.PUBLIC_KEY)
        .pem(Support.pem(pair))
        .build();
    var id = auth0.clients()
        .create(CreateClientRequestContent.builder()
            .name("keys")
            .grantTypes(List.of("client_credentials"))
            .jwtConfiguration(ClientJwtConfiguration.builder().alg(SigningAlgorithmEnum.RS256).build())
            .clientAuthenticationMethods(ClientCreateAuthenticationMethod.builder()
                .privateKeyJwt(ClientCreateAuthenticationMethodPrivateKeyJwt.builder()
                    .credentials(List.of(first))
                    .build())
                .build())
            .build())
        .getClientId()
        .orElseThrow();
    auth0.clientGrants().create(grant(id, audience, "read:maps"));

    var signer = new RSAClientAssertionSigner((RSAPrivateKey) pair.getPrivate());
    var service = AuthAPI.newBuilder(DOMAIN, id, signer).build();
    assertEquals("read:maps", service.requestToken(audience).execute().getBody().getScope());

    // The next key is added beside it, told until when it counts, and taken away.
    var keys = auth0.clients().credentials();
    var next = keys.create(id, PostClientCredentialRequestContent.builder()
        .credentialType(ClientCredentialTypeEnum.PUBLIC_KEY)
        .name("next")
        .pem(Support.pem(Support.newKey()))
        .build())
        .getId()
        .orElseThrow();
    assertEquals(2, keys.list(id).size());
    var until = OffsetDateTime.parse("2095-05-13T09:33:13Z");
    var changed = keys.update(id, next, PatchClientCredentialRequestContent.builder().expiresAt(until).build());
    assertEquals(Optional.of(until), changed.getExpiresAt());
    assertEquals(changed.toString(), keys.get(id, next).toString());
    keys.delete(id, next);
    refused(404, NotFoundError.class, () -> keys.get(id, next));
  }

  @Test
  void whatAClientMayNotDo() {
    var client = auth0.clients().create(CreateClientRequestContent.builder().name("reader").build());
    var id = client.getClientId().orElseThrow();
    auth0.clientGrants().create(grant(id, AUDIENCE, "read:clients"));

    var reader = connect(id, client.getClientSecret().orElseThrow());
    reader.clients().list();
    var wanted = CreateClientRequestContent.builder().name("none of its own").build();
    refused(403, ForbiddenError.class, () -> reader.clients().create(wanted));
  }
}
