//! What must never reach a terminal, and that everything fits.

use proptest::prelude::*;

use crate::screen::{Cell, Head, Pieces, Table, block, fit, line, pad, width, wrap};

fn plain(lines: Vec<Pieces>) -> Vec<String> {
    let text = |pieces: &Pieces| pieces.iter().map(|(_, text)| text.as_str()).collect();
    lines.iter().map(text).collect()
}

fn table(heads: &[&str], rows: &[&[&str]]) -> Table {
    Table {
        heads: heads
            .iter()
            .map(|text| Head {
                whole: text.ends_with("_id"),
                ..Head::text(*text)
            })
            .collect(),
        rows: rows
            .iter()
            .map(|row| row.iter().map(|text| Cell::plain(*text)).collect())
            .collect(),
    }
}

#[test]
fn escape_sequences_become_pictures() {
    for (text, want) in [
        ("plain", "plain"),
        ("a\x1b[31mb", "a␛[31mb"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\u{9b}31m", "a\\u{9b}31m"),
        ("a\r\nb\nc\td", "a⏎b⏎c d"),
        ("over\rwrite", "over␍write"),
        ("\u{202e}evil", "\\u{202e}evil"),
        ("a\u{200b}b", "a\\u{200b}b"),
        ("\x7f", "␡"),
        ("日本 ü", "日本 ü"),
    ] {
        assert_eq!(line(text), want, "{text:?}");
    }
}

#[test]
fn a_block_keeps_its_lines() {
    assert_eq!(block("a\r\n\tb\x1bc"), ["a", "    b␛c"]);
}

#[test]
fn cuts_are_marked_and_wide_characters_counted() {
    assert_eq!(fit("abcdef", 4), "abc…");
    assert_eq!(fit("日本語", 4), "日…");
    assert_eq!(fit("abc", 0), "");
    assert_eq!(pad("7", 3, true), "  7");
}

#[test]
fn wrapping_breaks_at_spaces() {
    assert_eq!(wrap("select a from b", 8), ["select a", "from b"]);
    assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    assert_eq!(wrap("", 4), [""]);
}

#[test]
fn a_table_that_fits_is_a_grid() {
    let lines = plain(table(&["id", "name"], &[&["1", "ann"], &["2", "bob\x1b[0m"]]).lines(None));
    assert_eq!(
        lines,
        ["id │ name", "───┼────────", "1  │ ann", "2  │ bob␛[0m"]
    );
}

#[test]
fn ids_stay_whole_while_texts_are_cut() {
    let row: &[&str] = &[
        "0190f000-0000-7000",
        "a text that is too long for its place",
    ];
    let lines = plain(table(&["session_id", "text"], &[row]).lines(Some(36)));
    assert_eq!(lines[2], "0190f000-0000-7000 │ a text that is…");
}

#[test]
fn a_table_that_cannot_be_read_becomes_records() {
    let heads: Vec<String> = (0..12).map(|number| format!("column_{number}")).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let row = ["a long value in every column"; 12];
    let lines = plain(table(&heads, &[&row]).lines(Some(60)));
    assert!(lines[0].starts_with("─ 1 ─"));
    assert_eq!(lines[1], "column_0  │ a long value in every column");
}

proptest! {
    #[test]
    fn nothing_that_steers_a_terminal_gets_through(text in any::<String>()) {
        for shown in block(&text).into_iter().chain([line(&text).into_owned()]) {
            prop_assert!(shown.chars().all(|character| !character.is_control()));
        }
    }

    #[test]
    fn no_line_is_wider_than_its_window(
        cells in prop::collection::vec(prop::collection::vec("\\PC{0,40}", 3), 0..5),
        window in 20usize..100,
    ) {
        let rows: Vec<Vec<&str>> = cells.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        for shown in plain(table(&["a", "bb", "ccc"], &rows).lines(Some(window))) {
            prop_assert!(width(&shown) <= window, "{shown:?}");
        }
    }

    #[test]
    fn wrapped_lines_fit(text in "[a-z ]{0,80}", cells in 1usize..30) {
        for shown in wrap(&text, cells) {
            prop_assert!(width(&shown) <= cells);
        }
    }
}
