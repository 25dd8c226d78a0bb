//! One row of `events`, as serde sees it: the envelope, and beside it each kind's payloads as a column of their own.
//!
//! Enters: an event, or a row's values. Leaves: the other. Never here: page bodies, which are in `page_row`.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, MutableArrayData, RecordBatch, UInt32Array, make_array,
};
use arrow::datatypes::{FieldRef, Schema};
use arrow::error::ArrowError;
use event::payload as p;
use event::{
    Agent, Digest, Event, EventId, Kind, NewerVersion, Part, Payload, PolicyHash, PolicyRef,
    Principal, Producer, RunId, SessionId, Source, StatementId, TimeNs, Version,
};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

use super::page_row::{StoredPage, StoredPageRef};
use super::{Bodies, RowError, StoredEvent, position};
use journal::Position;

/// Nanoseconds in the unit of the `time` column.
const NANOS_PER_MICRO: i64 = 1_000;

/// Declares the row, written and read, from the kinds that have a column of their own shape.
macro_rules! event_rows {
    ($($column:ident: $kind:ident),+ $(,)?) => {
        /// A row to write, but for its payload.
        #[derive(Serialize)]
        pub(super) struct EventRowRef<'a> {
            event_id: EventId,
            session_id: Option<SessionId>,
            statement_id: Option<StatementId>,
            kind: Kind,
            time: i64,
            time_nanos: i64,
            producer_run: RunId,
            producer_seq: u64,
            part_index: u64,
            part_previous_hash: Digest,
            principal_issuer: Option<&'a str>,
            principal_subject: Option<&'a str>,
            principal_display: Option<&'a str>,
            principal_groups: Option<&'a [String]>,
            agent_application: Option<&'a str>,
            agent_version: Option<&'a str>,
            agent_on_behalf_of: Option<&'a str>,
            agent_correlation_id: Option<&'a str>,
            source_ip: Option<&'a str>,
            source_tls: Option<&'a str>,
            connection: Option<&'a str>,
            policy_hash: Option<PolicyHash>,
            policy_rules: Option<&'a [String]>,
            schema_version: u16,
            event_hash: Digest,
            partition: String,
            offset: u64,
        }

        impl<'a> EventRowRef<'a> {
            /// The row of `event`, whose canonical bytes hash to `hash`.
            pub(super) fn new(
                position: Position,
                event: &'a Event,
                hash: Digest,
            ) -> Self {
                let principal = event.principal.as_ref();
                let agent = principal.and_then(|principal| principal.agent.as_ref());
                let source = event.source.as_ref();
                let policy = event.policy.as_ref();
                Self {
                    event_id: event.event_id,
                    session_id: event.session_id,
                    statement_id: event.statement_id,
                    kind: event.kind(),
                    time: event.time.0.div_euclid(NANOS_PER_MICRO),
                    time_nanos: event.time.0.rem_euclid(NANOS_PER_MICRO),
                    producer_run: event.producer.run,
                    producer_seq: event.producer.seq,
                    part_index: event.part.index,
                    part_previous_hash: event.part.previous_hash,
                    principal_issuer: principal.map(|who| who.issuer.as_str()),
                    principal_subject: principal.map(|who| who.subject.as_str()),
                    principal_display: principal.map(|who| who.display.as_str()),
                    principal_groups: principal.map(|who| who.groups.as_slice()),
                    agent_application: agent.map(|agent| agent.application.as_str()),
                    agent_version: agent.map(|agent| agent.version.as_str()),
                    agent_on_behalf_of: agent.and_then(|agent| agent.on_behalf_of.as_deref()),
                    agent_correlation_id: agent.and_then(|agent| agent.correlation_id.as_deref()),
                    source_ip: source.map(|source| source.ip.as_str()),
                    source_tls: source.and_then(|source| source.tls.as_deref()),
                    connection: event.connection.as_deref(),
                    policy_hash: policy.map(|policy| policy.hash),
                    policy_rules: policy.map(|policy| policy.rules.as_slice()),
                    schema_version: event.version().number(),
                    event_hash: hash,
                    partition: position.partition.to_string(),
                    offset: position.offset.0,
                }
            }
        }

        /// The columns of those kinds that there are events of; `schema` is the table's.
        pub(super) fn payload_columns(
            events: &[(Position, &Event, Digest)],
            schema: &Schema,
        ) -> Result<Vec<(FieldRef, ArrayRef)>, RowError> {
            // Without a wildcard: a kind that has no column does not compile.
            let kinds = events.iter().map(|(_, event, _)| match &event.payload {
                $(Payload::$kind(_) => Kind::$kind,)+
                Payload::ResponsePage(_) => Kind::ResponsePage,
            });
            let kinds: HashSet<Kind> = kinds.collect();
            let mut columns = Vec::new();
            $(if kinds.contains(&Kind::$kind) {
                columns.push(payload_column(schema, stringify!($column), events, |payload| match payload {
                    Payload::$kind(body) => Some(body),
                    _ => None,
                })?);
            })+
            if kinds.contains(&Kind::ResponsePage) {
                columns.push(payload_column(schema, "response_page", events, |payload| match payload {
                    Payload::ResponsePage(body) => Some(StoredPageRef::new(body)),
                    _ => None,
                })?);
            }
            Ok(columns)
        }

        /// A row that was read.
        #[derive(Deserialize)]
        pub(super) struct EventRow {
            event_id: EventId,
            session_id: Option<SessionId>,
            statement_id: Option<StatementId>,
            kind: Kind,
            time: i64,
            time_nanos: i64,
            producer_run: RunId,
            producer_seq: u64,
            part_index: u64,
            part_previous_hash: Digest,
            principal_issuer: Option<String>,
            principal_subject: Option<String>,
            principal_display: Option<String>,
            principal_groups: Option<Vec<String>>,
            agent_application: Option<String>,
            agent_version: Option<String>,
            agent_on_behalf_of: Option<String>,
            agent_correlation_id: Option<String>,
            source_ip: Option<String>,
            source_tls: Option<String>,
            connection: Option<String>,
            policy_hash: Option<PolicyHash>,
            policy_rules: Option<Vec<String>>,
            schema_version: u16,
            event_hash: Digest,
            partition: String,
            offset: u64,
            $($column: Option<p::$kind>,)+
            response_page: Option<StoredPage>,
        }

        /// The payload of each row, read kind by kind; none where a row has none, or two, or one that does not read. `ids` are
        /// the rows' events.
        pub(super) fn payloads(
            rows: &RecordBatch,
            ids: &[EventId],
            bodies: &Bodies,
        ) -> Option<Vec<Payload>> {
            let mut found: Vec<Option<Payload>> = Vec::new();
            found.resize_with(rows.num_rows(), || None);
            $(own(rows, stringify!($column), &mut found, |_, body: p::$kind| Some(Payload::from(body)))?;)+
            own(rows, "response_page", &mut found, |row, page: StoredPage| {
                page.into_payload(*ids.get(row)?, bodies).ok()
            })?;
            found.into_iter().collect()
        }

        impl EventRow {
            /// The payload, if the kind's column and no other has a value.
            fn take_payload(&mut self, bodies: &Bodies) -> Result<Payload, PayloadFault> {
                let mut found = Vec::new();
                $(found.extend(self.$column.take().map(Payload::from));)+
                if let Some(page) = self.response_page.take() {
                    found.push(page.into_payload(self.event_id, bodies).map_err(PayloadFault::Body)?);
                }
                match (found.pop(), found.is_empty()) {
                    (Some(payload), true) if payload.kind() == self.kind => Ok(payload),
                    _ => Err(PayloadFault::Columns),
                }
            }
        }
    };
}

event_rows!(
    session_opened: SessionOpened,
    session_renewed: SessionRenewed,
    session_closed: SessionClosed,
    session_refused: SessionRefused,
    statement_submitted: StatementSubmitted,
    statement_decided: StatementDecided,
    approval_requested: ApprovalRequested,
    approval_granted: ApprovalGranted,
    approval_denied: ApprovalDenied,
    approval_expired: ApprovalExpired,
    approval_canceled: ApprovalCanceled,
    statement_claimed: StatementClaimed,
    statement_announced: StatementAnnounced,
    statement_forwarded: StatementForwarded,
    response_started: ResponseStarted,
    response_finished: ResponseFinished,
    statement_failed: StatementFailed,
    statement_canceled: StatementCanceled,
    stage_refused: StageRefused,
    policy_loaded: PolicyLoaded,
    audit_degraded: AuditDegraded,
    audit_restored: AuditRestored,
    auditor_queried: AuditorQueried,
    auditor_replayed: AuditorReplayed,
    auditor_exported: AuditorExported,
    auditor_verified: AuditorVerified,
    producer_started: ProducerStarted,
    producer_heartbeat: ProducerHeartbeat,
    producer_stopped: ProducerStopped,
    auditor_listed: AuditorListed,
    statement_counted: StatementCounted,
    finding_raised: FindingRaised,
    configuration_loaded: ConfigurationLoaded,
    configuration_refused: ConfigurationRefused,
    sessions_killed: SessionsKilled,
    catalog_loaded: CatalogLoaded,
    catalog_invalidated: CatalogInvalidated,
    approval_revoked: ApprovalRevoked,
    approval_reviewed: ApprovalReviewed,
    stage_uploaded: StageUploaded,
    stage_downloaded: StageDownloaded,
    approval_estimated: ApprovalEstimated,
);

/// A row of one column.
struct Own<T>(&'static str, T);

impl<T: Serialize> Serialize for Own<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Own", 1)?;
        row.serialize_field(self.0, &self.1)?;
        row.end()
    }
}

/// The column of one kind: written of its events alone, which are few, and NULL where others stand. A row of all kinds' columns would
/// write a NULL for each leaf of every other kind.
fn payload_column<'a, T: Serialize>(
    schema: &Schema,
    name: &'static str,
    events: &[(Position, &'a Event, Digest)],
    own: impl Fn(&'a Payload) -> Option<T>,
) -> Result<(FieldRef, ArrayRef), RowError> {
    let wrong = |error: ArrowError| RowError::Columns(error.to_string());
    let payloads = events.iter().map(|(_, event, _)| own(&event.payload));
    let payloads: Vec<Option<T>> = payloads.collect();
    let is_own: Vec<bool> = payloads.iter().map(Option::is_some).collect();
    let rows = payloads.into_iter().flatten();
    let rows: Vec<Own<T>> = rows.map(|payload| Own(name, payload)).collect();
    let field = Arc::new(schema.field_with_name(name).map_err(wrong)?.clone());
    let dense = serde_arrow::to_record_batch(&[field], &rows)
        .map_err(|error| RowError::Unfit(error.to_string()))?;
    let field = Arc::new(dense.schema().field(0).clone());
    // Not `take`: of lists it makes room as if each row had one as long as those that do.
    let dense = dense.column(0).to_data();
    let mut column = MutableArrayData::new(vec![&dense], true, events.len());
    let (mut next, mut others) = (0, 0);
    for is_own in is_own {
        if !is_own {
            others += 1;
            continue;
        }
        column.try_extend_nulls(others).map_err(wrong)?;
        column.try_extend(0, next, next + 1).map_err(wrong)?;
        (next, others) = (next + 1, 0);
    }
    column.try_extend_nulls(others).map_err(wrong)?;
    Ok((field, make_array(column.freeze())))
}

/// Puts the payloads of one column where they belong.
fn own<T: serde::de::DeserializeOwned>(
    rows: &RecordBatch,
    column: &str,
    found: &mut [Option<Payload>],
    payload: impl Fn(usize, T) -> Option<Payload>,
) -> Option<()> {
    let column = rows.column_by_name(column)?.as_struct_opt()?;
    let own: Vec<usize> = match column.nulls() {
        Some(nulls) => nulls.valid_indices().collect(),
        None => (0..rows.num_rows()).collect(),
    };
    if own.is_empty() {
        return Some(());
    }
    let numbers = own.iter().map(|row| u32::try_from(*row).ok());
    let numbers: Option<Vec<u32>> = numbers.collect();
    let dense = arrow::compute::take(column, &UInt32Array::from(numbers?), None).ok()?;
    let dense = dense.as_struct_opt()?;
    let schema = Arc::new(Schema::new(dense.fields().clone()));
    let dense = RecordBatch::try_new(schema, dense.columns().to_vec()).ok()?;
    let values: Vec<T> = serde_arrow::from_record_batch(&dense).ok()?;
    if values.len() != own.len() {
        return None;
    }
    for (row, value) in own.into_iter().zip(values) {
        let place = found.get_mut(row)?;
        if place.is_some() {
            return None;
        }
        *place = Some(payload(row, value)?);
    }
    Some(())
}

enum PayloadFault {
    Columns,
    Body(RowError),
}

impl EventRow {
    /// The event this row rebuilds; `row` is its number, for the error.
    pub(super) fn into_stored(
        mut self,
        row: usize,
        bodies: &Bodies,
    ) -> Result<StoredEvent, RowError> {
        let fault = |detail: &str| RowError::Row {
            row,
            detail: detail.to_owned(),
        };
        let number = u64::from(self.schema_version);
        let version = Version::of_number(number)
            .ok_or_else(|| fault(&NewerVersion::new(number, None).to_string()))?;
        let payload = self.take_payload(bodies).map_err(|error| match error {
            PayloadFault::Columns => {
                fault("the kind's own column, and no other, must hold a payload")
            }
            PayloadFault::Body(error) => error,
        })?;
        // In 128 bits: the first microsecond of the range begins before the range does.
        let time =
            i128::from(self.time) * i128::from(NANOS_PER_MICRO) + i128::from(self.time_nanos);
        let time = i64::try_from(time).map_err(|_| fault("its time is out of range"))?;
        let stored = StoredEvent {
            position: position(&self.partition, self.offset, row)?,
            event_hash: self.event_hash,
            event: Event {
                event_id: self.event_id,
                session_id: self.session_id,
                statement_id: self.statement_id,
                time: TimeNs(time),
                producer: Producer {
                    run: self.producer_run,
                    seq: self.producer_seq,
                },
                part: Part {
                    index: self.part_index,
                    previous_hash: self.part_previous_hash,
                },
                principal: self.principal().map_err(fault)?,
                source: self.source().map_err(fault)?,
                policy: self.policy().map_err(fault)?,
                connection: self.connection,
                payload,
            },
        };
        // The version follows from the event, so another one here is an altered row.
        if stored.event.version() != version {
            return Err(fault("its schema version is not the one of its payload"));
        }
        Ok(stored)
    }

    fn principal(&mut self) -> Result<Option<Principal>, &'static str> {
        let agent = match (self.agent_application.take(), self.agent_version.take()) {
            (Some(application), Some(version)) => Some(Agent {
                application,
                version,
                on_behalf_of: self.agent_on_behalf_of.take(),
                correlation_id: self.agent_correlation_id.take(),
            }),
            (None, None) => None,
            _ => return Err("agent columns are half filled"),
        };
        let columns = (
            self.principal_issuer.take(),
            self.principal_subject.take(),
            self.principal_display.take(),
            self.principal_groups.take(),
        );
        match columns {
            (Some(issuer), Some(subject), Some(display), Some(groups)) => Ok(Some(Principal {
                issuer,
                subject,
                display,
                groups,
                agent,
            })),
            (None, None, None, None) if agent.is_none() => Ok(None),
            _ => Err("principal columns are half filled"),
        }
    }

    fn source(&mut self) -> Result<Option<Source>, &'static str> {
        match (self.source_ip.take(), self.source_tls.take()) {
            (Some(ip), tls) => Ok(Some(Source { ip, tls })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err("source columns are half filled"),
        }
    }

    fn policy(&mut self) -> Result<Option<PolicyRef>, &'static str> {
        match (self.policy_hash.take(), self.policy_rules.take()) {
            (Some(hash), Some(rules)) => Ok(Some(PolicyRef { hash, rules })),
            (None, None) => Ok(None),
            _ => Err("policy columns are half filled"),
        }
    }
}
