package checks;

import static checks.Support.AUDIENCE;
import static checks.Support.DOMAIN;
import static checks.Support.ID;
import static checks.Support.SECRET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.client.auth.AuthAPI;
import com.auth0.client.auth.RSAClientAssertionSigner;
import com.auth0.client.mgmt.ManagementAPI;
import com.auth0.client.mgmt.filter.ClientFilter;
import com.auth0.client.mgmt.filter.ClientGrantsFilter;
import com.auth0.client.mgmt.filter.ResourceServersFilter;
import com.auth0.exception.APIException;
import com.auth0.exception.Auth0Exception;
import com.auth0.json.mgmt.Page;
import com.auth0.json.mgmt.client.Client;
import com.auth0.json.mgmt.client.ClientAuthenticationMethods;
import com.auth0.json.mgmt.client.Credential;
import com.auth0.json.mgmt.client.JWTConfiguration;
import com.auth0.json.mgmt.client.PrivateKeyJwt;
import com.auth0.json.mgmt.clientgrants.ClientGrant;
import com.auth0.json.mgmt.resourceserver.ResourceServer;
import com.auth0.json.mgmt.resourceserver.Scope;
import com.auth0.net.Request;
import java.security.interfaces.RSAPrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * Version 2 of Auth0's SDK for Java manages the three kinds, and reads back what it wrote. It is set up with what its
 * README asks for: a domain, an id and a secret, by which it gets its token.
 */
class AuthZeroJava2 {
  private final ManagementAPI auth0;

  AuthZeroJava2() throws Auth0Exception {
    auth0 = connect(ID, SECRET);
  }

  private static ManagementAPI connect(String id, String secret) throws Auth0Exception {
    var login = AuthAPI.newBuilder(DOMAIN, id, secret).build();
    var token = done(login.requestToken("https://" + DOMAIN + "/api/v2/")).getAccessToken();
    return ManagementAPI.newBuilder(DOMAIN, token).build();
  }

  private static <T> T done(Request<T> request) throws Auth0Exception {
    return request.execute().getBody();
  }

  private static void refused(int status, Request<?> request) {
    assertEquals(status, assertThrows(APIException.class, request::execute).getStatusCode());
  }

  /** The names in a listing by pages of one, where each says how many there are in all. */
  private static <T> List<String> byTotals(IntFunction<Request<? extends Page<T>>> list, Function<T, String> name)
      throws Auth0Exception {
    var seen = new ArrayList<String>();
    while (true) {
      var page = done(list.apply(seen.size()));
      assertEquals(seen.size(), page.getStart());
      assertEquals(1, page.getLimit());
      if (page.getItems().isEmpty()) {
        assertEquals(seen.size(), page.getTotal());
        return seen;
      }
      page.getItems().forEach(object -> seen.add(name.apply(object)));
    }
  }

  /** Among which may be those of other tests. */
  private static void contains(List<String> seen, String... expected) {
    assertTrue(seen.containsAll(List.of(expected)), () -> List.of(expected) + " are not all in " + seen);
  }

  private ResourceServer newApi(String identifier) throws Auth0Exception {
    var api = new ResourceServer(identifier);
    api.setName("Maps");
    api.setTokenLifetime(3600);
    api.setScopes(List.of(new Scope("read:maps"), new Scope("write:maps")));
    return done(auth0.resourceServers().create(api));
  }

  @Test
  void resourceServers() throws Auth0Exception {
    var apis = auth0.resourceServers();
    var identifier = "https://maps.example/v 1/";
    var made = newApi(identifier);
    assertEquals(3600, made.getTokenLifetime());
    assertEquals("RS256", made.getSigningAlgorithm());
    for (var name : List.of(made.getId(), identifier)) {
      assertEquals(made.getId(), done(apis.get(name)).getId());
    }

    var filter = new ResourceServersFilter();
    contains(
        byTotals(page -> apis.list(filter.withPage(page, 1).withTotals(true)), ResourceServer::getIdentifier),
        AUDIENCE,
        identifier);
    contains(done(apis.list(null)).getItems().stream().map(ResourceServer::getIdentifier).toList(), identifier);

    var change = new ResourceServer();
    change.setName("Maps of the world");
    change.setScopes(List.of(new Scope("read:maps")));
    var changed = done(apis.update(made.getId(), change));
    assertEquals("Maps of the world", changed.getName());
    assertEquals(1, changed.getScopes().size());

    refused(400, apis.update(made.getId(), new ResourceServer()));
    refused(409, apis.create(new ResourceServer(identifier)));
    done(apis.delete(made.getId()));
    done(apis.delete(made.getId()));
    refused(404, apis.get(made.getId()));
  }

  @Test
  void clients() throws Auth0Exception {
    var clients = auth0.clients();
    var wanted = new Client("Gift Deliveries");
    wanted.setAppType("non_interactive");
    wanted.setGrantTypes(List.of("client_credentials"));
    wanted.setClientMetadata(Map.of("team", "gifts"));
    var made = done(clients.create(wanted));
    var read = done(clients.get(made.getClientId()));
    assertEquals(made.getClientSecret(), read.getClientSecret());
    assertEquals(Map.of("team", "gifts"), read.getClientMetadata());

    var filter = new ClientFilter().withIsGlobal(false);
    contains(
        byTotals(page -> clients.list(filter.withPage(page, 1).withTotals(true)), Client::getName),
        "Grantry emulator management",
        "Gift Deliveries");
    var few = done(clients.list(new ClientFilter().withFields("name", true))).getItems();
    assertNull(few.get(0).getClientId());

    var change = new Client(null);
    change.setDescription("Resolves addresses");
    var changed = done(clients.update(made.getClientId(), change));
    assertEquals("Resolves addresses", changed.getDescription());
    assertEquals("Gift Deliveries", changed.getName());
    assertNotEquals(made.getClientSecret(), done(clients.rotateSecret(made.getClientId())).getClientSecret());

    refused(400, clients.update(made.getClientId(), new Client(null)));
    done(clients.delete(made.getClientId()));
    refused(404, clients.get(made.getClientId()));
  }

  @Test
  void clientGrants() throws Auth0Exception {
    var grants = auth0.clientGrants();
    var audience = "https://granted.example/";
    newApi(audience);
    var client = done(auth0.clients().create(new Client("one")));
    var made = done(grants.create(client.getClientId(), audience, new String[] {"read:maps"}));
    refused(409, grants.create(client.getClientId(), audience, new String[] {"read:maps"}));

    var filter = new ClientGrantsFilter().withClientId(client.getClientId());
    assertEquals(
        List.of(made.getId()),
        byTotals(page -> grants.list(filter.withPage(page, 1).withTotals(true)), ClientGrant::getId));
    assertEquals(1, done(grants.list(new ClientGrantsFilter().withAudience(audience))).getItems().size());

    var both = new String[] {"read:maps", "write:maps"};
    assertEquals(List.of(both), done(grants.update(made.getId(), both)).getScope());

    // The service the grant is for gets its token.
    var service = AuthAPI.newBuilder(DOMAIN, client.getClientId(), client.getClientSecret()).build();
    var token = done(service.requestToken(audience));
    assertEquals("read:maps write:maps", token.getScope());
    assertEquals("Bearer", token.getTokenType());

    done(grants.delete(made.getId()));
    var refusal = assertThrows(APIException.class, service.requestToken(audience)::execute);
    assertEquals(403, refusal.getStatusCode());
    assertEquals("access_denied", refusal.getError());
  }

  @Test
  void aKeyInsteadOfASecret() throws Exception {
    var clients = auth0.clients();
    var audience = "https://keys.example/";
    newApi(audience);
    var pair = Support.newKey();
    var first = new Credential("public_key", Support.pem(pair));
    var wanted = new Client("keys");
    wanted.setGrantTypes(List.of("client_credentials"));
    wanted.setJWTConfiguration(new JWTConfiguration(3600, null, "RS256"));
    wanted.setClientAuthenticationMethods(new ClientAuthenticationMethods(new PrivateKeyJwt(List.of(first))));
    var id = done(clients.create(wanted)).getClientId();
    done(auth0.clientGrants().create(id, audience, new String[] {"read:maps"}));

    var signer = new RSAClientAssertionSigner((RSAPrivateKey) pair.getPrivate());
    var service = AuthAPI.newBuilder(DOMAIN, id, signer).build();
    assertEquals("read:maps", done(service.requestToken(audience)).getScope());

    // The next key is added beside it, and taken away.
    var next = new Credential("public_key", Support.pem(Support.newKey()));
    next.setName("next");
    var made = done(clients.createCredential(id, next));
    assertEquals(2, done(clients.listCredentials(id)).size());
    var read = done(clients.getCredential(id, made.getId()));
    assertEquals(made.getKid(), read.getKid());
    assertEquals(made.getCreatedAt(), read.getCreatedAt());
    done(clients.deleteCredential(id, made.getId()));
    refused(404, clients.getCredential(id, made.getId()));
  }

  @Test
  void whatAClientMayNotDo() throws Auth0Exception {
    var client = done(auth0.clients().create(new Client("reader")));
    done(auth0.clientGrants().create(client.getClientId(), AUDIENCE, new String[] {"read:clients"}));

    var reader = connect(client.getClientId(), client.getClientSecret());
    done(reader.clients().list(null));
    refused(403, reader.clients().create(new Client("none of its own")));
  }
}
