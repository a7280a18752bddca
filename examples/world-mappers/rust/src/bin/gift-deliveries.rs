//! Gift Deliveries: finds out from World Mappers where presents have to go.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::WWW_AUTHENTICATE;
use serde::Deserialize;
use world_mappers::settings::{explain, optional, required};
use world_mappers::tokens::{Request, TokenError, Tokens};

const PRESENTS: [&str; 2] = [
    "Pariser Platz 1, Berlin",
    "10 Downing Street, London",
];

#[derive(Deserialize)]
struct Place {
    latitude: f64,
    longitude: f64,
}

#[derive(Debug, thiserror::Error)]
enum ApiError {
    #[error(transparent)]
    NoToken(#[from] TokenError),
    #[error("the API gave no answer")]
    NoAnswer(#[from] reqwest::Error),
    #[error("the API answered {status}: {why}")]
    Refused { status: u16, why: String },
}

struct WorldMappers {
    url: String,
    http: reqwest::Client,
    tokens: Tokens,
}

impl WorldMappers {
    async fn geocode(&self, address: &str) -> Result<Place, ApiError> {
        let mut token = self.tokens.get().await?;
        let mut answer = self.ask(address, &token).await?;
        // It may have been revoked, or signed with a key that is gone. A new
        // one is tried, once.
        if answer.status() == StatusCode::UNAUTHORIZED {
            self.tokens.forget(&token).await;
            token = self.tokens.get().await?;
            answer = self.ask(address, &token).await?;
        }
        if answer.status().is_success() {
            return Ok(answer.json().await?);
        }
        let why = answer.headers().get(WWW_AUTHENTICATE);
        let why = why
            .and_then(|value| value.to_str().ok())
            .unwrap_or("it does not say why");
        Err(ApiError::Refused {
            status: answer.status().as_u16(),
            why: why.to_owned(),
        })
    }

    async fn ask(
        &self,
        address: &str,
        token: &str,
    ) -> Result<reqwest::Response, ApiError> {
        let question = self
            .http
            .get(&self.url)
            .query(&[("address", address)]);
        Ok(question
            .bearer_auth(token)
            .send()
            .await?)
    }
}

async fn deliver() -> Result<(), Box<dyn Error>> {
    let names = [
        "CLIENT_ID",
        "CLIENT_SECRET",
        "TOKEN_ENDPOINT",
        "AUDIENCE",
        "API_URL",
    ];
    let [
        client_id,
        client_secret,
        endpoint,
        audience,
        api,
    ] = required(names)?;
    let request = Request {
        grant_type: "client_credentials",
        client_id,
        client_secret,
        audience,
        scope: optional("SCOPE"),
    };
    let world_mappers = WorldMappers {
        url: format!(
            "{}/api/location/geocode",
            api.trim_end_matches('/')
        ),
        http: reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .build()?,
        tokens: Tokens::new(endpoint, request)?,
    };
    for address in PRESENTS {
        let place = world_mappers.geocode(address).await?;
        println!(
            "{address}: {}, {}",
            place.latitude, place.longitude
        );
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match deliver().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gift-deliveries: {}", explain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
