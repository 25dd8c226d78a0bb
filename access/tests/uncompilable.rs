//! What must not compile: a permit made up or used twice, a raw value where a masked one is due, a secret printed.

#[test]
fn skipping_a_check_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/uncompilable/*.rs");
}
