//! Canonical bytes straight from columns: a row proves its event without the event being built.
//!
//! Enters: batches of `events` and `pages` in their tables' schemas. Leaves: what chains and counts need of each row whose columns, all
//! of them, are the one way to write down the event whose hash it carries. Never here: a finding: of any other row nothing is said, and
//! whoever asks looks at it the long way.

mod built;
mod envelope;
mod essence;
mod form;
mod last;
mod pages;

use arrow::array::{Array, AsArray, RecordBatch, StructArray};
use arrow::datatypes::Int64Type;
use event::limits::EVENT_BYTES_MAX;
use event::{Digest, Kind, RunId};
use journal::Partition;
use uuid::Uuid;

use crate::schema::{events_columns, kind_column};
use envelope::{Envelope, text};
pub(crate) use essence::{Essence, Said};
use form::Form;
use pages::Pages;

pub(super) use built::built;

/// Every row of `rows`, in their order, with every row of `pages`; none if one of them is not plainly what its hash says.
pub(crate) fn essences(
    rows: &RecordBatch,
    pages: &RecordBatch,
    partition: Partition,
) -> Option<Vec<Essence>> {
    let name = partition.to_string();
    let envelope = Envelope::of(rows)?;
    let kinds = Kinds::of(rows)?;
    let mut pages = Pages::of(rows, pages, name.clone())?;
    let mut essences = Vec::with_capacity(rows.num_rows());
    let mut bytes = Vec::new();
    for row in 0..rows.num_rows() {
        let (kind, payload) = kinds.at(row)?;
        if text(envelope.partitions, row)? != name {
            return None;
        }
        let body = match kind {
            Kind::ResponsePage => pages.take(row, &envelope)?,
            _ => &[],
        };
        bytes.clear();
        let mut essence = envelope.write(row, partition, kind, &mut bytes, |to| {
            payload.write(row, body, to)
        })?;
        if bytes.len() > EVENT_BYTES_MAX || Digest::of(&bytes) != essence.hash {
            return None;
        }
        essence.said = match kind {
            Kind::ProducerStopped => Said::Stopped,
            Kind::ProducerStarted => kinds.given_up(row)?,
            _ => Said::Nothing,
        };
        essences.push(essence);
    }
    pages.all_taken().then_some(essences)
}

/// The payload columns, and which of them each row has.
struct Kinds<'a> {
    forms: Vec<Form<'a>>,
    /// By row: a number in [`Kind::ALL`].
    owners: Vec<u8>,
    started: &'a StructArray,
}

impl<'a> Kinds<'a> {
    /// None where a row has no payload, or two.
    fn of(rows: &'a RecordBatch) -> Option<Self> {
        const NOBODY: u8 = u8::MAX;
        let mut forms = Vec::with_capacity(Kind::ALL.len());
        let mut owners = vec![NOBODY; rows.num_rows()];
        let mut owned = 0;
        for (number, kind) in Kind::ALL.iter().enumerate() {
            let name = kind_column(*kind);
            let array = rows.column_by_name(&name)?;
            let column = events_columns().iter().find(|column| column.name == name)?;
            let mut own = |row: usize| {
                let owner = owners.get_mut(row)?;
                let first = *owner == NOBODY;
                *owner = u8::try_from(number).ok()?;
                owned += 1;
                first.then_some(())
            };
            match array.nulls() {
                Some(nulls) => nulls.valid_indices().try_for_each(&mut own)?,
                None => (0..rows.num_rows()).try_for_each(&mut own)?,
            }
            forms.push(Form::of(column, &name, array)?);
        }
        let started = rows.column_by_name(&kind_column(Kind::ProducerStarted))?;
        (owned == rows.num_rows()).then_some(Self {
            forms,
            owners,
            started: started.as_struct_opt()?,
        })
    }

    fn at(&self, row: usize) -> Option<(Kind, &Form<'a>)> {
        let owner = usize::from(*self.owners.get(row)?);
        Some((*Kind::ALL.get(owner)?, self.forms.get(owner)?))
    }

    fn given_up(&self, row: usize) -> Option<Said> {
        let abandoned = self.started.column_by_name("abandoned")?.as_struct_opt()?;
        if abandoned.is_null(row) {
            return Some(Said::Nothing);
        }
        let run = abandoned.column_by_name("run")?.as_string_opt::<i32>()?;
        let run = RunId::from_uuid(Uuid::from_bytes(form::uuid(run.value(row))?));
        let count = abandoned.column_by_name("acknowledged")?;
        let count = count.as_primitive_opt::<Int64Type>()?.value(row);
        Some(Said::GaveUp(run, u64::try_from(count).ok()?))
    }
}

#[cfg(test)]
mod tests;
