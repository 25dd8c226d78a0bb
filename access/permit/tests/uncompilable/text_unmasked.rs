//! The record takes masked text or none.

use event::Masked;

fn main() {
    let raw = "select '123-45-6789'".to_owned();
    let _recorded: Masked<String> = raw.into();
}
