//! The API of World Mappers: turns an address into a place, for who holds a
//! token with the scope.

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use world_mappers::access::{Access, require_scope};
use world_mappers::settings::{explain, optional, required};

#[derive(Serialize)]
struct Place {
    address: &'static str,
    latitude: f64,
    longitude: f64,
}

/// All the world there is.
const PLACES: [(&str, f64, f64); 3] = [
    ("Pariser Platz 1, Berlin", 52.5163, 13.3786),
    ("10 Downing Street, London", 51.5034, -0.1276),
    ("Strada Regina 5, Ascona", 46.1571, 8.7726),
];

#[derive(Deserialize)]
struct Question {
    address: Option<String>,
}

async fn geocode(Query(question): Query<Question>) -> Response {
    let Some(address) = question.address else {
        return (
            StatusCode::BAD_REQUEST,
            "which address? say ?address=\n",
        )
            .into_response();
    };
    match PLACES
        .into_iter()
        .find(|place| place.0 == address)
    {
        Some((address, latitude, longitude)) => Json(Place {
            address,
            latitude,
            longitude,
        })
        .into_response(),
        None => (StatusCode::NOT_FOUND, "no such address\n").into_response(),
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let [issuer, key_set, audience] =
        required(["ISSUER", "KEY_SET", "AUDIENCE"])?;
    let address = optional("LISTEN").unwrap_or_else(|| "127.0.0.1:8080".into());

    let access = Arc::new(Access::new(&issuer, &audience, key_set)?);
    let may_geocode = middleware::from_fn_with_state(
        (access, "geocode:location"),
        require_scope,
    );
    let api = Router::new().route(
        "/api/location/geocode",
        get(geocode).route_layer(may_geocode),
    );

    let listener = TcpListener::bind(&address)
        .await
        .map_err(|error| {
            format!("cannot listen on LISTEN={address}: {error}")
        })?;
    println!("Listening on http://{}", listener.local_addr()?);
    axum::serve(listener, api).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("geocode-api: {}", explain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
