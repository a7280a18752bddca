// Auth0's middleware for Go, set up with a domain and an audience as its README has it, lets in who holds a token of
// ours with the scope, and nobody else.
package checks

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	jwtmiddleware "github.com/auth0/go-jwt-middleware/v3"
	"github.com/auth0/go-jwt-middleware/v3/jwks"
	"github.com/auth0/go-jwt-middleware/v3/validator"
	. "grantry.example/conformance"
)

// Scopes is what the service reads of a token beside what every token has.
type Scopes struct {
	Scope string `json:"scope"`
}

// Validate asks for nothing more.
func (*Scopes) Validate(context.Context) error { return nil }

// service guards `/read` and `/write` by the scopes of that name.
func service(t *testing.T, issuer, audience string) http.Handler {
	t.Helper()
	at, err := url.Parse(issuer)
	Must(t, err)
	keys, err := jwks.NewCachingProvider(jwks.WithIssuerURL(at))
	Must(t, err)
	tokens, err := validator.New(
		validator.WithKeyFunc(keys.KeyFunc),
		validator.WithAlgorithm(validator.RS256),
		validator.WithIssuer(at.String()),
		validator.WithAudience(audience),
		validator.WithCustomClaims(func() *Scopes { return &Scopes{} }),
	)
	Must(t, err)
	middleware, err := jwtmiddleware.New(jwtmiddleware.WithValidator(tokens))
	Must(t, err)

	doors := http.NewServeMux()
	doors.Handle("/read", middleware.CheckJWT(guard("read:maps")))
	doors.Handle("/write", middleware.CheckJWT(guard("write:maps")))
	return doors
}

func guard(scope string) http.Handler {
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		claims, err := jwtmiddleware.GetClaims[*validator.ValidatedClaims](request.Context())
		if err != nil {
			http.Error(answer, err.Error(), http.StatusInternalServerError)
			return
		}
		if !slices.Contains(strings.Fields(claims.CustomClaims.(*Scopes).Scope), scope) {
			http.Error(answer, `{"error_code":"insufficient_scope"}`, http.StatusForbidden)
			return
		}
		_ = json.NewEncoder(answer).Encode(map[string]string{"sub": claims.RegisteredClaims.Subject})
	})
}

// call opens the door with the token, if there is one, and gives the status and what is said.
func call(t *testing.T, service http.Handler, door, token string) (int, map[string]string) {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, door, nil)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer := httptest.NewRecorder()
	service.ServeHTTP(answer, request)
	var said map[string]string
	Must(t, json.Unmarshal(answer.Body.Bytes(), &said))
	return answer.Code, said
}

// refuses insists on a refusal of this status and code.
func refuses(t *testing.T, service http.Handler, door, token string, status int, code string) {
	t.Helper()
	seen, said := call(t, service, door, token)
	Equal(t, seen, status)
	Equal(t, said["error_code"], code)
}

func TestDoors(t *testing.T) {
	maps := NewScene(t, "maps", nil)
	token := maps.Token(t, Issuer)
	ours := service(t, Issuer, maps.Audience)

	status, said := call(t, ours, "/read", token)
	Equal(t, status, http.StatusOK)
	Equal(t, said["sub"], maps.ClientID+"@clients")
	refuses(t, ours, "/write", token, http.StatusForbidden, "insufficient_scope")
	refuses(t, ours, "/read", "", http.StatusUnauthorized, "")

	theirs := service(t, Issuer, "https://other.example/")
	refuses(t, theirs, "/read", token, http.StatusUnauthorized, jwtmiddleware.ErrorCodeInvalidAudience)
}

func TestAnotherAddress(t *testing.T) {
	maps := NewScene(t, "addresses", nil)
	// As with Auth0's custom domains, the issuer is the address that was asked.
	elsewhere := strings.Replace(Issuer, "localhost", "127.0.0.1", 1)
	stranger := maps.Token(t, elsewhere)
	refuses(t, service(t, Issuer, maps.Audience), "/read", stranger,
		http.StatusUnauthorized, jwtmiddleware.ErrorCodeInvalidIssuer)
	status, _ := call(t, service(t, elsewhere, maps.Audience), "/read", stranger)
	Equal(t, status, http.StatusOK)
}

func TestGarbledAndExpired(t *testing.T) {
	maps := NewScene(t, "garbled", nil)
	ours := service(t, Issuer, maps.Audience)
	// The signature of one token under the claims of another. Of a signature that no key of a set fits, the middleware
	// says no more than that the token is malformed.
	parts := strings.Split(maps.Token(t, Issuer), ".")
	other := strings.Split(NewScene(t, "other", nil).Token(t, Issuer), ".")
	garbled := strings.Join([]string{parts[0], parts[1], other[2]}, ".")
	refuses(t, ours, "/read", garbled, http.StatusUnauthorized, jwtmiddleware.ErrorCodeTokenMalformed)
	refuses(t, ours, "/read", "no.token.atall", http.StatusUnauthorized, jwtmiddleware.ErrorCodeTokenMalformed)

	// A lifetime of no seconds is legal, and is over when the token arrives.
	brief := NewScene(t, "brief", map[string]any{"token_lifetime": 0})
	expired := brief.Token(t, Issuer)
	refuses(t, service(t, Issuer, brief.Audience), "/read", expired,
		http.StatusUnauthorized, jwtmiddleware.ErrorCodeTokenExpired)
}

func TestTheStandardProfile(t *testing.T) {
	maps := NewScene(t, "standard", map[string]any{"token_dialect": "rfc9068_profile"})
	status, said := call(t, service(t, Issuer, maps.Audience), "/read", maps.Token(t, Issuer))
	Equal(t, status, http.StatusOK)
	Equal(t, said["sub"], maps.ClientID+"@clients")
}
