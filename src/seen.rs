//! Who makes tokens of values that are looked for: the keys of `[find]`, read each time one is.
//!
//! Enters: where the keys are; a value. Leaves: tokens, or why there are none. Never here: a value or a key kept after the answer.

use access::policy::Settings;
use access::seen::form::class_of;
use access::{SeenKeys, SeenKeysError};
use anyhow::{Context as _, Result, bail};
use door::Secret;
use event::payload::SeenClass;
use query::Finder;
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::config::Config;

/// The keys that a configuration names; none of none.
pub fn keys(secrets: &[Secret]) -> Result<Option<SeenKeys>> {
    let mut texts = Vec::with_capacity(secrets.len());
    for secret in secrets {
        texts.push(secret.read().context("[find] keys")?);
    }
    let keys: Result<_, SeenKeysError> = SeenKeys::parse(&texts);
    keys.context("[find] keys")
}

/// A policy that lets values be looked for needs a key that makes tokens of them.
pub fn check(config: &Config, policy: &Settings) -> Result<()> {
    let tags: Vec<&str> = policy.sought().collect();
    if !tags.is_empty() && config.find.keys.is_empty() {
        bail!(
            "the policy lets values of {} be looked for (`find = true`), and no key makes tokens of them: give `keys = [{{ env = \"FIRN_FIND_KEY\" }}]` in [find], \
             32 bytes each as of `openssl rand -hex 32`, the same for every gateway and every query; or take `find` out of the policy",
            tags.join(", ")
        );
    }
    Ok(())
}

/// Asks with the keys as they are then: one that was rotated needs no restart.
pub struct Keys(pub Vec<Secret>);

impl Finder for Keys {
    fn tokens(&self, value: &str, class: Option<&str>) -> Result<Vec<u64>, String> {
        let class = class.map(class_named).transpose()?;
        // A key may be a command's output.
        let read = || keys(&self.0);
        let keys = match Handle::try_current().map(|handle| handle.runtime_flavor()) {
            Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(read),
            _ => read(),
        };
        let keys = keys.map_err(|error| format!("{error:#}"))?;
        let keys = keys.ok_or("[find] names no key, so no value can be looked for")?;
        let tokens = keys.tokens(value, class.as_ref());
        match tokens.is_empty() {
            true => Err(
                "nothing is left of the value to look for: it has no letter or digit of its class"
                    .to_owned(),
            ),
            false => Ok(tokens),
        }
    }
}

/// A class by its name, or by that of a tag or detector whose values are of it.
fn class_named(name: &str) -> Result<SeenClass, String> {
    let mut known = SeenClass::ALL.iter();
    let found = known.find(|class| class.as_str().eq_ignore_ascii_case(name));
    found.cloned().or_else(|| class_of(name)).ok_or_else(|| {
        let names: Vec<&str> = SeenClass::ALL.iter().map(SeenClass::as_str).collect();
        // It may be the value, in the other's place.
        format!("there is no such class: use {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_go_by_their_names_and_by_those_of_tags() {
        for (name, want) in [
            ("email", Some(SeenClass::Email)),
            ("Number", Some(SeenClass::Number)),
            ("SSN", Some(SeenClass::Number)),
            ("shoe size", None),
        ] {
            assert_eq!(class_named(name).ok(), want, "{name}");
        }
        assert!(
            class_named("x")
                .unwrap_err()
                .contains("email, number, code")
        );
    }

    #[test]
    fn without_a_key_nothing_is_looked_for() {
        let none = Keys(Vec::new()).tokens("marta@example.com", None);
        assert!(none.unwrap_err().contains("names no key"));
        let printed = Secret {
            command: Some(vec!["echo".to_owned(), "0a".repeat(32)]),
            ..Secret::default()
        };
        let keys = Keys(vec![printed]);
        assert_eq!(
            keys.tokens("marta@example.com", Some("email"))
                .unwrap()
                .len(),
            1
        );
        assert!(
            keys.tokens(" ", None)
                .unwrap_err()
                .contains("nothing is left")
        );
    }
}
