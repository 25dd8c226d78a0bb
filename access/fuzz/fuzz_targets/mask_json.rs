//! Any bytes as a JSON rowset, and any cells under any described columns: no panic, the same rows and NULLs, untouched columns kept.
//! `make fuzz` runs it.

#![no_main]

use access_fuzz::{Column, Fate, MASKING, let_through, plan};
use arbitrary::Arbitrary;
use event::payload::ResultColumn;
use libfuzzer_sys::fuzz_target;

type Rows = Vec<Vec<Option<String>>>;

#[derive(Debug, Arbitrary)]
enum Input<'a> {
    /// A rowset as it came from upstream.
    Bytes(Vec<Column>, &'a [u8]),
    /// Cells; each row is cut or filled up to the columns.
    Cells(Vec<Column>, Vec<Vec<Option<&'a str>>>),
    /// One column of repeated cells, enough for a vote.
    Voting(Column, Vec<&'a str>, u8),
}

fuzz_target!(|input: Input<'_>| {
    let (columns, rows): (Vec<Column>, Rows) = match input {
        Input::Bytes(columns, bytes) => match serde_json::from_slice(bytes) {
            Ok(rows) => (columns, rows),
            Err(_) => return,
        },
        Input::Cells(columns, rows) => {
            let fill = |row: Vec<Option<&str>>| {
                let cells = row
                    .into_iter()
                    .map(|cell| cell.map(str::to_owned))
                    .chain(std::iter::repeat(None));
                cells.take(columns.len()).collect()
            };
            let rows = rows.into_iter().map(fill).collect();
            (columns, rows)
        }
        Input::Voting(column, cells, times) => {
            let cells = cells
                .iter()
                .cycle()
                .take(cells.len() * usize::from(times % 40));
            (
                vec![column],
                cells.map(|cell| vec![Some((*cell).to_owned())]).collect(),
            )
        }
    };
    check(&columns, &rows);
});

fn check(columns: &[Column], rows: &Rows) {
    let described: Vec<ResultColumn> = columns.iter().map(Column::described).collect();
    let mut mask = MASKING.result(plan(columns), &described, None);
    let Ok(masked) = mask.json(rows.clone()) else {
        assert!(rows.iter().any(|row| row.len() != columns.len()));
        return;
    };
    let after = masked.rows.get();
    assert_eq!(after.len(), rows.len());
    for (before, after) in rows.iter().zip(after) {
        assert_eq!(before.len(), after.len());
        for (place, (before, after)) in before.iter().zip(after).enumerate() {
            assert!(before.is_some() || after.is_none(), "NULL stays NULL");
            assert!(before.is_none() || after.is_some() || columns[place].nullable());
            let counted = masked
                .counts
                .iter()
                .any(|count| count.ordinal as usize == place);
            if columns[place].fate == Fate::Clear || !counted {
                assert_eq!(before, after, "what no rule and no detector named stays");
            }
        }
    }
    let json = serde_json::to_vec(after).expect("texts are written");
    assert_eq!(
        serde_json::from_slice::<Rows>(&json).expect("and read"),
        *after
    );
    let again = MASKING
        .result(let_through(columns.len()), &described, None)
        .json(after.clone());
    assert_eq!(again.expect("the same shape").digest, masked.digest);
}
