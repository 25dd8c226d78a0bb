//! Asking people about a statement.
//!
//! Enters: a statement that the policy holds. Leaves: its hold, durable, with the request sealed for whichever gateway runs it.
//! Never here: the request in clear.

use access::Masking;
use access::analysis::{Analysis, OwnTable, SessionView, asks_back};
use event::payload::Finding;
use event::{RequestId, TimeNs};
use serde::{Deserialize, Serialize};

use crate::control::{Control, ControlError, Held, HoldRequest, HoldStatus, Touches};
use crate::limits::BINDS_SHOWN_BYTES_MAX;
use crate::raw::RawObject;
use crate::statement::decide::Decided;
use crate::statement::events::recordable;

/// A held statement as it travels, sealed: whichever gateway runs it makes the same decision from it.
#[derive(Serialize, Deserialize)]
pub(super) struct Sealed {
    pub body: RawObject,
    pub view: SessionView,
    pub evaluated_at: TimeNs,
    request_id: RequestId,
}

/// Asks the people whom the policy names.
pub(super) async fn people(
    control: &Control,
    masking: &Masking,
    decided: &Decided,
    request_id: RequestId,
) -> Result<HoldStatus, ControlError> {
    let decision = &decided.outcome.decision;
    let Some(hold) = decision.hold().cloned() else {
        return Err(ControlError::Unknown);
    };
    let sealed = Sealed {
        body: decided.request.raw.clone(),
        view: needed(
            &decided.request.text,
            &decided.outcome.analysis,
            &decided.view,
        ),
        evaluated_at: decided.evaluated_at,
        request_id,
    };
    let request = HoldRequest {
        about: decided.about.clone(),
        binding: decision.binding(),
        quorum: hold.quorum,
        reasons: decision
            .reasons()
            .iter()
            .map(|reason| reason.text.clone())
            .collect(),
        approval_ttl_ns: hold.approval_ttl_ns,
        execution_ttl_ns: hold.execution_ttl_ns,
        held: Held {
            shown: masking.sql_text(&decided.request.text),
            binds: masking.binds(&recordable(&decided.request.binds, BINDS_SHOWN_BYTES_MAX).0),
            touches: Touches::of(&decided.outcome, masking),
            shape: decided.shape(),
            writes: decided.may_write(),
            asynchronous: decided.request.is_unattended(),
            request: serde_json::to_vec(&sealed).unwrap_or_default(),
        },
    };
    control.hold(request).await
}

/// What the decision rests on of what the session was. Its earlier results are lineage of some hundred results, column by column, which
/// every statement that waits would keep for as long as people take; none but who may look back at them asks for them.
fn needed(text: &str, analysis: &Analysis, view: &SessionView) -> SessionView {
    let mut needed = view.clone();
    let looks_back =
        asks_back(text) || analysis.has(&Finding::ResultScan) || analysis.sets_unseen();
    if !looks_back {
        needed.results.clear();
        needed.metadata.clear();
        let names = |table: &OwnTable| {
            let mut named = analysis.reads.iter().chain(&analysis.writes);
            analysis.may_change(&table.name) || named.any(|name| *name == table.name)
        };
        needed.tables.retain(names);
    }
    needed
}

#[cfg(test)]
mod tests {
    use access::analysis::{OwnTable, SessionView, Statement, analyze};
    use access::catalog::Catalog;

    use super::needed;

    #[test]
    fn earlier_results_wait_with_who_may_look_back_at_them() {
        let table = |name: &str| OwnTable {
            name: name.to_owned(),
            made_of: None,
        };
        let view = SessionView {
            variables: vec![("V".to_owned(), "1".to_owned())],
            results: vec![("01b".to_owned(), Vec::new())],
            metadata: vec!["01b".to_owned()],
            tables: vec![table("D.S.T"), table("D.S.Z")],
            ..SessionView::default()
        };
        for (text, kept) in [
            ("select n from d.s.t", false),
            ("update d.s.t set n = $v", false),
            ("create table d.s.t as select 1 n", false),
            ("select * from table(result_scan('01b'))", true),
            ("select * from table(RESULT_SCAN(LAST_QUERY_ID()))", true),
            ("explain select * from table(\"RESULT_SCAN\"('01b'))", true),
            ("call d.s.p()", true),
            ("execute immediate $v", true),
            (
                "begin let r := (execute immediate $v); return table(r); end",
                true,
            ),
        ] {
            let statement = Statement { text, binds: &[] };
            let analysis = analyze(statement, &view, &Catalog::empty());
            let found = needed(text, &analysis, &view);
            assert_eq!(!found.results.is_empty(), kept, "{text}");
            assert_eq!(!found.metadata.is_empty(), kept, "{text}");
            assert_eq!(found.variables, view.variables, "{text}");
            // Of temporary tables, those that it names.
            assert!(found.own_table("D.S.T").is_some(), "{text}");
            assert_eq!(found.own_table("D.S.Z").is_some(), kept, "{text}");
        }
    }
}
