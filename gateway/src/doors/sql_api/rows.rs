//! Rows as `jsonv2` writes them.
//!
//! Enters: cells as Snowflake's JSON writes them to drivers. Leaves: JSON arrays of texts. Never here: whether anybody may see them.

use std::io;

use bytes::Bytes;
use event::payload::ResultColumn;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};
use serde_json::Value;

use crate::delivery::ChunkFailure;
use crate::doors::cells::{Cells, Row};

/// Writes a row. Booleans are words here, and NULL is a text where the client asked for it.
pub(crate) fn write_row(out: &mut Vec<u8>, columns: &[ResultColumn], row: &Row, nullable: bool) {
    out.push(b'[');
    for (place, cell) in row.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        let is_boolean = || {
            columns
                .get(place)
                .is_some_and(|column| column.data_type.eq_ignore_ascii_case("boolean"))
        };
        match cell.as_deref() {
            None if nullable => out.extend_from_slice(b"null"),
            None => out.extend_from_slice(b"\"null\""),
            Some("1") if is_boolean() => out.extend_from_slice(b"\"true\""),
            Some("0") if is_boolean() => out.extend_from_slice(b"\"false\""),
            Some(text) => out.extend_from_slice(Value::from(text).to_string().as_bytes()),
        }
    }
    out.push(b']');
}

/// One object out of the fields of `head`, `data` as it is, and those of `tail`.
pub(crate) fn written(head: &Value, data: Option<&[u8]>, tail: &Value) -> Vec<u8> {
    let (head, tail) = (head.to_string(), tail.to_string());
    let inner = |text: &str| text.get(1..text.len().saturating_sub(1)).map(str::to_owned);
    let (head, tail) = (
        inner(&head).unwrap_or_default(),
        inner(&tail).unwrap_or_default(),
    );
    let data = data.unwrap_or(b"[]");
    [
        b"{",
        head.as_bytes(),
        b",\"data\":",
        data,
        b",",
        tail.as_bytes(),
        b"}",
    ]
    .concat()
}

/// A later partition: `{"data":[…]}`, row by row as they become durable.
pub(crate) fn partition(
    pieces: BoxStream<'static, Result<Bytes, ChunkFailure>>,
    cells: Cells,
    columns: Vec<ResultColumn>,
    nullable: bool,
) -> impl Stream<Item = io::Result<Bytes>> + Send + Unpin + 'static {
    let mut state = (cells, columns, 0_u64);
    let rows = pieces.map(move |piece| {
        let (cells, columns, count) = &mut state;
        let mut out = Vec::new();
        let bytes = piece.map_err(io::Error::other)?;
        if bytes.is_empty() {
            return Ok(Bytes::new());
        }
        let pushed = cells.push(bytes, |row| {
            if *count > 0 {
                out.push(b',');
            }
            write_row(&mut out, columns, &row, nullable);
            *count += 1;
        });
        pushed.map_err(io::Error::other)?;
        Ok(Bytes::from(out))
    });
    let one = |text: &'static [u8]| futures::stream::iter([Ok(Bytes::from_static(text))]);
    // After a failure nothing may follow: an end that looks whole would be a lie.
    let mut failed = false;
    let rows = rows.chain(one(b"]}")).take_while(move |piece| {
        let goes = !failed;
        failed |= piece.is_err();
        std::future::ready(goes)
    });
    one(b"{\"data\":[").chain(rows).boxed()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use event::payload::{ResultColumn, ResultFormat};
    use futures::StreamExt as _;
    use serde_json::{Value, json};

    use super::{partition, write_row, written};
    use crate::delivery::ChunkFailure;
    use crate::doors::cells::Cells;

    fn columns() -> Vec<ResultColumn> {
        ["fixed", "boolean", "text"]
            .map(|data_type| ResultColumn {
                name: "C".to_owned(),
                data_type: data_type.to_owned(),
                nullable: true,
                precision: None,
                scale: None,
                length: None,
                origin: String::new(),
            })
            .to_vec()
    }

    #[test]
    fn booleans_are_words_and_nulls_as_asked() {
        let text = |text: &str| Some(text.to_owned());
        for (row, nullable, wanted) in [
            (
                [text("1"), text("1"), text("1")],
                true,
                json!(["1", "true", "1"]),
            ),
            (
                [text("0"), text("0"), text("a\"\n")],
                true,
                json!(["0", "false", "a\"\n"]),
            ),
            (
                [None, None, text("null")],
                true,
                json!([null, null, "null"]),
            ),
            ([None, None, None], false, json!(["null", "null", "null"])),
        ] {
            let mut out = Vec::new();
            write_row(&mut out, &columns(), &row.to_vec(), nullable);
            assert_eq!(serde_json::from_slice::<Value>(&out).expect("json"), wanted);
        }
    }

    #[test]
    fn an_answer_is_one_object() {
        let written = written(
            &json!({"a": 1}),
            Some(b"[[\"x\"]]"),
            &json!({"b": {"c": "}"}}),
        );
        let read: Value = serde_json::from_slice(&written).expect("json");
        assert_eq!(read, json!({"a": 1, "data": [["x"]], "b": {"c": "}"}}));
    }

    async fn body(pieces: Vec<Result<Bytes, ChunkFailure>>) -> (String, bool) {
        let pieces = futures::stream::iter(pieces).boxed();
        let cells = Cells::new(&columns(), ResultFormat::Json);
        let mut stream = partition(pieces, cells, columns(), true);
        let (mut text, mut whole) = (String::new(), true);
        while let Some(piece) = stream.next().await {
            match piece {
                Ok(bytes) => text.push_str(std::str::from_utf8(&bytes).expect("text")),
                Err(_) => whole = false,
            }
        }
        (text, whole)
    }

    #[tokio::test]
    async fn a_partition_is_whole_or_visibly_not() {
        let piece = |text: &'static str| Ok(Bytes::from_static(text.as_bytes()));
        let (text, whole) = body(vec![
            piece("[\"1\",\"0\",\"a\"]"),
            piece(",[\"2\",\"1\",null],[\"3\",null,\"]\"]"),
            piece(""),
        ])
        .await;
        let read: Value = serde_json::from_str(&text).expect("json");
        let rows = json!([["1", "false", "a"], ["2", "true", null], ["3", null, "]"]]);
        assert!(whole);
        assert_eq!(read, json!({ "data": rows }));
        let (text, whole) = body(vec![
            piece("[\"1\",\"0\",\"a\"]"),
            Err(ChunkFailure::Broken),
        ])
        .await;
        assert!(
            !whole && serde_json::from_str::<Value>(&text).is_err(),
            "{text}"
        );
    }
}
