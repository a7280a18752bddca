//! Other people's texts, fit for a message.

use crate::model::may_be_private;
use crate::words::sanitize;

/// A setting, fit for a message: not where it may hold a password or, set by
/// mistake, a key.
pub(in crate::provider) fn hide_setting(setting: &str) -> String {
    let is_secret = setting.contains('@') || may_be_private(setting);

    if is_secret {
        "…".to_owned()
    } else {
        sanitize(setting)
    }
}
