//! Rows of `statements` for statements as they go by, before anything is sealed or even archived.
//!
//! Enters: what became of statements, and the first events that say who, what and why. Leaves: the columns that auditors see. Never here: where
//! events stand in files.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use event::fold::{Place, StatementFold};
use event::{Event, SessionId, StatementId};
use journal::Position;

use super::story::{Key, Story, statement_rows_of};
use crate::rows::RowError;
use crate::schema::sealed::STATEMENTS;
use crate::schema::statements_schema;

/// One statement.
pub struct Told<'a> {
    /// Its session.
    pub session: Option<SessionId>,
    /// The statement.
    pub statement: StatementId,
    /// Where the last of its events stands.
    pub place: Position,
    /// Its events folded.
    pub fold: &'a StatementFold,
    /// Its first submission, decision and failure.
    pub events: [Option<&'a Event>; 3],
}

/// What auditors see of `statements`, without what a sealed row says of its files.
pub fn told_schema() -> SchemaRef {
    let all = statements_schema();
    let shown = all.fields().iter().take(STATEMENTS.len());
    Arc::new(Schema::new(shown.cloned().collect::<Vec<_>>()))
}

/// A row of [`told_schema`] for each of `told`, in their order.
pub fn told_rows(told: &[Told<'_>]) -> Result<RecordBatch, RowError> {
    let stories = told.iter().map(|told| {
        let events = told.events.into_iter().flatten();
        let story = Story::told(told.fold, Place::from(told.place), events);
        ((told.session, told.statement), story)
    });
    let stories: Vec<(Key, Story)> = stories.collect();
    let shown: Vec<usize> = (0..STATEMENTS.len()).collect();
    let rows = statement_rows_of(&stories)?.project(&shown);
    rows.map_err(|error| RowError::Columns(error.to_string()))
}
