//! The names an auditor's SQL may use: tables, views, docs.
//!
//! Enters: one [`Fresh`] view. Leaves: a schema whose views are planned when a query names them. Never here: anything that writes.

mod accesses;
mod barrier;
mod exports;
mod made;
mod plans;
mod sightings;

use std::sync::{Arc, Weak};

use archive::schema::{COMMENT, events_schema, pages_schema, quarantine_schema};
use async_trait::async_trait;
use datafusion::arrow::array::{RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{MemTable, SchemaProvider, TableProvider};
use datafusion::datasource::ViewTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{LogicalPlan, TableType, col, lit};
use datafusion::prelude::SessionContext;
use event::Kind;
use parking_lot::RwLock;
use tokio::sync::OnceCell;

use barrier::Barrier;
use made::Made;
use plans::{union, visible};
pub(crate) use sightings::Sightings;

use crate::auditor::Sees;
use crate::exports::{Counted, Exports};
use crate::fresh::Fresh;
use crate::views::{self, View};

/// Name of the table of docs.
const DOCS: &str = "docs";
/// What the views over sealed rows of statements call these. It is no name for people, and is not listed.
const STATEMENT_ROWS: &str = "statement_rows";
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

/// The kinds that say who read the record.
pub(crate) const READERS: [Kind; 5] = [
    Kind::AuditorQueried,
    Kind::AuditorReplayed,
    Kind::AuditorExported,
    Kind::AuditorVerified,
    Kind::AuditorListed,
];

/// The schema of one query.
pub(crate) struct Relations {
    fresh: Fresh,
    sees: Sees,
    /// Who knows how far exports have come; none where that is not asked.
    exports: Option<Arc<dyn Exports>>,
    /// What was known of that when it was first asked for.
    counted: OnceCell<Counted>,
    /// The query's own session, to plan views in; weak, for the session owns this.
    session: Weak<RwLock<SessionState>>,
    /// Made when it is first asked for: a query may name it more than once, and other views are made of it.
    made: OnceCell<Option<Made>>,
}

impl std::fmt::Debug for Relations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relations").finish_non_exhaustive()
    }
}

impl Relations {
    pub(crate) const fn new(
        fresh: Fresh,
        sees: Sees,
        exports: Option<Arc<dyn Exports>>,
        session: Weak<RwLock<SessionState>>,
    ) -> Self {
        Self {
            fresh,
            sees,
            exports,
            counted: OnceCell::const_new(),
            session,
            made: OnceCell::const_new(),
        }
    }

    /// Archive and tail of `events`, as far as the auditor sees them: everything else an auditor reads is made of these.
    pub(crate) fn events(&self) -> Result<Arc<dyn TableProvider>> {
        let all = union(
            "events",
            &self.fresh.cold.events,
            Arc::clone(&self.fresh.events) as _,
            &events_schema(),
        )?;
        match self.sees {
            Sees::All => Ok(all),
            Sees::Unobserved => {
                let of_readers = READERS.iter().map(|kind| lit(kind.as_str())).collect();
                let shown = col("kind").in_list(of_readers, true);
                Ok(Arc::new(Barrier::new("events", all, shown)))
            }
        }
    }

    /// Records that are no events; whose they are cannot be told, so only who sees everything sees them.
    fn quarantine(&self) -> Result<Arc<dyn TableProvider>> {
        let all = self.fresh.quarantine();
        match self.sees {
            Sees::All => Ok(all),
            Sees::Unobserved => visible("quarantine", all, lit(false)),
        }
    }

    /// Archive and tail of `pages`.
    pub(crate) fn pages(&self) -> Result<Arc<dyn TableProvider>> {
        union(
            "pages",
            &self.fresh.cold.pages,
            Arc::clone(&self.fresh.pages) as _,
            &pages_schema(),
        )
    }

    async fn plan(&self, sql: &str) -> Result<LogicalPlan> {
        let session = self
            .session
            .upgrade()
            .ok_or_else(|| DataFusionError::Internal("the query has ended".to_owned()))?;
        let state = session.read().clone();
        state.create_logical_plan(sql).await
    }

    async fn view(&self, view: &View, sql: &str) -> Result<Arc<dyn TableProvider>> {
        let plan = self.plan(sql).await?;
        Ok(Arc::new(ViewTable::new(plan, Some(view.sql.to_owned()))))
    }

    /// What is sealed, and the rest folded; none of a record that is not sealed far enough: then the views are over its events.
    async fn made(&self) -> Result<Option<&Made>> {
        let made = self.made.get_or_try_init(|| async {
            let session = self.session.upgrade();
            let session = session
                .ok_or_else(|| DataFusionError::Internal("the query has ended".to_owned()))?;
            let context = SessionContext::new_with_state(session.read().clone());
            let tail = Arc::clone(&self.fresh.events) as Arc<dyn TableProvider>;
            let found = self.fresh.cold.archive.answers(&context, tail).await;
            let found = found.map_err(|error| DataFusionError::External(Box::new(error)))?;
            found.map(Made::of).transpose()
        });
        Ok(made.await?.as_ref())
    }

    /// What stands under the name of a view.
    async fn answer(&self, view: &View) -> Result<Arc<dyn TableProvider>> {
        let Some(made) = self.made().await? else {
            return self.view(view, view.sql).await;
        };
        Ok(match view.name {
            "statements" => Arc::clone(&made.statements),
            "accesses" => Arc::clone(&made.accesses),
            "sessions" => match &made.sessions {
                Some(sessions) => Arc::clone(sessions),
                None => self.view(view, view.sql).await?,
            },
            _ => self.view(view, view.sealed.unwrap_or(view.sql)).await?,
        })
    }

    /// Where tokens of values are looked for.
    pub(crate) async fn sightings(&self) -> Result<Sightings> {
        Ok(match self.made().await? {
            Some(made) => Sightings::Rows(Arc::clone(&made.rows)),
            None => Sightings::View(self.view(&views::SIGHTINGS, views::SIGHTINGS.sql).await?),
        })
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
            let schema = self.view(view, view.sql).await?.schema();
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
            "quarantine" => self.quarantine()?,
            DOCS => self.docs().await?,
            STATEMENT_ROWS => match self.made().await? {
                Some(made) => Arc::clone(&made.rows),
                None => return Ok(None),
            },
            _ => match views::ALL.iter().find(|view| view.name == name) {
                Some(view) => self.answer(view).await?,
                None => return self.of_exports(name).await,
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
