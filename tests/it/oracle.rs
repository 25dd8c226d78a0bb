//! The short run of the invariance oracle: what is let through is delivered the same when sensitive values are renamed.
//!
//! `make oracle` runs the long one.

use std::path::PathBuf;
use std::process::Command;

use crate::world::{dev_dir, root};

/// `tests/run.sh` builds the examples before the tests.
fn gate() -> PathBuf {
    let test = std::env::current_exe().expect("this test");
    let built = test.ancestors().nth(2).expect("target/PROFILE/deps");
    built.join("examples/oracle")
}

fn oracle(arguments: &[&str]) {
    let output = Command::new(root().join("tests/oracle/run.sh"))
        .args(arguments)
        .env("FIRN_DEV_DIR", dev_dir())
        .env("FIRN_ORACLE_GATE", gate())
        .output()
        .expect("the oracle; `make test` installs what it needs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{said}");
    println!("{said}");
}

#[test]
fn the_oracle_sees_the_leaks_it_is_shown() {
    oracle(&["--self-test"]);
}

#[test]
fn what_is_let_through_is_invariant_under_renaming() {
    // A gate that holds everything is no gate; the long run wants more.
    oracle(&["--seed", "short", "--statements", "1500", "--share", "0.9"]);
}
