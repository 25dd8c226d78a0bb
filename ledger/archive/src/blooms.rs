//! Bloom filters of files, kept in memory: a file that has nothing of a statement is not opened again for each look at one.
//!
//! Enters: files, the ids of statements. Leaves: whether a file may have one of them. Never here: a no that a filter did not say: what has no
//! filter, or cannot be read, may have anything.

use std::fmt;
use std::sync::Arc;

use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use lru::LruCache;
use object_store::ObjectStore;
use object_store::path::Path;
use parking_lot::Mutex;
use parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use parquet::bloom_filter::Sbbf;
use parquet::errors::ParquetError;

use super::limits::BLOOMS_BYTES;
use super::ranges::Ranges;

/// The column whose filters are kept.
const COLUMN: &str = "statement_id";

/// Filters of the files that were asked last, within [`BLOOMS_BYTES`].
pub(super) struct Blooms {
    kept: Mutex<Kept>,
}

struct Kept {
    files: LruCache<Path, Arc<Filters>>,
    bytes: usize,
}

/// Of one file: a filter a row group, and what they take.
struct Filters {
    groups: Vec<Option<Sbbf>>,
    bytes: usize,
}

impl Default for Blooms {
    fn default() -> Self {
        Self {
            kept: Mutex::new(Kept {
                files: LruCache::unbounded(),
                bytes: 0,
            }),
        }
    }
}

impl fmt::Debug for Blooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blooms").finish_non_exhaustive()
    }
}

impl Blooms {
    /// Whether the file at `path`, which is `size` bytes long and never becomes another, may have one of `statements`.
    pub(super) async fn may_hold(
        &self,
        store: &Arc<dyn ObjectStore>,
        path: Path,
        size: u64,
        statements: &[String],
    ) -> bool {
        let known = self.kept.lock().files.get(&path).map(Arc::clone);
        let filters = match known {
            Some(filters) => filters,
            None => match read(store, path.clone(), size).await {
                Ok(filters) => self.keep(path, filters),
                Err(error) => {
                    tracing::debug!(%path, %error, "its filters cannot be read");
                    return true;
                }
            },
        };
        filters.groups.iter().any(|filter| match filter {
            Some(filter) => statements.iter().any(|id| filter.check(id.as_str())),
            None => true,
        })
    }

    fn keep(&self, path: Path, filters: Filters) -> Arc<Filters> {
        let filters = Arc::new(filters);
        let mut kept = self.kept.lock();
        kept.bytes += filters.bytes;
        if let Some(before) = kept.files.put(path, Arc::clone(&filters)) {
            kept.bytes = kept.bytes.saturating_sub(before.bytes);
        }
        while kept.bytes > BLOOMS_BYTES
            && let Some((_, oldest)) = kept.files.pop_lru()
        {
            kept.bytes = kept.bytes.saturating_sub(oldest.bytes);
        }
        filters
    }
}

async fn read(
    store: &Arc<dyn ObjectStore>,
    path: Path,
    size: u64,
) -> Result<Filters, ParquetError> {
    /// What a file's entry takes beside its filters, about.
    const ENTRY_BYTES: usize = 512;
    let reader = Ranges {
        store: Arc::clone(store),
        path,
        size,
    };
    let mut builder = ParquetRecordBatchStreamBuilder::new(reader).await?;
    let mut columns = builder.parquet_schema().columns().iter();
    let column = columns.position(|column| column.path().string() == COLUMN);
    let mut filters = Filters {
        groups: Vec::new(),
        bytes: ENTRY_BYTES,
    };
    for group in 0..builder.metadata().num_row_groups() {
        let filter = match column {
            Some(column) => {
                let said = builder.metadata().row_group(group).column(column);
                let bytes = said.bloom_filter_length().unwrap_or_default();
                filters.bytes += usize::try_from(bytes).unwrap_or_default();
                builder
                    .get_row_group_column_bloom_filter(group, column)
                    .await?
            }
            None => None,
        };
        filters.groups.push(filter);
    }
    Ok(filters)
}

/// The statements that a row must be of, if all of `filters` are true of it; none where it may be of any.
pub(super) fn statements(filters: &[Expr]) -> Option<Vec<String>> {
    filters.iter().find_map(of)
}

fn of(filter: &Expr) -> Option<Vec<String>> {
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            Operator::And => of(left).or_else(|| of(right)),
            Operator::Or => {
                let mut either = of(left)?;
                either.extend(of(right)?);
                Some(either)
            }
            Operator::Eq => match (left.as_ref(), right.as_ref()) {
                (Expr::Column(column), value) | (value, Expr::Column(column))
                    if column.name == COLUMN =>
                {
                    Some(vec![text(value)?])
                }
                _ => None,
            },
            _ => None,
        },
        Expr::InList(InList {
            expr,
            list,
            negated: false,
        }) if matches!(expr.as_ref(), Expr::Column(column) if column.name == COLUMN) => {
            list.iter().map(text).collect()
        }
        _ => None,
    }
}

fn text(value: &Expr) -> Option<String> {
    let Expr::Literal(value, _) = value else {
        return None;
    };
    value.try_as_str().flatten().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::{col, lit};
    use event::Kind;
    use object_store::ObjectStoreExt as _;
    use object_store::memory::InMemory;

    use super::*;
    use crate::file::encode_with;
    use crate::samples::Draw;

    #[test]
    fn the_statements_of_a_row_are_those_its_filters_name() {
        let is = |id: &str| col(COLUMN).eq(lit(id));
        let other = || col("kind").eq(lit("k"));
        for (filter, want) in [
            (is("a"), Some(vec!["a"])),
            (lit("a").eq(col(COLUMN)), Some(vec!["a"])),
            (is("a").or(is("b")), Some(vec!["a", "b"])),
            (other().and(is("a")), Some(vec!["a"])),
            (
                col(COLUMN).in_list(vec![lit("a"), lit("b")], false),
                Some(vec!["a", "b"]),
            ),
            (is("a").or(other()), None),
            (col(COLUMN).in_list(vec![lit("a")], true), None),
            (
                col(COLUMN).in_list(vec![lit("a"), col("kind")], false),
                None,
            ),
            (col(COLUMN).not_eq(lit("a")), None),
            (col("session_id").eq(lit("a")), None),
        ] {
            let said = filter.to_string();
            let found = statements(&[other(), filter]);
            let found = found.as_deref().map(|ids| ids.iter().map(String::as_str));
            assert_eq!(found.map(Iterator::collect::<Vec<_>>), want, "{said}");
        }
    }

    #[tokio::test]
    async fn only_a_file_whose_filters_say_no_is_left_out() {
        let mut draw = Draw::new(3);
        let mut events: Vec<_> = (0..300)
            .map(|_| draw.event(Kind::StatementSubmitted))
            .collect();
        let ids = events.iter_mut().enumerate().map(|(number, event)| {
            let number = u128::try_from(number).unwrap();
            let id = event::StatementId::from_uuid(uuid::Uuid::from_u128(number));
            event.statement_id = Some(id);
            id.to_string()
        });
        let ids: Vec<String> = ids.collect();
        let digest = event::Digest::from_bytes([0; 32]);
        let rows: Vec<_> = (0..)
            .zip(&events)
            .map(|(offset, event)| {
                let partition = journal::Partition {
                    topic: journal::Topic::Events,
                    number: 0,
                };
                let offset = journal::Offset(offset);
                (journal::Position { partition, offset }, event, digest)
            })
            .collect();
        let rows = crate::rows::event_rows(&rows).unwrap();
        let bytes = encode_with("events", Vec::new(), &rows).unwrap();
        let (path, size) = (Path::from("a.parquet"), bytes.len() as u64);
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        store.put(&path, bytes.into()).await.unwrap();
        let blooms = Blooms::default();
        let may = async |id: &str| {
            let ids = [id.to_owned()];
            blooms.may_hold(&store, path.clone(), size, &ids).await
        };
        for id in &ids {
            assert!(may(id).await, "{id}");
        }
        let mut wrong = 0;
        for number in 0..1_000_u128 {
            let other = uuid::Uuid::from_u128(number << 64 | 1 << 100);
            wrong += u32::from(may(&other.to_string()).await);
        }
        assert!(wrong < 50, "{wrong} of 1000");
        // It was read once, and is not needed for what was asked before.
        store.delete(&path).await.unwrap();
        assert!(may(&ids[0]).await);
        let nowhere = Path::from("b.parquet");
        assert!(blooms.may_hold(&store, nowhere, 9, &ids).await);
    }
}
