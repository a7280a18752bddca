// The first version of Auth0's SDK for Go, which many services still use, manages the three kinds, and reads back what
// it wrote. It is set up with what its README asks for: a domain, an id and a secret.
package checks

import (
	"errors"
	"testing"
	"time"

	"github.com/auth0/go-auth0/authentication"
	"github.com/auth0/go-auth0/authentication/oauth"
	"github.com/auth0/go-auth0/management"
	. "grantry.example/conformance"
)

func connectV1(t *testing.T, id, secret string) *management.Management {
	t.Helper()
	auth0, err := management.New(Domain, management.WithClientCredentials(t.Context(), id, secret))
	Must(t, err)
	return auth0
}

// refusedV1 insists on an error of this status.
func refusedV1(t *testing.T, err error, status int) {
	t.Helper()
	var refusal management.Error
	if !errors.As(err, &refusal) || refusal.Status() != status {
		t.Errorf("seen %v, expected status %d", err, status)
	}
}

// byTotals walks a listing by pages of one, where each says how many there are in all.
func byTotals(
	t *testing.T, list func(...management.RequestOption) (management.List, []string, error),
) []string {
	t.Helper()
	var seen []string
	for page := 0; ; page++ {
		about, names, err := list(management.Page(page), management.PerPage(1))
		Must(t, err)
		Equal(t, about.Start, page)
		Equal(t, about.Limit, 1)
		seen = append(seen, names...)
		if !about.HasNext() {
			Equal(t, about.Total, len(seen))
			return seen
		}
	}
}

// byCheckpoints walks a listing from one object to the next.
func byCheckpoints(
	t *testing.T, list func(...management.RequestOption) (management.List, []string, error),
) []string {
	t.Helper()
	about, seen, err := list(management.Take(1))
	Must(t, err)
	for about.HasNext() {
		var names []string
		about, names, err = list(management.From(about.Next), management.Take(1))
		Must(t, err)
		seen = append(seen, names...)
	}
	return seen
}

// newAPIV1 makes an API of two scopes.
func newAPIV1(t *testing.T, auth0 *management.Management, identifier string) *management.ResourceServer {
	t.Helper()
	api := &management.ResourceServer{
		Identifier:    &identifier,
		Name:          Ptr("Maps"),
		TokenLifetime: Ptr(3600),
		Scopes:        &[]management.ResourceServerScope{{Value: Ptr("read:maps")}, {Value: Ptr("write:maps")}},
	}
	Must(t, auth0.ResourceServer.Create(t.Context(), api))
	return api
}

func TestV1ResourceServers(t *testing.T) {
	auth0 := connectV1(t, ID, Secret)
	identifier := "https://maps.example/v 1/"
	made := newAPIV1(t, auth0, identifier)
	Equal(t, made.GetTokenLifetime(), 3600)
	Equal(t, made.GetSigningAlgorithm(), "RS256")
	apis := auth0.ResourceServer
	for _, name := range []string{made.GetID(), identifier} {
		read, err := apis.Read(t.Context(), name)
		Must(t, err)
		Equal(t, read.String(), made.String())
	}

	list := func(options ...management.RequestOption) (management.List, []string, error) {
		page, err := apis.List(t.Context(), options...)
		if err != nil {
			return management.List{}, nil, err
		}
		var names []string
		for _, api := range page.ResourceServers {
			names = append(names, api.GetIdentifier())
		}
		return page.List, names, nil
	}
	SameNames(t, byTotals(t, list), Audience, identifier)

	change := &management.ResourceServer{
		Name: Ptr("Maps of the world"), Scopes: &[]management.ResourceServerScope{{Value: Ptr("read:maps")}},
	}
	Must(t, apis.Update(t.Context(), made.GetID(), change))
	Equal(t, change.GetIdentifier(), identifier)
	Equal(t, len(change.GetScopes()), 1)

	refusedV1(t, apis.Update(t.Context(), made.GetID(), &management.ResourceServer{}), 400)
	refusedV1(t, apis.Create(t.Context(), &management.ResourceServer{Identifier: &identifier}), 409)
	Must(t, apis.Delete(t.Context(), made.GetID()))
	Must(t, apis.Delete(t.Context(), made.GetID()))
	_, err := apis.Read(t.Context(), made.GetID())
	refusedV1(t, err, 404)
}

func TestV1Clients(t *testing.T) {
	clients := connectV1(t, ID, Secret).Client
	made := &management.Client{
		Name:           Ptr("Gift Deliveries"),
		AppType:        Ptr("non_interactive"),
		GrantTypes:     &[]string{"client_credentials"},
		ClientMetadata: &map[string]any{"team": "gifts"},
	}
	Must(t, clients.Create(t.Context(), made))
	read, err := clients.Read(t.Context(), made.GetClientID())
	Must(t, err)
	Equal(t, read.GetClientSecret(), made.GetClientSecret())

	list := func(options ...management.RequestOption) (management.List, []string, error) {
		ours := append(options, management.Parameter("is_global", "false"))
		page, err := clients.List(t.Context(), ours...)
		if err != nil {
			return management.List{}, nil, err
		}
		var names []string
		for _, client := range page.Clients {
			names = append(names, client.GetName())
		}
		return page.List, names, nil
	}
	expected := []string{"Grantry emulator management", "Gift Deliveries"}
	SameNames(t, byTotals(t, list), expected...)
	SameNames(t, byCheckpoints(t, list), expected...)

	change := &management.Client{Description: Ptr("Resolves addresses")}
	Must(t, clients.Update(t.Context(), made.GetClientID(), change))
	Equal(t, change.GetName(), "Gift Deliveries")
	rotated, err := clients.RotateSecret(t.Context(), made.GetClientID())
	Must(t, err)
	Equal(t, rotated.GetClientSecret() == made.GetClientSecret(), false)

	refusedV1(t, clients.Update(t.Context(), made.GetClientID(), &management.Client{}), 400)
	Must(t, clients.Delete(t.Context(), made.GetClientID()))
	_, err = clients.Read(t.Context(), made.GetClientID())
	refusedV1(t, err, 404)
}

func TestV1ClientGrants(t *testing.T) {
	auth0 := connectV1(t, ID, Secret)
	audience := "https://granted.example/"
	newAPIV1(t, auth0, audience)
	client := &management.Client{Name: Ptr("one")}
	Must(t, auth0.Client.Create(t.Context(), client))
	grants := auth0.ClientGrant
	newGrant := func() *management.ClientGrant {
		return &management.ClientGrant{
			ClientID: client.ClientID, Audience: &audience, Scope: &[]string{"read:maps"},
		}
	}
	made := newGrant()
	Must(t, grants.Create(t.Context(), made))
	refusedV1(t, grants.Create(t.Context(), newGrant()), 409)
	read, err := grants.Read(t.Context(), made.GetID())
	Must(t, err)
	Equal(t, read.String(), made.String())

	list := func(options ...management.RequestOption) (management.List, []string, error) {
		ours := append(options, management.Parameter("client_id", client.GetClientID()))
		page, err := grants.List(t.Context(), ours...)
		if err != nil {
			return management.List{}, nil, err
		}
		var ids []string
		for _, grant := range page.ClientGrants {
			ids = append(ids, grant.GetID())
		}
		return page.List, ids, nil
	}
	SameNames(t, byTotals(t, list), made.GetID())
	SameNames(t, byCheckpoints(t, list), made.GetID())

	change := &management.ClientGrant{Scope: &[]string{"read:maps", "write:maps"}}
	Must(t, grants.Update(t.Context(), made.GetID(), change))
	Equal(t, len(change.GetScope()), 2)

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
	_, err = grants.Read(t.Context(), made.GetID())
	refusedV1(t, err, 404)
	_, err = service.OAuth.LoginWithClientCredentials(t.Context(), login, oauth.IDTokenValidationOptions{})
	var refusal *authentication.Error
	if !errors.As(err, &refusal) || refusal.StatusCode != 403 || refusal.Err != "access_denied" {
		t.Errorf("seen %v, expected access_denied with status 403", err)
	}
}

func TestV1AKeyInsteadOfASecret(t *testing.T) {
	auth0 := connectV1(t, ID, Secret)
	audience := "https://keys.example/"
	newAPIV1(t, auth0, audience)
	private, public := NewKey(t)
	first := management.Credential{Name: Ptr("first"), CredentialType: Ptr("public_key"), PEM: &public}
	client := &management.Client{
		Name:             Ptr("keys"),
		AppType:          Ptr("non_interactive"),
		GrantTypes:       &[]string{"client_credentials"},
		JWTConfiguration: &management.ClientJWTConfiguration{Algorithm: Ptr("RS256")},
		ClientAuthenticationMethods: &management.ClientAuthenticationMethods{
			PrivateKeyJWT: &management.PrivateKeyJWT{Credentials: &[]management.Credential{first}},
		},
	}
	Must(t, auth0.Client.Create(t.Context(), client))
	Must(t, auth0.ClientGrant.Create(t.Context(), &management.ClientGrant{
		ClientID: client.ClientID, Audience: &audience, Scope: &[]string{"read:maps"},
	}))

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
	_, public = NewKey(t)
	next := &management.Credential{Name: Ptr("next"), CredentialType: Ptr("public_key"), PEM: &public}
	Must(t, auth0.Client.CreateCredential(t.Context(), client.GetClientID(), next))
	listed, err := auth0.Client.ListCredentials(t.Context(), client.GetClientID())
	Must(t, err)
	Equal(t, len(listed), 2)
	next.ExpiresAt = Ptr(time.Date(2095, time.May, 13, 9, 33, 13, 0, time.UTC))
	Must(t, auth0.Client.UpdateCredential(t.Context(), client.GetClientID(), next.GetID(), next))
	read, err := auth0.Client.GetCredential(t.Context(), client.GetClientID(), next.GetID())
	Must(t, err)
	Equal(t, read.GetExpiresAt().UTC(), time.Date(2095, time.May, 13, 9, 33, 13, 0, time.UTC))
	Equal(t, read.GetKeyID(), next.GetKeyID())
	Must(t, auth0.Client.DeleteCredential(t.Context(), client.GetClientID(), next.GetID()))
	_, err = auth0.Client.GetCredential(t.Context(), client.GetClientID(), next.GetID())
	refusedV1(t, err, 404)
}

func TestV1WhatAClientMayNotDo(t *testing.T) {
	auth0 := connectV1(t, ID, Secret)
	client := &management.Client{Name: Ptr("reader")}
	Must(t, auth0.Client.Create(t.Context(), client))
	Must(t, auth0.ClientGrant.Create(t.Context(), &management.ClientGrant{
		ClientID: client.ClientID, Audience: Ptr(Audience), Scope: &[]string{"read:clients"},
	}))

	reader := connectV1(t, client.GetClientID(), client.GetClientSecret())
	_, err := reader.Client.List(t.Context())
	Must(t, err)
	refusedV1(t, reader.Client.Create(t.Context(), &management.Client{Name: Ptr("none of its own")}), 403)
}
