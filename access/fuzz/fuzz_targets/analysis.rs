//! Any text is analysed: no panic, no overflow, nothing that does not line up. `make fuzz` runs it.

#![no_main]

use std::sync::LazyLock;

use access::analysis::analyze;
use access::{Catalog, SessionView, Statement};
use libfuzzer_sys::fuzz_target;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let schema = include_str!("../../tests/analysis/schema.sql");
    Catalog::from_ddl_files([("schema.sql", schema)]).unwrap_or_default()
});

fuzz_target!(|text: &str| {
    let statement = Statement { text, binds: &[] };
    let mut session = SessionView::default();
    session.context.database = Some("CLINIC".to_owned());
    session.context.schema = Some("MAIN".to_owned());
    let analysis = analyze(statement, &session, &CATALOG);
    assert_eq!(analysis.kinds.len(), analysis.outputs.len());
    assert_eq!(analysis.kinds.len(), analysis.answers.len());
    for (finding, start, end) in &analysis.spans {
        let found = text.get(*start as usize..*end as usize);
        assert!(found.is_some(), "{finding} {start}..{end}");
    }
});
