//! A raw value cannot be called masked.

use event::Masked;

fn main() {
    let _recorded: Masked<String> = Masked("123-45-6789".to_owned());
}
