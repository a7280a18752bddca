//! What a tenant is set to beyond machine-to-machine access:
//! one object at each address.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use serde_json::Value;

use super::answer::Answer;
use super::body::{AnyBody, Body};
use super::guard::Caller;
use super::json::{AnyJson, Json};
use super::path::Path;
use super::query::{FIELDS, Query};
use super::{Routes, Shared};
use crate::emulator::app::App;
use crate::emulator::tenant::{FACTORS, SETTINGS, Setting, WriteMode};

pub(crate) fn routes() -> Routes {
    let one_factor = format!("{FACTORS}/{{name}}");

    SETTINGS
        .iter()
        .fold(Router::new(), add_setting)
        .route(&one_factor, put(switch_factor))
}

fn add_setting(routes: Routes, setting: &'static Setting) -> Routes {
    let read = async move |State(app): Shared, caller: Caller, query: Query| {
        show(&app, setting, &caller, &query)
    };
    let write = async move |State(app): Shared,
                            caller: Caller,
                            AnyBody(body): AnyBody| {
        change(&app, setting, &caller, body)
    };

    let handlers = match setting.write {
        WriteMode::Merge => get(read).patch(write),
        WriteMode::Replace => get(read).put(write),
        WriteMode::ByItem => get(read),
    };
    routes.route(setting.path, handlers)
}

fn show(
    app: &App,
    setting: &Setting,
    caller: &Caller,
    query: &Query,
) -> Answer<AnyJson> {
    caller.needs(&format!("read:{}", setting.subject))?;
    query.only(&[FIELDS])?;
    let fields = query.fields()?;

    let shown = app.read(|tenant| tenant.setting(setting));
    Ok(Json::new(fields.choose_of_value(shown)))
}

fn change(
    app: &App,
    setting: &Setting,
    caller: &Caller,
    body: Value,
) -> Answer<AnyJson> {
    caller.needs(&format!("update:{}", setting.subject))?;

    let changed = app.change(|tenant| tenant.change_setting(setting, body))?;
    Ok(Json::new(changed))
}

async fn switch_factor(
    State(app): Shared,
    caller: Caller,
    Path(name): Path<String>,
    Body(body, ..): Body<AnyJson>,
) -> Answer<AnyJson> {
    caller.needs("update:guardian_factors")?;

    let switched = app.change(|tenant| tenant.switch_factor(&name, body))?;
    Ok(Json::new(switched))
}
