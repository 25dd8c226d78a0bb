//! The envelope's columns as the entries of canonical bytes.
//!
//! Enters: a row, and what writes its payload. Leaves: the whole event's bytes, and what chains need of it. Never here: columns that are
//! half filled, or written another way than firn writes them: such a row is none.

use arrow::array::{
    Array, AsArray, Int32Array, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use event::{Digest, EventId, Kind, RunId, SessionId, TimeNs, Version, cbor};
use journal::{Offset, Partition, Position};
use uuid::Uuid;

use super::essence::{Essence, Said};
use super::form::{digest, uuid};
use super::last::Last;

/// Nanoseconds in the unit of the `time` column.
const NANOS_PER_MICRO: i64 = 1_000;

/// The columns that every event has.
pub(super) struct Envelope<'a> {
    pub(super) event_id: &'a StringArray,
    pub(super) session_id: &'a StringArray,
    pub(super) statement_id: &'a StringArray,
    pub(super) partitions: &'a StringArray,
    pub(super) offset: &'a Int64Array,
    pub(super) kind: &'a StringArray,
    time: &'a TimestampMicrosecondArray,
    nanos: &'a Int32Array,
    run: &'a StringArray,
    seq: &'a Int64Array,
    index: &'a Int64Array,
    previous: &'a StringArray,
    pub(super) who: Who<'a>,
    pub(super) source_ip: &'a StringArray,
    pub(super) source_tls: &'a StringArray,
    pub(super) connection: &'a StringArray,
    pub(super) policy_hash: &'a StringArray,
    pub(super) policy_rules: &'a ListArray,
    version: &'a Int32Array,
    hash: &'a StringArray,
    last: LastRow<'a>,
}

/// What rows say again and again: a session's stand together, and those of its statements.
#[derive(Default)]
struct LastRow<'a> {
    session: Last<'a, 16>,
    statement: Last<'a, 16>,
    run: Last<'a, 16>,
    hash: Last<'a, 32>,
    policy: Last<'a, 32>,
}

/// Principal and agent.
pub(super) struct Who<'a> {
    pub(super) issuer: &'a StringArray,
    pub(super) subject: &'a StringArray,
    pub(super) display: &'a StringArray,
    pub(super) groups: &'a ListArray,
    pub(super) application: &'a StringArray,
    pub(super) version: &'a StringArray,
    pub(super) on_behalf_of: &'a StringArray,
    pub(super) correlation_id: &'a StringArray,
}

/// A column of text.
pub(super) fn texts<'a>(rows: &'a RecordBatch, name: &str) -> Option<&'a StringArray> {
    rows.column_by_name(name)?.as_string_opt::<i32>()
}

/// A column of numbers.
pub(super) fn numbers<'a>(rows: &'a RecordBatch, name: &str) -> Option<&'a Int64Array> {
    rows.column_by_name(name)?.as_primitive_opt::<Int64Type>()
}

fn small<'a>(rows: &'a RecordBatch, name: &str) -> Option<&'a Int32Array> {
    rows.column_by_name(name)?.as_primitive_opt::<Int32Type>()
}

fn lists<'a>(rows: &'a RecordBatch, name: &str) -> Option<&'a ListArray> {
    rows.column_by_name(name)?.as_list_opt::<i32>()
}

/// A text, or null.
pub(super) fn text(values: &StringArray, row: usize) -> Option<&str> {
    values.is_valid(row).then(|| values.value(row))
}

fn write_text(values: &StringArray, row: usize, to: &mut Vec<u8>) {
    match text(values, row) {
        Some(text) => cbor::text(to, text),
        None => cbor::null(to),
    }
}

fn write_texts(values: &ListArray, row: usize, to: &mut Vec<u8>) -> Option<()> {
    let offsets = values.value_offsets();
    let (from, end) = (*offsets.get(row)?, *offsets.get(row + 1)?);
    let (from, end) = (usize::try_from(from).ok()?, usize::try_from(end).ok()?);
    let items = values.values().as_string_opt::<i32>()?;
    cbor::array(to, end.checked_sub(from)?);
    for item in from..end {
        cbor::text(to, text(items, item)?);
    }
    Some(())
}

impl<'a> Envelope<'a> {
    pub(super) fn of(rows: &'a RecordBatch) -> Option<Self> {
        let text = |name| texts(rows, name);
        Some(Self {
            event_id: text("event_id")?,
            session_id: text("session_id")?,
            statement_id: text("statement_id")?,
            partitions: text("partition")?,
            offset: numbers(rows, "offset")?,
            kind: text("kind")?,
            time: rows
                .column_by_name("time")?
                .as_primitive_opt::<TimestampMicrosecondType>()?,
            nanos: small(rows, "time_nanos")?,
            run: text("producer_run")?,
            seq: numbers(rows, "producer_seq")?,
            index: numbers(rows, "part_index")?,
            previous: text("part_previous_hash")?,
            who: Who {
                issuer: text("principal_issuer")?,
                subject: text("principal_subject")?,
                display: text("principal_display")?,
                groups: lists(rows, "principal_groups")?,
                application: text("agent_application")?,
                version: text("agent_version")?,
                on_behalf_of: text("agent_on_behalf_of")?,
                correlation_id: text("agent_correlation_id")?,
            },
            source_ip: text("source_ip")?,
            source_tls: text("source_tls")?,
            connection: text("connection")?,
            policy_hash: text("policy_hash")?,
            policy_rules: lists(rows, "policy_rules")?,
            version: small(rows, "schema_version")?,
            hash: text("event_hash")?,
            last: LastRow::default(),
        })
    }

    /// Writes the event of `row`, whose payload `data` writes.
    pub(super) fn write(
        &self,
        row: usize,
        place: Partition,
        kind: Kind,
        to: &mut Vec<u8>,
        data: impl FnOnce(&mut Vec<u8>) -> Option<()>,
    ) -> Option<Essence> {
        let essence = self.essence(row, place)?;
        if text(self.kind, row)? != kind.as_str() {
            return None;
        }
        let version = self.version(row)?;
        let later = version > Version::V1;
        cbor::map(to, if later { 14 } else { 13 });
        cbor::text(to, "v");
        cbor::unsigned(to, version.number().into());
        cbor::text(to, "id");
        cbor::bytes(to, essence.event_id.uuid().as_bytes());
        cbor::text(to, "data");
        data(to)?;
        cbor::text(to, "kind");
        cbor::text(to, kind.as_str());
        cbor::text(to, "part");
        cbor::map(to, 2);
        cbor::text(to, "index");
        cbor::unsigned(to, essence.index);
        cbor::text(to, "previous_hash");
        cbor::bytes(to, essence.previous.as_bytes());
        cbor::text(to, "time");
        cbor::signed(to, essence.time.0);
        if later {
            cbor::text(to, "since");
            cbor::text(to, version.since());
        }
        self.circumstances(row, &essence, to)?;
        Some(essence)
    }

    /// The entries behind its time.
    fn circumstances(&self, row: usize, essence: &Essence, to: &mut Vec<u8>) -> Option<()> {
        cbor::text(to, "policy");
        match text(self.policy_hash, row) {
            Some(hash) if self.policy_rules.is_valid(row) => {
                cbor::map(to, 2);
                cbor::text(to, "hash");
                cbor::bytes(to, &self.last.policy.read(hash, digest)?);
                cbor::text(to, "rules");
                write_texts(self.policy_rules, row, to)?;
            }
            None if self.policy_rules.is_null(row) => cbor::null(to),
            _ => return None,
        }
        cbor::text(to, "source");
        match text(self.source_ip, row) {
            Some(ip) => {
                cbor::map(to, 2);
                cbor::text(to, "ip");
                cbor::text(to, ip);
                cbor::text(to, "tls");
                write_text(self.source_tls, row, to);
            }
            None if self.source_tls.is_null(row) => cbor::null(to),
            None => return None,
        }
        cbor::text(to, "session");
        match essence.session_id {
            Some(id) => cbor::bytes(to, id.uuid().as_bytes()),
            None => cbor::null(to),
        }
        cbor::text(to, "producer");
        cbor::map(to, 2);
        cbor::text(to, "run");
        cbor::bytes(to, essence.run.uuid().as_bytes());
        cbor::text(to, "seq");
        cbor::unsigned(to, essence.seq);
        cbor::text(to, "principal");
        self.who.write(row, to)?;
        cbor::text(to, "statement");
        match text(self.statement_id, row) {
            Some(id) => cbor::bytes(to, &self.last.statement.read(id, uuid)?),
            None => cbor::null(to),
        }
        cbor::text(to, "connection");
        write_text(self.connection, row, to);
        Some(())
    }

    /// The schema version that stands in the row.
    pub(super) fn version(&self, row: usize) -> Option<Version> {
        Version::of_number(u64::try_from(self.version.value(row)).ok()?)
    }

    /// What the columns say, which stand in a file of `place`.
    pub(super) fn essence(&self, row: usize, place: Partition) -> Option<Essence> {
        let nanos = i64::from(self.nanos.value(row));
        if !(0..NANOS_PER_MICRO).contains(&nanos) {
            return None;
        }
        // In 128 bits: the first microsecond of the range begins before the range does.
        let time =
            i128::from(self.time.value(row)) * i128::from(NANOS_PER_MICRO) + i128::from(nanos);
        let number = |values: &Int64Array| u64::try_from(values.value(row)).ok();
        let last = &self.last;
        let session_id = match text(self.session_id, row) {
            Some(id) => Some(SessionId::from_uuid(Uuid::from_bytes(
                last.session.read(id, uuid)?,
            ))),
            None => None,
        };
        let run = last.run.read(text(self.run, row)?, uuid)?;
        // As a rule it is that of the row before.
        let previous = last.hash.or_read(text(self.previous, row)?, digest)?;
        let hash = last.hash.read(text(self.hash, row)?, digest)?;
        let event_id = uuid(text(self.event_id, row)?)?;
        Some(Essence {
            position: Position {
                partition: place,
                offset: Offset(number(self.offset)?),
            },
            hash: Digest::from_bytes(hash),
            event_id: EventId::from_uuid(Uuid::from_bytes(event_id)),
            session_id,
            time: TimeNs(i64::try_from(time).ok()?),
            run: RunId::from_uuid(Uuid::from_bytes(run)),
            seq: number(self.seq)?,
            index: number(self.index)?,
            previous: Digest::from_bytes(previous),
            said: Said::Nothing,
        })
    }
}

impl Who<'_> {
    fn write(&self, row: usize, to: &mut Vec<u8>) -> Option<()> {
        let agent = [
            self.application,
            self.version,
            self.on_behalf_of,
            self.correlation_id,
        ];
        let no_agent = agent.iter().all(|column| column.is_null(row));
        let texts = [self.issuer, self.subject, self.display];
        if texts.iter().all(|column| column.is_null(row)) && self.groups.is_null(row) && no_agent {
            cbor::null(to);
            return Some(());
        }
        if self.groups.is_null(row) {
            return None;
        }
        cbor::map(to, 5);
        cbor::text(to, "agent");
        if no_agent {
            cbor::null(to);
        } else {
            cbor::map(to, 4);
            cbor::text(to, "version");
            cbor::text(to, text(self.version, row)?);
            cbor::text(to, "application");
            cbor::text(to, text(self.application, row)?);
            cbor::text(to, "on_behalf_of");
            write_text(self.on_behalf_of, row, to);
            cbor::text(to, "correlation_id");
            write_text(self.correlation_id, row, to);
        }
        cbor::text(to, "groups");
        write_texts(self.groups, row, to)?;
        for (key, values) in [
            ("issuer", self.issuer),
            ("display", self.display),
            ("subject", self.subject),
        ] {
            cbor::text(to, key);
            cbor::text(to, text(values, row)?);
        }
        Some(())
    }
}
