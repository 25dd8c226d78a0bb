//! Tables of an earlier release get this one's columns, and those of a later one keep theirs.

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::format1::Release1;
use super::*;

/// A kind that the earlier release did not have, and fields that its payloads lacked: of a struct, and of a list's elements.
pub(super) const NEW_KIND: Kind = Kind::StageRefused;
const NEW_FIELD: (&str, &str) = ("session_opened", "upstream_session");
const NEW_ELEMENT_FIELD: &str = "precision";

/// `data` without the new fields.
fn without(name: &str, data: &DataType) -> DataType {
    let kept = |field: &&Arc<Field>| {
        (name, field.name().as_str()) != NEW_FIELD && field.name() != NEW_ELEMENT_FIELD
    };
    match data {
        DataType::Struct(below) => DataType::Struct(below.iter().filter(kept).map(older).collect()),
        DataType::List(element) => DataType::List(older(element)),
        other => other.clone(),
    }
}

fn older(field: &Arc<Field>) -> Arc<Field> {
    let data = without(field.name(), field.data_type());
    Arc::new(field.as_ref().clone().with_data_type(data))
}

/// The columns of an earlier release.
pub(super) fn earlier(kind: TableKind) -> SchemaRef {
    let schema = kind.schema();
    let fields = schema.fields().iter();
    let fields = fields.filter(|field| *field.name() != schema::kind_column(NEW_KIND));
    let fields: Vec<_> = fields.map(older).collect();
    assert_ne!(
        kind == TableKind::Events,
        fields == schema.fields().to_vec()
    );
    Arc::new(Schema::new(fields))
}

/// The columns of a later release.
fn later(kind: TableKind) -> SchemaRef {
    let schema = kind.schema();
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    for field in &mut fields {
        if let DataType::Struct(below) = field.data_type() {
            let mut below: Vec<_> = below.iter().cloned().collect();
            below.insert(
                0,
                Arc::new(Field::new("not_known_yet", DataType::Utf8, true)),
            );
            *field = Arc::new(Field::new(
                field.name(),
                DataType::Struct(below.into()),
                true,
            ));
        }
    }
    fields.push(Arc::new(Field::new("not_known_yet", DataType::Int64, true)));
    Arc::new(Schema::new(fields))
}

/// Events that the earlier release could write.
fn plain_journal(seed: u64, records: usize) -> Vec<(u64, Journaled)> {
    let mut draw = Draw::new(seed);
    (0..records as u64)
        .map(|offset| {
            let kind = [
                Kind::StatementSubmitted,
                Kind::SessionClosed,
                Kind::ResponsePage,
            ];
            let kind = kind[draw.below(kind.len())];
            (offset, Journaled::Event(Box::new(draw.event(kind))))
        })
        .collect()
}

/// Events of the new kind and with the new field.
fn new_journal(first: u64, records: usize) -> Vec<(u64, Journaled)> {
    let mut draw = Draw::new(first);
    (first..first + records as u64)
        .map(|offset| {
            let kinds = [NEW_KIND, Kind::SessionOpened, Kind::ResponseStarted];
            let kind = kinds[draw.below(kinds.len())];
            (offset, Journaled::Event(Box::new(draw.event(kind))))
        })
        .collect()
}

async fn stored_columns(archive: &Archive) -> Vec<String> {
    let seen = archive.0.events.fresh().await.unwrap();
    let schema = seen.delta.snapshot().unwrap().snapshot().arrow_schema();
    schema
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect()
}

/// Rows, rows with a new kind, and rows with the new field, by SQL.
async fn counted(archive: &Archive) -> [usize; 3] {
    let events = archive.snapshot().await.unwrap().events().unwrap();
    assert_eq!(
        events
            .schema()
            .fields()
            .iter()
            .map(|field| field.data_type())
            .collect::<Vec<_>>(),
        schema::events_schema()
            .fields()
            .iter()
            .map(|field| field.data_type())
            .collect::<Vec<_>>(),
    );
    let context = SessionContext::new_with_config(snapshot::session_config());
    context.register_table("events", events).unwrap();
    let (column, field) = NEW_FIELD;
    let kind = schema::kind_column(NEW_KIND);
    let query = format!(
        "SELECT {kind} IS NOT NULL AS kind, {column}.{field} IS NOT NULL AS field, count(*) AS rows FROM events GROUP BY 1, 2"
    );
    let rows = context.sql(&query).await.unwrap().collect().await.unwrap();
    let mut found = [0; 3];
    for batch in rows {
        let count = batch
            .column(2)
            .as_primitive::<arrow::datatypes::Int64Type>();
        for row in 0..batch.num_rows() {
            let count = count.value(row) as usize;
            found[0] += count;
            found[1] += count * usize::from(batch.column(0).as_boolean().value(row));
            found[2] += count * usize::from(batch.column(1).as_boolean().value(row));
        }
    }
    found
}

fn of_kind(journal: &[(u64, Journaled)], kind: Kind) -> usize {
    let events = events_of(partition(0), journal);
    events
        .iter()
        .filter(|(_, event)| event.kind() == kind)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_an_earlier_release_gets_the_new_columns_once_and_old_rows_have_null() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let old = Release1::new(&store, earlier);
    old.create().await;
    let journal = plain_journal(1, 120);
    old.commit(&batch(partition(0), &journal, 0, 40))
        .await
        .unwrap();

    // Four open it at once, and the old one goes on.
    let (a, b, c, d, _) = tokio::join!(
        in_memory(&store),
        in_memory(&store),
        in_memory(&store),
        in_memory(&store),
        async {
            let batch = batch(partition(0), &journal, 40, 40);
            old.commit(&batch).await.unwrap()
        }
    );
    for archive in [&a, &b, &c, &d] {
        let columns = stored_columns(archive).await;
        assert!(columns.contains(&schema::kind_column(NEW_KIND)));
    }
    let metadata = log_entries(&a, "\"metaData\"").await;
    assert_eq!(metadata, 2, "described when made, and once more");

    // New events, then the old release again, which knows neither.
    let new = new_journal(80, 60);
    a.commit(&batch(partition(0), &new, 80, 60)).await.unwrap();
    let last = plain_journal(2, 200);
    old.commit(&batch(partition(0), &last, 140, 30))
        .await
        .unwrap();

    let rows = 80 + 60 + 30;
    let events = events_of(partition(0), &new);
    let new_field = |event: &Event| matches!(&event.payload, event::Payload::SessionOpened(opened) if opened.upstream_session.is_some());
    let fields = events.iter().filter(|(_, event)| new_field(event)).count();
    assert!(fields > 0);
    assert_eq!(counted(&b).await, [rows, of_kind(&new, NEW_KIND), fields]);
    // The new events come back whole, those of the old release lack what it could not write.
    let found = archived(&c, partition(0)).await;
    let expected = events_of(partition(0), &new);
    assert!(expected.iter().all(|event| found.contains(event)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_a_later_release_keeps_its_columns() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let newer = Release1::new(&store, later);
    newer.create().await;
    let journal = journal(5, 120);
    newer
        .commit(&batch(partition(0), &journal, 0, 60))
        .await
        .unwrap();
    let archive = in_memory(&store).await;
    let rest = batch(
        partition(0),
        &journal,
        archive.position(partition(0)).await.unwrap(),
        100,
    );
    archive.commit(&rest).await.unwrap();
    assert!(
        stored_columns(&archive)
            .await
            .contains(&"not_known_yet".to_owned())
    );
    assert_eq!(log_entries(&archive, "\"metaData\"").await, 1);
    assert_eq!(
        archived(&archive, partition(0)).await,
        events_of(partition(0), &journal)
    );
    assert_eq!(
        counted(&archive).await[0],
        events_of(partition(0), &journal).len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_of_another_type_is_named() {
    fn other(kind: TableKind) -> SchemaRef {
        let schema = kind.schema();
        let fields = schema
            .fields()
            .iter()
            .map(|field| match field.name().as_str() {
                "producer_seq" => Arc::new(Field::new("producer_seq", DataType::Utf8, false)),
                _ => Arc::clone(field),
            });
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    Release1::new(&store, other).create().await;
    // Reading goes on; writing does not.
    let archive = in_memory(&store).await;
    let refused = archive
        .commit(&batch(partition(0), &plain_journal(1, 5), 0, 5))
        .await;
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("producer_seq"), "{error}");
}

/// Log entries of `events` that contain `word`.
async fn log_entries(archive: &Archive, word: &str) -> usize {
    let mut count = 0;
    for version in 0.. {
        let entry = archive
            .table(TableKind::Events)
            .log
            .read_commit_entry(version)
            .await;
        let Some(entry) = entry.unwrap() else { break };
        count += usize::from(String::from_utf8_lossy(&entry).contains(word));
    }
    count
}
