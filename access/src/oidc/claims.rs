//! From verified claims to a principal.
//!
//! Enters: claims whose signature was checked, the issuer's configuration, the time. Leaves: an [`Identity`]. Never here: a
//! claim believed before its signature.

use std::collections::BTreeSet;

use event::{Agent, Principal, TimeNs};
use serde_json::{Map, Value};

use super::{Identity, IdentityError, IssuerConfig};
use crate::limits;

const NS_PER_SECOND: i64 = 1_000_000_000;

/// The payload of a token.
pub(super) struct Claims(pub Map<String, Value>);

impl Claims {
    /// A claim by name, or by a path with dots (`realm_access.roles`).
    fn find(&self, name: &str) -> Option<&Value> {
        if let Some(value) = self.0.get(name) {
            return Some(value);
        }
        let mut steps = name.split('.');
        let first = self.0.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.find(name).and_then(Value::as_str)
    }

    /// One text or a list of them.
    fn texts(&self, name: &str) -> Vec<&str> {
        match self.find(name) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// NumericDate (RFC 7519 §2), whole nanoseconds; fractions of a second are allowed there.
    fn time(&self, name: &str) -> Result<Option<i64>, IdentityError> {
        match self.find(name) {
            None => Ok(None),
            Some(value) => {
                let whole = value.as_i64().or_else(|| {
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "saturates; a date is far from the bounds"
                    )]
                    value.as_f64().map(|seconds| seconds.floor() as i64)
                });
                let whole = whole.ok_or_else(|| IdentityError::MissingClaim(name.to_owned()))?;
                Ok(Some(whole.saturating_mul(NS_PER_SECOND)))
            }
        }
    }

    /// Checks time, audience and required claims, then maps.
    pub fn identity(&self, issuer: &IssuerConfig, now: TimeNs) -> Result<Identity, IdentityError> {
        let expires = self.check_times(issuer, now)?;
        let audiences = self.texts("aud");
        if !issuer
            .audiences
            .iter()
            .any(|own| audiences.contains(&own.as_str()))
        {
            return Err(IdentityError::Audience(issuer.audiences.clone()));
        }
        for (claim, wanted) in &issuer.required_claims {
            let found = self.texts(claim);
            if found.is_empty() {
                return Err(IdentityError::MissingClaim(claim.clone()));
            }
            if !found.contains(&wanted.as_str()) {
                return Err(IdentityError::WrongClaim(claim.clone()));
            }
        }
        Ok(Identity {
            principal: self.principal(issuer)?,
            expires: TimeNs(expires),
            scopes: self.scopes(),
            names: self.names(issuer),
            is_person: self.is_person(issuer),
        })
    }

    /// When it ends, if that is not past, and it has begun.
    fn check_times(&self, issuer: &IssuerConfig, now: TimeNs) -> Result<i64, IdentityError> {
        let skew = nanos(issuer.clock_skew);
        let missing = |claim: &str| IdentityError::MissingClaim(claim.to_owned());
        let expires = self.time("exp")?.ok_or_else(|| missing("exp"))?;
        if now.0 >= expires.saturating_add(skew) {
            return Err(IdentityError::Expired);
        }
        let issued = self.time("iat")?;
        for begins in [self.time("nbf")?, issued].into_iter().flatten() {
            if now.0.saturating_add(skew) < begins {
                return Err(IdentityError::NotYetValid);
            }
        }
        if let Some(oldest) = issuer.token_age_max {
            let age = now.0.saturating_sub(issued.ok_or_else(|| missing("iat"))?);
            if age > nanos(oldest).saturating_add(skew) {
                return Err(IdentityError::TooOld);
            }
        }
        Ok(expires)
    }

    fn principal(&self, issuer: &IssuerConfig) -> Result<Principal, IdentityError> {
        let claim = &issuer.subject_claim;
        let subject = self.text(claim).and_then(bounded);
        let subject = subject.ok_or_else(|| IdentityError::MissingClaim(claim.clone()))?;
        let display = issuer
            .display_claims
            .iter()
            .find_map(|claim| self.text(claim));
        let agent = self.text(&issuer.agent_claim).and_then(bounded);
        let behind = self.text(&issuer.on_behalf_of_claim).and_then(bounded);
        let acts = agent.is_some() || behind.is_some();
        Ok(Principal {
            issuer: issuer.issuer.clone(),
            display: display.and_then(bounded).unwrap_or_else(|| subject.clone()),
            subject,
            groups: self.groups(issuer)?,
            agent: acts.then(|| Agent {
                application: agent.unwrap_or_default(),
                version: String::new(),
                on_behalf_of: behind,
                correlation_id: None,
            }),
        })
    }

    /// Renamed where the configuration says so, else with the prefix; sorted. None is left out in silence: what a rule forbids to a
    /// group would be open to whoever is in it.
    fn groups(&self, issuer: &IssuerConfig) -> Result<Vec<String>, IdentityError> {
        let claim = &issuer.groups_claim;
        let said = match self.find(claim) {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::String(text)) => Some(vec![text.as_str()]),
            Some(Value::Array(items)) => items.iter().map(Value::as_str).collect(),
            Some(_) => None,
        };
        let groups: BTreeSet<String> = said
            .filter(|said| said.len() <= limits::GROUPS_MAX)
            .ok_or_else(|| IdentityError::Groups(claim.clone()))?
            .into_iter()
            .filter_map(bounded)
            .map(|group| match issuer.group_map.get(&group) {
                Some(own) => own.clone(),
                None => format!("{}{group}", issuer.group_prefix),
            })
            .collect();
        Ok(groups.into_iter().collect())
    }

    /// Every claim that names whom the token speaks of, once.
    fn names(&self, issuer: &IssuerConfig) -> Vec<String> {
        let claims = std::iter::once(&issuer.subject_claim)
            .chain(&issuer.display_claims)
            .chain(&issuer.name_claims);
        let names: BTreeSet<String> = claims
            .filter_map(|claim| self.text(claim).and_then(bounded))
            .collect();
        names.into_iter().collect()
    }

    /// Whether it speaks of a person: it has every claim that a person's has, none that a program's has, and nobody acts in it.
    fn is_person(&self, issuer: &IssuerConfig) -> bool {
        let says =
            |(claim, wanted): (&String, &String)| self.texts(claim).contains(&wanted.as_str());
        // `"bot": true` marks a program as `"bot": "true"` does.
        let marks = |(claim, wanted): (&String, &String)| match self.find(claim) {
            Some(value @ (Value::Bool(_) | Value::Number(_))) => {
                let said = value.to_string();
                said == *wanted
            }
            _ => says((claim, wanted)),
        };
        // Whoever is in `act` acts, with or without a name there (RFC 8693 §4.1).
        let (agent, behind) = (&issuer.agent_claim, &issuer.on_behalf_of_claim);
        let acts = ["act", agent.as_str(), behind.as_str()];
        issuer.person_claims.iter().all(says)
            && !issuer.workload_claims.iter().any(marks)
            && !acts
                .into_iter()
                .any(|claim| self.find(claim).is_some_and(|value| !value.is_null()))
    }

    fn scopes(&self) -> Vec<String> {
        let listed = ["scope", "scp"]
            .into_iter()
            .flat_map(|claim| self.texts(claim));
        let scopes: BTreeSet<&str> = listed.flat_map(str::split_whitespace).collect();
        scopes.into_iter().map(str::to_owned).collect()
    }
}

/// A text that is neither empty nor too long, without control characters that would garble a terminal.
fn bounded(text: &str) -> Option<String> {
    let fits = !text.is_empty() && text.chars().count() <= limits::CLAIM_CHARS_MAX;
    (fits && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn nanos(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
