//! The check of a single number or text.

use super::super::shape::Form;
use super::super::violation::Violation;

/// Checks that a number is within bounds.
pub(crate) fn check_range(
    number: i64,
    least: i64,
    most: i64,
    path: &str,
) -> Result<(), Violation> {
    let reason = if number < least {
        format!("Value {number} is less than minimum {least}")
    } else if number > most {
        format!("Value {number} is greater than maximum {most}")
    } else {
        return Ok(());
    };

    Err(Violation::new(reason, path))
}

/// Checks how many characters a text has.
pub(crate) fn check_length(
    text: &str,
    least: usize,
    most: usize,
    path: &str,
) -> Result<(), Violation> {
    let length = text.chars().count();

    let reason = if length < least {
        format!("String is too short ({length} chars), minimum {least}")
    } else if length > most {
        format!("String is too long ({length} chars), maximum {most}")
    } else {
        return Ok(());
    };

    Err(Violation::new(reason, path))
}

pub(super) fn check_name(
    name: &str,
    most: usize,
    path: &str,
) -> Result<(), Violation> {
    if name.is_empty() || name.contains(['<', '>']) {
        let reason = format!("String does not match pattern ^[^<>]+$: {name}");
        return Err(Violation::new(reason, path));
    }

    check_length(name, 1, most, path)
}

/// Checks that a text is one of a few.
pub(crate) fn check_choice(
    text: &str,
    allowed: &[&str],
    path: &str,
) -> Result<(), Violation> {
    if allowed.contains(&text) {
        return Ok(());
    }

    let reason = format!("No enum match for: {text}");
    Err(Violation::new(reason, path))
}

pub(super) fn check_form(
    text: &str,
    form: Form,
    fits: fn(&str) -> bool,
    path: &str,
) -> Result<(), Violation> {
    if fits(text) {
        return Ok(());
    }

    let reason = match form {
        Form::Format(name) => {
            format!("Object didn't pass validation for format {name}: {text}")
        }
        Form::Pattern(pattern) => {
            format!("String does not match pattern {pattern}: {text}")
        }
    };

    Err(Violation::new(reason, path))
}
