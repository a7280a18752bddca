// Auth0's SDK for Go manages the three kinds, and reads back what it wrote. It is set up with what its
// README asks for: a domain, an id and a secret.
package checks

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/auth0/go-auth0/v2/authentication"
	"github.com/auth0/go-auth0/v2/authentication/oauth"
	"github.com/auth0/go-auth0/v2/management"
	sdk "github.com/auth0/go-auth0/v2/management/client"
	"github.com/auth0/go-auth0/v2/management/core"
	"github.com/auth0/go-auth0/v2/management/option"
)

var domain = os.Getenv("AUTH0_DOMAIN")

func connect(t *testing.T) *sdk.Management {
	t.Helper()
	id, secret := os.Getenv("AUTH0_CLIENT_ID"), os.Getenv("AUTH0_CLIENT_SECRET")
	auth0, err := sdk.New(domain, option.WithClientCredentials(t.Context(), id, secret))
	must(t, err)
	return auth0
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, seen, expected T) {
	t.Helper()
	if seen != expected {
		t.Errorf("seen %v, expected %v", seen, expected)
	}
}

// refused insists on an error of this status.
func refused(t *testing.T, err error, status int) {
	t.Helper()
	var refusal *core.APIError
	if !errors.As(err, &refusal) || refusal.StatusCode != status {
		t.Errorf("seen %v, expected status %d", err, status)
	}
}

// all walks a listing to its end, page by page, and gives what `name` says of each object.
func all[C comparable, T any, R any](
	t *testing.T, page *core.Page[C, T, R], err error, name func(T) string,
) []string {
	t.Helper()
	must(t, err)
	var names []string
	objects := page.Iterator()
	for objects.Next(t.Context()) {
		names = append(names, name(objects.Current()))
	}
	must(t, objects.Err())
	return names
}

func contains(t *testing.T, names []string, wanted string) {
	t.Helper()
	if !slices.Contains(names, wanted) {
		t.Errorf("%s is not among %v", wanted, names)
	}
}

func ptr[T any](value T) *T { return &value }

func TestResourceServers(t *testing.T) {
	auth0 := connect(t).ResourceServers
	identifier := "https://maps.example/v 1/"
	made, err := auth0.Create(t.Context(), &management.CreateResourceServerRequestContent{
		Identifier:    identifier,
		Name:          ptr("Maps"),
		TokenLifetime: ptr(3600),
		Scopes:        []*management.ResourceServerScope{{Value: "read:maps"}, {Value: "write:maps"}},
	})
	must(t, err)
	equal(t, made.GetTokenLifetime(), 3600)
	equal(t, made.GetIdentifier(), identifier)

	for _, name := range []string{made.GetID(), identifier} {
		read, err := auth0.Get(t.Context(), name, &management.GetResourceServerRequestParameters{})
		must(t, err)
		equal(t, read.String(), made.String())
	}

	// Pages of one, so that there is more than one.
	request := &management.ListResourceServerRequestParameters{PerPage: ptr(1)}
	page, err := auth0.List(t.Context(), request)
	names := all(t, page, err, func(api *management.ResourceServer) string { return api.GetIdentifier() })
	equal(t, len(names), 2)
	contains(t, names, identifier)

	scopes := []*management.ResourceServerScope{{Value: "read:maps"}}
	changed, err := auth0.Update(t.Context(), made.GetID(), &management.UpdateResourceServerRequestContent{
		Name: ptr("Maps of the world"), Scopes: scopes,
	})
	must(t, err)
	equal(t, changed.GetName(), "Maps of the world")
	equal(t, len(changed.GetScopes()), 1)
	_, err = auth0.Create(t.Context(), &management.CreateResourceServerRequestContent{Identifier: identifier})
	refused(t, err, 409)

	must(t, auth0.Delete(t.Context(), made.GetID()))
	_, err = auth0.Get(t.Context(), made.GetID(), &management.GetResourceServerRequestParameters{})
	refused(t, err, 404)
}

func TestClients(t *testing.T) {
	auth0 := connect(t).Clients
	made, err := auth0.Create(t.Context(), &management.CreateClientRequestContent{
		Name:       "Gift Deliveries",
		AppType:    management.ClientAppTypeEnumNonInteractive.Ptr(),
		GrantTypes: []string{"client_credentials"},
	})
	must(t, err)
	read, err := auth0.Get(t.Context(), made.GetClientID(), &management.GetClientRequestParameters{})
	must(t, err)
	equal(t, read.GetClientSecret(), made.GetClientSecret())

	page, err := auth0.List(t.Context(), &management.ListClientsRequestParameters{PerPage: ptr(1)})
	names := all(t, page, err, func(client *management.Client) string { return client.GetName() })
	equal(t, len(names), 3)
	contains(t, names, "Gift Deliveries")

	changed, err := auth0.Update(t.Context(), made.GetClientID(), &management.UpdateClientRequestContent{
		Description: ptr("Resolves addresses"),
	})
	must(t, err)
	equal(t, changed.GetDescription(), "Resolves addresses")
	equal(t, changed.GetName(), "Gift Deliveries")

	must(t, auth0.Delete(t.Context(), made.GetClientID()))
	_, err = auth0.Get(t.Context(), made.GetClientID(), &management.GetClientRequestParameters{})
	refused(t, err, 404)
}

func TestClientGrants(t *testing.T) {
	auth0 := connect(t)
	audience := "https://granted.example/"
	_, err := auth0.ResourceServers.Create(t.Context(), &management.CreateResourceServerRequestContent{
		Identifier: audience,
		Scopes:     []*management.ResourceServerScope{{Value: "read:maps"}, {Value: "write:maps"}},
	})
	must(t, err)
	client, err := auth0.Clients.Create(t.Context(), &management.CreateClientRequestContent{Name: "one"})
	must(t, err)

	grant := &management.CreateClientGrantRequestContent{
		ClientID: client.ClientID, Audience: audience, Scope: []string{"read:maps"},
	}
	made, err := auth0.ClientGrants.Create(t.Context(), grant)
	must(t, err)
	_, err = auth0.ClientGrants.Create(t.Context(), grant)
	refused(t, err, 409)
	read, err := auth0.ClientGrants.Get(t.Context(), made.GetID())
	must(t, err)
	equal(t, read.String(), made.String())

	// Checkpoints, one at a time.
	page, err := auth0.ClientGrants.List(t.Context(), &management.ListClientGrantsRequestParameters{Take: ptr(1)})
	ids := all(t, page, err, func(grant *management.ClientGrantResponseContent) string { return grant.GetID() })
	equal(t, len(ids), 2)
	contains(t, ids, made.GetID())

	both := []string{"read:maps", "write:maps"}
	changed, err := auth0.ClientGrants.Update(t.Context(), made.GetID(), &management.UpdateClientGrantRequestContent{
		Scope: both,
	})
	must(t, err)
	equal(t, len(changed.GetScope()), 2)

	// The service the grant is for gets its token.
	service, err := authentication.New(
		t.Context(), domain,
		authentication.WithClientID(client.GetClientID()),
		authentication.WithClientSecret(client.GetClientSecret()),
	)
	must(t, err)
	login := oauth.LoginWithClientCredentialsRequest{Audience: audience}
	tokens, err := service.OAuth.LoginWithClientCredentials(t.Context(), login, oauth.IDTokenValidationOptions{})
	must(t, err)
	equal(t, tokens.Scope, "read:maps write:maps")
	equal(t, tokens.TokenType, "Bearer")

	must(t, auth0.ClientGrants.Delete(t.Context(), made.GetID()))
	_, err = auth0.ClientGrants.Get(t.Context(), made.GetID())
	refused(t, err, 404)
	_, err = service.OAuth.LoginWithClientCredentials(t.Context(), login, oauth.IDTokenValidationOptions{})
	if err == nil {
		t.Error("a token without a grant")
	}
}
