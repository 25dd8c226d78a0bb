//! New columns for a table that exists.
//!
//! Enters: the columns the log has, and those of this release. Leaves: one log entry with both, or none if nothing is new.
//! Never here: a column taken away or of another type, so that recorders of other releases go on beside this one: what they
//! write lacks columns, and readers fill NULL.

use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake::kernel::{Action, ArrayType, DataType, MetadataExt, StructField, StructType};
use deltalake::protocol::DeltaOperation;

use super::{Step, Table, TableError, entry};

/// The columns of both, and those that were added at the top.
struct Union {
    schema: StructType,
    changed: Vec<StructField>,
}

/// A column that has two types: its name, the stored type, ours.
struct Clash(String, String, String);

impl Table {
    /// Adds this release's columns to the table's description. Two that do it at once do it once.
    pub(crate) async fn evolve(&self) -> Result<(), TableError> {
        let known = {
            let guard = self.read.lock().await;
            guard.as_ref().is_some_and(|log| log.evolved)
        };
        if known {
            return Ok(());
        }
        let ours = self.kind.schema();
        let ours: StructType = ours
            .as_ref()
            .try_into_kernel()
            .map_err(|error: arrow::error::ArrowError| self.log_error(error.into()))?;
        self.transact(|log| {
            let stored = log.metadata.parse_schema();
            let stored = stored.map_err(|error| self.log_error(error.into()))?;
            let union = union(&stored, &ours).map_err(|Clash(column, stored, ours)| TableError::Column {
                table: self.kind.name(),
                column,
                stored,
                ours,
            })?;
            if union.changed.is_empty() {
                return Ok::<_, TableError>(Step::Leave(()));
            }
            let names: Vec<&String> = union.changed.iter().map(StructField::name).collect();
            tracing::info!(table = self.kind.name(), columns = ?names, "the archive's table gets new columns");
            let metadata = MetadataExt::with_schema(log.metadata.clone(), &union.schema);
            let metadata = metadata.map_err(|error| self.log_error(error.into()))?;
            Ok(Step::Commit {
                entry: entry(
                    vec![Action::Metadata(metadata)],
                    DeltaOperation::AddColumn {
                        fields: union.changed,
                    },
                    None,
                ),
                done: (),
            })
        })
        .await?;
        if let Some(log) = self.read.lock().await.as_mut() {
            log.evolved = true;
        }
        Ok(())
    }
}

/// Stored columns stay as they are, in their order; new ones follow and may be NULL, for old files lack them.
fn union(stored: &StructType, ours: &StructType) -> Result<Union, Clash> {
    let mut fields = Vec::new();
    let mut changed = Vec::new();
    for field in stored.fields() {
        let mut field = field.clone();
        if let Some(mine) = ours.field(field.name())
            && let Some(data_type) = widened(field.name(), field.data_type(), mine.data_type())?
        {
            field.data_type = data_type;
            changed.push(field.clone());
        }
        fields.push(field);
    }
    for mine in ours
        .fields()
        .filter(|mine| stored.field(mine.name()).is_none())
    {
        let mut mine = mine.clone();
        mine.nullable = true;
        changed.push(mine.clone());
        fields.push(mine);
    }
    let schema = StructType::try_new(fields)
        .map_err(|error| Clash("".to_owned(), error.to_string(), String::new()))?;
    Ok(Union { schema, changed })
}

/// The stored type with the fields it lacks; none if it lacks none.
fn widened(name: &str, stored: &DataType, ours: &DataType) -> Result<Option<DataType>, Clash> {
    let below = |Clash(column, stored, ours)| Clash(format!("{name}.{column}"), stored, ours);
    match (stored, ours) {
        (DataType::Struct(stored), DataType::Struct(ours)) => {
            let union = union(stored, ours).map_err(below)?;
            Ok((!union.changed.is_empty()).then(|| DataType::Struct(Box::new(union.schema))))
        }
        (DataType::Array(stored), DataType::Array(ours)) => {
            let element = widened(name, stored.element_type(), ours.element_type())?;
            Ok(element.map(|element| {
                DataType::Array(Box::new(ArrayType::new(element, stored.contains_null())))
            }))
        }
        (stored, ours) if stored == ours => Ok(None),
        (stored, ours) => Err(Clash(name.to_owned(), stored.to_string(), ours.to_string())),
    }
}
