//! What a statement on its way does to the temporary tables of its session.
//!
//! Enters: a statement that was decided on, and how it ended. Leaves: which of those tables the next one may rest on. Never here: a
//! statement that is sent though one of them is another than it was decided on; what this process knows of a session that another gateway
//! may serve.

use event::payload::FailureStage;

use super::decide::{Counted, Decided};
use crate::failure::Failure;
use crate::session::Session;
use crate::views::Views;
use crate::views::own::{Barred, Ended};

/// It is about to be sent: what it may change is known to nobody from here on. Where other gateways serve the session too, the record alone
/// knows of its tables: one of them may be of a release that does not say what it changes.
/// That they do not is what `alone` says.
pub(super) fn begin(
    kept: &Views,
    alone: bool,
    session: &Session,
    decided: &Decided,
) -> Result<(), Failure> {
    // By the record it is only read, and nothing is shown of it where another statement came between.
    let by_record = matches!(decided.counted, Some(Counted::Tables { .. }));
    if !alone || decided.request.describe_only || by_record {
        return Ok(());
    }
    let analysis = &decided.outcome.analysis;
    let statement = decided.about.statement;
    let begun = kept.begin_tables(session, &decided.view, statement, analysis);
    begun.map_err(|barred| {
        let text = match barred {
            Barred::Changed => {
                "another statement changed a temporary table that this one names before it was sent, so it did not run: send it again"
            }
            Barred::Busy => {
                "a statement that reads this temporary table has not ended, so this one did not run: ask for the other one's result first, \
                then send it again"
            }
        };
        Failure::refused(FailureStage::Gateway, statement.uuid(), text)
    })
}

/// It is over.
pub(super) fn end(kept: &Views, session: &Session, decided: &Decided, how: Ended) {
    kept.end_tables(session, &name(decided), how);
}

/// It goes on upstream.
pub(super) fn go_on(kept: &Views, session: &Session, decided: &Decided, query_id: &str) {
    kept.tables_go_on(session, &name(decided), query_id);
}

/// It may go on upstream, and nobody will hear of its end.
pub(super) fn lose(kept: &Views, session: &Session, decided: &Decided) {
    kept.lose_tables(session, &name(decided));
}

/// Snowflake ran something else than was decided on.
pub(super) fn stray(kept: &Views, session: &Session, decided: &Decided) {
    kept.tables_stray(session, &name(decided));
}

/// By what it is known while it is under way.
fn name(decided: &Decided) -> String {
    decided.about.statement.to_string()
}
