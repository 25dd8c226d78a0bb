//! What rules may ask about a request, under the names of the schema.
//!
//! Enters: the request and its analysis. Leaves: Cedar's context, and a key that is equal where the context is. Never here:
//! anything that is not recorded with the decision.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cedar_policy::{Context, RestrictedExpression};
use event::payload::{Finding, StatementKind};
use event::{Principal, TimeNs};

use crate::analysis::Analysis;
use crate::engine::questions::{Extra, Question};
use crate::engine::request::DecisionRequest;
use crate::policy::Reads;

const SECONDS_PER_DAY: i64 = 86_400;

/// The facts of one request.
pub(in crate::engine) struct Facts<'a> {
    pub principal: &'a Principal,
    pub principal_key: String,
    pub groups_key: String,
    flags: &'a [Finding],
    kinds: BTreeSet<&'a str>,
    statements: i64,
    hour: i64,
    weekday: i64,
    describe_only: bool,
    connection: &'a str,
    role: &'a str,
}

/// One value of the context.
enum Value<'a> {
    Text(&'a str),
    Number(i64),
    Flag(bool),
    Texts(Vec<&'a str>),
}

impl<'a> Facts<'a> {
    pub fn of(request: &DecisionRequest<'a>, analysis: &'a Analysis) -> Self {
        let kinds = analysis.all_kinds();
        Self {
            flags: &analysis.flags,
            kinds: kinds.map(StatementKind::as_str).collect(),
            statements: i64::try_from(analysis.kinds.len()).unwrap_or(i64::MAX),
            describe_only: request.describe_only,
            role: request.session.context.role.as_deref().unwrap_or(""),
            ..Self::at_login(request.principal, request.connection, request.now)
        }
    }

    pub fn at_login(principal: &'a Principal, connection: &'a str, now: TimeNs) -> Self {
        let seconds = now.0.div_euclid(1_000_000_000);
        let days = seconds.div_euclid(SECONDS_PER_DAY);
        Self {
            principal,
            principal_key: principal_key(principal),
            groups_key: lengths_first(principal.groups.iter().map(String::as_str)),
            flags: &[],
            kinds: BTreeSet::new(),
            statements: 0,
            hour: seconds.rem_euclid(SECONDS_PER_DAY) / 3600,
            // 1970-01-01 was a Thursday, the fourth day.
            weekday: (days + 3).rem_euclid(7) + 1,
            describe_only: false,
            connection,
            role: "",
        }
    }

    /// The attributes of the action's context, in a fixed order.
    fn values<'b>(
        &'b self,
        question: &'b Question,
        approvals: &'b BTreeSet<String>,
    ) -> Vec<(&'static str, Value<'b>)> {
        let mut values = vec![
            ("hour", Value::Number(self.hour)),
            ("weekday", Value::Number(self.weekday)),
        ];
        if question.action == "connect" {
            return values;
        }
        values.extend([
            ("purpose", Value::Text(self.purpose())),
            ("connection", Value::Text(self.connection)),
            ("role", Value::Text(self.role)),
        ]);
        if let Extra::Unmask { derivation } = question.extra {
            values.push(("derivation", Value::Text(derivation)));
            return values;
        }
        let flags = self.flags.iter().map(Finding::as_str).collect();
        let kinds = self.kinds.iter().copied().collect();
        let approved = approvals.iter().map(String::as_str).collect();
        values.extend([
            ("flags", Value::Texts(flags)),
            ("kinds", Value::Texts(kinds)),
            ("approvals", Value::Texts(approved)),
        ]);
        if let Extra::Filter {
            comparison,
            same_tag,
            range_uses,
        } = question.extra
        {
            values.extend([
                ("comparison", Value::Text(comparison)),
                ("same_tag", Value::Flag(same_tag)),
                ("range_uses", Value::Number(i64::from(range_uses))),
            ]);
            return values;
        }
        let unfiltered = self.flags.contains(&Finding::UnfilteredWrite);
        values.extend([
            ("statements", Value::Number(self.statements)),
            ("has_where", Value::Flag(!unfiltered)),
            ("describe_only", Value::Flag(self.describe_only)),
        ]);
        values
    }

    /// Equal for contexts that no rule with these reads can tell apart.
    pub fn key(&self, reads: &Reads, question: &Question, approvals: &BTreeSet<String>) -> String {
        let mut key = String::new();
        if !reads.all && reads.attributes.is_empty() {
            return key;
        }
        for (name, value) in self.values(question, approvals) {
            if !reads.reads(name) {
                continue;
            }
            key.push_str(name);
            // Lengths keep neighbours apart, whatever they contain; writing to a String cannot fail.
            let _ = match value {
                Value::Text(text) => write!(key, "={}:{text};", text.len()),
                Value::Number(number) => write!(key, "={number};"),
                Value::Flag(flag) => write!(key, "={flag};"),
                Value::Texts(texts) => texts
                    .iter()
                    .try_for_each(|text| write!(key, "={}:{text};", text.len())),
            };
        }
        key
    }

    /// The context, cut down to what the rules look at.
    pub fn context(
        &self,
        reads: &Reads,
        question: &Question,
        approvals: &BTreeSet<String>,
    ) -> Option<Context> {
        let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
        let values = self.values(question, approvals).into_iter();
        let pairs = values
            .filter(|(name, _)| reads.reads(name))
            .map(|(name, value)| {
                let value = match value {
                    Value::Text(value) => text(value),
                    Value::Number(number) => RestrictedExpression::new_long(number),
                    Value::Flag(flag) => RestrictedExpression::new_bool(flag),
                    Value::Texts(texts) => {
                        RestrictedExpression::new_set(texts.into_iter().map(text))
                    }
                };
                (name.to_owned(), value)
            });
        Context::from_pairs(pairs).ok()
    }

    fn purpose(&self) -> &str {
        let agent = self.principal.agent.as_ref();
        agent
            .and_then(|agent| agent.correlation_id.as_deref())
            .unwrap_or("")
    }
}

/// Everything of the principal that rules may ask, lengths before texts.
fn principal_key(principal: &Principal) -> String {
    let agent = principal.agent.as_ref();
    let behind = agent.and_then(|agent| agent.on_behalf_of.as_deref());
    let texts = [
        principal.issuer.as_str(),
        principal.subject.as_str(),
        principal.display.as_str(),
        agent.map_or("", |agent| agent.application.as_str()),
        behind.unwrap_or(""),
    ];
    let groups = principal.groups.iter().map(String::as_str);
    lengths_first(texts.into_iter().chain(groups))
}

fn lengths_first<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut key = String::new();
    for text in texts {
        let _ = write!(key, "{}:{text};", text.len());
    }
    key
}
