//! Views made of what is sealed and of the rest, folded.
//!
//! Enters: rows, each statement and session once. Leaves: providers with the columns that the views' SQL over all events has.
//! Never here: that SQL.

use std::sync::Arc;

use archive::schema::sealed::SESSIONS;
use archive::schema::{sessions_schema, statements_schema};
use archive::sealed::{Answers, Once};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::Result;
use datafusion::logical_expr::{LogicalPlanBuilder, col};

use super::accesses::Accesses;
use super::plans::union;
use crate::views;

/// Columns of `sessions` that are sums over statements, of which the view knows that they are not negative.
const SUMS: [&str; 3] = ["rows", "bytes", "masked_cells"];

/// Everything that is made of sealed rows.
pub(super) struct Made {
    /// Statements with the columns no view of them shows; also what is of pages only, without an outcome.
    pub(super) rows: Arc<dyn TableProvider>,
    pub(super) statements: Arc<dyn TableProvider>,
    pub(super) accesses: Arc<dyn TableProvider>,
    /// None where what is sealed of them cannot be used.
    pub(super) sessions: Option<Arc<dyn TableProvider>>,
}

impl Made {
    pub(super) fn of(answers: Answers) -> Result<Self> {
        let rows = both("statement_rows", answers.statements, &rows_schema())?;
        let shown = views::STATEMENTS.columns.iter();
        let statements =
            LogicalPlanBuilder::scan("statements", provider_as_source(Arc::clone(&rows)), None)?
                .filter(col("outcome").is_not_null())?
                .project(shown.map(|(name, _)| col(*name)))?
                .build()?;
        let statements: Arc<dyn TableProvider> = Arc::new(ViewTable::new(statements, None));
        let sessions = answers.sessions;
        let sessions = sessions.map(|once| both("sessions", once, &shown_sessions()));
        Ok(Self {
            accesses: Arc::new(Accesses::new(Arc::clone(&statements))?),
            sessions: sessions.transpose()?,
            statements,
            rows,
        })
    }
}

fn both(name: &str, once: Once, schema: &SchemaRef) -> Result<Arc<dyn TableProvider>> {
    let rest = MemTable::try_new(once.rest.schema(), vec![vec![once.rest]])?;
    union(name, &once.sealed, Arc::new(rest), schema)
}

/// Columns of `statements` and what follows them. Delta has no unsigned numbers; the view always had.
fn rows_schema() -> SchemaRef {
    let shown = |field: &Field| views::STATEMENTS.column_doc(field.name()).is_some();
    let stored = statements_schema();
    let fields = stored.fields().iter().map(|field| {
        let field = field.as_ref().clone();
        match field.data_type() {
            DataType::Int64 if shown(&field) => field.with_data_type(DataType::UInt64),
            _ => field,
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Columns of `sessions` as auditors see them.
fn shown_sessions() -> SchemaRef {
    let stored = sessions_schema();
    let fields = SESSIONS.iter().filter_map(|column| {
        let field = stored.field_with_name(column.name).ok()?.clone();
        Some(match column.name {
            "expires" => field.with_data_type(DataType::Timestamp(TimeUnit::Nanosecond, None)),
            name if SUMS.contains(&name) => field.with_data_type(DataType::UInt64),
            _ => field,
        })
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}
