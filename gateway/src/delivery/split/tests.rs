//! Rows cut out of a stream, wherever its pieces end.

use proptest::prelude::*;

use super::{Row, RowSplitter, RowsError};

fn split(pieces: &[&[u8]]) -> Result<Vec<Row>, RowsError> {
    let mut splitter = RowSplitter::new();
    let mut rows = Vec::new();
    for piece in pieces {
        splitter.push(piece, |row, _| rows.push(row))?;
    }
    splitter.finish()?;
    Ok(rows)
}

fn row(cells: &[Option<&str>]) -> Row {
    cells.iter().map(|cell| cell.map(str::to_owned)).collect()
}

#[test]
fn rows_come_out_as_they_are() {
    let cases: &[(&str, Vec<Row>)] = &[
        ("", vec![]),
        (" \n", vec![]),
        (r#"["1",null]"#, vec![row(&[Some("1"), None])]),
        (r#"["1"],["2"]"#, vec![row(&[Some("1")]), row(&[Some("2")])]),
        (
            "[\"1\"] ,\r\n [\"2\"]\n",
            vec![row(&[Some("1")]), row(&[Some("2")])],
        ),
        (r#"["]\",[{"]"#, vec![row(&[Some("]\",[{")])]),
        (r#"["\u00e9\\"]"#, vec![row(&[Some("é\\")])]),
        (
            "[1,true,[\"x\"],{\"a\": 1}]",
            vec![row(&[
                Some("1"),
                Some("true"),
                Some("[\"x\"]"),
                Some("{\"a\": 1}"),
            ])],
        ),
        ("[]", vec![row(&[])]),
    ];
    for (text, want) in cases {
        assert_eq!(split(&[text.as_bytes()]).as_ref(), Ok(want), "{text}");
    }
}

#[test]
fn what_is_no_row_is_refused() {
    let malformed = |at| Err(RowsError::Malformed { at });
    type Case<'a> = (&'a [u8], Result<Vec<Row>, RowsError>);
    let cases: &[Case] = &[
        (br#"{"rowset":[]}"#, malformed(0)),
        (br#""x""#, malformed(0)),
        (br#"["1"]["2"]"#, malformed(5)),
        (br#",["1"]"#, malformed(0)),
        (br#"["1"],,["2"]"#, malformed(6)),
        (br#"["1"},"#, malformed(4)),
        (br#"["1" "2"]"#, malformed(8)),
        (b"[\"\xff\"]", malformed(4)),
        (br#"["1"],"#, Err(RowsError::Truncated)),
        (br#"["1","#, Err(RowsError::Truncated)),
        (br#"["1"#, Err(RowsError::Truncated)),
        (b"\x1f\x8b", malformed(0)),
    ];
    for (bytes, want) in cases {
        assert_eq!(&split(&[bytes]), want, "{}", String::from_utf8_lossy(bytes));
    }
}

proptest! {
    #[test]
    fn cuts_do_not_matter(
        rows in prop::collection::vec(prop::collection::vec(prop::option::of(".{0,12}"), 1..4), 0..12),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let texts: Vec<String> = rows.iter().map(|row| serde_json::to_string(row).expect("writes")).collect();
        let text = texts.join(",");
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        places.extend([0, text.len()]);
        places.sort_unstable();
        let pieces: Vec<&[u8]> = places.windows(2).map(|pair| &text.as_bytes()[pair[0]..pair[1]]).collect();
        prop_assert_eq!(split(&pieces), Ok(rows));
    }

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = split(&[&bytes]);
    }
}
