//! What of a page may be looked for later: tokens of its cells, taken before they are masked.
//!
//! Enters: cells as they came, what the plan says may be looked for. Leaves: tokens by column, each once with how many cells have it.
//! Never here: a cell that is kept; anything where the policy asks for nothing, or no key is configured.

use ::arrow::array::RecordBatch;
use event::payload::{ResultColumn, Seen, SeenClass};
use permit::Sought;

use super::arrow::for_each_cell;
use super::family::Family;
use super::semi::{Kind, is_document, leaves};
use super::taken::Taken;
use crate::limits::SEEN_TOKENS_PER_PAGE_MAX;
use crate::operators::Value;
use crate::seen::SeenKeys;
use crate::seen::form::class_of;
use detect::date::from_days;
use detect::{Detectors, Label};

/// Nanoseconds in a day.
const DAY: i128 = 86_400_000_000_000;

/// What detectors find in one column, of labels that may be looked for.
pub(super) struct Findings {
    labels: Vec<(Label, Taken)>,
    left: usize,
}

impl Findings {
    /// None where no label of `words` is a detector's.
    pub(super) fn new(
        column: &str,
        keys: &SeenKeys,
        words: &[String],
        detectors: &Detectors,
    ) -> Option<Self> {
        let labels = words.iter().filter_map(|word| {
            let class = class_of(word).unwrap_or(SeenClass::Text);
            let taken = Taken::new(column.to_owned(), keys.signer(&class)?);
            Some((detectors.of(word)?, taken))
        });
        let labels: Vec<_> = labels.collect();
        (!labels.is_empty()).then_some(Self {
            labels,
            left: room(),
        })
    }

    /// Counts a finding in a cell that stands `times` times.
    pub(super) fn take(&mut self, label: Label, value: &str, times: u64) {
        let times = u32::try_from(times).unwrap_or(u32::MAX);
        for (own, taken) in &mut self.labels {
            if *own == label {
                taken.take(value, times, &mut self.left);
            }
        }
    }

    /// What was counted since the last call, as far as `left` has room for it.
    pub(super) fn seen(&mut self, seen: &mut Vec<Seen>, left: &mut usize) {
        for (_, taken) in &mut self.labels {
            while taken.tokens.len() > *left {
                taken.tokens.pop_last();
            }
            *left -= taken.tokens.len();
            seen.extend(taken.seen());
        }
        self.left = room();
    }
}

/// A result's columns whose values may be looked for.
pub(super) struct Seek {
    columns: Vec<(usize, Family, Taken)>,
}

impl Seek {
    /// None where nothing may be looked for.
    pub(super) fn new(
        keys: Option<&SeenKeys>,
        sought: &[Sought],
        columns: &[ResultColumn],
    ) -> Option<Self> {
        let keys = keys?;
        let sought = sought.iter().filter_map(|sought| {
            let place = usize::try_from(sought.ordinal).ok()?;
            let family = Family::of(columns.get(place)?);
            let taken = Taken::new(sought.column.clone(), keys.signer(&sought.class)?);
            Some((place, family, taken))
        });
        let columns: Vec<_> = sought.collect();
        (!columns.is_empty()).then_some(Self { columns })
    }

    /// How many columns.
    pub(super) const fn width(&self) -> usize {
        self.columns.len()
    }

    /// Takes the cells of rows as JSON.
    pub(super) fn json(&mut self, rows: &[Vec<Option<String>>], left: &mut usize) {
        for cells in rows {
            for (place, family, taken) in &mut self.columns {
                if let Some(Some(text)) = cells.get(*place) {
                    cell(*family, text, taken, left);
                }
            }
        }
    }

    /// Takes the cells of a batch.
    pub(super) fn arrow(&mut self, batch: &RecordBatch, left: &mut usize) {
        let places: Vec<usize> = self.columns.iter().map(|(place, ..)| *place).collect();
        // A batch of another width is refused by the mask.
        let Ok(batch) = batch.project(&places) else {
            return;
        };
        let families: Vec<Family> = self.columns.iter().map(|(_, family, _)| *family).collect();
        for_each_cell(&families, &batch, |at, text| {
            if let (Some((_, family, taken)), Some(text)) = (self.columns.get_mut(at), text) {
                cell(*family, text, taken, left);
            }
        });
    }

    /// What was taken since the last call.
    pub(super) fn seen(&mut self) -> impl Iterator<Item = Seen> {
        self.columns
            .iter_mut()
            .filter_map(|(_, _, taken)| taken.seen())
    }
}

/// Takes one cell, written as Snowflake's JSON has it: a document by its leaves.
fn cell(family: Family, text: &str, taken: &mut Taken, left: &mut usize) {
    let value = family.parse(text);
    let document = match &value {
        Value::Semi(_) => true,
        Value::Text(text) => is_document(text),
        _ => false,
    };
    if !document {
        let written = written(family, &value, taken.signer.class());
        return taken.take(written.as_deref().unwrap_or(text), 1, left);
    }
    leaves(text, |leaf| {
        let raw = text.get(leaf.start..leaf.end).unwrap_or_default();
        match leaf.kind {
            Kind::String => match unescaped(raw) {
                Some(plain) => taken.take(&plain, 1, left),
                None => taken.take(raw, 1, left),
            },
            Kind::Number | Kind::Loose => taken.take(raw, 1, left),
            Kind::Name => {}
        }
    });
}

/// A JSON string's value, where it is written otherwise.
fn unescaped(raw: &str) -> Option<String> {
    raw.contains('\\')
        .then(|| serde_json::from_str(&format!("\"{raw}\"")).ok())
        .flatten()
}

/// The value as people write it, where Snowflake's JSON has it otherwise: whole numbers without a fraction, days.
pub(super) fn written(family: Family, value: &Value<'_>, class: &SeenClass) -> Option<String> {
    match (value, family) {
        (Value::Fixed(number), Family::Fixed(scale)) => {
            let unit = 10_i128.checked_pow(u32::from(scale))?;
            (number % unit == 0).then(|| (number / unit).to_string())
        }
        (Value::Real(number), _) if number.fract() == 0.0 && number.abs() < 1e18 => {
            Some(format!("{number:.0}"))
        }
        (Value::Date(days), _) => Some(day(*days)),
        (Value::Timestamp(nanos, _), _) if *class == SeenClass::Date => {
            i32::try_from(nanos.div_euclid(DAY)).ok().map(day)
        }
        _ => None,
    }
}

fn day(days: i32) -> String {
    let day = from_days(days);
    format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
}

/// How many different tokens a page may have.
pub(super) const fn room() -> usize {
    SEEN_TOKENS_PER_PAGE_MAX
}
