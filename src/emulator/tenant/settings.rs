//! What a tenant is set to beyond machine-to-machine access: single objects at
//! fixed addresses.
//!
//! Software that reads or writes whole tenants asks for each. They are kept as
//! they are sent, and nothing here goes by them, but for the flag
//! `remove_alg_from_jwks`.

use serde_json::{Value, json};

use super::{Object, Refusal, Tenant, Violation, merge, merge_within};

/// A single object (or list) that is always there, and can
/// be changed but not deleted.
pub(crate) struct Setting {
    /// Its address below `/api/v2`.
    pub(crate) path: &'static str,
    /// What its scopes are about: `read:branding` and `update:branding` are
    /// about `branding`.
    pub(crate) subject: &'static str,
    pub(crate) write: WriteMode,
    /// What a new tenant has.
    default: fn() -> Value,
}

/// How a setting is changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteMode {
    /// By PATCH, which leaves alone what it does not
    /// name. Null takes a key away.
    Merge,
    /// By PUT, which replaces the whole.
    Replace,
    /// By the addresses of its items.
    ByItem,
}

use WriteMode::{ByItem, Merge, Replace};

/// Where the factors are, each of which is switched by an address of its own.
pub(crate) const FACTORS: &str = "/guardian/factors";

/// In bytes.
const LARGEST_SETTING: usize = 1024 * 1024;

const TENANT: &str = "/tenants/settings";

const fn setting(
    path: &'static str,
    subject: &'static str,
    write: WriteMode,
    default: fn() -> Value,
) -> Setting {
    Setting {
        path,
        subject,
        write,
        default,
    }
}

/// Of one of the factors.
const fn factor(path: &'static str, default: fn() -> Value) -> Setting {
    setting(path, "guardian_factors", Replace, default)
}

/// Of the protection against attacks.
const fn protection(path: &'static str, default: fn() -> Value) -> Setting {
    setting(path, "attack_protection", Merge, default)
}

pub(crate) static SETTINGS: &[Setting] = &[
    setting(TENANT, "tenant_settings", Merge, || {
        json!({
            "allowed_logout_urls": [],
            "customize_mfa_in_postlogin_action": false,
            "default_redirection_uri": "",
            "enabled_locales": ["en"],
            "flags": {
                "allow_changing_enable_sso": false,
                "disable_impersonation": true,
                "enable_dynamic_client_registration": false,
                "enable_sso": true,
                "revoke_refresh_token_grant": false
            },
            "friendly_name": "Grantry emulator",
            "idle_session_lifetime": 72,
            "picture_url": "",
            "pushed_authorization_requests_supported": false,
            "sandbox_version": "22",
            "sandbox_versions_available": ["22"],
            "session_lifetime": 168,
            "support_email": "",
            "support_url": ""
        })
    }),
    setting("/branding", "branding", Merge, || json!({})),
    setting("/prompts", "prompts", Merge, || {
        json!({
            "identifier_first": true,
            "universal_login_experience": "new",
            "webauthn_platform_first_factor": false
        })
    }),
    protection("/attack-protection/bot-detection", || {
        json!({
            "allowlist": [],
            "bot_detection_level": "medium",
            "challenge_password_policy": "never",
            "challenge_password_reset_policy": "never",
            "challenge_passwordless_policy": "never",
            "monitoring_mode_enabled": false
        })
    }),
    protection(
        "/attack-protection/breached-password-detection",
        || {
            json!({
                "admin_notification_frequency": [],
                "enabled": false,
                "method": "standard",
                "shields": [],
                "stage": {
                    "pre-change-password": {"shields": []},
                    "pre-user-registration": {"shields": []}
                }
            })
        },
    ),
    protection(
        "/attack-protection/brute-force-protection",
        || {
            json!({
                "allowlist": [],
                "enabled": true,
                "max_attempts": 10,
                "mode": "count_per_identifier_and_ip",
                "shields": ["block", "user_notification"]
            })
        },
    ),
    protection("/attack-protection/captcha", || {
        json!({
            "active_provider_id": "auth_challenge",
            "auth_challenge": {"fail_open": false}
        })
    }),
    protection(
        "/attack-protection/phone-provider-protection",
        || json!({"type": "none"}),
    ),
    protection(
        "/attack-protection/suspicious-ip-throttling",
        || {
            json!({
                "allowlist": [],
                "enabled": true,
                "shields": ["admin_notification", "block"],
                "stage": {
                    "pre-login": {"max_attempts": 100, "rate": 864_000},
                    "pre-user-registration": {"max_attempts": 50, "rate": 1200}
                }
            })
        },
    ),
    protection(
        "/risk-assessments/settings",
        || json!({"enabled": false}),
    ),
    protection(
        "/risk-assessments/settings/new-device",
        || json!({"remember_for": 30}),
    ),
    setting(FACTORS, "guardian_factors", ByItem, || {
        let names = [
            "sms",
            "push-notification",
            "otp",
            "email",
            "duo",
            "webauthn-roaming",
            "webauthn-platform",
            "recovery-code",
        ];
        names
            .iter()
            .map(|name| {
                json!({
                    "name": name,
                    "enabled": false,
                    "trial_expired": false
                })
            })
            .collect()
    }),
    setting(
        "/guardian/policies",
        "mfa_policies",
        Replace,
        || json!([]),
    ),
    factor(
        "/guardian/factors/phone/message-types",
        || json!({"message_types": []}),
    ),
    factor(
        "/guardian/factors/phone/selected-provider",
        || json!({"provider": "auth0"}),
    ),
    factor(
        "/guardian/factors/push-notification/selected-provider",
        || json!({"provider": "guardian"}),
    ),
    factor(
        "/guardian/factors/push-notification/providers/apns",
        || json!({}),
    ),
    factor(
        "/guardian/factors/push-notification/providers/sns",
        || json!({}),
    ),
    factor("/guardian/factors/sms/providers/twilio", || {
        json!({})
    }),
    factor(
        "/guardian/factors/phone/providers/twilio",
        || json!({}),
    ),
    factor("/guardian/factors/duo/settings", || json!({})),
    factor("/guardian/factors/email/settings", || json!({})),
    factor("/guardian/factors/phone/settings", || json!({})),
    factor(
        "/guardian/factors/webauthn-platform/settings",
        || json!({"override_relying_party": false}),
    ),
    factor(
        "/guardian/factors/webauthn-roaming/settings",
        || {
            json!({
                "override_relying_party": false,
                "user_verification": "preferred"
            })
        },
    ),
    factor(
        "/guardian/factors/sms/selected-provider",
        || json!({"provider": "auth0"}),
    ),
    factor("/guardian/factors/sms/templates", || json!({})),
    factor(
        "/guardian/factors/phone/templates",
        || json!({}),
    ),
];

impl Tenant {
    /// What it is set to: as it was changed, or as a new tenant has it.
    pub(crate) fn setting(&self, setting: &Setting) -> Value {
        match self.settings.get(setting.path) {
            Some(changed) => changed.clone(),
            None => (setting.default)(),
        }
    }

    /// Changes a setting, and answers what it is then.
    pub(crate) fn change_setting(
        &mut self,
        setting: &Setting,
        body: Value,
    ) -> Result<Value, Refusal> {
        let changed = match (self.setting(setting), body) {
            (Value::Object(mut kept), Value::Object(mut changes))
                if setting.write == Merge =>
            {
                // As with the parts of clients; whether Auth0 does so here is
                // not observed.
                if changes
                    .get("flags")
                    .is_some_and(Value::is_object)
                {
                    merge_within(&mut kept, &mut changes, "flags");
                }
                merge(&mut kept, changes);
                Value::Object(kept)
            }
            (Value::Object(_), body @ Value::Object(_))
            | (Value::Array(_), body @ Value::Array(_)) => body,
            (Value::Array(_), _) => {
                return Err(Violation::new("Expected type array", "").into());
            }
            _ => return Err(Violation::new("Expected type object", "").into()),
        };

        check_size(&changed)?;
        self.settings
            .insert(setting.path.to_owned(), changed.clone());
        Ok(changed)
    }

    /// Switches one of the factors, and answers what was said of it.
    pub(crate) fn switch_factor(
        &mut self,
        name: &str,
        body: Object,
    ) -> Result<Value, Refusal> {
        let setting = find(FACTORS).ok_or(NO_SUCH_FACTOR)?;
        let mut factors = self.setting(setting);
        let factor = factors
            .as_array_mut()
            .and_then(|factors| {
                factors
                    .iter_mut()
                    .find(|factor| factor["name"] == name)
            })
            .and_then(Value::as_object_mut)
            .ok_or(NO_SUCH_FACTOR)?;

        merge(factor, body.clone());
        // Whatever else was sent, it stays the one that it is.
        factor.insert("name".to_owned(), name.into());
        self.settings
            .insert(FACTORS.to_owned(), factors);
        Ok(Value::Object(body))
    }

    /// Whether published keys do not say which algorithm they are for.
    pub(crate) fn removes_algorithm_from_keys(&self) -> bool {
        self.settings
            .get(TENANT)
            .and_then(|tenant| tenant.pointer("/flags/remove_alg_from_jwks"))
            .and_then(Value::as_bool)
            .unwrap_or_default()
    }
}

/// One change after the other must not make a setting
/// larger than one of them can be.
fn check_size(setting: &Value) -> Result<(), Violation> {
    if setting.to_string().len() <= LARGEST_SETTING {
        return Ok(());
    }
    Err(Violation::new(
        "The setting would be too large",
        "",
    ))
}

const NO_SUCH_FACTOR: Refusal = Refusal::NotFound {
    message: "The factor does not exist",
    code: None,
};

fn find(path: &str) -> Option<&'static Setting> {
    SETTINGS
        .iter()
        .find(|setting| setting.path == path)
}

#[cfg(test)]
mod tests;
