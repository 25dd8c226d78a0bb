//! Asking people about a statement.
//!
//! Enters: a statement that the policy holds. Leaves: its hold, durable, with the request sealed for whichever gateway runs it.
//! Never here: the request in clear.

use access::Masking;
use access::analysis::SessionView;
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
        view: decided.view.clone(),
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
