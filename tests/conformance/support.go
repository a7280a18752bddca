// Package conformance is what the checks in Go share: where the tenant is, a scene in it that is set by plain HTTP, so
// that a check of a token proves nothing but the token, and words to say what is expected.
package conformance

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"testing"
)

// What the emulator has printed.
var (
	Domain   = os.Getenv("AUTH0_DOMAIN")
	ID       = os.Getenv("AUTH0_CLIENT_ID")
	Secret   = os.Getenv("AUTH0_CLIENT_SECRET")
	Audience = os.Getenv("AUTH0_AUDIENCE")
	Issuer   = "https://" + Domain + "/"
)

// Must ends the test on an error.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Equal insists on what is expected.
func Equal[T comparable](t *testing.T, seen, expected T) {
	t.Helper()
	if seen != expected {
		t.Errorf("seen %v, expected %v", seen, expected)
	}
}

// SameNames insists on these names, in whichever order.
func SameNames(t *testing.T, seen []string, expected ...string) {
	t.Helper()
	slices.Sort(seen)
	slices.Sort(expected)
	if !slices.Equal(seen, expected) {
		t.Errorf("seen %q, expected %q", seen, expected)
	}
}

// Ptr is where the value is, as optional fields are given.
func Ptr[T any](value T) *T { return &value }

// NewKey is a key pair of RSA: the private half and the public one, as PEM.
func NewKey(t *testing.T) (private, public string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	Must(t, err)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	Must(t, err)
	return encode("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), encode("PUBLIC KEY", der)
}

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// Scene is an API with two scopes, and a client that is granted one of them.
type Scene struct{ Audience, ClientID, clientSecret string }

// NewScene makes a scene of the name; `api` changes what is sent for its API.
func NewScene(t *testing.T, name string, api map[string]any) Scene {
	t.Helper()
	audience := "https://" + name + ".example/"
	body := map[string]any{
		"identifier": audience,
		"scopes":     []any{map[string]any{"value": "read:maps"}, map[string]any{"value": "write:maps"}},
	}
	for field, value := range api {
		body[field] = value
	}

	post(t, "resource-servers", body)
	client := post(t, "clients", map[string]any{
		"name": name, "app_type": "non_interactive", "grant_types": []string{"client_credentials"},
	})
	id, _ := client["client_id"].(string)
	secret, _ := client["client_secret"].(string)
	post(t, "client-grants", map[string]any{
		"client_id": id, "audience": audience, "scope": []string{"read:maps"},
	})
	return Scene{audience, id, secret}
}

// Token is a token of the scene, got by form at the issuer.
func (s Scene) Token(t *testing.T, issuer string) string {
	t.Helper()
	return token(t, issuer, s.ClientID, s.clientSecret, s.Audience)
}

func token(t *testing.T, issuer, id, secret, audience string) string {
	t.Helper()
	answer, err := http.PostForm(issuer+"oauth/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}, "audience": {audience},
	})
	Must(t, err)
	said, _ := read(t, answer)["access_token"].(string)
	return said
}

// post calls the Management API as its own client, and insists on success.
func post(t *testing.T, path string, body map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(body)
	Must(t, err)
	to := Issuer + "api/v2/" + path
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, to, bytes.NewReader(text))
	Must(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token(t, Issuer, ID, Secret, Audience))
	answer, err := http.DefaultClient.Do(request)
	Must(t, err)
	return read(t, answer)
}

func read(t *testing.T, answer *http.Response) map[string]any {
	t.Helper()
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	Must(t, err)
	if answer.StatusCode >= 300 {
		t.Fatalf("%s %s: %d %s", answer.Request.Method, answer.Request.URL, answer.StatusCode, text)
	}
	var body map[string]any
	Must(t, json.Unmarshal(text, &body))
	return body
}
