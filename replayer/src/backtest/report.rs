//! What a backtest found, for people and for scripts.
//!
//! Enters: a [`Tally`] and what it was made under. Leaves: JSON, or lines that fit a terminal. Never here: a control character of the
//! record.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use display::screen::line;
use event::{PolicyHash, TimeNs};
use serde::Serialize;

use super::difference::{Change, Lack};
use super::tally::{Blamed, Changed, Example, Lacking, Tally};

/// Principals named in a line.
const PRINCIPALS_NAMED: usize = 5;

/// What the statements were decided under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Under {
    /// The policy's hash.
    pub policy: PolicyHash,
    /// The version of the files' catalog.
    pub catalog: String,
    /// Versions of the catalogs read from accounts, by connection.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub accounts: BTreeMap<String, String>,
    /// From then on.
    pub since: TimeNs,
    /// Until then.
    pub until: TimeNs,
}

/// What a backtest found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Under what.
    pub under: Under,
    /// Statements that were decided in the span.
    pub statements: u64,
    /// Statements with the recorded answer.
    pub same: u64,
    /// Of them, those that other rules determine.
    pub other_rules: u64,
    /// Statements that would be otherwise.
    pub changed: u64,
    /// Statements that could not be decided again.
    pub not_decided: u64,
    /// How many statements each policy decided then.
    pub policies_then: BTreeMap<PolicyHash, u64>,
    /// How many statements were decided on each catalog then.
    pub catalogs_then: BTreeMap<String, u64>,
    /// How many of those decided again were decided on another catalog then.
    pub other_catalog: u64,
    /// What would be otherwise, most severe first.
    pub changes: Vec<ChangeTold>,
    /// What was not decided again, and why.
    pub lacks: Vec<LackTold>,
}

/// One way to be otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeTold {
    /// In what it differs.
    pub change: Change,
    /// Whose, by which rules, for example which.
    #[serde(flatten)]
    pub changed: Changed,
}

/// One lack of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LackTold {
    /// What is not there.
    pub lack: Lack,
    /// In words.
    pub why: &'static str,
    /// How many, for example which.
    #[serde(flatten)]
    pub lacking: Lacking,
}

impl Report {
    /// What `tally` says, made under `under`.
    pub fn of(under: Under, tally: Tally) -> Self {
        Self {
            under,
            statements: tally.statements,
            same: tally.same,
            other_rules: tally.other_rules,
            changed: tally.changed(),
            not_decided: tally.lacking(),
            policies_then: tally.policies,
            catalogs_then: tally.catalogs,
            other_catalog: tally.other_catalog,
            changes: tally
                .changes
                .into_iter()
                .map(|(change, changed)| ChangeTold { change, changed })
                .collect(),
            lacks: tally
                .lacks
                .into_iter()
                .map(|(lack, lacking)| LackTold {
                    lack,
                    why: lack.why(),
                    lacking,
                })
                .collect(),
        }
    }

    /// As people read it.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let policy = self.under.policy.to_string();
        writeln!(
            out,
            "{} statements decided again under policy {}, catalog {}",
            self.statements,
            policy.get(..12).unwrap_or_default(),
            short(&self.under.catalog)
        )?;
        if self.statements == 0 {
            return writeln!(
                out,
                "nothing was decided in that time; a longer --since reaches further back"
            );
        }
        writeln!(
            out,
            "{} the same, {} otherwise, {} not decided",
            self.same, self.changed, self.not_decided
        )?;
        if self.other_rules > 0 {
            writeln!(
                out,
                "{} of the same are so by other rules",
                self.other_rules
            )?;
        }
        self.write_then(out)?;
        for ChangeTold { change, changed } in &self.changes {
            write_change(out, *change, changed)?;
        }
        for LackTold { why, lacking, .. } in &self.lacks {
            writeln!(out, "\nnot decided: {}", lacking.statements)?;
            writeln!(out, "  {why}")?;
            write_examples(out, &lacking.examples)?;
            let shown = lacking.examples.len() as u64;
            if lacking.statements > shown {
                let more = lacking.statements - shown;
                writeln!(out, "    and {more} more: --json names them")?;
            }
        }
        Ok(())
    }

    fn write_then(&self, out: &mut String) -> std::fmt::Result {
        for (connection, version) in &self.under.accounts {
            writeln!(
                out,
                "statements over {} by what was last read of its account: catalog {}",
                line(connection),
                short(version)
            )?;
        }
        let others = self.other_catalog;
        if others > 0 {
            writeln!(
                out,
                "{others} were decided on another catalog then: what changes of these may be the catalog's doing"
            )?;
        }
        Ok(())
    }
}

fn short(version: &str) -> String {
    line(version).chars().take(12).collect()
}

fn write_change(out: &mut String, change: Change, changed: &Changed) -> std::fmt::Result {
    writeln!(out, "\n{}: {}", change.title(), changed.statements)?;
    let were = changed.were.iter();
    let were: Vec<String> = were.map(|(was, count)| format!("{was} {count}")).collect();
    writeln!(out, "  were: {}", were.join(", "))?;
    if changed.other_catalog > 0 {
        let many = changed.other_catalog;
        writeln!(out, "  decided on another catalog then: {many}")?;
    }
    let mut principals: Vec<(&String, &u64)> = changed.principals.iter().collect();
    principals.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let named = principals.iter().take(PRINCIPALS_NAMED);
    let mut named: Vec<String> = named
        .map(|(name, count)| format!("{} {count}", line(name)))
        .collect();
    if principals.len() > PRINCIPALS_NAMED {
        named.push(format!("and {} more", principals.len() - PRINCIPALS_NAMED));
    }
    writeln!(out, "  whose: {}", named.join(", "))?;
    write_rules(out, "by rule", &changed.rules_now)?;
    write_rules(out, "no longer by rule", &changed.rules_before)
}

fn write_rules(
    out: &mut String,
    words: &str,
    rules: &BTreeMap<String, Blamed>,
) -> std::fmt::Result {
    let mut rules: Vec<(&String, &Blamed)> = rules.iter().collect();
    rules.sort_by_key(|(rule, blamed)| (std::cmp::Reverse(blamed.statements), *rule));
    for (rule, blamed) in rules {
        writeln!(out, "  {words} {}: {}", line(rule), blamed.statements)?;
        write_examples(out, &blamed.examples)?;
    }
    Ok(())
}

fn write_examples(out: &mut String, examples: &[Example]) -> std::fmt::Result {
    for example in examples {
        let words: Vec<&str> = example.text.split_whitespace().collect();
        writeln!(
            out,
            "    {}  {}  {}",
            crate::when::instant(example.time),
            line(&example.principal),
            example.statement
        )?;
        if !words.is_empty() {
            writeln!(out, "      {}", line(&words.join(" ")))?;
        }
        for reason in &example.reasons {
            writeln!(out, "      {}", line(reason))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use event::payload::Verdict;

    use super::super::tally::Named;
    use super::*;

    const ID: &str = "0198c5a0-0000-7000-8000-000000000000";

    fn example(text: &str) -> Example {
        Example {
            time: TimeNs(0),
            statement: ID.parse().unwrap(),
            session: ID.parse().unwrap(),
            principal: "agent\u{1b}[2J".to_owned(),
            text: text.to_owned(),
            was: Verdict::Allow,
            now: None,
            other_catalog: false,
            reasons: vec!["no-orders: \u{202e}closed".to_owned()],
        }
    }

    fn report(statements: u64) -> Report {
        let named = Named {
            time: TimeNs(0),
            statement: ID.parse().unwrap(),
            session: ID.parse().unwrap(),
        };
        let lacking = Lacking {
            statements,
            examples: vec![example("select 1\u{7}")],
            named: std::iter::once(named).collect(),
        };
        let tally = Tally {
            statements,
            lacks: std::iter::once((Lack::Literals, lacking)).collect(),
            ..Tally::default()
        };
        let under = Under {
            policy: PolicyHash(event::Digest::default()),
            catalog: "files".to_owned(),
            accounts: BTreeMap::new(),
            since: TimeNs(0),
            until: TimeNs(1),
        };
        Report::of(under, tally)
    }

    #[test]
    fn what_is_not_decided_is_counted_shown_and_named() {
        let all = report(1).text();
        assert!(
            all.contains("not decided: 1\n") && !all.contains(" more: "),
            "{all}"
        );
        let some = report(5).text();
        assert!(some.contains("and 4 more: --json names them"), "{some}");
        let json = serde_json::to_value(report(5)).unwrap();
        assert_eq!(json["lacks"][0]["statements"], 5);
        assert_eq!(json["lacks"][0]["named"][0]["statement"], ID);
    }

    #[test]
    fn nothing_recorded_steers_a_terminal() {
        let text = report(1).text();
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}");
    }
}
