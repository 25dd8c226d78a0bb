//! Which events and statements a sink wants, in the predicates of `firn sql` over tables `events` and `statements`.
//!
//! Enters: the text of a predicate, and items. Leaves: for each, whether it holds; NULL is no. Never here: a subquery, another table.

use archive::rows;
use archive::sealed::{Told, told_rows, told_schema};
use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::{DFSchema, ToDFSchema as _};
use datafusion::logical_expr::ExprSchemable as _;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::SessionContext;
use std::sync::Arc;

use crate::item::{Recorded, StatementOutcome};

/// Why a predicate is refused, or cannot be told of an event.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum FilterError {
    /// The text is no predicate over the table.
    #[error(
        "filter {text:?} is refused: {detail}; it is what follows WHERE in a query of table `{table}`"
    )]
    Predicate {
        /// The table.
        table: &'static str,
        /// As configured.
        text: String,
        /// What is wrong.
        detail: String,
    },
    /// It failed on these events.
    #[error("the filter cannot be evaluated: {0}")]
    Evaluation(String),
}

/// A predicate over the rows of one table.
#[derive(Debug)]
pub struct Filter {
    predicate: Arc<dyn PhysicalExpr>,
}

impl Filter {
    /// The predicate over table `events` that `text` says.
    pub fn events(text: &str) -> Result<Self, FilterError> {
        Self::parse("events", text, &rows::events_schema())
    }

    /// The predicate over table `statements` that `text` says.
    pub fn statements(text: &str) -> Result<Self, FilterError> {
        Self::parse("statements", text, &told_schema())
    }

    fn parse(table: &'static str, text: &str, schema: &SchemaRef) -> Result<Self, FilterError> {
        let refused = |detail: String| FilterError::Predicate {
            table,
            text: text.to_owned(),
            detail,
        };
        let schema: DFSchema = Arc::clone(schema)
            .to_dfschema()
            .map_err(|error| refused(error.to_string()))?;
        let context = SessionContext::new();
        let expression = context
            .parse_sql_expr(text, &schema)
            .map_err(|error| refused(error.strip_backtrace()))?;
        let kind = expression
            .get_type(&schema)
            .map_err(|error| refused(error.strip_backtrace()))?;
        if kind != DataType::Boolean {
            return Err(refused(format!("it is no yes or no, but {kind}")));
        }
        let predicate = context
            .create_physical_expr(expression, &schema)
            .map_err(|error| refused(error.strip_backtrace()))?;
        Ok(Self { predicate })
    }

    /// For each of `events`, whether it holds.
    pub fn each_event(&self, events: &[&Recorded]) -> Vec<Result<bool, FilterError>> {
        self.each(events, &|events| {
            let each = events.iter();
            let keyed: Vec<_> = each
                .map(|recorded| {
                    let canonical = event::encode(&recorded.event);
                    let hash = canonical.map(|bytes| event::event_hash(&bytes));
                    hash.map(|hash| (recorded.position, &*recorded.event, hash))
                })
                .collect::<Result<_, _>>()
                .map_err(|error| error.to_string())?;
            let rows = rows::to_batches_hashed(&keyed);
            rows.map(|(rows, _)| rows)
                .map_err(|error| error.to_string())
        })
    }

    /// For each of `statements`, whether it holds.
    pub fn each_statement(
        &self,
        statements: &[&StatementOutcome],
    ) -> Vec<Result<bool, FilterError>> {
        self.each(statements, &|statements| {
            let told = statements.iter().map(|outcome| Told {
                session: outcome.completed.event.session_id,
                statement: outcome.statement,
                place: outcome.completed.position,
                fold: &outcome.fold,
                events: [&outcome.submitted, &outcome.decided, &outcome.failed]
                    .map(Option::as_deref),
            });
            let told: Vec<_> = told.collect();
            told_rows(&told).map_err(|error| error.to_string())
        })
    }

    fn each<T>(
        &self,
        items: &[&T],
        rows: &dyn Fn(&[&T]) -> Result<RecordBatch, String>,
    ) -> Vec<Result<bool, FilterError>> {
        if items.is_empty() {
            return Vec::new();
        }
        let answers = rows(items).and_then(|rows| self.evaluate(&rows));
        match answers {
            Ok(answers) => answers.into_iter().map(Ok).collect(),
            // One that has no row must not decide for the others.
            Err(error) if items.len() == 1 => vec![Err(FilterError::Evaluation(error))],
            Err(_) => {
                let (some, others) = items.split_at(items.len() / 2);
                let mut answers = self.each(some, rows);
                answers.extend(self.each(others, rows));
                answers
            }
        }
    }

    fn evaluate(&self, rows: &RecordBatch) -> Result<Vec<bool>, String> {
        let answer = self
            .predicate
            .evaluate(rows)
            .and_then(|value| value.into_array(rows.num_rows()))
            .map_err(|error| error.strip_backtrace())?;
        let answer = answer.as_boolean();
        let holds = (0..answer.len()).map(|row| answer.is_valid(row) && answer.value(row));
        Ok(holds.collect())
    }
}
