//! `seen('…')` over what is sealed and the rest: statements that met one of some tokens.
//!
//! Enters: rows of statements, tokens. Leaves: rows of the view `sightings` of these tokens. Never here: a file read whose own filter says
//! that it has none of them; the view's SQL over all events, unless nothing is sealed.

use std::sync::Arc;

use archive::sealed::has_token;
use datafusion::catalog::TableProvider;
use datafusion::common::Column;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, col, lit};

/// Where tokens are looked for.
#[derive(Clone, Debug)]
pub(crate) enum Sightings {
    /// Rows of statements.
    Rows(Arc<dyn TableProvider>),
    /// The view, of a record that is not sealed far enough.
    View(Arc<dyn TableProvider>),
}

/// The view's columns, and what each is called in an element of `seen`; the statement's own have none.
const COLUMNS: [(&str, Option<&str>); 10] = [
    ("time", Some("time")),
    ("session_id", None),
    ("statement_id", None),
    ("principal", None),
    ("column_name", Some("column")),
    ("class", Some("class")),
    ("place", Some("place")),
    ("cells", Some("cells")),
    ("token", Some("token")),
    ("key_id", Some("key")),
];

impl Sightings {
    /// The rows that have one of `tokens`.
    pub(crate) fn of(&self, tokens: &[i64]) -> Result<LogicalPlan> {
        let wanted = || tokens.iter().map(|token| lit(*token)).collect::<Vec<_>>();
        let named = |name: &str| col(Column::from_name(name));
        let rows = match self {
            Self::View(view) => {
                let view = provider_as_source(Arc::clone(view));
                LogicalPlanBuilder::scan("sightings", view, None)?
            }
            // Of a file, only what its Bloom filters do not rule out is read.
            Self::Rows(rows) => {
                let arguments = std::iter::once(named("seen")).chain(wanted()).collect();
                let own = COLUMNS.iter().filter(|(_, field)| field.is_none());
                let own = own.map(|(name, _)| named(name));
                let shown = COLUMNS.iter().map(|(name, field)| match field {
                    Some(field) => get_field(named("met"), *field).alias(*name),
                    None => named(name),
                });
                LogicalPlanBuilder::scan(
                    "statement_rows",
                    provider_as_source(Arc::clone(rows)),
                    None,
                )?
                .filter(has_token().call(arguments))?
                .project(own.chain([named("seen").alias("met")]))?
                .unnest_column("met")?
                .project(shown.collect::<Vec<Expr>>())?
            }
        };
        rows.filter(named("token").in_list(wanted(), false))?
            .build()
    }
}
