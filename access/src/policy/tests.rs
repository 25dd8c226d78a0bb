//! What a policy folder may say, what refuses to start, and where the refusal points.

use std::path::{Path, PathBuf};

use super::*;

const SETTINGS: &str = "groups = [\"oncall\"]\n[tags.PII]\nmask = \"partial:4\"\n";

fn check(rules: &str) -> Result<PolicySet, PolicyError> {
    PolicySet::from_files(vec![
        (SETTINGS_FILE.to_owned(), SETTINGS.to_owned()),
        ("rules.cedar".to_owned(), rules.to_owned()),
    ])
}

/// The first problem as `line:column message`, and its hint.
fn refusal(rules: &str) -> (String, String) {
    let error = check(rules).expect_err("this policy must not start");
    let problem = error.problems().first().expect("a problem").clone();
    assert_eq!(problem.file, "rules.cedar");
    (
        format!("{}:{} {}", problem.line, problem.column, problem.message),
        problem.hint.unwrap_or_default(),
    )
}

fn starter() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policy")
}

#[test]
fn the_starter_policy_starts_without_a_warning() {
    let policy = PolicySet::load(&starter()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(policy.warnings(), &[]);
    assert!(policy.rules().len() > 20);
    let held = policy
        .rules()
        .iter()
        .find(|rule| rule.id == "hold-writes")
        .unwrap();
    assert_eq!(held.file, "20-hold.cedar");
    assert_eq!(held.line, 4);
}

#[test]
fn every_mistake_has_its_line_and_a_hint() {
    let cases = [
        (
            "@id(\"a\")\npermit (principal, action == Action::\"reed\", resource);",
            "2:30 unrecognized action `Action::\"reed\"`",
            "read",
        ),
        (
            "@id(\"a\")\npermit (principal, action == Action::\"ddl\", resource)\nwhen { context.flagz.contains(\"x\") };",
            "3:8 attribute `flagz` in context for Action::\"ddl\" not found",
            "flags",
        ),
        (
            "permit (principal, action, resource);",
            "1:1 it has no usable @id",
            "@id",
        ),
        (
            "@id(\"a\")\n@colour(\"red\")\npermit (principal, action, resource);",
            "2:1 unknown annotation @colour",
            "known are @id",
        ),
        (
            "@id(\"a\")\n@effect(\"hold\")\npermit (principal, action, resource);",
            "2:1 @effect on a permit",
            "forbid",
        ),
        (
            "@id(\"a\") @reason(\"r\") @effect(\"hold\") @approvers(\"oncall\")\n@ttl(\"soon\")\nforbid (principal, action == Action::\"write\", resource)\nunless { context.approvals.contains(\"oncall\") };",
            "2:1 bad duration \"soon\"",
            "15m",
        ),
        (
            "@id(\"a\") @reason(\"r\") @effect(\"hold\") @approvers(\"oncal\")\nforbid (principal, action == Action::\"write\", resource)\nunless { context.approvals.contains(\"oncal\") };",
            "1:39 unknown group \"oncal\"",
            "groups",
        ),
        (
            "@id(\"a\")\npermit (principal in Group::\"nobody\", action, resource);",
            "2:29 unknown group \"nobody\"",
            "firn-policy.toml",
        ),
        (
            "@id(\"a\") @reason(\"r\")\nforbid (principal, action, resource == Stage::\"@LAND\");",
            "2:47 the stage \"@LAND\" is not named in full",
            "write Stage::\"@DATABASE.SCHEMA.LAND\"",
        ),
        (
            "@id(\"a\")\npermit (principal, action == Action::\"upload\", resource == Stage::\"@shop.public.land/x\");",
            "2:67 the stage \"@shop.public.land/x\" is not named in full",
            "write Stage::\"@SHOP.PUBLIC.LAND\"",
        ),
        (
            "@id(\"a\") @reason(\"r\")\nforbid (principal, action == Action::\"unmask\", resource in Tag::\"PPI\");",
            "2:65 unknown tag \"PPI\"",
            "[tags]",
        ),
        (
            "@id(\"a\") @reason(\"r\")\nforbid (principal, action == Action::\"unmask\", resource in Tag::\"PII=ssn\");",
            "2:65 nothing is asked about a tag \"PII=ssn\"",
            "write Tag::\"PII=SSN\"",
        ),
        (
            "@id(\"a\") @reason(\"r\")\nforbid (principal, action == Action::\"unmask\", resource in Tag::\"PII=\");",
            "2:65 nothing is asked about a tag \"PII=\"",
            "write Tag::\"PII\"",
        ),
        (
            "@id(\"a\") @reason(\"r\")\nforbid (principal, action == Action::\"read\", resource == Table::\"shop.public.orders\");",
            "2:65 nothing is asked about a table \"shop.public.orders\"",
            "write Table::\"SHOP.PUBLIC.ORDERS\"",
        ),
        (
            "@id(\"a\") @reason(\"r\") @effect(\"hold\") @approvers(\"oncall\")\nforbid (principal, action == Action::\"write\", resource);",
            "1:23 it is held, but no approval would let it through",
            "unless",
        ),
        (
            "@id(\"a\") @reason(\"r\") @effect(\"hold\") @approvers(\"oncall\")\nforbid (principal, action == Action::\"unmask\", resource);",
            "1:23 @effect(\"hold\") on unmask",
            "@mask",
        ),
        (
            "@id(\"a\") @reason(\"r\") @mask(\"blur\")\nforbid (principal, action == Action::\"unmask\", resource);",
            "1:23 unknown mask \"blur\"",
            "partial:4",
        ),
        (
            "@id(\"a\") @reason(\"r\") @n(\"2\")\nforbid (principal, action == Action::\"write\", resource);",
            "1:23 @n without @effect(\"hold\")",
            "blocks",
        ),
        (
            "@id(\"a\")\nforbid (principal, action == Action::\"write\", resource);",
            "1:1 it forbids and gives no @reason",
            "why",
        ),
        (
            "@id(\"a\")\npermit (principal, action, resource);\n@id(\"a\")\npermit (principal, action, resource);",
            "3:1 the @id is taken by rules.cedar:1",
            "name of its own",
        ),
        (
            "@id(\"a\")\npermit (principal, action resource);",
            "2:27 unexpected token `resource`",
            "",
        ),
        (
            "@id(\"a\")\npermit (principal == ?principal, action, resource);",
            "1:1 templates are not supported",
            "rule itself",
        ),
    ];
    for (rules, message, hint) in cases {
        let (found, found_hint) = refusal(rules);
        assert!(
            found.starts_with(message),
            "{rules}\nwanted {message}\n found {found}"
        );
        assert!(
            found_hint.contains(hint),
            "{rules}\nwanted {hint}\n found {found_hint}"
        );
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let error = check(
        "@id(\"A\")\npermit (principal, action, resource);\n@id(\"b\") @x(\"1\")\npermit (principal, action, resource);",
    )
    .expect_err("two mistakes");
    assert_eq!(error.problems().len(), 2);
}

#[test]
fn settings_are_checked_with_their_line() {
    let cases = [
        ("groups = []\ncolour = 1\n", 2, "unknown field"),
        ("groups = [\n", 1, ""),
        ("[tags.X]\nmask = \"blur\"\n", 2, "unknown mask"),
        (
            "[tags.PII]\n[tags.pii]\nmask = \"partial:4\"\n",
            2,
            "there twice",
        ),
        ("[unknown]\nquery = \"hold\"\n", 1, "nobody could approve"),
        ("[unknown]\nttl = \"99h\"\n", 2, "out of bounds"),
        (
            "groups = []\n[functions]\npure = [\"f\"]\n",
            2,
            "no full name",
        ),
        ("[functions]\nslow = []\n", 2, "unknown field"),
        (
            "groups = []\n[unknown]\napprovers = [\"x\"]\n",
            3,
            "unknown group",
        ),
    ];
    for (text, line, message) in cases {
        let error = PolicySet::from_files(vec![
            (SETTINGS_FILE.to_owned(), text.to_owned()),
            (
                "r.cedar".to_owned(),
                "@id(\"a\") permit (principal, action, resource);".to_owned(),
            ),
        ])
        .expect_err(text);
        let problem = &error.problems()[0];
        assert_eq!(
            (problem.file.as_str(), problem.line),
            (SETTINGS_FILE, line),
            "{text}"
        );
        assert!(
            problem.message.contains(message),
            "{text}: {}",
            problem.message
        );
    }
}

#[test]
fn the_hash_is_of_the_content_alone() {
    let rule = "@id(\"a\")\npermit (principal, action, resource);\n";
    let one = check(rule).unwrap();
    assert_eq!(
        one.hash(),
        check(&rule.replace('\n', "\r\n")).unwrap().hash()
    );
    assert_ne!(one.hash(), check(&format!("{rule}// more")).unwrap().hash());
}

#[test]
fn reads_are_the_attributes_the_conditions_look_at() {
    let set = check(
        "@id(\"a\")\npermit (principal, action == Action::\"execute\", resource)\n\
         when { context.hour > 8 && (context.flags.contains(\"ddl\") || !context.describe_only) };\n\
         @id(\"b\")\npermit (principal, action == Action::\"execute\", resource);",
    )
    .unwrap();
    let [a, b] = set.rules() else {
        panic!("two rules")
    };
    let attributes: Vec<&str> = a.reads.attributes.iter().map(String::as_str).collect();
    assert_eq!(attributes, ["describe_only", "flags", "hour"]);
    assert_eq!(a.words, ["ddl"]);
    assert_eq!(b.reads, Reads::default());
}

#[test]
fn an_empty_or_missing_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        PolicySet::load(folder.path()),
        Err(PolicyError::Empty { .. })
    ));
    let missing = folder.path().join("none");
    assert!(matches!(
        PolicySet::load(&missing),
        Err(PolicyError::Read { .. })
    ));
}
