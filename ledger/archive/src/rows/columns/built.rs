//! Events built from columns: the envelope by hand, payloads kind by kind.
//!
//! Enters: rows in the schema of `events`, bodies. Leaves: the events, in the order of the rows. Never here: a row that is written another
//! way than firn writes it: then none is built, and the long way says what is wrong.

use arrow::array::{Array, AsArray, ListArray, RecordBatch, StringArray};
use event::{
    Agent, Digest, Event, Part, PolicyHash, PolicyRef, Principal, Producer, Source, StatementId,
};
use journal::Partition;
use uuid::Uuid;

use super::envelope::{Envelope, Who, text};
use super::form::{digest, uuid};
use crate::rows::event_row::payloads;
use crate::rows::{Bodies, StoredEvent, parse_partition};

/// Every event of `rows`, if all of them are plain.
pub(in crate::rows) fn built(rows: &RecordBatch, bodies: &Bodies) -> Option<Vec<StoredEvent>> {
    let envelope = Envelope::of(rows)?;
    let mut place: Option<(&str, Partition)> = None;
    let mut essences = Vec::with_capacity(rows.num_rows());
    for row in 0..rows.num_rows() {
        let name = text(envelope.partitions, row)?;
        let partition = match place {
            Some((known, partition)) if known == name => partition,
            _ => parse_partition(name)?,
        };
        place = Some((name, partition));
        essences.push(envelope.essence(row, partition)?);
    }
    let ids: Vec<_> = essences.iter().map(|essence| essence.event_id).collect();
    let payloads = payloads(rows, &ids, bodies)?;
    let mut stored = Vec::with_capacity(rows.num_rows());
    for (row, (essence, payload)) in essences.into_iter().zip(payloads).enumerate() {
        if text(envelope.kind, row)? != payload.kind().as_str()
            || envelope.version(row)? != payload.version()
        {
            return None;
        }
        let statement_id = match text(envelope.statement_id, row) {
            Some(id) => Some(StatementId::from_uuid(Uuid::from_bytes(uuid(id)?))),
            None => None,
        };
        let event = Event {
            event_id: essence.event_id,
            session_id: essence.session_id,
            statement_id,
            time: essence.time,
            producer: Producer {
                run: essence.run,
                seq: essence.seq,
            },
            part: Part {
                index: essence.index,
                previous_hash: essence.previous,
            },
            principal: principal(&envelope.who, row)?,
            source: source(&envelope, row)?,
            connection: text(envelope.connection, row).map(str::to_owned),
            policy: policy(&envelope, row)?,
            payload,
        };
        stored.push(StoredEvent {
            position: essence.position,
            event_hash: essence.hash,
            event,
        });
    }
    Some(stored)
}

fn owned(values: &StringArray, row: usize) -> Option<String> {
    text(values, row).map(str::to_owned)
}

fn texts(values: &ListArray, row: usize) -> Option<Vec<String>> {
    let items = values.value(row);
    let items = items.as_string_opt::<i32>()?;
    (0..items.len()).map(|item| owned(items, item)).collect()
}

/// The outer none is for columns that are half filled.
fn principal(who: &Who<'_>, row: usize) -> Option<Option<Principal>> {
    let named = [who.issuer, who.subject, who.display];
    let agent = [
        who.application,
        who.version,
        who.on_behalf_of,
        who.correlation_id,
    ];
    let no_agent = agent.iter().all(|column| column.is_null(row));
    if named.iter().all(|column| column.is_null(row)) && who.groups.is_null(row) && no_agent {
        return Some(None);
    }
    if who.groups.is_null(row) {
        return None;
    }
    let agent = match no_agent {
        true => None,
        false => Some(Agent {
            application: owned(who.application, row)?,
            version: owned(who.version, row)?,
            on_behalf_of: owned(who.on_behalf_of, row),
            correlation_id: owned(who.correlation_id, row),
        }),
    };
    Some(Some(Principal {
        issuer: owned(who.issuer, row)?,
        subject: owned(who.subject, row)?,
        display: owned(who.display, row)?,
        groups: texts(who.groups, row)?,
        agent,
    }))
}

fn source(envelope: &Envelope<'_>, row: usize) -> Option<Option<Source>> {
    match (
        owned(envelope.source_ip, row),
        owned(envelope.source_tls, row),
    ) {
        (Some(ip), tls) => Some(Some(Source { ip, tls })),
        (None, None) => Some(None),
        (None, Some(_)) => None,
    }
}

fn policy(envelope: &Envelope<'_>, row: usize) -> Option<Option<PolicyRef>> {
    match (
        text(envelope.policy_hash, row),
        envelope.policy_rules.is_valid(row),
    ) {
        (Some(hash), true) => Some(Some(PolicyRef {
            hash: PolicyHash(Digest::from_bytes(digest(hash)?)),
            rules: texts(envelope.policy_rules, row)?,
        })),
        (None, false) => Some(None),
        _ => None,
    }
}
