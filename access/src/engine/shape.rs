//! The shape of a statement: equal for those that differ in literals and bound values only, in the same place.
//!
//! Enters: the analysis, and where the session stands. Leaves: a digest, or none where too little is known of it for people to agree
//! to more than this one. Never here: a literal, but where it says what is read or done.

use event::Digest;
use event::payload::{Finding, StatementKind};

use super::binding::tables;
use super::classes::is_lost;
use crate::analysis::{Analysis, SessionView};
use crate::catalog::bound_version;

/// What a yes for a shape is about: text without literals, tables and columns with their uses, findings, where the session stands, and
/// what is known of those tables now. None for what is not understood whole.
pub fn of(analysis: &Analysis, view: &SessionView) -> Option<String> {
    // What a procedure does, its name does not say.
    let unread = |kind: &StatementKind| {
        matches!(
            kind,
            StatementKind::Unclassified | StatementKind::Call | StatementKind::Empty
        )
    };
    let unknown = |found: &Finding| is_lost(found) || *found == Finding::UnknownTable;
    let lost = analysis.kinds.is_empty()
        || analysis.all_kinds().any(unread)
        || analysis.flags.iter().any(unknown);
    if lost {
        return None;
    }
    let context = &view.context;
    let place = [
        &context.database,
        &context.schema,
        &context.warehouse,
        &context.role,
    ];
    let mut pieces: Vec<&[u8]> = vec![
        analysis.fingerprint.as_bytes(),
        bound_version(&analysis.catalog_version).as_bytes(),
    ];
    for name in place {
        // NULL differs from the empty text.
        pieces.push(if name.is_some() { b"1" } else { b"0" });
        pieces.push(name.as_deref().unwrap_or_default().as_bytes());
    }
    if analysis.has(&Finding::SessionVariable) {
        for (name, value) in &view.variables {
            pieces.extend([name.as_bytes(), value.as_bytes()]);
        }
    }
    let tables = tables(view, analysis);
    pieces.extend(tables.iter().map(Vec::as_slice));
    Some(Digest::of_pieces(pieces).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Statement, analyze};
    use crate::catalog::Catalog;

    fn shape(text: &str, schema: &str) -> Option<String> {
        let ddl = "create table db1.s1.t (n int, name varchar);\ncreate table db1.s2.t (n int, name varchar);\n";
        let catalog = Catalog::from_ddl_files([("ddl", ddl)]).expect("a catalog");
        let mut view = SessionView::default();
        view.context.database = Some("DB1".to_owned());
        view.context.schema = Some(schema.to_owned());
        let statement = Statement { text, binds: &[] };
        of(&analyze(statement, &view, &catalog), &view)
    }

    #[test]
    fn only_literals_may_differ() {
        let base = shape("update t set name = 'a' where n = 1", "S1").expect("a shape");
        let same = [
            "update t set name = 'b' where n = 27",
            "UPDATE  t SET name='' WHERE n=0",
        ];
        for text in same {
            assert_eq!(shape(text, "S1").as_ref(), Some(&base), "{text}");
        }
        let others = [
            ("update t set name = 'a'", "S1"),
            ("update t set name = 'a' where n = 1 or n = 2", "S1"),
            ("update t set name = 'a' where n > 1", "S1"),
            ("update t set n = 1 where n = 1", "S1"),
            ("update s2.t set name = 'a' where n = 1", "S1"),
            ("update t set name = 'a' where n = 1", "S2"),
            ("delete from t where n = 1", "S1"),
        ];
        for (text, schema) in others {
            let other = shape(text, schema).expect("a shape");
            assert_ne!(other, base, "{text} in {schema}");
        }
    }

    #[test]
    fn what_is_not_understood_has_none() {
        for text in ["frobnicate t", "select * from nowhere", "call p('x')", ""] {
            assert_eq!(shape(text, "S1"), None, "{text}");
        }
    }
}
