//! What became of a statement, as one tree under the names of its events' fields.
//!
//! Enters: a statement's outcome. Leaves: a tree. Never here: a second opinion on how it ended; that is the fold's.

use event::Payload;
use event::payload::Approver;

use super::record::payload_tree;
use super::tree::{Object, Tree};
use crate::item::StatementOutcome;

/// Who, on whose behalf and from where stand beside it; here is what was asked, said, done and delivered.
pub fn tree(told: &StatementOutcome) -> Tree {
    let fold = &told.fold;
    let mut tree = Object::with_room(32);
    tree.put("outcome", fold.outcome().as_str());
    let parts = [&told.submitted, &told.decided];
    for event in parts.into_iter().flatten() {
        // Their fields have names of their own; a verdict is told once, by the decision itself.
        if let Tree::Map(fields) = payload_tree(&event.payload) {
            tree.extend(fields);
        }
    }
    if told.decided.is_none() {
        tree.put("verdict", Tree::of(&fold.verdict()));
    }
    tree.put("approval", approval(told));
    tree.put("query_id", Tree::of(&fold.query_id()));
    if let Some(sums) = fold.deliveries().sums() {
        tree.put("rows", sums.rows);
        tree.put("bytes", sums.bytes);
        tree.put("masked_cells", sums.masked_cells);
        tree.put("rows_changed", Tree::of(&sums.rows_changed));
    }
    tree.put("failure", failure(told));
    tree.put("canceled_by", Tree::of(&fold.canceled_by()));
    tree.put("duration_ns", Tree::of(&fold.duration_ns()));
    tree.put("began_at", Tree::of(&fold.began_at()));
    tree.put("ended_at", Tree::of(&fold.last_at()));
    tree.into()
}

fn approval(told: &StatementOutcome) -> Object {
    let fold = told.fold.approval();
    let people = |people: Vec<&Approver>| Tree::of(&people);
    Object::new()
        .with("outcome", Tree::of(&fold.outcome()))
        .with("asked_at", Tree::of(&fold.asked_at()))
        .with("ended_at", Tree::of(&fold.ended_at()))
        .with("quorum", Tree::of(&fold.quorum()))
        .with("approvers", people(fold.approvers().collect()))
        .with("deniers", people(fold.deniers().collect()))
}

/// How it failed, with what the driver showed; nothing where that was got over.
fn failure(told: &StatementOutcome) -> Object {
    let Some(failure) = told.fold.failure() else {
        return Object::new();
    };
    let mut tree = Object::new()
        .with("stage", failure.stage.as_str())
        .with("code", failure.code.as_str())
        .with("at", Tree::of(&failure.at));
    if let Some(Payload::StatementFailed(failed)) =
        told.failed.as_deref().map(|event| &event.payload)
    {
        tree.put("sql_state", failed.sql_state.as_str());
        tree.put("message", failed.message.get().as_str());
    }
    tree
}
