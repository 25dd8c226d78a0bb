//! Work grows with the size of a cell and no faster, whatever somebody puts into it.
//!
//! Enters: cells full of findings, of near-findings, of nested JSON, in two sizes. Leaves: how many bytes were looked at, compared.
//! Never here: a clock.

use std::sync::LazyLock;

use super::tests::{column, masking};
use super::*;
use detect::work;

/// Bytes of the smaller cell.
const SMALL: usize = 8 * 1024;
/// The larger is this many times as large.
const TIMES: usize = 4;

/// Texts that repeat: each could make a detector look far ahead, far back, or again.
const PIECES: &[&str] = &[
    "a@b.cd ",
    "@",
    "a@",
    "@a.b",
    "a@b.",
    "x=a@b.cd&",
    "user@",
    "1",
    "1 ",
    "1-",
    "1-1.",
    "1/1 ",
    "(1",
    "+1",
    "+1 (2",
    "4111-1111-1111-1111 ",
    "4111111111111111,",
    "(212) 555-0100 ",
    "212-555-",
    "078-05-1121 ",
    "a:",
    "a:a:",
    "::",
    ":",
    "a::",
    "aa:bb:cc:dd:ee:",
    "ab-cd-",
    "abcd.ef01.",
    "10.1.2.3.",
    "Dr. ",
    "Dr.",
    "Mr Mr ",
    "A. ",
    "John ",
    "John-",
    "John de ",
    "John de la van ",
    "John Q. ",
    "O'",
    "D'A-",
    "Smith, ",
    "patient ",
    "patient John-",
    "with A. ",
    "Ana-María ",
    "://",
    "a://",
    "a://b@",
    "a://b:c",
    "a://b:c@d ",
    "/",
    "//",
    "a/",
    "aB3/",
    "aB3+",
    "+",
    "aB3dE5gH7jK9mN1p",
    "eyJ",
    "eyJ-",
    "eyJ.",
    "eyJhbGciOiJIUzI1NiJ9.",
    "eyJhbGciOiJIUzI1NiJ9..",
    "-",
    "--",
    "-----BEGIN ",
    "-----BEGIN x",
    "-----BEGIN PRIVATE KEY-----",
    "-----END ",
    "sk-",
    "ghp_",
    "ghp_a",
    "xoxb-",
    "xoxb-1-",
    "SG.",
    "AKIA",
    "passport ",
    "passport number is ",
    "ssn ",
    "mrn MR",
    "MRN-1",
    "MRN ",
    "DE89 ",
    "DE89 3704 0044 ",
    "12 Main ",
    "12 Main St, ",
    "12 A-",
    "12 A.B'",
    "12 N. N. N. ",
    "PO Box 1",
    "PSC 1, ",
    "Unit 1 ",
    "AB 12 34 ",
    "A1-",
    "E11.9 ",
    "E11.",
    "dx E11.9.",
    "0x",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "bc1q",
    "é",
    "Ünit ",
    "🦀@",
    "\t",
    "\n",
    "\\",
    "\"",
    "'",
];

/// JSON that nests, repeats, or ends early.
const JSON: &[&str] = &[
    "[",
    "{\"a\":",
    "{\"a\":[",
    "\"a\"",
    "\"a\" ",
    "\"a\":",
    "\"\\\"",
    "\"\\u0041\",",
    "[1,",
    "1",
    "1,",
    "-",
    "4111111111111111,",
    "\"a@b.cd\",",
    "\"ssn\":\"078051121\",",
    "x",
    "xxxxxx,",
    "xxxxxx\"",
    "]",
    "}",
    " ",
    "{\"email\":\"a@b.cd\",\"n\":[null,true,",
];

/// For all: building it takes longer than most of what it looks at.
static MASKING: LazyLock<Masking> = LazyLock::new(masking);

fn repeated(piece: &str, size: usize) -> String {
    piece.repeat(size / piece.len())
}

#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
fn masked(data_type: &str, text: String) -> u64 {
    let masking = LazyLock::force(&MASKING);
    let columns = [column("C", data_type, None)];
    work::of(|| {
        let mut mask = masking.result(MaskPlan::detect_only(), &columns, None);
        let rows = mask.json(vec![vec![Some(text)]]).unwrap();
        assert_eq!(rows.rows.get().len(), 1);
    })
}

#[track_caller]
fn grows_evenly(name: &str, work: impl Fn(usize) -> u64) {
    let (small, large) = (work(SMALL), work(SMALL * TIMES));
    assert!(small > 0, "{name}: nothing is counted");
    let most = small * TIMES as u64 * 5 / 4;
    assert!(
        large <= most,
        "{name}: {small} for {SMALL} bytes, {large} for {TIMES} times as many"
    );
}

#[test]
fn a_text_of_one_kind_takes_work_by_its_size() {
    for piece in PIECES {
        grows_evenly(piece, |size| masked("text", repeated(piece, size)));
    }
}

#[test]
fn a_text_of_two_kinds_takes_work_by_its_size() {
    for (place, piece) in PIECES.iter().enumerate() {
        let other = PIECES[(place * 37 + 11) % PIECES.len()];
        let half = |size| repeated(piece, size / 2) + &repeated(other, size / 2);
        grows_evenly(&format!("{piece}… then {other}…"), |size| {
            masked("text", half(size))
        });
        grows_evenly(&format!("{piece}{other}…"), |size| {
            masked("text", repeated(&format!("{piece}{other}"), size))
        });
    }
}

#[test]
fn json_takes_work_by_its_size() {
    for piece in JSON.iter().chain(PIECES) {
        grows_evenly(piece, |size| masked("variant", repeated(piece, size)));
        grows_evenly(&format!("[\"{piece}…"), |size| {
            masked("variant", format!("[\"{}", repeated(piece, size)))
        });
        grows_evenly(&format!("{{\"{piece}…\": [1, 1…"), |size| {
            let name = repeated(piece, size / 2).replace('"', "");
            masked(
                "variant",
                format!("{{\"{name}\":[{}", repeated("1,", size / 2)),
            )
        });
    }
}

#[test]
fn sql_takes_work_by_its_size() {
    let masking = LazyLock::force(&MASKING);
    let pieces = [
        "'a' ",
        "x = 'a' ",
        "'",
        "''",
        "'\\",
        "--",
        "/*",
        "$$",
        "$$a",
        "(",
        "INSERT (a) VALUES ('b'), ",
        "ssn = 1 = ",
    ];
    let sql = |text: String| work::of(|| drop(masking.sql_text(&text)));
    for piece in pieces.iter().chain(PIECES) {
        grows_evenly(piece, |size| sql(repeated(piece, size)));
        grows_evenly(&format!("{piece}… = 'a', 'a'…"), |size| {
            let name = repeated(piece, size / 2).replace(['\'', '$', '-', '/'], "");
            sql(format!("x {name} = {}", repeated("'a', ", size / 2)))
        });
    }
}
