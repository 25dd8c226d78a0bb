//! Who may move files: only by a rule that names it.

use event::payload::Context;

use super::*;
use crate::analysis::BoundValue;

fn put(stage: &str) -> Analysis {
    Analysis {
        kinds: vec![StatementKind::Put],
        writes: vec![stage.to_owned()],
        outputs: vec![None],
        answers: vec![Answer::Status],
        flags: vec![Finding::Ingress],
        ..Analysis::default()
    }
}

fn get(stage: &str) -> Analysis {
    Analysis {
        kinds: vec![StatementKind::Get],
        reads: vec![stage.to_owned()],
        flags: vec![Finding::Egress],
        ..put(stage)
    }
}

#[test]
fn files_move_by_rules_that_name_it() {
    let upload = "@id(\"up\") permit (principal, action == Action::\"upload\", resource in Schema::\"SHOP.PUBLIC\");";
    let both = "@id(\"both\") permit (principal, action in [Action::\"upload\", Action::\"download\"], resource == Stage::\"@SHOP.PUBLIC.LAND\");";
    let no_export = "@id(\"no-export\") @reason(\"x\") forbid (principal, action == Action::\"egress\", resource);";
    let no_upload = "@id(\"no-up\") @reason(\"x\") forbid (principal, action, resource is Stage);";
    let (land, other) = ("@SHOP.PUBLIC.LAND", "@SHOP.PUBLIC.%ORDERS");
    for (more, analysis, verdict) in [
        ("", put(land), Verdict::Deny),
        ("", get(land), Verdict::Deny),
        (upload, put(land), Verdict::Allow),
        (upload, put(other), Verdict::Allow),
        (upload, put("@SHOP.OTHER.LAND"), Verdict::Deny),
        (upload, put("@~"), Verdict::Deny),
        (upload, get(land), Verdict::Deny),
        (both, get(land), Verdict::Allow),
        (both, get(other), Verdict::Deny),
        // Files that the gateway carries are no export.
        (
            format!("{both}{no_export}").as_str(),
            get(land),
            Verdict::Allow,
        ),
        (
            format!("{both}{no_upload}").as_str(),
            put(land),
            Verdict::Deny,
        ),
    ] {
        let told = format!("{more} {:?} {:?}", analysis.kinds, analysis.writes);
        let engine = engine(rules(&format!("{PERMIT_ALL}{more}")));
        let decision = decide(&engine, &principal(&[]), analysis);
        assert_eq!(decision.verdict(), verdict, "{told}");
    }
}

#[test]
fn files_that_move_beside_something_else_are_an_export_too() {
    let both = "@id(\"both\") permit (principal, action in [Action::\"upload\", Action::\"download\"], resource);";
    let no_export = "@id(\"no-export\") @reason(\"x\") forbid (principal, action == Action::\"egress\", resource);";
    let engine = engine(rules(&format!("{PERMIT_ALL}{both}{no_export}")));
    let mut analysis = put("@SHOP.PUBLIC.LAND");
    analysis.kinds.push(StatementKind::Select);
    let decision = decide(&engine, &principal(&[]), analysis);
    assert_eq!(decision.verdict(), Verdict::Deny);
}

#[test]
fn a_refused_file_says_which_stage() {
    let decision = decide(
        &engine(starter()),
        &principal(&[]),
        put("@SHOP.PUBLIC.LAND"),
    );
    assert_eq!(decision.verdict(), Verdict::Deny);
    let reason = &decision.reasons()[0];
    assert_eq!(reason.rule, "firn:default");
    assert!(
        reason.text.ends_with("uploading to it: @SHOP.PUBLIC.LAND"),
        "{}",
        reason.text
    );
}

/// The verdict on a text whose first bind is this; none is left out.
fn bound(engine: &Engine, text: &str, value: Option<&str>) -> Verdict {
    let bind = |value: &str| BoundValue {
        name: "1".to_owned(),
        kind: "TEXT".to_owned(),
        values: vec![Some(value.to_owned())],
    };
    let binds: Vec<BoundValue> = value.map(bind).into_iter().collect();
    let session = SessionView {
        context: Context {
            database: Some("SHOP".to_owned()),
            schema: Some("PUBLIC".to_owned()),
            ..Context::default()
        },
        ..SessionView::default()
    };
    let principal = principal(&[]);
    let request = DecisionRequest {
        statement_id: StatementId::from_uuid(uuid::Uuid::nil()),
        statement: Statement {
            text,
            binds: &binds,
        },
        session: &session,
        principal: &principal,
        connection: "main",
        now: TimeNs(0),
        describe_only: false,
    };
    engine.decide(&request).decision.verdict()
}

/// What `write_pandas` sends names its table by a bind: rules on that table apply.
#[test]
fn rules_on_a_table_apply_where_a_bind_names_it() {
    let more = "@id(\"up\") permit (principal, action == Action::\"upload\", resource in Schema::\"SHOP.PUBLIC\");
@id(\"mine\") @reason(\"x\") forbid (principal, action in [Action::\"write\", Action::\"ddl\"], resource == Table::\"SHOP.PUBLIC.CUSTOMERS\");";
    let engine = engine(rules(&format!("{PERMIT_ALL}{more}")));
    for text in [
        "COPY INTO identifier(?) (\"ID\") FROM (SELECT $1:\"ID\" FROM '@\"ST\"') FILE_FORMAT=(TYPE=PARQUET) PURGE=TRUE ON_ERROR='ABORT_STATEMENT'",
        "COPY INTO identifier(?) (\"ID\") FROM (SELECT $1:\"ID\"::TEXT FROM '@\"ST\"') FILE_FORMAT=(TYPE=PARQUET) PURGE=TRUE ON_ERROR=?",
        "CREATE TABLE IF NOT EXISTS identifier(?) (\"ID\" TEXT)",
        "TRUNCATE TABLE identifier(?)",
        "DROP TABLE IF EXISTS identifier(?)",
        "ALTER TABLE identifier(?) RENAME TO other",
        "ALTER TABLE other RENAME TO identifier(?)",
    ] {
        for (value, verdict) in [
            (Some("\"FRAMED\""), Verdict::Allow),
            (Some("\"CUSTOMERS\""), Verdict::Deny),
            (Some("shop.public.customers"), Verdict::Deny),
            (Some("framed; DROP TABLE customers"), Verdict::Deny),
            (Some("@st"), Verdict::Deny),
            (None, Verdict::Deny),
        ] {
            assert_eq!(bound(&engine, text, value), verdict, "{text} {value:?}");
        }
    }
    for (text, value, verdict) in [
        (
            "CREATE TEMP STAGE identifier(?) FILE_FORMAT=(TYPE=PARQUET)",
            Some("\"ST\""),
            Verdict::Allow,
        ),
        (
            "CREATE TEMP STAGE identifier(?) FILE_FORMAT=(TYPE=PARQUET)",
            None,
            Verdict::Deny,
        ),
        (
            "PUT 'file:///a' ? parallel=4",
            Some("@\"ST\""),
            Verdict::Allow,
        ),
        (
            "PUT 'file:///a' ? parallel=4",
            Some("@other.\"ST\""),
            Verdict::Deny,
        ),
        ("PUT 'file:///a' ? parallel=4", None, Verdict::Deny),
    ] {
        assert_eq!(bound(&engine, text, value), verdict, "{text} {value:?}");
    }
}
