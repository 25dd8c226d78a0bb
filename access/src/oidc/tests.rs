//! What logs in and what does not, against an issuer in this process with keys of its own.

mod fetching;
mod issuer;

use event::TimeNs;
use issuer::{Issuer, Key};
use serde_json::{Value, json};

use super::*;

/// Seconds; nothing here reads a clock.
const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> TimeNs {
    TimeNs(seconds * 1_000_000_000)
}

fn header(alg: &str, kid: &str) -> Value {
    json!({"alg": alg, "kid": kid, "typ": "at+jwt"})
}

fn claims(issuer: &Issuer) -> Value {
    json!({
        "iss": issuer.url, "sub": "agent-7", "aud": ["other", "firn"], "iat": NOW - 10, "nbf": NOW - 10, "exp": NOW + 600,
        "preferred_username": "reports", "groups": ["analysts", "everyone"], "tenant": "acme",
        "scope": "sql:read openid", "act": {"sub": "planner"}, "on_behalf_of": "ada@example.com",
    })
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

fn config(issuer: &Issuer, more: &str) -> OidcConfig {
    toml::from_str(&format!(
        "development = true\n[[issuers]]\nissuer = \"{}\"\naudiences = [\"firn\"]\n{more}",
        issuer.url
    ))
    .unwrap()
}

fn verifier(issuer: &Issuer) -> Verifier {
    let more = "required_claims = { tenant = \"acme\" }\ngroup_prefix = \"corp:\"\n\
                group_map = { analysts = \"data-oncall\" }\ntoken_age_max = \"1h\"";
    Verifier::new(config(issuer, more)).unwrap()
}

#[tokio::test]
async fn a_token_becomes_a_principal() {
    let key = Key::rsa_a("k1");
    let issuer = Issuer::start(&[&key]).await;
    let token = key.token(&header("RS256", "k1"), &claims(&issuer));
    let identity = verifier(&issuer).identify(&token, at(NOW)).await.unwrap();
    let principal = identity.principal;
    assert_eq!(principal.issuer, issuer.url);
    assert_eq!(principal.subject, "agent-7");
    assert_eq!(principal.display, "reports");
    assert_eq!(principal.groups, ["corp:everyone", "data-oncall"]);
    let agent = principal.agent.unwrap();
    assert_eq!(agent.application, "planner");
    assert_eq!(agent.on_behalf_of.as_deref(), Some("ada@example.com"));
    assert_eq!(identity.expires, at(NOW + 600));
    assert_eq!(identity.scopes, ["openid", "sql:read"]);
    assert!(!identity.is_person, "an agent acts in it");
}

#[tokio::test]
async fn people_are_told_from_programs_by_configured_claims() {
    let key = Key::rsa_a("k1");
    let issuer = Issuer::start(&[&key]).await;
    let cases = [
        (json!({}), true),
        (json!({"act": {"sub": "planner"}}), false),
        (json!({"on_behalf_of": "ada@example.com"}), false),
        (json!({"on_behalf_of": null}), true),
        (json!({"idtyp": "app"}), false),
        (json!({"idtyp": "user"}), true),
        (json!({"gty": "client-credentials"}), false),
        (json!({"bot": true}), false),
        (json!({"bot": false}), true),
        (json!({"act": {"client_id": "planner"}}), false),
    ];
    let workloads = "workload_claims = { idtyp = \"app\", gty = \"client-credentials\", bot = \"true\" }\n\
                     required_claims = { tenant = \"acme\" }";
    for (more, want) in cases {
        let mut said = claims(&issuer);
        let said_of = said.as_object_mut().unwrap();
        for name in ["act", "on_behalf_of"] {
            said_of.remove(name);
        }
        said_of.extend(more.as_object().unwrap().clone());
        said_of.insert("email".to_owned(), json!("Ada@example.com"));
        let token = key.token(&header("RS256", "k1"), &said);
        let verifier = Verifier::new(config(&issuer, workloads)).unwrap();
        let identity = verifier.identify(&token, at(NOW)).await.unwrap();
        assert_eq!(identity.is_person, want, "{more}");
        assert!(identity.names.contains(&"Ada@example.com".to_owned()));
        assert!(identity.names.contains(&"agent-7".to_owned()));
    }
}

#[tokio::test]
async fn every_accepted_algorithm_verifies() {
    let (rsa, ed, ec) = (Key::rsa_a("rsa"), Key::ed("ed"), Key::ec("ec"));
    let issuer = Issuer::start(&[&rsa, &ed, &ec]).await;
    let verifier = verifier(&issuer);
    let cases = [
        (&rsa, "RS256", "rsa"),
        (&rsa, "PS256", "rsa"),
        (&ed, "EdDSA", "ed"),
        (&ec, "ES256", "ec"),
    ];
    for (key, algorithm, id) in cases {
        let token = key.token(&header(algorithm, id), &claims(&issuer));
        verifier
            .verify(&token, at(NOW))
            .await
            .unwrap_or_else(|error| panic!("{algorithm}: {error}"));
        let unnamed = key.token(&json!({"alg": algorithm}), &claims(&issuer));
        verifier
            .verify(&unnamed, at(NOW))
            .await
            .unwrap_or_else(|error| panic!("{algorithm}, no kid: {error}"));
    }
    assert_eq!(issuer.fetches(), 1, "one key set serves them all");
}

#[tokio::test]
async fn what_is_wrong_with_a_token_is_told_apart() {
    let (key, other) = (Key::rsa_a("k1"), Key::rsa_b("k1"));
    let issuer = Issuer::start(&[&key]).await;
    let verifier = verifier(&issuer);
    let good = claims(&issuer);
    let head = || header("RS256", "k1");
    let missing = |claim: &str| IdentityError::MissingClaim(claim.to_owned());
    let with_claim =
        |name: &str, value: Value| key.token(&head(), &with(good.clone(), name, value));
    let with_head = |name: &str, value: Value| key.token(&with(head(), name, value), &good);
    let swapped = {
        let token = key.token(&head(), &good);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let forged = key.token(&head(), &with(good.clone(), "sub", json!("admin")));
        assert_ne!(signed, forged.rsplit_once('.').unwrap().0);
        format!("{}.{signature}", forged.rsplit_once('.').unwrap().0)
    };
    let cases = [
        (
            "another key",
            other.token(&head(), &good),
            IdentityError::Signature,
        ),
        ("changed claims", swapped, IdentityError::Signature),
        (
            "alg none",
            with_head("alg", json!("none")),
            IdentityError::Algorithm,
        ),
        (
            "alg HS256",
            with_head("alg", json!("HS256")),
            IdentityError::Algorithm,
        ),
        (
            "unknown alg",
            with_head("alg", json!("XX1")),
            IdentityError::Algorithm,
        ),
        (
            "alg of another key type",
            with_head("alg", json!("ES256")),
            IdentityError::UnknownKey,
        ),
        (
            "logout token",
            with_head("typ", json!("logout+jwt")),
            IdentityError::TokenType,
        ),
        (
            "crit",
            with_head("crit", json!(["x"])),
            IdentityError::TokenType,
        ),
        (
            "unknown kid",
            with_head("kid", json!("k9")),
            IdentityError::UnknownKey,
        ),
        (
            "other issuer",
            with_claim("iss", json!("https://evil.example")),
            IdentityError::Issuer,
        ),
        (
            "issuer with a slash",
            with_claim("iss", json!(format!("{}/", issuer.url))),
            IdentityError::Issuer,
        ),
        (
            "no issuer",
            with_claim("iss", Value::Null),
            IdentityError::Issuer,
        ),
        (
            "wrong audience",
            with_claim("aud", json!("other")),
            IdentityError::Audience(vec!["firn".into()]),
        ),
        (
            "no audience",
            with_claim("aud", Value::Null),
            IdentityError::Audience(vec!["firn".into()]),
        ),
        (
            "expired",
            with_claim("exp", json!(NOW - 61)),
            IdentityError::Expired,
        ),
        ("no expiry", with_claim("exp", Value::Null), missing("exp")),
        (
            "expiry as text",
            with_claim("exp", json!("soon")),
            missing("exp"),
        ),
        (
            "not yet",
            with_claim("nbf", json!(NOW + 61)),
            IdentityError::NotYetValid,
        ),
        (
            "issued tomorrow",
            with_claim("iat", json!(NOW + 86_400)),
            IdentityError::NotYetValid,
        ),
        (
            "too old",
            with_claim("iat", json!(NOW - 3_700)),
            IdentityError::TooOld,
        ),
        ("no iat", with_claim("iat", Value::Null), missing("iat")),
        ("no subject", with_claim("sub", Value::Null), missing("sub")),
        (
            "subject with a newline",
            with_claim("sub", json!("a\nb")),
            missing("sub"),
        ),
        (
            "other tenant",
            with_claim("tenant", json!("evil")),
            IdentityError::WrongClaim("tenant".into()),
        ),
        (
            "groups that are none",
            with_claim("groups", json!({"analysts": true})),
            IdentityError::Groups("groups".into()),
        ),
        (
            "a group without a name",
            with_claim("groups", json!(["analysts", 7])),
            IdentityError::Groups("groups".into()),
        ),
        (
            "more groups than are looked at",
            with_claim("groups", json!(vec!["g"; crate::limits::GROUPS_MAX + 1])),
            IdentityError::Groups("groups".into()),
        ),
        (
            "no tenant",
            with_claim("tenant", Value::Null),
            missing("tenant"),
        ),
    ];
    for (name, token, error) in cases {
        assert_eq!(verifier.verify(&token, at(NOW)).await, Err(error), "{name}");
    }
    for text in [
        "",
        "x",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "....",
        &"x".repeat(100_000),
    ] {
        assert_eq!(
            verifier.verify(text, at(NOW)).await,
            Err(IdentityError::Malformed),
            "{text:.20}"
        );
    }
}

#[tokio::test]
async fn nothing_shown_holds_a_piece_of_the_token() {
    let (key, other) = (Key::rsa_a("k1"), Key::rsa_b("k1"));
    let issuer = Issuer::start(&[&key]).await;
    let verifier = verifier(&issuer);
    let good = claims(&issuer);
    let head = || header("RS256", "k1");
    let tokens = [
        key.token(&head(), &good),
        other.token(&head(), &good),
        key.token(&with(head(), "alg", json!("HS256")), &good),
        key.token(&head(), &with(good.clone(), "exp", json!(NOW - 600))),
        key.token(&head(), &with(good.clone(), "tenant", json!("rival"))),
        key.token(&head(), &with(good.clone(), "sub", json!([1]))),
        key.token(&head(), &good).replace('.', ","),
    ];
    for token in tokens {
        let answer = verifier.identify(&token, at(NOW)).await;
        let mut shown = format!("{answer:?} {verifier:?}");
        if let Err(error) = answer {
            shown += &error.to_string();
        }
        for part in token.split(['.', ',']) {
            for piece in part.as_bytes().chunks(12).filter(|piece| piece.len() == 12) {
                let piece = std::str::from_utf8(piece).unwrap();
                assert!(!shown.contains(piece), "{piece} in {shown}");
            }
        }
    }
}

#[tokio::test]
async fn clocks_may_be_a_minute_apart() {
    let key = Key::rsa_a("k1");
    let issuer = Issuer::start(&[&key]).await;
    let verifier = verifier(&issuer);
    for (name, value) in [("exp", NOW - 59), ("nbf", NOW + 59), ("iat", NOW + 59)] {
        let token = key.token(
            &header("RS256", "k1"),
            &with(claims(&issuer), name, json!(value)),
        );
        verifier
            .verify(&token, at(NOW))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn a_configuration_that_trusts_too_much_is_refused() {
    let cases = [
        ("", "no issuer"),
        (
            "[[issuers]]\nissuer = \"https://a.example\"\naudiences = []",
            "no audience",
        ),
        (
            "[[issuers]]\nissuer = \"http://a.example\"\naudiences = [\"f\"]",
            "must be an https URL",
        ),
        (
            "[[issuers]]\nissuer = \"http://127.0.0.1:1\"\naudiences = [\"f\"]",
            "must be an https URL",
        ),
        (
            "development = true\n[[issuers]]\nissuer = \"http://a.example\"\naudiences = [\"f\"]",
            "must be an https URL",
        ),
        (
            "[[issuers]]\nissuer = \"https://a.example\"\naudiences = [\"f\"]\nalgorithms = [\"HS256\"]",
            "symmetric",
        ),
        (
            "[[issuers]]\nissuer = \"https://a.example\"\naudiences = [\"f\"]\nalgorithms = [\"none\"]",
            "symmetric",
        ),
        (
            "[[issuers]]\nissuer = \"https://a.example\"\naudiences = [\"f\"]\nclock_skew = \"1h\"",
            "clock_skew",
        ),
        (
            "[[issuers]]\nissuer = \"https://a.example\"\naudiences = [\"f\"]\njwks_uri = \"http://a.example/k\"",
            "must be an https URL",
        ),
        (
            "[[issuers]]\nissuer = \"https://a.example\"\naudiences = [\"f\"]\n[[issuers]]\nissuer = \"https://a.example\"\naudiences = [\"g\"]",
            "twice",
        ),
    ];
    for (text, wanted) in cases {
        let config: OidcConfig = toml::from_str(text).unwrap();
        let error = Verifier::new(config).expect_err(text);
        assert!(error.to_string().contains(wanted), "{text}: {error}");
    }
    let unknown =
        "[[issuers]]\nissuer = \"https://a.example\"\naudiences = [\"f\"]\naudience = \"g\"";
    assert!(toml::from_str::<OidcConfig>(unknown).is_err());
}
