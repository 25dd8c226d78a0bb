//! What may be looked for, from the policy's word to the tokens: the same whichever form carries the rows, and nothing unless it is asked for.

use std::sync::Arc;

use ::arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use ::arrow::datatypes::{Field, Schema};
use event::payload::{ResultColumn, Seen, SeenClass};
use event::{Principal, StatementId, TimeNs};
use permit::Sought;

use super::tests::column;
use super::*;
use crate::analysis::{BoundValue, SessionView, Statement};
use crate::catalog::Catalog;
use crate::engine::{DecisionRequest, Engine, EngineConfig, Outcome};
use crate::policy::PolicySet;
use crate::seen::SeenKeys;

const DDL: &str = "CREATE DATABASE SHOP; CREATE SCHEMA SHOP.PUBLIC;
CREATE TABLE SHOP.PUBLIC.CUSTOMERS (ID NUMBER(38,0), EMAIL VARCHAR WITH TAG (PII = 'EMAIL'), BORN DATE WITH TAG (PII = 'DOB'),
  CARD NUMBER(16,0) WITH TAG (PCI = 'PAN'), NOTE VARCHAR);";

fn keys() -> Arc<SeenKeys> {
    Arc::new(SeenKeys::parse(&["0a".repeat(32)]).unwrap().unwrap())
}

fn seeking() -> Masking {
    Masking::new(MaskingConfig {
        find: Some(keys()),
        ..MaskingConfig::default()
    })
    .unwrap()
}

fn decided(tags: &str, sql: &str) -> Outcome {
    let settings = format!("{tags}\n[unknown]\ntable = \"detect\"\n");
    let rules = "@id(\"all\") permit (principal, action, resource);
@id(\"mask\") @reason(\"masked\") forbid (principal, action == Action::\"unmask\", resource in Tag::\"PII\");";
    let policy = PolicySet::from_files(vec![
        ("firn-policy.toml".to_owned(), settings),
        ("r.cedar".to_owned(), rules.to_owned()),
    ]);
    let policy = policy.unwrap_or_else(|error| panic!("{error}"));
    let catalog = Catalog::from_ddl_files([("ddl", DDL)]).unwrap();
    let who = Principal {
        issuer: "https://idp".to_owned(),
        subject: "agent".to_owned(),
        display: "Agent".to_owned(),
        groups: Vec::new(),
        agent: None,
    };
    let session = SessionView {
        context: event::payload::Context {
            database: Some("SHOP".to_owned()),
            schema: Some("PUBLIC".to_owned()),
            ..event::payload::Context::default()
        },
        ..SessionView::default()
    };
    Engine::new(policy, catalog, EngineConfig::default()).decide(&DecisionRequest {
        statement_id: StatementId::from_uuid(uuid::Uuid::nil()),
        statement: Statement {
            text: sql,
            binds: &[],
        },
        session: &session,
        principal: &who,
        connection: "main",
        now: TimeNs(0),
        describe_only: false,
    })
}

/// What is found of `value` in `seen`: columns, class and cells.
fn found(seen: &[Seen], value: &str) -> Vec<(String, String, u32)> {
    let wanted = keys().tokens(value, None);
    let mut found = Vec::new();
    for one in seen {
        let tokens = one.unpack().filter(|(token, _)| wanted.contains(token));
        found.extend(tokens.map(|(_, cells)| (one.column.clone(), one.class.to_string(), cells)));
    }
    found
}

fn columns() -> Vec<ResultColumn> {
    vec![
        column("MAIL", "text", None),
        column("BORN", "date", None),
        column("CARD", "fixed", Some(0)),
    ]
}

fn rows() -> (Vec<Vec<Option<String>>>, RecordBatch) {
    let rows = [
        [
            Some("Marta@Example.com"),
            Some("7367"),
            Some("4111111111111111"),
        ],
        [None, None, None],
        [
            Some("marta@example.com "),
            Some("7368"),
            Some("4111111111111111"),
        ],
    ];
    let owned = rows.map(|row| row.map(|cell| cell.map(str::to_owned)).to_vec());
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(rows.map(|row| row[0]).to_vec())),
        Arc::new(Date32Array::from(
            rows.map(|row| row[1].map(|cell| cell.parse::<i32>().unwrap()))
                .to_vec(),
        )),
        Arc::new(Int64Array::from(
            rows.map(|row| row[2].map(|cell| cell.parse::<i64>().unwrap()))
                .to_vec(),
        )),
    ];
    let fields = columns().into_iter().zip(&arrays);
    let fields =
        fields.map(|(column, array)| Field::new(column.name, array.data_type().clone(), true));
    let schema = Schema::new(fields.collect::<Vec<_>>());
    (
        owned.to_vec(),
        RecordBatch::try_new(Arc::new(schema), arrays).unwrap(),
    )
}

#[test]
fn a_policy_asks_by_tag_and_both_forms_say_the_same_tokens() {
    let tags = "[tags.PII]\nfind = true\n[tags.PCI]\nfind = true\n";
    let outcome = decided(tags, "select email as mail, born, card from customers");
    let plan = outcome.decision.plans()[0].clone();
    let sought = |ordinal, class, name: &str| Sought {
        ordinal,
        class,
        column: format!("SHOP.PUBLIC.CUSTOMERS.{name}"),
    };
    assert_eq!(
        plan.sought,
        [
            sought(0, SeenClass::Email, "EMAIL"),
            sought(1, SeenClass::Date, "BORN"),
            sought(2, SeenClass::Number, "CARD"),
        ]
    );
    let (rows, batch) = rows();
    let json = seeking().result(plan.clone(), &columns(), None).json(rows);
    let arrow = seeking()
        .result(plan.clone(), &columns(), None)
        .arrow(batch);
    let (json, arrow) = (json.unwrap(), arrow.unwrap());
    let seen = json.seen.unwrap();
    assert_eq!(Some(&seen), arrow.seen.as_ref());
    let of = |name: &str, class: &str, cells| {
        (
            format!("SHOP.PUBLIC.CUSTOMERS.{name}"),
            class.to_owned(),
            cells,
        )
    };
    assert_eq!(found(&seen, "MARTA@example.com"), [of("EMAIL", "email", 2)]);
    assert_eq!(found(&seen, "4.3.1990"), [of("BORN", "date", 1)]);
    // What is shown counts too: the rule masks PII alone.
    assert_eq!(
        found(&seen, "4111-1111-1111-1111"),
        [of("CARD", "number", 2)]
    );
    assert!(found(&seen, "marco@example.com").is_empty());
    let bytes = serde_json::to_string(&seen).unwrap();
    assert!(!bytes.contains("marta") && !bytes.contains("4111"));

    let mut mask = seeking().result(plan, &columns(), None);
    assert!(mask.rows_max() < crate::limits::SEEN_TOKENS_PER_PAGE_MAX);
    assert_eq!(mask.json(Vec::new()).unwrap().seen, None);
}

#[test]
fn nothing_is_said_unless_the_policy_asks_and_a_key_is_there() {
    let sql = "select email as mail, born, card from customers where email = 'marta@example.com'";
    let (asks, silent) = (
        "[tags.PII]\nfind = true\n[tags.PCI]\n",
        "[tags.PII]\n[tags.PCI]\n",
    );
    let outcome = decided(silent, sql);
    let plan = outcome.decision.plans()[0].clone();
    assert!(plan.sought.is_empty() && plan.sought_labels.is_empty() && outcome.sought.is_empty());
    let said = |masking: &Masking, outcome: &Outcome| {
        masking.seen(sql, &[], &outcome.sought, &outcome.analysis)
    };
    assert_eq!(
        seeking()
            .result(plan, &columns(), None)
            .json(rows().0)
            .unwrap()
            .seen,
        None
    );
    assert_eq!(said(&seeking(), &outcome), None);
    let keyless = Masking::new(MaskingConfig::default()).unwrap();
    let outcome = decided(asks, sql);
    let plan = outcome.decision.plans()[0].clone();
    assert_eq!(
        keyless
            .result(plan, &columns(), None)
            .json(rows().0)
            .unwrap()
            .seen,
        None
    );
    assert_eq!(said(&keyless, &outcome), None);
    let said = said(&seeking(), &outcome).unwrap();
    assert_eq!(found(&said, "Marta@example.com").len(), 1);
    // A result that is not the planned one is redacted whole, and nobody knows what its columns hold.
    for plan in outcome.decision.plans() {
        let mut masked = seeking().result(plan.clone(), &columns()[..2], None);
        let rows = rows().0.into_iter().map(|row| row[..2].to_vec());
        assert_eq!(masked.json(rows.collect()).unwrap().seen, None);
    }
}

#[test]
fn findings_of_a_label_that_is_asked_for_are_said_by_what_they_are() {
    let outcome = decided(
        "[tags.EMAIL]\nfind = true\n[tags.PII]\n",
        "select note from customers",
    );
    let plan = outcome.decision.plans()[0].clone();
    assert!(plan.sought.is_empty());
    let columns = [column("NOTE", "text", None)];
    let rows = [
        "write to Marta@example.com, or 4111 1111 1111 1111",
        "nobody",
    ];
    let rows = rows.map(|cell| vec![Some(cell.to_owned())]).to_vec();
    let seen = seeking()
        .result(plan, &columns, None)
        .json(rows)
        .unwrap()
        .seen
        .unwrap();
    assert_eq!(
        found(&seen, "marta@example.com"),
        [("NOTE".to_owned(), "email".to_owned(), 1)]
    );
    assert!(found(&seen, "4111111111111111").is_empty());
}

#[test]
fn leaves_of_documents_are_values_of_their_own() {
    let plan = MaskPlan {
        sought: vec![Sought {
            ordinal: 0,
            class: SeenClass::Email,
            column: "D.S.T.RAW".to_owned(),
        }],
        detect: true,
        ..MaskPlan::default()
    };
    let columns = [column("RAW", "variant", None)];
    let rows = vec![vec![Some(
        r#"{"a":["x@y.org","Marta@example\u002ecom"],"n":17}"#.to_owned(),
    )]];
    let seen = seeking()
        .result(plan, &columns, None)
        .json(rows)
        .unwrap()
        .seen
        .unwrap();
    for value in ["x@y.org", "marta@example.com", "17"] {
        assert_eq!(found(&seen, value).len(), 1, "{value}");
    }
}

#[test]
fn binds_and_what_is_written_count() {
    let sql = "insert into customers (id, email) values (?, ?)";
    let outcome = decided("[tags.PII]\nfind = true\n[tags.PCI]\n", sql);
    assert_eq!(outcome.sought.len(), 1);
    let bind = |name: &str, value: &str| BoundValue {
        name: name.to_owned(),
        kind: "TEXT".to_owned(),
        values: vec![Some(value.to_owned()), None],
    };
    let binds = [bind("1", "17"), bind("2", "marta@example.com")];
    let said = seeking()
        .seen(sql, &binds, &outcome.sought, &outcome.analysis)
        .unwrap();
    assert_eq!(found(&said, "marta@example.com").len(), 1);
}
