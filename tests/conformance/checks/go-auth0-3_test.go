// Version 3 of Auth0's SDK for Go is used as version 2 is, but for the path of its imports, says its guide. So `run`
// writes that path into the check of version 2, and proves version 3 by it. What is named here keeps it in go.mod.
package checks

import (
	_ "github.com/auth0/go-auth0/v3/authentication"
	_ "github.com/auth0/go-auth0/v3/management/client"
)
