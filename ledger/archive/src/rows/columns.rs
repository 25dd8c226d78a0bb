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
use pages::{PageColumns, Pages};

pub(super) use built::built;

/// Every row of `rows`, in their order, with every row of `pages`; none if one of them is not plainly what its hash says.
pub(crate) fn essences(
    rows: &RecordBatch,
    pages: &RecordBatch,
    partition: Partition,
) -> Option<Vec<Essence>> {
    let mut proving = Proving::new(pages, partition)?;
    proving.take(rows)?;
    proving.finish()
}

/// Rows of a file on their way to be proved, batch by batch.
pub(crate) struct Proving<'a> {
    partition: Partition,
    name: String,
    pages: Pages<'a>,
    essences: Vec<Essence>,
    /// Of one event.
    bytes: Vec<u8>,
}

impl<'a> Proving<'a> {
    /// `pages` are all that belong to the file.
    pub(crate) fn new(pages: &'a RecordBatch, partition: Partition) -> Option<Self> {
        let name = partition.to_string();
        Some(Self {
            partition,
            pages: Pages::of(pages, name.clone())?,
            name,
            essences: Vec::new(),
            bytes: Vec::new(),
        })
    }

    /// Takes the next rows, in which columns of kinds that they are not of may be missing; none if one of them is not plainly what its hash
    /// says.
    pub(crate) fn take(&mut self, rows: &RecordBatch) -> Option<()> {
        let envelope = Envelope::of(rows)?;
        let kinds = Kinds::of(rows)?;
        let said = PageColumns::of(rows);
        self.essences.reserve(rows.num_rows());
        for row in 0..rows.num_rows() {
            let (kind, payload) = kinds.at(row)?;
            if text(envelope.partitions, row)? != self.name {
                return None;
            }
            let body = match kind {
                Kind::ResponsePage => self.pages.take(row, &envelope, said.as_ref()?)?,
                _ => &[],
            };
            self.bytes.clear();
            let bytes = &mut self.bytes;
            let mut essence = envelope.write(row, self.partition, kind, bytes, |to| {
                payload.write(row, body, to)
            })?;
            if self.bytes.len() > EVENT_BYTES_MAX || Digest::of(&self.bytes) != essence.hash {
                return None;
            }
            essence.said = match kind {
                Kind::ProducerStopped => Said::Stopped,
                Kind::ProducerStarted => kinds.given_up(row)?,
                _ => Said::Nothing,
            };
            self.essences.push(essence);
        }
        Some(())
    }

    /// What was taken, if every row of `pages` belongs to some of it.
    pub(crate) fn finish(self) -> Option<Vec<Essence>> {
        self.pages.all_taken().then_some(self.essences)
    }
}

/// The payload columns, and which of them each row has.
struct Kinds<'a> {
    /// By number in [`Kind::ALL`]; none of those that no row is of.
    forms: Vec<Option<Form<'a>>>,
    /// By row: a number in [`Kind::ALL`].
    owners: Vec<u8>,
    started: Option<&'a StructArray>,
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
            let array = rows.column_by_name(&name);
            let Some(array) = array.filter(|array| array.null_count() < array.len()) else {
                forms.push(None);
                continue;
            };
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
            forms.push(Some(Form::of(column, &name, array)?));
        }
        let started = rows.column_by_name(&kind_column(Kind::ProducerStarted));
        (owned == rows.num_rows()).then_some(Self {
            forms,
            owners,
            started: started.and_then(|column| column.as_struct_opt()),
        })
    }

    fn at(&self, row: usize) -> Option<(Kind, &Form<'a>)> {
        let owner = usize::from(*self.owners.get(row)?);
        Some((*Kind::ALL.get(owner)?, self.forms.get(owner)?.as_ref()?))
    }

    fn given_up(&self, row: usize) -> Option<Said> {
        let abandoned = self.started?.column_by_name("abandoned")?;
        let abandoned = abandoned.as_struct_opt()?;
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
