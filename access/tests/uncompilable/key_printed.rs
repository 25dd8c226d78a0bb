//! A masking key has no text form.

use access::keys::MaskKey;

fn show(key: &MaskKey) -> String {
    key.to_string()
}

fn main() {}
