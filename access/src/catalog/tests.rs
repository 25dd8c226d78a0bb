use super::*;

#[test]
fn placeholder() {
    assert!(Catalog::empty().is_empty());
}
