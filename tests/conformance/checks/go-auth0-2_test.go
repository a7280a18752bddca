// Auth0's SDK for Go manages the three kinds, and reads back what it wrote. It is set up with what its
// README asks for: a domain, an id and a secret. Version 3 is used in the same way, and `run` has it do the same.
package checks

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/auth0/go-auth0/v2/authentication"
	"github.com/auth0/go-auth0/v2/authentication/oauth"
	"github.com/auth0/go-auth0/v2/management"
	sdk "github.com/auth0/go-auth0/v2/management/client"
	"github.com/auth0/go-auth0/v2/management/core"
	"github.com/auth0/go-auth0/v2/management/option"
	. "grantry.example/conformance"
)

func connect(t *testing.T, id, secret string) *sdk.Management {
	t.Helper()
	auth0, err := sdk.New(Domain, option.WithClientCredentials(t.Context(), id, secret))
	Must(t, err)
	return auth0
}

// refused insists on an error of this status.
func refused(t *testing.T, err error, status int) {
	t.Helper()
	var refusal *core.APIError
	if !errors.As(err, &refusal) || refusal.StatusCode != status {
		t.Errorf("seen %v, expected status %d", err, status)
	}
}

type iterator[T any] interface {
	Next(context.Context) bool
	Current() T
	Err() error
}

// names walks a listing to its end, page by page, and gives what `name` says of each object.
func names[T any](t *testing.T, objects iterator[T], name func(T) string) []string {
	t.Helper()
	var seen []string
	for objects.Next(t.Context()) {
		seen = append(seen, name(objects.Current()))
	}
	Must(t, objects.Err())
	return seen
}

// newAPI makes an API of two scopes.
func newAPI(t *testing.T, auth0 *sdk.Management, identifier string) *management.CreateResourceServerResponseContent {
	t.Helper()
	made, err := auth0.ResourceServers.Create(t.Context(), &management.CreateResourceServerRequestContent{
		Identifier:    identifier,
		Name:          Ptr("Maps"),
		TokenLifetime: Ptr(3600),
		Scopes:        []*management.ResourceServerScope{{Value: "read:maps"}, {Value: "write:maps"}},
	})
	Must(t, err)
	return made
}

func TestResourceServers(t *testing.T) {
	auth0 := connect(t, ID, Secret)
	identifier := "https://maps.example/v 1/"
	made := newAPI(t, auth0, identifier)
	Equal(t, made.GetTokenLifetime(), 3600)
	Equal(t, made.GetIdentifier(), identifier)
	Equal(t, made.GetSigningAlg(), management.SigningAlgorithmEnumRs256)
	apis := auth0.ResourceServers
	for _, name := range []string{made.GetID(), identifier} {
		read, err := apis.Get(t.Context(), name, &management.GetResourceServerRequestParameters{})
		Must(t, err)
		Equal(t, read.String(), made.String())
	}

	// Pages of one, so that there is more than one.
	page, err := apis.List(t.Context(), &management.ListResourceServerRequestParameters{PerPage: Ptr(1)})
	Must(t, err)
	Equal(t, page.Response.GetTotal(), 2)
	identifierOf := func(api *management.ResourceServer) string { return api.GetIdentifier() }
	SameNames(t, names(t, page.Iterator(), identifierOf), Audience, identifier)
	page, err = apis.List(t.Context(), &management.ListResourceServerRequestParameters{
		Identifiers: []*string{&identifier, Ptr("urn:nothing")},
	})
	Must(t, err)
	SameNames(t, names(t, page.Iterator(), identifierOf), identifier)

	changed, err := apis.Update(t.Context(), made.GetID(), &management.UpdateResourceServerRequestContent{
		Name: Ptr("Maps of the world"), Scopes: []*management.ResourceServerScope{{Value: "read:maps"}},
	})
	Must(t, err)
	Equal(t, changed.GetName(), "Maps of the world")
	Equal(t, len(changed.GetScopes()), 1)

	_, err = apis.Update(t.Context(), made.GetID(), &management.UpdateResourceServerRequestContent{})
	refused(t, err, 400)
	_, err = apis.Create(t.Context(), &management.CreateResourceServerRequestContent{Identifier: identifier})
	refused(t, err, 409)
	Must(t, apis.Delete(t.Context(), made.GetID()))
	Must(t, apis.Delete(t.Context(), made.GetID()))
	_, err = apis.Get(t.Context(), made.GetID(), &management.GetResourceServerRequestParameters{})
	refused(t, err, 404)
}

func TestClients(t *testing.T) {
	auth0 := connect(t, ID, Secret).Clients
	made, err := auth0.Create(t.Context(), &management.CreateClientRequestContent{
		Name:           "Gift Deliveries",
		AppType:        management.ClientAppTypeEnumNonInteractive.Ptr(),
		GrantTypes:     []string{"client_credentials"},
		ClientMetadata: &management.ClientMetadata{"team": "gifts"},
	})
	Must(t, err)
	read, err := auth0.Get(t.Context(), made.GetClientID(), &management.GetClientRequestParameters{})
	Must(t, err)
	Equal(t, read.GetClientSecret(), made.GetClientSecret())

	page, err := auth0.List(t.Context(), &management.ListClientsRequestParameters{
		PerPage: Ptr(1), IsGlobal: Ptr(false),
	})
	Must(t, err)
	seen := names(t, page.Iterator(), func(client *management.Client) string { return client.GetName() })
	SameNames(t, seen, "Grantry emulator management", "Gift Deliveries")

	changed, err := auth0.Update(t.Context(), made.GetClientID(), &management.UpdateClientRequestContent{
		Description: Ptr("Resolves addresses"),
	})
	Must(t, err)
	Equal(t, changed.GetDescription(), "Resolves addresses")
	Equal(t, changed.GetName(), "Gift Deliveries")
	rotated, err := auth0.RotateSecret(t.Context(), made.GetClientID())
	Must(t, err)
	Equal(t, rotated.GetClientSecret() == made.GetClientSecret(), false)

	_, err = auth0.Update(t.Context(), made.GetClientID(), &management.UpdateClientRequestContent{})
	refused(t, err, 400)
	Must(t, auth0.Delete(t.Context(), made.GetClientID()))
	_, err = auth0.Get(t.Context(), made.GetClientID(), &management.GetClientRequestParameters{})
	refused(t, err, 404)
}

func TestClientGrants(t *testing.T) {
	auth0 := connect(t, ID, Secret)
	audience := "https://granted.example/"
	newAPI(t, auth0, audience)
	client, err := auth0.Clients.Create(t.Context(), &management.CreateClientRequestContent{Name: "one"})
	Must(t, err)
	grants := auth0.ClientGrants
	grant := &management.CreateClientGrantRequestContent{
		ClientID: client.ClientID, Audience: audience, Scope: []string{"read:maps"},
	}
	made, err := grants.Create(t.Context(), grant)
	Must(t, err)
	_, err = grants.Create(t.Context(), grant)
	refused(t, err, 409)
	read, err := grants.Get(t.Context(), made.GetID())
	Must(t, err)
	Equal(t, read.String(), made.String())

	// Checkpoints, one at a time.
	page, err := grants.List(t.Context(), &management.ListClientGrantsRequestParameters{Take: Ptr(1)})
	Must(t, err)
	idOf := func(grant *management.ClientGrantResponseContent) string { return grant.GetID() }
	ids := names(t, page.Iterator(), idOf)
	Equal(t, len(ids), 2)
	Equal(t, slices.Contains(ids, made.GetID()), true)
	page, err = grants.List(t.Context(), &management.ListClientGrantsRequestParameters{Audience: &audience})
	Must(t, err)
	SameNames(t, names(t, page.Iterator(), idOf), made.GetID())

	changed, err := grants.Update(t.Context(), made.GetID(), &management.UpdateClientGrantRequestContent{
		Scope: []string{"read:maps", "write:maps"},
	})
	Must(t, err)
	Equal(t, len(changed.GetScope()), 2)

	// The service the grant is for gets its token.
	service, err := authentication.New(
		t.Context(), Domain,
		authentication.WithClientID(client.GetClientID()),
		authentication.WithClientSecret(client.GetClientSecret()),
	)
	Must(t, err)
	login := oauth.LoginWithClientCredentialsRequest{Audience: audience}
	tokens, err := service.OAuth.LoginWithClientCredentials(t.Context(), login, oauth.IDTokenValidationOptions{})
	Must(t, err)
	Equal(t, tokens.Scope, "read:maps write:maps")
	Equal(t, tokens.TokenType, "Bearer")

	Must(t, grants.Delete(t.Context(), made.GetID()))
	_, err = grants.Get(t.Context(), made.GetID())
	refused(t, err, 404)
	_, err = service.OAuth.LoginWithClientCredentials(t.Context(), login, oauth.IDTokenValidationOptions{})
	deniedToken(t, err)
}

// deniedToken insists on what a client without a grant is told.
func deniedToken(t *testing.T, err error) {
	t.Helper()
	var refusal *authentication.Error
	if !errors.As(err, &refusal) || refusal.StatusCode != 403 || refusal.Err != "access_denied" {
		t.Errorf("seen %v, expected access_denied with status 403", err)
	}
}

func TestAKeyInsteadOfASecret(t *testing.T) {
	auth0 := connect(t, ID, Secret)
	audience := "https://keys.example/"
	newAPI(t, auth0, audience)
	private, public := NewKey(t)
	client, err := auth0.Clients.Create(t.Context(), &management.CreateClientRequestContent{
		Name:             "keys",
		AppType:          management.ClientAppTypeEnumNonInteractive.Ptr(),
		GrantTypes:       []string{"client_credentials"},
		JwtConfiguration: &management.ClientJwtConfiguration{Alg: management.SigningAlgorithmEnumRs256.Ptr()},
		ClientAuthenticationMethods: &management.ClientCreateAuthenticationMethod{
			PrivateKeyJwt: &management.ClientCreateAuthenticationMethodPrivateKeyJwt{
				Credentials: []*management.PublicKeyCredential{{
					CredentialType: management.PublicKeyCredentialTypeEnumPublicKey, Name: Ptr("first"), Pem: public,
				}},
			},
		},
	})
	Must(t, err)
	_, err = auth0.ClientGrants.Create(t.Context(), &management.CreateClientGrantRequestContent{
		ClientID: client.ClientID, Audience: audience, Scope: []string{"read:maps"},
	})
	Must(t, err)

	service, err := authentication.New(
		t.Context(), Domain,
		authentication.WithClientID(client.GetClientID()),
		authentication.WithClientAssertion(private, "RS256"),
	)
	Must(t, err)
	login := oauth.LoginWithClientCredentialsRequest{Audience: audience}
	tokens, err := service.OAuth.LoginWithClientCredentials(t.Context(), login, oauth.IDTokenValidationOptions{})
	Must(t, err)
	Equal(t, tokens.Scope, "read:maps")

	// The next key is added beside it, told until when it counts, and taken away.
	keys := auth0.Clients.Credentials
	_, public = NewKey(t)
	made, err := keys.Create(t.Context(), client.GetClientID(), &management.PostClientCredentialRequestContent{
		CredentialType: management.ClientCredentialTypeEnumPublicKey, Name: Ptr("next"), Pem: &public,
	})
	Must(t, err)
	listed, err := keys.List(t.Context(), client.GetClientID())
	Must(t, err)
	Equal(t, len(listed), 2)
	until := time.Date(2095, time.May, 13, 9, 33, 13, 0, time.UTC)
	changed, err := keys.Update(t.Context(), client.GetClientID(), made.GetID(),
		&management.PatchClientCredentialRequestContent{ExpiresAt: &until})
	Must(t, err)
	Equal(t, changed.GetExpiresAt().UTC(), until)
	read, err := keys.Get(t.Context(), client.GetClientID(), made.GetID())
	Must(t, err)
	Equal(t, read.String(), changed.String())
	Must(t, keys.Delete(t.Context(), client.GetClientID(), made.GetID()))
	_, err = keys.Get(t.Context(), client.GetClientID(), made.GetID())
	refused(t, err, 404)
}

func TestWhatAClientMayNotDo(t *testing.T) {
	auth0 := connect(t, ID, Secret)
	client, err := auth0.Clients.Create(t.Context(), &management.CreateClientRequestContent{Name: "reader"})
	Must(t, err)
	_, err = auth0.ClientGrants.Create(t.Context(), &management.CreateClientGrantRequestContent{
		ClientID: client.ClientID, Audience: Audience, Scope: []string{"read:clients"},
	})
	Must(t, err)

	reader := connect(t, client.GetClientID(), client.GetClientSecret())
	_, err = reader.Clients.List(t.Context(), &management.ListClientsRequestParameters{})
	Must(t, err)
	_, err = reader.Clients.Create(t.Context(), &management.CreateClientRequestContent{Name: "none of its own"})
	refused(t, err, 403)
}
