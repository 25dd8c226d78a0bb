//! Tells cargo that the console's built files belong to the binary: without this, it would keep an empty console after `make console`.
//!
//! Enters: what cargo says of the build. Leaves: instructions to cargo. Never here: npm; the binary builds without it.

fn main() {
    println!("cargo:rerun-if-changed=console/built");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    // Rust links with LLD there. Functions of equal code, which generic code makes many of, become one: no code of ours or of
    // our crates compares functions by address.
    if is("PROFILE", "release") && is("TARGET", "x86_64-unknown-linux-gnu") {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    }
}
