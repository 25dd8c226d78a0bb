//! Who may move files: only by a rule that names it.

use super::*;

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
