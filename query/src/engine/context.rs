//! One query's DataFusion session.
//!
//! Enters: a fresh view, who asks, SQL. Leaves: a plan, then batches. Never here: a session shared by two queries, SQL that writes.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::memory::{MemoryCatalogProvider, MemoryCatalogProviderList};
use datafusion::catalog::{CatalogProvider, CatalogProviderList, MemTable};
use datafusion::error::DataFusionError;
use datafusion::execution::FunctionRegistry;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SendableRecordBatchStream, SessionState, SessionStateBuilder};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use futures::StreamExt;

use super::record;
use crate::answer::slice_bytes;
use crate::auditor::Sees;
use crate::catalog::Relations;
use crate::config::Config;
use crate::error::QueryError;
use crate::exports::Exports;
use crate::fresh::Fresh;
use crate::functions::{ResultFunction, SeenFunction, SessionFunction, result_calls};
use crate::limits::{ANSWER_BYTES_MAX, FOOTER_BYTES, RESULT_CALLS_MAX, SPILL_BYTES, UNBOUNDED};
use crate::{bounds, lists, seen};

const CATALOG: &str = "firn";
const SCHEMA: &str = "audit";

/// Functions, settings, memory and caches that every query's session starts from.
pub(super) struct Template {
    state: SessionState,
    exports: Option<Arc<dyn Exports>>,
}

/// One query's session.
#[derive(Clone)]
pub(super) struct Session {
    pub context: SessionContext,
    pub relations: Arc<Relations>,
}

impl Template {
    pub(super) fn new(
        config: &Config,
        exports: Option<Arc<dyn Exports>>,
    ) -> Result<Self, DataFusionError> {
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
            .with_metadata_cache_limit(FOOTER_BYTES)
            .build_arc()?;
        let mut state = SessionStateBuilder::new()
            .with_config(settings)
            .with_runtime_env(runtime)
            .with_default_features()
            .build();
        for function in lists::all() {
            state.register_udf(Arc::new(function))?;
        }
        for name in UNBOUNDED {
            state.deregister_udf(name)?;
        }
        Ok(Self { state, exports })
    }

    /// A session over what `sees` lets its auditor see of `view`.
    pub(super) fn session(&self, view: Fresh, sees: Sees) -> Session {
        let catalogs = Arc::new(MemoryCatalogProviderList::new());
        let catalog = Arc::new(MemoryCatalogProvider::new());
        catalogs.register_catalog(
            CATALOG.to_owned(),
            Arc::clone(&catalog) as Arc<dyn CatalogProvider>,
        );
        let state = SessionStateBuilder::new_from_existing(self.state.clone())
            .with_catalog_list(catalogs)
            .build();
        let context = SessionContext::new_with_state(state);
        let relations = Arc::new(Relations::new(
            view,
            sees,
            self.exports.clone(),
            context.state_weak_ref(),
        ));
        // A memory catalog takes any schema.
        let _ = catalog.register_schema(SCHEMA, Arc::clone(&relations) as _);
        Session { context, relations }
    }
}

/// SQL that was understood: what it would read is known, nothing is read yet.
pub(super) struct Planned {
    plan: LogicalPlan,
    /// What is to be known of the answer.
    pub notices: Vec<String>,
}

/// Plans `sql` in `session`; refuses what would change something.
pub(super) async fn plan(session: &Session, sql: &str) -> Result<Planned, QueryError> {
    let context = &session.context;
    let state = context.state();
    let dialect = state.config_options().sql_parser.dialect;
    bounds::deep(sql)?;
    let statement = state.sql_to_statement(sql, &dialect)?;
    bounds::broad(&statement)?;
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
    if seen::asks(sql) {
        let sightings = session.relations.sightings().await?;
        context.register_udtf("seen", Arc::new(SeenFunction { sightings }));
    }

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
    Ok(Planned { plan, notices })
}

/// Rows that come as they are asked for, and the plan that counts what was read for them.
pub(super) struct Running {
    pub(super) rows: SendableRecordBatchStream,
    pub(super) plan: Arc<dyn ExecutionPlan>,
}

/// Runs what was planned. Where `most` rows are wanted, the plan knows, so that a sort keeps these and no others.
pub(super) async fn run(
    session: &Session,
    planned: Planned,
    most: Option<usize>,
) -> Result<Running, QueryError> {
    let plan = match (planned.plan, most) {
        // What says something of a plan or a table stands on top of it.
        (
            plan @ (LogicalPlan::Explain(_)
            | LogicalPlan::Analyze(_)
            | LogicalPlan::DescribeTable(_)
            | LogicalPlan::Statement(_)),
            _,
        )
        | (plan, None) => plan,
        (plan, Some(most)) => LogicalPlanBuilder::from(plan)
            .limit(0, Some(most))?
            .build()?,
    };
    let frame = session.context.execute_logical_plan(plan).await?;
    let task = Arc::new(frame.task_ctx());
    let plan = frame.create_physical_plan().await?;
    let rows = execute_stream(Arc::clone(&plan), task)?;
    Ok(Running { rows, plan })
}

/// Takes at most `limit` rows of `stream` into memory; true if there were more.
pub(super) async fn collect(
    stream: &mut SendableRecordBatchStream,
    limit: usize,
) -> Result<(Vec<RecordBatch>, bool), QueryError> {
    let mut taken = Taken {
        batches: Vec::new(),
        rows: 0,
        bytes: 0,
    };
    while let Some(batch) = stream.next().await {
        if !taken.take(&batch?, limit)? {
            return Ok((taken.batches, true));
        }
    }
    Ok((taken.batches, false))
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
