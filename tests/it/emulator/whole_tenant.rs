//! What a tool meets that reads a whole tenant, and more
//! than the emulator serves.

use grantry::emulator::Transport;
use reqwest::{Method, StatusCode};

use crate::emulator::caller::{Caller, start};

#[tokio::test]
async fn what_a_token_or_a_plan_does_not_reach_is_refused_as_observed() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    for (path, message) in [
        (
            "/connections-directory-provisionings?take=50",
            "Insufficient scope, expected any of: read:directory_provisionings",
        ),
        (
            "/organizations/org_SrEMrFYV9b6phMSo/clients?take=50",
            "Insufficient scope, expected any of: read:organization_clients",
        ),
        (
            "/rate-limit-policies?take=50",
            "Insufficient scope, expected any of: read:rate_limit_policies",
        ),
        (
            "/supplemental-signals",
            "Please upgrade your subscription to enable Akamai Signals.",
        ),
    ] {
        let (status, body) = caller
            .send(Method::GET, path, None)
            .await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(
            (&body["message"], &body["errorCode"]),
            (&message.into(), &"insufficient_scope".into())
        );
    }
    emulator.stop().await.unwrap();
}
