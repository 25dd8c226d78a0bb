//! One query's DataFusion session.
//!
//! Enters: a fresh view, SQL. Leaves: batches within the bounds. Never here: a session shared by two queries, SQL that writes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::memory::{MemoryCatalogProvider, MemoryCatalogProviderList};
use datafusion::catalog::{CatalogProvider, CatalogProviderList, MemTable};
use datafusion::error::DataFusionError;
use datafusion::execution::FunctionRegistry;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use futures::StreamExt;

use super::record;
use crate::answer::Answer;
use crate::catalog::Relations;
use crate::config::Config;
use crate::error::QueryError;
use crate::fresh::Fresh;
use crate::functions::{ResultFunction, SessionFunction, result_calls};
use crate::limits::{ANSWER_BYTES_MAX, RESULT_CALLS_MAX, SPILL_BYTES};
use crate::lists;

const CATALOG: &str = "firn";
const SCHEMA: &str = "audit";

/// Functions, settings, memory and caches that every query's session starts from.
pub(super) struct Template(SessionState);

/// One query's session.
pub(super) struct Session {
    pub context: SessionContext,
    pub relations: Arc<Relations>,
}

impl Template {
    pub(super) fn new(config: &Config) -> Result<Self, DataFusionError> {
        let mut settings = SessionConfig::new()
            .with_default_catalog_and_schema(CATALOG, SCHEMA)
            .with_create_default_catalog_and_schema(false)
            .with_information_schema(true);
        let options = settings.options_mut();
        options.execution.parquet.pushdown_filters = true;
        options.execution.parquet.reorder_filters = true;
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(config.memory_bytes)))
            .with_max_temp_directory_size(SPILL_BYTES)
            .build_arc()?;
        let mut state = SessionStateBuilder::new()
            .with_config(settings)
            .with_runtime_env(runtime)
            .with_default_features()
            .build();
        for function in lists::all() {
            state.register_udf(Arc::new(function))?;
        }
        Ok(Self(state))
    }

    /// A session over `view`.
    pub(super) fn session(&self, view: Fresh) -> Session {
        let catalogs = Arc::new(MemoryCatalogProviderList::new());
        let catalog = Arc::new(MemoryCatalogProvider::new());
        catalogs.register_catalog(
            CATALOG.to_owned(),
            Arc::clone(&catalog) as Arc<dyn CatalogProvider>,
        );
        let state = SessionStateBuilder::new_from_existing(self.0.clone())
            .with_catalog_list(catalogs)
            .build();
        let context = SessionContext::new_with_state(state);
        let relations = Arc::new(Relations::new(view, context.state_weak_ref()));
        // A memory catalog takes any schema.
        let _ = catalog.register_schema(SCHEMA, Arc::clone(&relations) as _);
        Session { context, relations }
    }
}

/// Runs `sql` in `session` and takes at most `limit` rows.
pub(super) async fn answer(
    session: &Session,
    sql: &str,
    limit: usize,
) -> Result<Answer, QueryError> {
    let context = &session.context;
    let state = context.state();
    let dialect = state.config_options().sql_parser.dialect;
    let statement = state.sql_to_statement(sql, &dialect)?;
    let calls = result_calls(&statement);
    if calls.len() > RESULT_CALLS_MAX {
        return Err(QueryError::Sql(format!(
            "a query may name at most {RESULT_CALLS_MAX} recorded results"
        )));
    }
    let mut notices = Vec::new();
    let mut read: HashMap<_, Arc<MemTable>> = HashMap::new();
    for call in calls {
        if let Some((table, notice)) = record::result(session, call).await? {
            read.insert(call, table);
            notices.extend(notice);
        }
    }
    context.register_udtf("result", Arc::new(ResultFunction { read }));
    let events = session.relations.events()?;
    context.register_udtf("session", Arc::new(SessionFunction { events }));

    let plan = context.state().statement_to_plan(statement).await?;
    let reading = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    if let Err(error) = reading.verify_plan(&plan) {
        let said = error.strip_backtrace();
        let what = said.rsplit(": ").next().unwrap_or_default();
        return Err(QueryError::ReadOnly(what.to_owned()));
    }
    let frame = context.execute_logical_plan(plan).await?;
    let mut stream = frame.execute_stream().await?;
    let schema = stream.schema();
    let mut taken = Taken {
        batches: Vec::new(),
        rows: 0,
        bytes: 0,
    };
    let mut truncated = false;
    while let Some(batch) = stream.next().await {
        if !taken.take(&batch?, limit)? {
            truncated = true;
            break;
        }
    }
    Ok(Answer {
        schema,
        batches: taken.batches,
        truncated,
        elapsed_ns: 0,
        positions: BTreeMap::new(),
        notices,
    })
}

struct Taken {
    batches: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
}

impl Taken {
    /// Takes what fits of `batch`; false if it did not fit whole.
    fn take(&mut self, batch: &RecordBatch, limit: usize) -> Result<bool, QueryError> {
        let fits = batch.num_rows().min(limit - self.rows);
        if fits > 0 {
            let kept = batch.slice(0, fits);
            self.bytes += kept.get_array_memory_size().min(slice_bytes(&kept));
            if self.bytes > ANSWER_BYTES_MAX {
                return Err(QueryError::TooLarge {
                    max: ANSWER_BYTES_MAX,
                });
            }
            self.rows += fits;
            self.batches.push(kept);
        }
        Ok(fits == batch.num_rows())
    }
}

/// Bytes of the rows themselves: a slice keeps the whole buffer alive, which would be counted again and again.
fn slice_bytes(batch: &RecordBatch) -> usize {
    let columns = batch.columns().iter();
    let sizes = columns.map(|column| {
        column
            .to_data()
            .get_slice_memory_size()
            .unwrap_or(usize::MAX)
    });
    sizes.fold(0, usize::saturating_add)
}
