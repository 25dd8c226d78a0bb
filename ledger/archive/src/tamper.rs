//! What somebody with write access to the archive's files could do, for tests.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray, UInt32Array};
use arrow::compute::{filter_record_batch, take};
use arrow::datatypes::DataType;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use serde_json::Value;

use super::coverage::Coverage;
use super::file::encode_with;
use super::{Archive, TableKind};
use journal::Partition;

/// Keys and values of a footer.
pub(crate) type Words = Vec<(&'static str, String)>;

/// Where an object of a table lies.
pub(crate) fn object(kind: TableKind, path: &str) -> Path {
    Path::from(format!("archive/{}/{path}", kind.name()))
}

/// The name a recorder gives a file.
pub(crate) fn recorded(partition: Partition, first: u64) -> String {
    let coverage = Coverage {
        partition,
        offsets: first..first + 1,
        generation: 0,
        leaves: None,
        erased: None,
    };
    coverage.path().to_string()
}

/// What a file's footer says, but for the number of rows.
pub(crate) async fn words(store: &Arc<dyn ObjectStore>, kind: TableKind, path: &str) -> Words {
    let bytes = store.get(&object(kind, path)).await.unwrap();
    let bytes = bytes.bytes().await.unwrap();
    let footer = ArrowReaderMetadata::load(&bytes, Default::default()).unwrap();
    let pairs = footer.metadata().file_metadata().key_value_metadata();
    let pairs = pairs.unwrap().iter();
    pairs
        .filter(|pair| pair.key.starts_with("firn.") && pair.key != "firn.rows")
        .map(|pair| {
            let key: &'static str = Box::leak(pair.key.clone().into_boxed_str());
            (key, pair.value.clone().unwrap())
        })
        .collect()
}

/// Writes a file, whatever stood there.
pub(crate) async fn write(
    store: &Arc<dyn ObjectStore>,
    kind: TableKind,
    path: &str,
    words: Words,
    rows: &RecordBatch,
) {
    let bytes = encode_with(path, words, rows).unwrap();
    store.put(&object(kind, path), bytes.into()).await.unwrap();
}

/// Changes what a table's log says, action by action.
pub(crate) async fn edit_log(
    store: &Arc<dyn ObjectStore>,
    kind: TableKind,
    mut edit: impl FnMut(&mut Value),
) {
    for version in 0.. {
        let path = object(kind, &format!("_delta_log/{version:020}.json"));
        let Ok(entry) = store.get(&path).await else {
            return;
        };
        let entry = entry.bytes().await.unwrap();
        let lines = entry.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty()).map(|line| {
            let mut action = serde_json::from_slice(line).unwrap();
            edit(&mut action);
            action.to_string()
        });
        let edited = lines.collect::<Vec<_>>().join("\n");
        store.put(&path, edited.into()).await.unwrap();
    }
}

/// Every file of a table.
pub(crate) async fn files(
    archive: &Archive,
    kind: TableKind,
) -> Vec<(Partition, Range<u64>, RecordBatch)> {
    let snapshot = archive.snapshot().await.unwrap();
    let mut files = Vec::new();
    for partition in snapshot.next_offsets().keys() {
        for listed in snapshot.files(kind, *partition).unwrap() {
            let file = snapshot.file(kind, &listed).await.unwrap();
            files.push((*partition, file.range, file.rows));
        }
    }
    files
}

/// Overwrites a file with other rows; what its footer says of offsets and leaves stays.
pub(crate) async fn overwrite(
    store: &Arc<dyn ObjectStore>,
    kind: TableKind,
    partition: Partition,
    range: &Range<u64>,
    rows: &RecordBatch,
) {
    let path = recorded(partition, range.start);
    let words = words(store, kind, &path).await;
    write(store, kind, &path, words, rows).await;
}

/// Deletes a file.
pub(crate) async fn delete(
    store: &Arc<dyn ObjectStore>,
    kind: TableKind,
    partition: Partition,
    first: u64,
) {
    let path = object(kind, &recorded(partition, first));
    store.delete(&path).await.unwrap();
}

/// Deletes the rows that `gone` names.
pub(crate) async fn delete_rows(
    archive: &Archive,
    store: &Arc<dyn ObjectStore>,
    gone: impl Fn(&RecordBatch, usize) -> bool,
) -> usize {
    let mut deleted = 0;
    for (partition, range, rows) in files(archive, TableKind::Events).await {
        let keep: arrow::array::BooleanArray = (0..rows.num_rows())
            .map(|row| Some(!gone(&rows, row)))
            .collect();
        deleted += keep.false_count();
        let kept = filter_record_batch(&rows, &keep).unwrap();
        overwrite(store, TableKind::Events, partition, &range, &kept).await;
    }
    deleted
}

/// One value of one column of one row replaced by another row's, in every leaf column where rows differ.
pub(crate) fn flips(rows: &RecordBatch) -> Vec<(String, usize, RecordBatch)> {
    let mut flips = Vec::new();
    for (index, field) in rows.schema().fields().iter().enumerate() {
        for (name, row, column) in flips_of(field.name(), rows.column(index)) {
            let mut columns = rows.columns().to_vec();
            columns[index] = column;
            flips.push((
                name,
                row,
                RecordBatch::try_new(rows.schema(), columns).unwrap(),
            ));
        }
    }
    flips
}

fn flips_of(name: &str, column: &ArrayRef) -> Vec<(String, usize, ArrayRef)> {
    let DataType::Struct(fields) = column.data_type() else {
        return flip(name, column).into_iter().collect();
    };
    let parent = column.as_struct();
    let mut flips = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let child = parent.column(index);
        // Only rows that have the struct; elsewhere a flip is no change.
        let valid: Vec<usize> = (0..parent.len())
            .filter(|row| parent.is_valid(*row))
            .collect();
        let rows = UInt32Array::from_iter_values(valid.iter().map(|row| *row as u32));
        let present = take(child, &rows, None).unwrap();
        for (name, at, flipped) in flips_of(&format!("{name}.{}", field.name()), &present) {
            let mut back: Vec<Option<u32>> = vec![None; parent.len()];
            for (place, row) in valid.iter().enumerate() {
                back[*row] = Some(place as u32);
            }
            let whole = take(&flipped, &UInt32Array::from(back), None).unwrap();
            let mut children = parent.columns().to_vec();
            children[index] = whole;
            let array = StructArray::new(fields.clone(), children, parent.nulls().cloned());
            flips.push((name, valid[at], Arc::new(array) as ArrayRef));
        }
    }
    flips
}

fn flip(name: &str, column: &ArrayRef) -> Option<(String, usize, ArrayRef)> {
    let (at, other) = (1..column.len()).find_map(|row| {
        let differs = column.slice(row, 1) != column.slice(row - 1, 1);
        differs.then_some((row, row - 1))
    })?;
    let mut rows: Vec<u32> = (0..column.len() as u32).collect();
    rows[at] = other as u32;
    let flipped = take(column, &UInt32Array::from(rows), None).unwrap();
    Some((name.to_owned(), at, flipped))
}
