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
    decided(engine, text, value).verdict()
}

fn decided(engine: &Engine, text: &str, value: Option<&str>) -> Decision {
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
    engine.decide(&request).decision
}

/// A forbid on a stage is for every statement that speaks of it, however that is written, and for no other stage.
#[test]
fn a_rule_on_a_stage_is_for_all_that_speaks_of_it() {
    let move_all = "@id(\"files\") permit (principal, action in [Action::\"upload\", Action::\"download\"], resource);";
    let closed = "@id(\"closed\") @reason(\"x\") forbid (principal, action, resource == Stage::\"@SHOP.PUBLIC.LAND\");";
    let engine = engine(rules(&format!("{PERMIT_ALL}{move_all}{closed}")));
    for text in [
        "PUT file:///a {}/x",
        "GET {}/x file:///a",
        "COPY INTO framed FROM {}",
        "COPY INTO framed FROM {}/in FILE_FORMAT = (TYPE = CSV)",
        "COPY INTO framed FROM (SELECT $1 FROM {}/in) ON_ERROR = ?",
        "COPY INTO {}/out FROM framed",
        "COPY INTO {} FROM (SELECT id FROM customers)",
        "COPY FILES INTO {} FROM @other",
        "COPY FILES INTO @other FROM {}/a",
        "SELECT $1 FROM {}/x",
        "SELECT id FROM customers WHERE id IN (SELECT $1 FROM {})",
        "SELECT relative_path FROM DIRECTORY({})",
        "SELECT GET_PRESIGNED_URL({}, 'x')",
        "LIST {}",
        "LS {}/x",
        "REMOVE {}",
        "CREATE EXTERNAL TABLE e LOCATION = {}/x FILE_FORMAT = (TYPE = CSV)",
    ] {
        let says_no = |stage: &str| {
            let decision = decided(&engine, &text.replace("{}", stage), None);
            let mut reasons = decision.reasons().iter();
            reasons.any(|reason| reason.rule == "closed")
        };
        for stage in [
            "@land",
            "@LAND",
            "@\"LAND\"",
            "@public.Land",
            "@shop.public.land",
            "@shop..\"LAND\"",
        ] {
            assert!(says_no(stage), "{text} of {stage}");
        }
        for stage in ["@open", "@\"land\"", "@other.land", "@%land", "@~"] {
            assert!(!says_no(stage), "{text} of {stage}");
        }
    }
    for text in [
        "COPY INTO '@land/a b' FROM framed",
        "COPY INTO framed FROM '@land/a b'",
        "SELECT $1 FROM '@public.land/a'",
        "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@land/x', FILE_FORMAT => 'f'))",
        "LIST '@land'",
        "CREATE STAGE land",
        "CREATE OR REPLACE TEMP STAGE public.\"LAND\"",
        "CREATE STAGE other CLONE land",
        "DROP STAGE IF EXISTS land",
        "ALTER STAGE land SET COMMENT = 'x'",
        "ALTER STAGE other RENAME TO land",
        "CREATE STREAM s ON STAGE land",
    ] {
        let decision = decided(&engine, text, None);
        let mut reasons = decision.reasons().iter();
        assert!(reasons.any(|reason| reason.rule == "closed"), "{text}");
    }
    for text in [
        "CREATE TEMP STAGE identifier(?)",
        "DROP STAGE identifier(?)",
        "PUT file:///a ?",
    ] {
        let named = if text.starts_with("PUT") { "@" } else { "" };
        let decision = decided(&engine, text, Some(&format!("{named}public.\"LAND\"")));
        let mut reasons = decision.reasons().iter();
        assert!(reasons.any(|reason| reason.rule == "closed"), "{text}");
    }
    // No rule stops these: what they are about is said in full, and is another stage.
    for text in [
        "LIST @open",
        "COPY INTO framed FROM @open",
        "DROP STAGE open",
    ] {
        assert_eq!(bound(&engine, text, None), Verdict::Allow, "{text}");
    }
    // Nobody knows which stage this is.
    for text in [
        "LIST @shop .public.land",
        "COPY INTO framed FROM @shop/**/.public.land",
        "REMOVE @public. land",
        "PUT file:///a @shop /**/.public.land",
    ] {
        assert_ne!(bound(&engine, text, None), Verdict::Allow, "{text}");
    }
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
