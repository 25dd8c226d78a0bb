//! Statements over tables that may be others now: they wait until those are read again, for a while.
//!
//! Enters: a statement, what the control topic says of tables. Leaves: the decision on what is known now; word to every gateway of what
//! a statement may have changed. Never here: a decision on what was, once its statement's answer could be known.

use std::sync::Arc;

use access::analysis::Analysis;
use access::catalog::live::touches;
use event::StatementId;
use event::payload::{FailureStage, Finding, StatementKind};

use super::answer::Answer;
use super::decide::Decided;
use super::request::StatementRequest;
use super::standing;
use crate::config::Config;
use crate::control::{Control, ControlError};
use crate::failure::Failure;
use crate::limits::{CATALOG_PATIENCE, CATALOG_TRIES_MAX};
use crate::outcome::Outcome;
use crate::record::Recorder;
use crate::session::Session;
use crate::shared::Shared;
use crate::upstream::execute::ExecuteError;

/// A decision, or what it lacks.
pub(super) enum Known {
    /// On what is known now, with the parts it was made by.
    Decided(Arc<Shared>, Box<Decided>),
    /// What it touches changes faster than it can be read.
    Stale(Box<Decided>),
}

/// The decision on a request, on tables as they are now.
pub(super) async fn decided(
    shared: &Arc<Shared>,
    session: &Session,
    statement: StatementId,
    request: StatementRequest,
) -> Result<Known, ControlError> {
    let (mut shared, mut request) = (Arc::clone(shared), request);
    let mut tries = 0;
    loop {
        let decided = standing::decided(&shared, session, statement, request).await?;
        if !is_stale(&shared, &decided) {
            return Ok(Known::Decided(shared, Box::new(decided)));
        }
        if tries == CATALOG_TRIES_MAX {
            return Ok(Known::Stale(Box::new(decided)));
        }
        tries += 1;
        shared = current(&shared, &session.claims.connection).await;
        request = decided.request;
    }
}

/// Whether what it touches may be other than it was decided on.
pub(crate) fn is_stale(shared: &Shared, decided: &Decided) -> bool {
    let connection = &decided.about.connection;
    let live = shared.config.connections.get(connection);
    let analysis = &decided.outcome.analysis;
    let mut names = analysis.reads.iter().chain(&analysis.writes).peekable();
    if live.is_none_or(|one| one.catalog.is_none()) || names.peek().is_none() {
        return false;
    }
    let Some(place) = shared.places.get(connection) else {
        return true;
    };
    let stale = shared.control.stale_since(connection, *place);
    !stale.is_empty() && names.any(|name| stale.iter().any(|object| touches(object, name)))
}

/// The parts that account for everything that was said so far of the connection's tables, as soon as there are such; after a while
/// those of now.
pub(crate) async fn current(shared: &Arc<Shared>, connection: &str) -> Arc<Shared> {
    let said = shared.control.invalidated(connection);
    let mut moved = shared.lives.moved();
    let waiting = async {
        loop {
            moved.borrow_and_update();
            let now = shared.now();
            let live = now.config.connections.get(connection);
            let live = live.is_some_and(|one| one.catalog.is_some());
            let known = now.places.get(connection).copied();
            if is_accounted(live, known, said) || moved.changed().await.is_err() {
                return now;
            }
        }
    };
    let waited = tokio::time::timeout(CATALOG_PATIENCE, waiting).await;
    waited.unwrap_or_else(|_| shared.now())
}

/// Whether there is nothing to wait for: what is known, up to the place `known`, accounts for what was `said` last; or the account is
/// not read, so that nothing would ever come.
fn is_accounted(live: bool, known: Option<u64>, said: u64) -> bool {
    !live || known.is_some_and(|place| place >= said)
}

/// What a statement is told that nobody could decide on.
pub(super) async fn refuse(recorder: &Recorder, session: &Session, decided: &Decided) -> Outcome {
    let text = "what this statement reads was changed just now and is being read again, so it did not run: try again";
    let id = decided.about.statement.uuid();
    let failure = Failure::refused(FailureStage::Gateway, id, text);
    recorder
        .refuse(&decided.about, failure, session.arrived)
        .await
}

/// Tells every gateway what the statement may have changed, if Snowflake may have run it: before anybody hears that it ran.
pub(super) async fn tell(
    config: &Config,
    control: &Control,
    decided: &Decided,
    answer: &Result<Answer, ExecuteError>,
) -> Result<(), Failure> {
    let ran = match answer.as_ref().map(|answer| &answer.parsed) {
        Ok(Ok(parsed)) => !parsed.session_ended() && !parsed.is_compile_error(),
        Err(ExecuteError::NotCovered | ExecuteError::Moved | ExecuteError::Json(_)) => false,
        Ok(Err(_)) | Err(ExecuteError::Upstream(_)) => true,
    };
    if !ran {
        return Ok(());
    }
    said(config, control, decided).await.map_err(|error| {
        let statement = decided.about.statement;
        tracing::error!(%statement, %error, "that a statement changed tables could not be said to every gateway");
        let text = "this ran, but that it changed tables cannot be recorded now: what was known of them is of before until they are read again";
        Failure::unrecorded(statement.uuid(), text)
    })
}

/// The same of one whose answer nobody waits for any more.
pub(super) async fn said(
    config: &Config,
    control: &Control,
    decided: &Decided,
) -> Result<(), ControlError> {
    let connection = &decided.about.connection;
    let live = config.connections.get(connection);
    if live.is_none_or(|one| one.catalog.is_none()) || decided.request.describe_only {
        return Ok(());
    }
    match changed(&decided.outcome.analysis) {
        Some(objects) => control.invalidate(&decided.about, objects).await,
        None => Ok(()),
    }
}

/// What a statement may make other than it was: names, or nothing for everything; none where it changes no table.
fn changed(analysis: &Analysis) -> Option<Vec<String>> {
    let has = |finding: Finding| analysis.flags.contains(&finding);
    let defines = |kind: &StatementKind| {
        matches!(kind, StatementKind::Drop | StatementKind::Undrop)
            || matches!(kind, StatementKind::Create(word) | StatementKind::Alter(word) if is_about_tables(word.as_str()))
    };
    // A function that is made is no code that runs; dynamic SQL whose text is known is no more than what it says.
    let runs = |kind: &StatementKind| {
        !matches!(
            kind,
            StatementKind::Create(_) | StatementKind::Alter(_) | StatementKind::AlterSession
        )
    };
    let runs_anything = has(Finding::OpaqueCode) || has(Finding::ProcedureCall);
    let mut kinds = analysis.all_kinds();
    if runs_anything && kinds.clone().any(runs) || has(Finding::Unclassified) {
        return Some(Vec::new());
    }
    (kinds.any(defines) && !analysis.defines.is_empty()).then(|| analysis.defines.clone())
}

fn is_about_tables(word: &str) -> bool {
    [
        "table", "view", "stream", "database", "schema", "tag", "policy",
    ]
    .iter()
    .any(|part| word.contains(part))
}

#[cfg(test)]
mod tests {
    use access::analysis::{SessionView, Statement, analyze};
    use access::catalog::Catalog;

    use super::{changed, is_accounted};

    /// An approved statement of a connection whose account is not read waited six seconds for a reading that never came.
    #[test]
    fn only_a_reading_that_will_come_is_waited_for() {
        let cases = [
            (false, None, 0, true),
            (false, None, 7, true),
            (true, None, 0, false),
            (true, Some(6), 7, false),
            (true, Some(7), 7, true),
            (true, Some(8), 7, true),
        ];
        for (live, known, said, accounted) in cases {
            assert_eq!(
                is_accounted(live, known, said),
                accounted,
                "{live} {known:?} {said}"
            );
        }
    }

    #[test]
    fn what_may_be_other_afterwards() {
        for (text, objects) in [
            ("select n from d.s.t", None),
            ("insert into d.s.t values (1)", None),
            ("truncate table d.s.t", None),
            ("alter session set timezone = 'UTC'", None),
            ("alter warehouse w set warehouse_size = 'XSMALL'", None),
            ("create function d.s.f() returns int as '1'", None),
            ("create table d.s.t (n int)", Some(&["D.S.T"][..])),
            ("create table d.s.t as select 1 n", Some(&["D.S.T"])),
            (
                "create or replace view d.s.v as select n from d.s.t",
                Some(&["D.S.V"]),
            ),
            (
                "alter table d.s.t modify column n set tag pii = 'yes'",
                Some(&["D.S.T"]),
            ),
            (
                "alter table d.s.t rename to d.s.u",
                Some(&["D.S.T", "D.S.U"]),
            ),
            ("drop table d.s.t", Some(&["D.S.T"])),
            ("alter schema d.s set tag pii = 'yes'", Some(&["D.S"])),
            ("drop database d", Some(&["D"])),
            ("execute immediate 'drop table d.s.t'", Some(&["D.S.T"])),
            ("call d.s.p()", Some(&[])),
            ("execute immediate $x", Some(&[])),
        ] {
            let statement = Statement { text, binds: &[] };
            let analysis = analyze(statement, &SessionView::default(), &Catalog::empty());
            let found = changed(&analysis);
            let found: Option<Vec<&str>> = found
                .as_ref()
                .map(|all| all.iter().map(String::as_str).collect());
            assert_eq!(found.as_deref(), objects, "{text}: {:?}", analysis.kinds);
        }
    }
}
