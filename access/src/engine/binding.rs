//! What an approval is bound to: if any of it changes, people are asked again.
//!
//! Enters: the request, the policy's hash, the analysis. Leaves: an [`ApprovalBinding`]. Never here: the time, which passes
//! while people think.

use event::payload::Finding;
use event::{ApprovalBinding, Digest, PolicyHash};

use super::request::DecisionRequest;
use crate::analysis::{Analysis, SessionView};
use crate::catalog::bound_version;

/// Digest over original text, binds, who and where, session context, the session's temporary tables that it rests on, policy hash and
/// catalog version (where an account says itself what there is, of what the statement touches alone). Whoever has a recorded
/// binding can tell by it whether text, binds and context at hand are the original ones.
pub fn of(
    request: &DecisionRequest<'_>,
    policy: PolicyHash,
    catalog_version: &str,
    analysis: &Analysis,
) -> ApprovalBinding {
    let mut binds: Vec<Vec<u8>> = Vec::new();
    for bind in request.statement.binds {
        binds.push(bind.name.clone().into_bytes());
        binds.push(bind.kind.clone().into_bytes());
        binds.push((bind.values.len() as u64).to_be_bytes().to_vec());
        binds.extend(bind.values.iter().map(|value| optional(value.as_deref())));
    }
    let binds = Digest::of_pieces(binds.iter().map(Vec::as_slice));
    let context = &request.session.context;
    let mut around: Vec<Vec<u8>> = [
        &context.database,
        &context.schema,
        &context.warehouse,
        &context.role,
    ]
    .into_iter()
    .map(|value| optional(value.as_deref()))
    .collect();
    if analysis.has(&Finding::SessionVariable) {
        for (name, value) in &request.session.variables {
            around.push(name.clone().into_bytes());
            around.push(value.clone().into_bytes());
        }
    }
    around.extend(tables(request.session, analysis));
    let around = Digest::of_pieces(around.iter().map(Vec::as_slice));
    ApprovalBinding(Digest::of_pieces([
        request.statement.text.as_bytes(),
        binds.as_bytes().as_slice(),
        around.as_bytes().as_slice(),
        request.principal.issuer.as_bytes(),
        request.principal.subject.as_bytes(),
        request.connection.as_bytes(),
        policy.0.as_bytes().as_slice(),
        bound_version(catalog_version).as_bytes(),
    ]))
}

/// The session's temporary tables that a request was read by, each with what is known of it: its contents, or, where nobody knew which
/// table was meant, that the session has one of that name.
pub(super) fn tables(session: &SessionView, analysis: &Analysis) -> Vec<Vec<u8>> {
    let unresolved = analysis.has(&Finding::UnresolvedTable);
    let named = analysis.reads.iter().chain(&analysis.writes);
    let hidden = named.filter(|name| unresolved && session.own_table(name).is_some());
    let mut names: Vec<&String> = analysis.rests_on.iter().chain(hidden).collect();
    names.sort_unstable();
    names.dedup();
    let pieces = names.into_iter().map(|name| {
        let mut piece = b"table ".to_vec();
        piece.extend(serde_json::to_vec(&session.own_table(name)).unwrap_or_default());
        piece
    });
    pieces.collect()
}

/// NULL differs from the empty text.
fn optional(value: Option<&str>) -> Vec<u8> {
    match value {
        None => vec![0],
        Some(text) => [&[1], text.as_bytes()].concat(),
    }
}
