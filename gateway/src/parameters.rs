//! Session parameters that would lead around the gateway.
//!
//! Enters: names of parameters; the `data` of a login or of a result, both of which set the driver's own. Leaves: which never go
//! upstream; the same data with one parameter forced, so that array binds stay in the request. Never here: a driver that
//! uploads bind values to a stage, past the gateway.

use access::analysis::GUARDED_PARAMETERS;
use serde_json::value::RawValue;

use crate::limits::ARRAY_BINDING_THRESHOLD;
use crate::raw::RawObject;

const NAME: &str = "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD";

/// Whether a parameter never goes upstream, at login or with a statement: it would change what a text means behind the
/// analysis's back.
pub fn is_withheld(name: &str) -> bool {
    GUARDED_PARAMETERS
        .iter()
        .any(|withheld| withheld.eq_ignore_ascii_case(name))
}

/// What to do where upstream does not name the parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Name it: a login sets all of them.
    Add,
    /// Leave it: a result repeats some.
    Leave,
}

/// Forces the threshold from which drivers stage array binds; every other parameter stays byte for byte.
pub fn keep_inline(data: &mut RawObject, missing: Missing) -> Result<(), serde_json::Error> {
    let mut parameters: Vec<Box<RawValue>> = data.read("parameters")?.unwrap_or_default();
    let forced = serde_json::value::to_raw_value(
        &serde_json::json!({ "name": NAME, "value": ARRAY_BINDING_THRESHOLD }),
    )?;
    let is_it = |value: &RawValue| {
        value.get().contains(NAME)
            && RawObject::parse(value.get().as_bytes())
                .is_ok_and(|parameter| parameter.text("name").as_deref() == Some(NAME))
    };
    match parameters.iter_mut().find(|value| is_it(value)) {
        Some(parameter) => *parameter = forced,
        None if missing == Missing::Add => parameters.push(forced),
        None => return Ok(()),
    }
    data.set("parameters", &parameters)
}

#[cfg(test)]
mod tests {
    use super::{Missing, keep_inline};
    use crate::raw::RawObject;

    #[test]
    fn only_the_binding_threshold_changes() {
        let forced = r#"{"name":"CLIENT_STAGE_ARRAY_BINDING_THRESHOLD","value":1000000000}"#;
        let given = r#"{ "name" : "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", "value": 65280 }"#;
        let other = r#"{"name":"A","value":1.50}"#;
        for (before, missing, after) in [
            (
                format!("[{other},{given}]"),
                Missing::Add,
                format!("[{other},{forced}]"),
            ),
            (
                format!("[{other},{given}]"),
                Missing::Leave,
                format!("[{other},{forced}]"),
            ),
            (
                format!("[{other}]"),
                Missing::Add,
                format!("[{other},{forced}]"),
            ),
            (
                format!("[ {other} ]"),
                Missing::Leave,
                format!("[ {other} ]"),
            ),
        ] {
            let text = format!("{{\"parameters\":{before}}}");
            let mut data = RawObject::parse(text.as_bytes()).expect("parses");
            keep_inline(&mut data, missing).expect("writes");
            assert_eq!(data.raw("parameters"), Some(after.as_str()));
        }
    }
}
