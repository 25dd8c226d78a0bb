//! What is told of a held statement, before it has a form.
//!
//! Enters: a hold as the fold has it, and what its seal holds for approvers. Leaves: a [`Message`]. Never here: the original text or
//! binds; a word of the agent's that is not marked as its own.

use event::payload::{Bind, Quorum, ScopeKind};
use event::{SessionId, StatementId, TimeNs};
use serde::Serialize;
use url::Url;

use super::config::Occasion;
use crate::control::grants::Grant;
use crate::control::state::{Hold, Phase};
use crate::control::{Held, Output, Touches};
use crate::limits::{WEBHOOK_LIST_MAX, WEBHOOK_TEXT_CHARS_MAX};

/// What is told, masked as the record is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The message's id: the same when it is sent again.
    pub id: String,
    /// What happened.
    pub occasion: &'static str,
    /// When, nanoseconds since 1970 UTC.
    pub time: TimeNs,
    /// The statement.
    pub statement_id: StatementId,
    /// Its session.
    pub session_id: SessionId,
    /// Where it would run.
    pub connection: String,
    /// Who asks, as the identity provider names them.
    pub requester: String,
    /// On whose behalf, as their token says.
    pub on_behalf_of: Option<String>,
    /// Why it is held, in the policy's words.
    pub reasons: Vec<String>,
    /// Tables read.
    pub reads: Vec<String>,
    /// Tables written.
    pub writes: Vec<String>,
    /// Findings of the analysis.
    pub flags: Vec<String>,
    /// Who must agree.
    pub quorum: Vec<Quorum>,
    /// Who answered, each with their words.
    pub answers: Vec<Answer>,
    /// What the answer covers besides this statement.
    pub scope: Option<String>,
    /// When the request lapses.
    pub expires: TimeNs,
    /// Where people look at it and answer. The message itself gives nobody leave to.
    pub link: Option<Url>,
    /// What the agent says. Nobody checked it.
    pub untrusted: Untrusted,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// By whom.
    pub by: String,
    /// Their words.
    pub note: String,
}

/// The agent's own words, masked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Untrusted {
    /// The statement as the record shows it, cut where it is long; none if it was sealed by a gateway with other keys.
    pub statement: Option<String>,
    /// Its binds as the record shows them.
    pub binds: Vec<Bind>,
    /// Its output columns, each by the name the agent gives it: what it comes from, and what shows of it once people agreed.
    pub outputs: Vec<String>,
    /// The program.
    pub program: Option<String>,
    /// The query tag or trace.
    pub correlation: Option<String>,
}

impl Message {
    /// What to tell of `hold` on an occasion at `time`; `id` is that of the event that made it.
    pub fn of(
        (id, occasion, time): (String, Occasion, TimeNs),
        hold: &Hold,
        (held, grant): (Option<&Held>, Option<&Grant>),
        console: Option<&Url>,
    ) -> Self {
        let about = &hold.about;
        let agent = about.principal.agent.as_ref();
        let touches = held.map(|held| held.touches.clone()).unwrap_or_default();
        let Touches {
            reads,
            writes,
            flags,
            outputs,
            outputs_more,
            ..
        } = touches;
        Self {
            id,
            occasion: occasion.as_str(),
            time,
            statement_id: about.statement,
            session_id: about.session,
            connection: about.connection.clone(),
            requester: about.principal.display.clone(),
            on_behalf_of: agent.and_then(|agent| agent.on_behalf_of.clone()),
            reasons: few(hold.request.reasons.clone()),
            reads: few(reads),
            writes: few(writes),
            flags: few(flags.iter().map(|flag| flag.as_str().to_owned()).collect()),
            quorum: hold.request.quorum.clone(),
            answers: answers(hold),
            scope: grant.map(told),
            expires: hold.request.expires,
            link: console.and_then(|console| link(console, about.statement)),
            untrusted: Untrusted {
                statement: held.map(|held| cut(held.shown.get())),
                binds: held.map(|held| held.binds.clone()).unwrap_or_default(),
                outputs: shows(&outputs, outputs_more),
                program: agent
                    .map(|agent| format!("{} {}", agent.application, agent.version))
                    .map(|program| program.trim().to_owned())
                    .filter(|program| !program.is_empty()),
                correlation: agent.and_then(|agent| agent.correlation_id.clone()),
            },
        }
    }

    /// One line that says what happened.
    pub fn title(&self, occasion: Occasion) -> String {
        let who = &self.requester;
        let by = |verb: &str| match self.answers.last() {
            Some(answer) => format!("{verb} by {}", answer.by),
            None => verb.to_owned(),
        };
        match occasion {
            Occasion::Held => format!("{who} waits for an answer"),
            Occasion::Granted => format!("{who}'s statement: {}", by("granted")),
            Occasion::Denied => format!("{who}'s statement: {}", by("denied")),
            Occasion::Expired => format!("{who}'s statement lapsed"),
            Occasion::Canceled => format!("{who}'s statement was given up"),
            Occasion::Ran => format!("{who}'s statement ran"),
            Occasion::BreakGlass => {
                format!("Glass broken for {who}: {}", by("an emergency, declared"))
            }
        }
    }

    /// Who must agree, in words.
    pub fn needs(&self) -> String {
        let part = |quorum: &Quorum| format!("{} of {}", quorum.needed, quorum.group);
        self.quorum.iter().map(part).collect::<Vec<_>>().join(", ")
    }
}

fn answers(hold: &Hold) -> Vec<Answer> {
    let answer = |by: &event::payload::Approver, note: &str| Answer {
        by: by.display.clone(),
        note: cut(note),
    };
    let yes = hold.votes.iter().map(|vote| answer(&vote.by, &vote.note));
    let no = match &hold.phase {
        Phase::Denied { by, note } => Some(answer(by, note)),
        _ => None,
    };
    yes.chain(no).collect()
}

fn told(grant: &Grant) -> String {
    let what = match grant.scope.kind {
        ScopeKind::Shape => "statements that differ in literals only",
        ScopeKind::Session => "what else its session asks of the same people",
        ScopeKind::BreakGlass => "what its session asks, until somebody else has looked at it",
    };
    let uses = grant
        .scope
        .uses
        .map_or_else(String::new, |uses| format!(", {uses} at most"));
    let rows = grant
        .scope
        .rows
        .map_or_else(String::new, |rows| format!(", {rows} rows each at most"));
    let seconds = grant.scope.until.0.saturating_sub(grant.since.0) / 1_000_000_000;
    let lasts = std::time::Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    format!(
        "{what}, for {}{uses}{rows}",
        humantime::format_duration(lasts)
    )
}

fn link(console: &Url, statement: StatementId) -> Option<Url> {
    let mut link = console.join("/approvals").ok()?;
    link.query_pairs_mut()
        .append_pair("id", &statement.to_string());
    Some(link)
}

/// A line for each output column.
fn shows(outputs: &[Output], more: u64) -> Vec<String> {
    let line = |one: &Output| {
        let name = one.name.as_deref().unwrap_or("every column");
        let rule = one.rule.as_ref();
        let by = rule.map_or_else(String::new, |rule| format!(" by {rule}"));
        format!("{name} from {}: {}{by}", from(one), one.shown.as_str())
    };
    let more = usize::try_from(more).unwrap_or(usize::MAX);
    few_of(outputs.iter().map(line).collect(), more)
}

/// The base columns that an output column comes from.
fn from(output: &Output) -> String {
    let mut sources: Vec<&str> = output.sources.iter().take(3).map(String::as_str).collect();
    if output.sources.len() > sources.len() || output.sources_more > 0 {
        sources.push("others");
    }
    if output.unresolved {
        sources.push("columns nobody knows");
    }
    if sources.is_empty() {
        sources.push("no column");
    }
    sources.join(", ")
}

/// What fits a message: the rest is in the console.
fn few(list: Vec<String>) -> Vec<String> {
    few_of(list, 0)
}

/// The same of a list that `more` were left out of already.
fn few_of(mut list: Vec<String>, more: usize) -> Vec<String> {
    let cut = list.len().saturating_sub(WEBHOOK_LIST_MAX);
    let more = more.saturating_add(cut);
    if more > 0 {
        list.truncate(WEBHOOK_LIST_MAX);
        list.push(format!("and {more} more"));
    }
    // Lists are shown a line an item: a name of several lines would pass for several items.
    let lines = list.iter().map(|one| display::screen::line(one));
    lines.map(|one| short(&one, 300)).collect()
}

fn cut(text: &str) -> String {
    short(text, WEBHOOK_TEXT_CHARS_MAX)
}

/// At most `chars` characters, and that it was cut where it was; no characters that hide or turn text around.
pub(super) fn short(text: &str, chars: usize) -> String {
    let clean = display::screen::block(text).join("\n");
    if clean.chars().count() <= chars {
        return clean;
    }
    let kept: String = clean.chars().take(chars.saturating_sub(1)).collect();
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::few;

    #[test]
    fn a_name_of_several_lines_is_one_line_of_a_list() {
        let forged = "X from no column: clear\nSSN from SHOP.PUBLIC.CUSTOMERS.SSN: redact";
        let told = few(vec![forged.to_owned()]);
        assert_eq!(told.len(), 1);
        assert!(!told.concat().contains('\n'), "{told:?}");
    }
}
