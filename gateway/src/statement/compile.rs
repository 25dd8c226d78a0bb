//! A statement that would wait for people, or that is only to be described, is compiled by Snowflake first.
//!
//! Enters: a statement that the policy holds. Leaves: Snowflake's own error, at once and with its position, where it does not
//! compile; its description, where that was all the driver asked for. Never here: a statement that runs (its permit is for its
//! description), one that a description could run, or a doubt that lets people's approval be passed by.

use access::{Describe, MaskPlan, Permit};
use event::payload::{Finding, StatementForwarded, StatementKind};

use super::decide::Decided;
use super::upstream_id;
use crate::delivery::Terms;
use crate::limits::COMPILE_PATIENCE;
use crate::outcome::Outcome;
use crate::session::Session;
use crate::shared::Shared;
use crate::upstream::accounts::Accounts;
use crate::upstream::execute::{Execution, describe};
use crate::upstream::reply::UpstreamReply;

/// Kinds that Snowflake only plans when it is asked for their description.
const PLANNED: [StatementKind; 5] = [
    StatementKind::Select,
    StatementKind::Insert,
    StatementKind::Update,
    StatementKind::Delete,
    StatementKind::Merge,
];

/// What says of a text that more may stand in it than its first word tells.
const OBSCURE: [Finding; 6] = [
    Finding::AmbiguousText,
    Finding::FlowOperator,
    Finding::MultiStatement,
    Finding::TooComplex,
    Finding::TooLong,
    Finding::Unreadable,
];

/// What compiling it comes to. None where it may wait for people: it compiles, or Snowflake does not say.
pub(super) async fn compile(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
) -> Option<Outcome> {
    let planned = is_planned(decided);
    if !planned && !is_unread_query(decided) {
        return None;
    }
    let permit = decided.outcome.decision.permit_describe().ok()?;
    let reply = ask(&shared.accounts, session, decided, permit).await?;
    let description = decided.request.describe_only;
    // Of what was not understood nobody knows what its description holds: data may name its columns.
    let tells = description && planned && reply.success() && reply.in_progress().is_none();
    if !tells && !reply.is_compile_error() {
        return None;
    }
    let about = &decided.about;
    // What does not compile took no place among the session's results.
    if tells {
        shared.recorder.note(about.draft(StatementForwarded {
            query_id: reply.query_id(),
            attempts: 1,
        }));
    }
    let terms = Terms {
        about: about.clone(),
        result: 0,
        // There are no rows; if there were, nobody has approved them.
        plan: MaskPlan::redact_all(),
        withhold_errors: false,
        planned: true,
        kept_rows: Some(0),
        arrived: session.arrived,
        parts_expire: session.parts_expire(shared.clock.now()),
    };
    match shared.delivery.respond(&terms, reply).await {
        Ok(outcome) => Some(outcome),
        Err(error) => {
            tracing::error!(statement = %about.statement, %error, "what a statement compiles to is withheld");
            None
        }
    }
}

/// One statement that reads or changes rows, with nothing inside it that is built when it runs.
pub(super) fn is_planned(decided: &Decided) -> bool {
    let analysis = &decided.outcome.analysis;
    matches!(analysis.kinds.as_slice(), [only] if PLANNED.contains(only))
        && analysis.inner_kinds.is_empty()
}

/// One such statement whose text holds nothing that its first word does not tell, and nothing that may act while it is compiled: it may be
/// explained.
pub(crate) fn is_plain(decided: &Decided) -> bool {
    let analysis = &decided.outcome.analysis;
    let text = &decided.request.text;
    is_planned(decided)
        && !decided.request.describe_only
        && !OBSCURE.iter().any(|found| analysis.has(found))
        && !text.contains("->>")
        && !text.to_ascii_uppercase().contains("SYSTEM$")
}

/// A query that does not read as one, for a word of it is misspelt, or new. Nothing in it may act while it is compiled.
fn is_unread_query(decided: &Decided) -> bool {
    let analysis = &decided.outcome.analysis;
    let text = decided.request.text.to_ascii_uppercase();
    analysis.kinds == [StatementKind::Unclassified]
        && analysis.inner_kinds == [StatementKind::Select]
        && text.trim_start().starts_with("SELECT")
        && !text.contains("SYSTEM$")
        && !OBSCURE.iter().any(|found| analysis.has(found))
}

async fn ask(
    accounts: &Accounts,
    session: &Session,
    decided: &Decided,
    permit: Permit<Describe>,
) -> Option<UpstreamReply> {
    let statement = decided.about.statement;
    let execution = Execution {
        request_id: upstream_id::of_description(decided),
        base: &accounts.connection(&session.claims)?.upstream,
        token: &session.claims.upstream.token,
        whose: &session.claims.principal,
        text: &decided.request.text,
        request: decided.request.raw.clone(),
        started_ms: decided.evaluated_at.0 / 1_000_000,
    };
    let asked = describe(accounts.client(), permit, execution);
    match tokio::time::timeout(COMPILE_PATIENCE, asked).await {
        Ok(Ok(reply)) => UpstreamReply::parse(&reply.body).ok(),
        Ok(Err(error)) => {
            tracing::debug!(%statement, %error, "Snowflake does not say whether a statement compiles");
            None
        }
        Err(_) => {
            tracing::debug!(%statement, "Snowflake takes long to compile a statement");
            None
        }
    }
}
