//! Auth0, over its Management API v2.
