//! What must not compile: a permit made up or used twice, a decision changed, a raw value where a masked one is due.
//! Here, in a crate of few dependencies, because the compiler checks all of them once more for it.

#[test]
fn skipping_a_check_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/uncompilable/*.rs");
}
