//! What `live` must do, tried: rows as Snowflake's documentation describes them.

use super::*;
use crate::catalog::Catalog;

fn row(cells: &[&str]) -> Vec<Option<String>> {
    let cells = cells.iter();
    cells
        .map(|cell| (*cell != "NULL").then(|| (*cell).to_owned()))
        .collect()
}

/// A small account: a table, a view of it, a secure view whose text is not shown, an external table.
fn account(before: &Snapshot, stamp: &str) -> Survey {
    let mut survey = Survey::new(before.clone(), false);
    for cells in [
        ["S", "T", "BASE TABLE", "NO", stamp, "c"],
        ["S", "V", "VIEW", "NO", "1", "c"],
        ["S", "HIDDEN", "VIEW", "NO", "1", "c"],
        ["S", "OUTSIDE", "EXTERNAL TABLE", "NO", "1", "c"],
    ] {
        survey.table("D", &row(&cells)).expect("a row");
    }
    for cells in [
        [
            "S",
            "V",
            "create or replace view V(ID, M) as select n, mail from T;",
            "1",
        ],
        ["S", "HIDDEN", "NULL", "1"],
    ] {
        survey.view("D", &row(&cells)).expect("a row");
    }
    survey
}

fn columns(survey: &mut Survey) {
    for cells in [
        ["S", "T", "MAIL", "2", "TEXT", "99", "NULL", "NULL"],
        ["S", "T", "N", "1", "NUMBER", "NULL", "38", "0"],
        ["S", "V", "ID", "1", "NUMBER", "NULL", "38", "0"],
        ["S", "V", "M", "2", "TEXT", "99", "NULL", "NULL"],
        [
            "S", "OUTSIDE", "VALUE", "1", "VARIANT", "NULL", "NULL", "NULL",
        ],
    ] {
        survey.column("D", &row(&cells)).expect("a row");
    }
}

fn tags(survey: &mut Survey, rows: &[[&str; 4]]) {
    let listed = survey.described();
    survey.tags_known(&listed);
    for cells in rows {
        let at = listed
            .iter()
            .position(|one| one == cells[0])
            .expect("listed");
        let cells = [at.to_string().as_str(), cells[1], cells[2], cells[3]].map(str::to_owned);
        survey.tag(&listed, &cells.map(Some)).expect("a row");
    }
}

fn snapshot() -> Snapshot {
    let mut survey = account(&Snapshot::default(), "1");
    columns(&mut survey);
    tags(&mut survey, &[["D.S.T", "MAIL", "pii", "EMAIL"]]);
    survey.finish()
}

fn over(files: &str, withheld: &[&str]) -> Catalog {
    let withheld: Vec<String> = withheld.iter().map(|one| (*one).to_owned()).collect();
    Catalog::from_overlay([("own.sql", files)])
        .and_then(|catalog| catalog.over(&snapshot(), &withheld))
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn rows_make_a_catalog_and_what_is_not_shown_is_unknown() {
    let catalog = over("", &[]);
    let table = catalog.table("D.S.T").expect("known");
    let shape: Vec<_> = table
        .columns
        .iter()
        .map(|one| (one.name.as_str(), one.data_type.as_str()))
        .collect();
    assert_eq!(shape, [("N", "NUMBER(38,0)"), ("MAIL", "VARCHAR(99)")]);
    assert_eq!(
        catalog.column("D.S.T.MAIL").expect("known").labels,
        ["EMAIL"]
    );
    assert!(catalog.column("D.S.T.N").expect("known").labels.is_empty());
    let view = catalog.table("D.S.V").and_then(|one| one.view.as_ref());
    assert_eq!(view.expect("a view").columns, ["ID", "M"]);
    for hidden in ["D.S.HIDDEN", "D.S.OUTSIDE"] {
        assert!(
            catalog.table(hidden).is_none() && catalog.is_withheld(hidden),
            "{hidden}"
        );
    }
    assert!(catalog.is_live() && !catalog.is_empty());
    assert_eq!(catalog.default_context(), None);
}

#[test]
fn an_account_that_was_not_read_yet_is_no_empty_one() {
    let catalog = Catalog::from_overlay([]).expect("no files");
    assert!(catalog.is_empty());
    let catalog = catalog.over(&Snapshot::default(), &[]).expect("no files");
    assert!(
        !catalog.is_empty(),
        "nothing may be made of a table being unknown"
    );
}

#[test]
fn files_add_tags_and_change_nothing_else() {
    let catalog = over(
        "create or replace table d.s.t (n int with tag (cost = 'x'), old int);
         alter table d.s.t modify column n set tag secret = 'KEY', column mail unset tag pii;
         alter table d.s.t drop column mail; alter table d.s.t rename to d.s.other;
         alter table d.s.gone set tag pii = 'yes'; drop table d.s.v;
         -- sensitive: T.{N}",
        &[],
    );
    let table = catalog.table("D.S.T").expect("it has its name still");
    assert_eq!(table.columns.len(), 2);
    let own = catalog.column("D.S.T.N").expect("known");
    assert_eq!(own.data_type, "NUMBER(38,0)");
    assert_eq!(
        (own.tags["COST"].as_str(), own.tags["SECRET"].as_str()),
        ("x", "KEY")
    );
    assert!(own.is_sensitive());
    let mail = catalog.column("D.S.T.MAIL").expect("known");
    assert_eq!(mail.labels, ["EMAIL"], "a file takes nothing away");
    assert!(catalog.table("D.S.OTHER").is_none() && catalog.table("D.S.V").is_some());
    let passed: Vec<_> = catalog
        .skipped()
        .iter()
        .map(|one| one.what.as_str())
        .collect();
    assert!(
        passed.iter().any(|what| what.contains("D.S.GONE")),
        "{passed:?}"
    );
}

#[test]
fn a_file_that_classifies_a_column_that_is_gone_makes_its_table_unknown() {
    for files in [
        "alter table d.s.t modify column renamed set tag pii = 'yes';",
        "alter table d.s.t modify column n set tag a = 'b', column renamed set tag pii = 'yes';",
        "create table d.s.t (renamed varchar with tag (pii = 'yes'));",
        "-- sensitive: S.T.{RENAMED}",
    ] {
        let catalog = over(files, &[]);
        assert!(catalog.is_withheld("D.S.T"), "{files}");
    }
}

#[test]
fn what_is_withheld_is_unknown_also_where_a_file_defines_it() {
    let files = "create table d.s.t (n int); create table d.s.own (n int);";
    for (withheld, hidden, stays) in [
        (&["D.S.T"][..], &["D.S.T"][..], &["D.S.OWN", "D.S.V"][..]),
        (&["D.S"][..], &["D.S.T", "D.S.OWN", "D.S.V"][..], &[][..]),
        (&[""][..], &["D.S.T", "D.S.OWN", "D.S.V"][..], &[][..]),
        (&["D.S.NEW"][..], &["D.S.NEW"][..], &["D.S.T"][..]),
    ] {
        let catalog = over(files, withheld);
        for one in hidden {
            assert!(catalog.is_withheld(one), "{withheld:?} {one}");
        }
        for one in stays {
            assert!(catalog.table(one).is_some(), "{withheld:?} {one}");
        }
        assert_ne!(catalog.version(), over(files, &[]).version());
    }
}

#[test]
fn only_what_was_defined_anew_is_read_again() {
    let first = snapshot();
    let same = account(&first, "1");
    // The external table has columns, the hidden view has none that are shown.
    assert_eq!(same.schemas_to_describe("D").len(), 1);
    let again: Vec<_> = same.to_define().into_iter().map(|(full, _)| full).collect();
    assert_eq!(again, ["D.S.HIDDEN"]);
    let mut same = same;
    tags(&mut same, &[["D.S.T", "MAIL", "PII", "EMAIL"]]);
    let same = same.finish();
    assert_eq!(same.changes_since(&first).count(), 0);

    let mut other = account(&first, "2");
    columns(&mut other);
    other
        .column(
            "D",
            &row(&["S", "T", "NEW", "3", "DATE", "NULL", "NULL", "NULL"]),
        )
        .expect("a row");
    // The tag is gone: tags are read each time.
    tags(&mut other, &[]);
    let other = other.finish();
    let changes = other.changes_since(&first);
    assert_eq!(
        (changes.changed, changes.added, changes.removed),
        (vec!["D.S.T".to_owned()], vec![], vec![])
    );
    assert_eq!(other.relation("D.S.T").expect("listed").columns.len(), 3);
    // As kept in a file.
    let kept = serde_json::to_string(&other).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Snapshot>(&kept).expect("JSON"),
        other
    );
}

#[test]
fn routines_are_known_with_their_texts_and_what_was_kept_before_is_read() {
    let read = |text: &str| {
        let mut survey = account(&Snapshot::default(), "1");
        let function = ["S", "DOUBLE", "(X NUMBER)", "sql", text, "NO"];
        survey
            .routine(RoutineKind::Function, "D", &row(&function))
            .expect("a row");
        let hidden = ["S", "LOAD", "()", "JAVASCRIPT", "NULL", "NO"];
        survey
            .routine(RoutineKind::Procedure, "D", &row(&hidden))
            .expect("a row");
        columns(&mut survey);
        tags(&mut survey, &[]);
        survey.finish()
    };
    let snapshot = read("x * 2");
    let shown: Vec<String> = snapshot.routines().map(Routine::full_name).collect();
    assert_eq!(shown, ["D.S.DOUBLE(X NUMBER)", "D.S.LOAD()"]);
    let texts: Vec<_> = snapshot.routines().map(|one| one.text.clone()).collect();
    assert_eq!(texts, [Some("x * 2".to_owned()), None]);
    let changes = read("x * 3").changes_since(&snapshot);
    assert_eq!(changes.changed, ["D.S.DOUBLE(X NUMBER)"]);
    // A table that is read again alone leaves them.
    let again = snapshot.with(&["D.S.T".to_owned()], Snapshot::default());
    assert_eq!(again.routines().count(), 2);

    let kept = serde_json::to_value(&snapshot).expect("JSON");
    let whole: Snapshot = serde_json::from_value(kept.clone()).expect("JSON");
    assert_eq!(whole, snapshot);
    let before: Snapshot = serde_json::from_value(kept["relations"].clone()).expect("JSON");
    assert_eq!(
        (before.len(), before.routines().count()),
        (snapshot.len(), 0)
    );
    let odd =
        Survey::new(Snapshot::default(), false).routine(RoutineKind::Function, "D", &row(&["S"]));
    assert_eq!(odd, Err(OddRow("FUNCTIONS")));
}

#[test]
fn what_the_account_classified_is_sensitive_and_stays_so_until_it_says_otherwise() {
    let result = r#"{"N": {"recommendation": {"semantic_category": "EMAIL", "privacy_category": "IDENTIFIER"}}}"#;
    let labels = |snapshot: &Snapshot| {
        let catalog = Catalog::from_overlay([]).expect("no files");
        let catalog = catalog.over(snapshot, &[]).expect("no files");
        let column = catalog.column("D.S.T.N").expect("a column");
        column.is_sensitive()
    };
    let mut survey = account(&Snapshot::default(), "1");
    columns(&mut survey);
    survey.described();
    survey.classified_anew();
    for cells in [["D", "S", "T", result], ["D", "S", "GONE", result]] {
        survey.classified(&row(&cells)).expect("a row");
    }
    tags(&mut survey, &[]);
    let found = survey.finish();
    assert!(labels(&found));
    // Where it may not be asked, and where one table is read again, it stays; also where its stamp is another.
    for stamp in ["1", "2"] {
        let mut survey = account(&found, stamp);
        columns(&mut survey);
        tags(&mut survey, &[]);
        let kept = survey.finish();
        assert!(labels(&kept), "{stamp}");
        let mut alone = account(&Snapshot::default(), "3");
        columns(&mut alone);
        tags(&mut alone, &[]);
        assert!(labels(&found.with(&["D.S.T".to_owned()], alone.finish())));
    }
    let mut survey = account(&found, "1");
    columns(&mut survey);
    survey.described();
    survey.classified_anew();
    tags(&mut survey, &[]);
    assert!(!labels(&survey.finish()));
}

#[test]
fn a_table_without_readable_tags_is_unknown() {
    let mut survey = account(&Snapshot::default(), "1");
    columns(&mut survey);
    let listed = survey.described();
    let readable: Vec<_> = listed.into_iter().filter(|one| one != "D.S.T").collect();
    survey.tags_known(&readable);
    let catalog = Catalog::from_overlay([]).expect("no files");
    let catalog = catalog.over(&survey.finish(), &[]).expect("no files");
    assert!(catalog.is_withheld("D.S.T") && catalog.table("D.S.V").is_some());
}

#[test]
fn a_tag_of_a_column_nobody_listed_makes_the_table_or_view_unknown() {
    for full in ["D.S.T", "D.S.V"] {
        let mut survey = account(&Snapshot::default(), "1");
        columns(&mut survey);
        tags(&mut survey, &[[full, "ADDED", "pii", "yes"]]);
        let catalog = Catalog::from_overlay([]).expect("no files");
        let catalog = catalog.over(&survey.finish(), &[]).expect("no files");
        assert!(catalog.is_withheld(full), "{full}");
    }
}

#[test]
fn names_that_a_definition_touches() {
    for (object, name, does) in [
        ("D.S.T", "D.S.T", true),
        ("D.S", "D.S.T", true),
        ("D", "D.S.T", true),
        ("", "D.S.T", true),
        ("D.S", "D.S2.T", false),
        ("D.S.T", "D.PUBLIC.T", true),
        ("D.S.\"t\"", "D.S.T", false),
        ("D.S.T", "D.S.U", false),
    ] {
        assert_eq!(touches(object, name), does, "{object} {name}");
    }
}

#[test]
fn rows_of_another_shape_are_refused() {
    let mut survey = Survey::new(Snapshot::default(), false);
    assert_eq!(survey.table("D", &row(&["S"])), Err(OddRow("TABLES")));
    assert_eq!(
        survey.view("D", &row(&["S", "NULL", "x", "1"])),
        Err(OddRow("VIEWS"))
    );
    let cells = ["S", "T", "C", "first", "TEXT", "1", "NULL", "NULL"];
    assert_eq!(survey.column("D", &row(&cells)), Err(OddRow("COLUMNS")));
    let cells = ["7", "C", "PII", "yes"];
    let odd = OddRow("TAG_REFERENCES_ALL_COLUMNS");
    assert_eq!(survey.tag(&[], &row(&cells)), Err(odd));
}
