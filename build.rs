//! Tells cargo that the console's built files belong to the binary: without this, it would keep an empty console after `make console`.
//!
//! Enters: nothing. Leaves: one instruction to cargo. Never here: npm; the binary builds without it.

fn main() {
    println!("cargo:rerun-if-changed=console/built");
}
