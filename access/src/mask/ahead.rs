//! What stands in the texts of a long column, looked for on several cores before its cells are masked one after the other.
//!
//! Enters: a column's texts, the detectors. Leaves: what they find in each text, the same as one after the other would. Never here: a
//! vote, a count, a mask; a text that nobody looked at, should a thread fail.

use std::num::NonZeroUsize;
use std::thread;

use ::arrow::array::{Array, AsArray, GenericStringArray, OffsetSizeTrait};
use ::arrow::datatypes::DataType;
use detect::{Detectors, Finding};

use super::semi::is_document;

/// Fewer bytes of text are looked at sooner than a thread begins.
const BYTES_A_THREAD: usize = 128 * 1024;
/// A result has no more cores than this: others are masked beside it.
const THREADS_MAX: usize = 4;

/// Findings by row; none where the column is short, has no texts, or there is one core. A document's are nobody's: its leaves are looked at
/// one by one.
pub(super) fn find(array: &dyn Array, detectors: &Detectors) -> Option<Vec<Vec<Finding>>> {
    match array.data_type() {
        DataType::Utf8 => find_in(array.as_string::<i32>(), detectors, cores),
        DataType::LargeUtf8 => find_in(array.as_string::<i64>(), detectors, cores),
        _ => None,
    }
}

fn cores() -> usize {
    let cores = thread::available_parallelism();
    cores.map_or(1, NonZeroUsize::get).min(THREADS_MAX)
}

fn find_in<O: OffsetSizeTrait>(
    texts: &GenericStringArray<O>,
    detectors: &Detectors,
    cores: impl FnOnce() -> usize,
) -> Option<Vec<Vec<Finding>>> {
    let worth = bytes(texts) / BYTES_A_THREAD;
    if worth < 2 {
        return None;
    }
    let threads = worth.min(cores());
    if threads < 2 {
        return None;
    }
    let rows = texts.len().div_ceil(threads).max(1);
    let mut found = vec![Vec::new(); texts.len()];
    // A thread that panics, or does not begin, is a panic here too: nothing of the page is delivered then.
    thread::scope(|scope| {
        let mut parts = (0..).step_by(rows).zip(found.chunks_mut(rows));
        let own = parts.next();
        for (first, part) in parts {
            scope.spawn(move || look(texts, first, part, detectors));
        }
        if let Some((first, part)) = own {
            look(texts, first, part, detectors);
        }
    });
    Some(found)
}

fn bytes<O: OffsetSizeTrait>(texts: &GenericStringArray<O>) -> usize {
    let offsets = texts.value_offsets();
    match (offsets.first(), offsets.last()) {
        (Some(first), Some(last)) => last.as_usize().saturating_sub(first.as_usize()),
        _ => 0,
    }
}

fn look<O: OffsetSizeTrait>(
    texts: &GenericStringArray<O>,
    first: usize,
    found: &mut [Vec<Finding>],
    detectors: &Detectors,
) {
    for (row, findings) in (first..).zip(found) {
        if texts.is_null(row) {
            continue;
        }
        let text = texts.value(row);
        if !is_document(text) {
            detectors.find(text, findings);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::arrow::array::{Array, ArrayRef, LargeStringArray, RecordBatch, StringArray};
    use ::arrow::datatypes::{DataType, Field, Schema};
    use permit::MaskPlan;

    use super::super::tests::{column, masking};
    use super::{BYTES_A_THREAD, find_in};

    /// Prose, some of it with something in it, documents, NULLs; enough for three threads, and no whole number of rows for each.
    fn texts() -> Vec<Option<String>> {
        let prose = "was shipped from the northern depot and arrived some days later, undamaged, "
            .repeat(8);
        let text = |row: usize| match row % 7 {
            0 => Some(format!(
                "order {row} {prose} call +1 212 555 0{:03}",
                row % 1000
            )),
            1 => Some(format!(
                "{{\"mail\": \"a{row}@example.com\", \"n\": {row}}}"
            )),
            2 => None,
            3 => Some(format!(
                "{prose} ask b{row}@example.com, or pay by 4111 1111 1111 1111"
            )),
            _ => Some(format!("{prose} {row}")),
        };
        let rows = 3 * BYTES_A_THREAD / prose.len() * 7 / 5 + 8;
        (0..rows).map(text).collect()
    }

    #[test]
    fn several_threads_find_what_one_finds() {
        let masking = masking();
        let detectors = &masking.inner.detectors;
        let texts = LargeStringArray::from(texts());
        // Cut out of a longer array, as a page is.
        let texts = texts.slice(3, texts.len() - 5);
        let found = find_in(&texts, detectors, || 3).expect("long enough");
        assert_eq!(found.len(), texts.len());
        let mut all = 0;
        for (row, found) in found.iter().enumerate() {
            let mut alone = Vec::new();
            if texts.is_valid(row) && !texts.value(row).starts_with('{') {
                detectors.find(texts.value(row), &mut alone);
            }
            assert_eq!(*found, alone, "row {row}");
            all += alone.len();
        }
        assert!(all > texts.len() / 7, "{all} findings");
        assert_eq!(find_in(&texts, detectors, || 1), None);
        assert_eq!(find_in(&texts.slice(0, 9), detectors, || 3), None);
    }

    #[test]
    fn a_long_column_is_masked_as_rows_one_by_one_are() {
        let (masking, columns) = (masking(), [column("NOTE", "text", None)]);
        let texts = texts();
        let rows: Vec<Vec<Option<String>>> = texts.iter().map(|text| vec![text.clone()]).collect();
        let field = Field::new("NOTE", DataType::Utf8, true);
        let array: ArrayRef = Arc::new(StringArray::from(texts));
        let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![array]).unwrap();
        let mask = || masking.result(MaskPlan::detect_only(), &columns, None);
        let (arrow, json) = (mask().arrow(batch).unwrap(), mask().json(rows).unwrap());
        assert_eq!(arrow.digest, json.digest);
        assert_eq!(arrow.counts, json.counts);
        assert!(!arrow.counts.is_empty());
    }
}
