//! Masked rows as cells, whatever form they came in.
//!
//! Enters: the rows of a result, or one stretch of them after the other. Leaves: one row at a time, each cell as Snowflake's JSON
//! writes it. Never here: a row that was not masked; more than one stretch in memory.

use access::mask::for_each_cell;
use arrow::buffer::Buffer;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamDecoder;
use bytes::Bytes;
use event::payload::{ResultColumn, ResultFormat};

/// A row: its cells, none for NULL.
pub(crate) type Row = Vec<Option<String>>;

/// Why rows cannot be read. Says nothing of them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CellsError {
    /// They are not the JSON that delivery writes.
    #[error("the rows cannot be read again")]
    Json(#[from] serde_json::Error),
    /// They are not the Arrow that delivery writes.
    #[error("the rows cannot be read again")]
    Arrow(#[from] ArrowError),
}

/// Reads the rows of one result, stretch by stretch.
pub(crate) struct Cells {
    columns: Vec<ResultColumn>,
    form: Form,
}

enum Form {
    /// Each stretch is whole rows, after the first with a comma before them.
    Json,
    Arrow(Box<StreamDecoder>),
}

impl Cells {
    /// Of a result with these columns.
    pub fn new(columns: &[ResultColumn], format: ResultFormat) -> Self {
        Self {
            columns: columns.to_vec(),
            form: match format {
                ResultFormat::Json => Form::Json,
                ResultFormat::Arrow => Form::Arrow(Box::default()),
            },
        }
    }

    /// Gives each row of `bytes` to `take`.
    pub fn push(&mut self, bytes: Bytes, mut take: impl FnMut(Row)) -> Result<(), CellsError> {
        match &mut self.form {
            Form::Json => {
                let rows = bytes.strip_prefix(b",").unwrap_or(&bytes);
                let rows: Vec<Row> = serde_json::from_slice(&[b"[", rows, b"]"].concat())?;
                rows.into_iter().for_each(take);
            }
            Form::Arrow(decoder) => {
                let mut buffer = Buffer::from(bytes);
                while !buffer.is_empty() {
                    let Some(batch) = decoder.decode(&mut buffer)? else {
                        continue;
                    };
                    let width = batch.num_columns();
                    let mut row = Row::with_capacity(width);
                    for_each_cell(&self.columns, &batch, |place, text| {
                        row.push(text.map(str::to_owned));
                        if place + 1 == width {
                            take(std::mem::replace(&mut row, Row::with_capacity(width)));
                        }
                    });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
    use arrow::ipc::writer::StreamWriter;
    use bytes::Bytes;
    use event::payload::{ResultColumn, ResultFormat};

    use super::{Cells, Row};

    fn column(name: &str, data_type: &str, scale: i64) -> ResultColumn {
        ResultColumn {
            name: name.to_owned(),
            data_type: data_type.to_owned(),
            nullable: true,
            precision: None,
            scale: Some(scale),
            length: None,
            origin: String::new(),
        }
    }

    fn columns() -> Vec<ResultColumn> {
        vec![
            column("N", "fixed", 2),
            column("B", "boolean", 0),
            column("T", "text", 0),
        ]
    }

    fn read(format: ResultFormat, stretches: &[&[u8]]) -> Vec<Row> {
        let (mut cells, mut rows) = (Cells::new(&columns(), format), Vec::new());
        for stretch in stretches {
            let pushed = cells.push(Bytes::copy_from_slice(stretch), |row| rows.push(row));
            pushed.expect("reads");
        }
        rows
    }

    #[test]
    fn both_forms_give_the_same_cells() {
        let text = |text: &str| Some(text.to_owned());
        let wanted = vec![
            vec![text("1.50"), text("1"), text("a \"b\"")],
            vec![None, text("0"), None],
        ];
        let json = [
            br#"["1.50","1","a \"b\""]"#.as_slice(),
            br#",[null,"0",null]"#,
        ];
        assert_eq!(read(ResultFormat::Json, &json), wanted);
        assert_eq!(read(ResultFormat::Json, &[b""]), Vec::<Row>::new());

        let arrays: [(&str, ArrayRef); 3] = [
            ("N", Arc::new(Int64Array::from(vec![Some(150), None]))),
            ("B", Arc::new(BooleanArray::from(vec![true, false]))),
            (
                "T",
                Arc::new(StringArray::from(vec![Some("a \"b\""), None])),
            ),
        ];
        let batch = RecordBatch::try_from_iter(arrays).expect("a batch");
        let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).expect("a writer");
        writer.write(&batch).expect("writes");
        let stream = writer.into_inner().expect("ends");
        for cut in [1, 100, stream.len() / 2, stream.len() - 1] {
            let (one, two) = stream.split_at(cut);
            assert_eq!(
                read(ResultFormat::Arrow, &[one, two]),
                wanted,
                "cut at {cut}"
            );
        }
    }
}
