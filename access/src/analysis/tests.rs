use super::*;
use crate::catalog::Catalog;

#[test]
fn a_select_of_named_columns_resolves_without_a_catalog() {
    let session = SessionView::default();
    let statement = Statement {
        text: "select a, b as c from db.s.t",
        binds: &[],
    };
    let analysis = analyze(statement, &session, &Catalog::empty());
    assert_eq!(analysis.reads, ["DB.S.T"]);
    let outputs = analysis.outputs[0].clone().unwrap();
    assert_eq!(outputs[1].sources, ["DB.S.T.B"]);
    assert_eq!(outputs[1].name, "C");
}
