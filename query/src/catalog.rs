//! The names an auditor's SQL may use: tables, views, docs.
//!
//! Enters: one [`Fresh`] view. Leaves: a schema whose views are planned when a query names them. Never here: anything that writes.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use datafusion::arrow::array::{RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{MemTable, SchemaProvider, TableProvider};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableType, cast, col};
use ledger::archive::schema::{COMMENT, events_schema, pages_schema, quarantine_schema};
use parking_lot::RwLock;

use crate::fresh::Fresh;
use crate::views::{self, View};

/// Name of the table of docs.
const DOCS: &str = "docs";
/// The tables below the views.
const TABLES: [(&str, &str); 3] = [
    (
        "events",
        "One row an event, as recorded: the envelope, then one struct column a kind",
    ),
    (
        "pages",
        "Masked rows as delivered, Arrow IPC; `result(statement_id)` decodes them",
    ),
    (
        "quarantine",
        "Records of the journal that are no events, byte for byte",
    ),
];

/// The schema of one query.
pub(crate) struct Relations {
    fresh: Fresh,
    /// The query's own session, to plan views in; weak, for the session owns this.
    session: Weak<RwLock<SessionState>>,
}

impl std::fmt::Debug for Relations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relations").finish_non_exhaustive()
    }
}

impl Relations {
    pub(crate) const fn new(fresh: Fresh, session: Weak<RwLock<SessionState>>) -> Self {
        Self { fresh, session }
    }

    /// Archive and tail of `events`.
    pub(crate) fn events(&self) -> Result<Arc<dyn TableProvider>> {
        union(
            "events",
            &self.fresh.cold.events,
            &self.fresh.events,
            &events_schema(),
        )
    }

    /// Archive and tail of `pages`.
    pub(crate) fn pages(&self) -> Result<Arc<dyn TableProvider>> {
        union(
            "pages",
            &self.fresh.cold.pages,
            &self.fresh.pages,
            &pages_schema(),
        )
    }

    async fn view(&self, view: &View) -> Result<Arc<dyn TableProvider>> {
        let session = self
            .session
            .upgrade()
            .ok_or_else(|| DataFusionError::Internal("the query has ended".to_owned()))?;
        let state = session.read().clone();
        let plan = state.create_logical_plan(view.sql).await?;
        Ok(Arc::new(ViewTable::new(plan, Some(view.sql.to_owned()))))
    }

    async fn docs(&self) -> Result<Arc<dyn TableProvider>> {
        let mut rows: Vec<[String; 5]> = Vec::new();
        let stored = [events_schema(), pages_schema(), quarantine_schema()];
        for ((name, about), schema) in TABLES.into_iter().zip(stored) {
            let comment =
                |field: &Field| field.metadata().get(COMMENT).cloned().unwrap_or_default();
            document(&mut rows, name, about, &schema, comment);
        }
        for view in views::ALL {
            let schema = self.view(view).await?.schema();
            let doc = |field: &Field| view.column_doc(field.name()).unwrap_or_default().to_owned();
            document(&mut rows, view.name, view.doc, &schema, doc);
        }
        let column = |index: usize| {
            rows.iter()
                .map(move |row| row.get(index).map(String::as_str))
        };
        let names = ["table_name", "table_doc", "column_name", "data_type", "doc"];
        let fields: Vec<Field> = names
            .iter()
            .map(|name| Field::new(*name, DataType::Utf8, true))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let columns = (0..names.len())
            .map(|index| Arc::new(column(index).collect::<StringArray>()) as _)
            .collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
        Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
    }
}

fn document(
    rows: &mut Vec<[String; 5]>,
    name: &str,
    about: &str,
    schema: &SchemaRef,
    doc: impl Fn(&Field) -> String,
) {
    for field in schema.fields() {
        rows.push([
            name.to_owned(),
            about.to_owned(),
            field.name().clone(),
            type_word(field.data_type()),
            doc(field),
        ]);
    }
}

/// A type as one would write it, without Arrow's detail.
pub(crate) fn type_word(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_owned(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "binary".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Timestamp(..) => "timestamp".to_owned(),
        DataType::Date32 | DataType::Date64 => "date".to_owned(),
        DataType::Float32 | DataType::Float64 => "double".to_owned(),
        DataType::List(item) | DataType::LargeList(item) => {
            format!("{}[]", type_word(item.data_type()))
        }
        DataType::Struct(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|field| format!("{} {}", field.name(), type_word(field.data_type())))
                .collect();
            format!("struct({})", fields.join(", "))
        }
        DataType::Dictionary(_, value) => type_word(value),
        integer if integer.is_integer() => "bigint".to_owned(),
        other => other.to_string().to_ascii_lowercase(),
    }
}

/// Both sides as one logical plan, so that filters, projections and limits reach each side.
fn union(
    name: &str,
    cold: &Arc<dyn TableProvider>,
    hot: &Arc<MemTable>,
    schema: &SchemaRef,
) -> Result<Arc<dyn TableProvider>> {
    let cold = conform(name, Arc::clone(cold), schema)?;
    let hot = conform(name, Arc::clone(hot) as Arc<dyn TableProvider>, schema)?;
    let plan = LogicalPlanBuilder::from(cold).union(hot)?.build()?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}

/// The columns of `schema` in its order; the archive's reader may deliver other layouts of the same types.
fn conform(
    name: &str,
    provider: Arc<dyn TableProvider>,
    schema: &SchemaRef,
) -> Result<LogicalPlan> {
    let stored = provider.schema();
    let columns: Vec<Expr> = schema
        .fields()
        .iter()
        .map(|field| {
            let wanted = field.data_type();
            let column = col(datafusion::common::Column::from_name(field.name()));
            match stored.field_with_name(field.name()) {
                Ok(have) if have.data_type().equals_datatype(wanted) => column,
                _ => cast(column, wanted.clone()).alias(field.name()),
            }
        })
        .collect();
    LogicalPlanBuilder::scan(name, provider_as_source(provider), None)?
        .project(columns)?
        .build()
}

#[async_trait]
impl SchemaProvider for Relations {
    fn table_names(&self) -> Vec<String> {
        let tables = TABLES.iter().map(|(name, _)| *name);
        let views = views::ALL.iter().map(|view| view.name);
        tables
            .chain(views)
            .chain([DOCS])
            .map(str::to_owned)
            .collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(Some(match name {
            "events" => self.events()?,
            "pages" => self.pages()?,
            "quarantine" => self.fresh.quarantine(),
            DOCS => self.docs().await?,
            _ => match views::ALL.iter().find(|view| view.name == name) {
                Some(view) => self.view(view).await?,
                None => return Ok(None),
            },
        }))
    }

    async fn table_type(&self, name: &str) -> Result<Option<TableType>> {
        Ok(self.table_exist(name).then(|| match name {
            "events" | "pages" | "quarantine" => TableType::Base,
            _ => TableType::View,
        }))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.table_names().iter().any(|known| known == name)
    }
}
