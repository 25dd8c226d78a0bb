//! A client gets masked rows or none.

use event::Masked;

fn deliver(_rows: Masked<Vec<Vec<Option<String>>>>) {}

fn main() {
    let raw = vec![vec![Some("123-45-6789".to_owned())]];
    deliver(raw);
}
