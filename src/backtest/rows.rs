//! What a backtest asks the record, and its rows as facts.
//!
//! Enters: a span of time, batches. Leaves: SQL, [`Told`]. Never here: who is asked.

use std::ops::Range;

use access::BoundValue;
use anyhow::{Context as _, Result, anyhow};
use arrow::array::RecordBatch;
use event::payload::{Bind, ColumnMask, Compared, Context as Place, Verdict};
use event::{Agent, ApprovalBinding, Kind, PolicyHash, Principal, SessionId, StatementId, TimeNs};
use replayer::backtest::{Decided, Fact, Submitted, Told, bound};
use serde::Deserialize;

/// Offsets of a partition that are asked for at once: they are sorted before the first row comes.
const SLICE_OFFSETS: u64 = 250_000;

/// Where the statements of a span stand in one partition.
#[derive(Debug, Deserialize)]
pub struct Span {
    partition: String,
    first: u64,
    last: u64,
    /// How many of its records are decisions.
    pub statements: u64,
}

/// The SQL for the spans of `time`.
pub fn spans_sql(time: &Range<TimeNs>) -> String {
    format!(
        "select \"partition\", min(\"offset\") as \"first\", max(\"offset\") as \"last\", \
         count(*) filter (where kind = 'statement.decided') as statements \
         from events where kind in ({KINDS}) and {} group by \"partition\" order by \"partition\"",
        within(time)
    )
}

/// The spans in an answer to [`spans_sql`].
pub fn spans(batches: &[RecordBatch]) -> Result<Vec<Span>> {
    let mut spans = Vec::new();
    for batch in batches {
        let rows: Vec<Span> = serde_arrow::from_record_batch(batch).map_err(another)?;
        spans.extend(rows);
    }
    Ok(spans)
}

/// The SQL for each slice of `span`, in order, and how many statements that is about.
pub fn slices(span: &Span) -> impl Iterator<Item = (String, u64)> {
    let offsets = span.last - span.first + 1;
    let count = offsets.div_ceil(SLICE_OFFSETS);
    (0..count).map(move |number| {
        let begins = span.first + number * SLICE_OFFSETS;
        let ends = begins + SLICE_OFFSETS;
        let share = span.statements.div_ceil(count);
        (
            slice_sql(&span.partition, begins..ends.min(span.last + 1)),
            share,
        )
    })
}

/// Kinds that say on what statements were decided.
const KINDS: &str = "'session.opened', 'session.renewed', 'session.closed', 'statement.submitted', 'statement.decided', \
     'statement.forwarded', 'statement.failed'";

fn slice_sql(partition: &str, offsets: Range<u64>) -> String {
    format!(
        "select kind, \"time\", time_nanos, session_id, statement_id, principal_issuer, principal_subject, principal_display, \
         principal_groups, agent_application, agent_version, agent_on_behalf_of, agent_correlation_id, connection, policy_hash, \
         policy_rules, session_opened['upstream_session'] as upstream_session, \
         statement_submitted['text'] as text, statement_submitted['binds'] as binds, \
         statement_submitted['fingerprint'] as fingerprint, statement_submitted['describe_only'] as describe_only, \
         statement_submitted['context'] as context, statement_decided['verdict'] as verdict, statement_decided['masks'] as masks, \
         statement_decided['mask_all'] as mask_all, statement_decided['catalog_version'] as catalog_version, \
         statement_decided['evaluated_at'] as evaluated_at, statement_decided['binding'] as binding, \
         statement_decided['compared_before'] as compared_before, statement_forwarded['query_id'] as query_id \
         from events where kind in ({KINDS}) and \"partition\" = '{partition}' \
         and \"offset\" >= {} and \"offset\" < {} order by \"offset\"",
        offsets.start, offsets.end
    )
}

fn within(time: &Range<TimeNs>) -> String {
    let micros = |time: TimeNs| time.0.div_euclid(1_000);
    format!(
        "\"time\" >= to_timestamp_micros({}) and \"time\" < to_timestamp_micros({})",
        micros(time.start),
        micros(time.end)
    )
}

/// One row.
#[derive(Debug, Deserialize)]
struct Row {
    kind: Kind,
    time: i64,
    time_nanos: i64,
    session_id: Option<SessionId>,
    statement_id: Option<StatementId>,
    principal_issuer: Option<String>,
    principal_subject: Option<String>,
    principal_display: Option<String>,
    principal_groups: Option<Vec<String>>,
    agent_application: Option<String>,
    agent_version: Option<String>,
    agent_on_behalf_of: Option<String>,
    agent_correlation_id: Option<String>,
    connection: Option<String>,
    policy_hash: Option<PolicyHash>,
    policy_rules: Option<Vec<String>>,
    upstream_session: Option<String>,
    text: Option<String>,
    binds: Option<Vec<Bind>>,
    fingerprint: Option<String>,
    describe_only: Option<bool>,
    context: Option<Place>,
    verdict: Option<Verdict>,
    masks: Option<Vec<ColumnMask>>,
    mask_all: Option<bool>,
    catalog_version: Option<String>,
    evaluated_at: Option<TimeNs>,
    binding: Option<ApprovalBinding>,
    compared_before: Option<Vec<Compared>>,
    query_id: Option<String>,
}

/// The facts in a batch, in its order.
pub fn told(batch: &RecordBatch) -> Result<impl Iterator<Item = Result<Told>>> {
    let rows: Vec<Row> = serde_arrow::from_record_batch(batch).map_err(another)?;
    Ok(rows.into_iter().map(|row| {
        row.told()
            .context("a row of the record lacks what its kind always has")
    }))
}

fn another(error: serde_arrow::Error) -> anyhow::Error {
    anyhow!("the answer has other columns than were asked for: {error}")
}

impl Row {
    fn told(self) -> Option<Told> {
        let fact = match self.kind {
            Kind::SessionOpened => Fact::Opened {
                upstream_session: self.upstream_session,
            },
            Kind::SessionRenewed => Fact::Renewed,
            Kind::StatementForwarded => Fact::Forwarded(self.statement_id?, self.query_id),
            Kind::StatementFailed => Fact::Failed(self.statement_id?),
            Kind::StatementSubmitted => {
                let binds = self.binds.unwrap_or_default().into_iter();
                let binds: Vec<BoundValue> = binds.map(bound).collect();
                Fact::Submitted(
                    self.statement_id?,
                    Box::new(Submitted {
                        text: self.text?,
                        binds,
                        fingerprint: self.fingerprint?,
                        describe_only: self.describe_only?,
                        context: self.context.unwrap_or_default(),
                    }),
                )
            }
            Kind::StatementDecided => {
                let agent = self.agent_application.map(|application| Agent {
                    application,
                    version: self.agent_version.unwrap_or_default(),
                    on_behalf_of: self.agent_on_behalf_of,
                    correlation_id: self.agent_correlation_id,
                });
                Fact::Decided(
                    self.statement_id?,
                    Box::new(Decided {
                        principal: Principal {
                            issuer: self.principal_issuer?,
                            subject: self.principal_subject?,
                            display: self.principal_display?,
                            groups: self.principal_groups.unwrap_or_default(),
                            agent,
                        },
                        connection: self.connection?,
                        policy: self.policy_hash?,
                        rules: self.policy_rules.unwrap_or_default(),
                        verdict: self.verdict?,
                        masks: self.masks.unwrap_or_default(),
                        mask_all: self.mask_all?,
                        catalog_version: self.catalog_version?,
                        evaluated_at: self.evaluated_at?,
                        binding: self.binding?,
                        compared_before: self.compared_before,
                    }),
                )
            }
            // The query asks for no other kind.
            _ => Fact::Closed,
        };
        Some(Told {
            session: self.session_id?,
            time: TimeNs(
                self.time
                    .saturating_mul(1_000)
                    .saturating_add(self.time_nanos),
            ),
            fact,
        })
    }
}
