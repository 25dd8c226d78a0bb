//! The key-pair token, and what is read from a login reply.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use event::TimeNs;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::signature::Verifier as _;
use rsa::{RsaPrivateKey, RsaPublicKey};
use sha2::Sha256;

use super::{LoginError, account_name, key_pair_jwt, read_reply};

const NOW: TimeNs = TimeNs(1_795_444_167_425_000_000);

#[test]
fn the_key_pair_token_is_what_snowflake_checks() {
    let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).expect("a key");
    let jwt = key_pair_jwt(&key, "acct.eu-west-1", "svc", NOW).expect("signs");
    let (signed, signature) = jwt.rsplit_once('.').expect("three parts");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
    let signature = Signature::try_from(signature.as_slice()).expect("a signature");
    VerifyingKey::<Sha256>::new(RsaPublicKey::from(&key))
        .verify(signed.as_bytes(), &signature)
        .expect("verifies");
    let (_, claims) = signed.split_once('.').expect("two parts");
    let claims: serde_json::Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64")).expect("json");
    assert_eq!(claims["sub"], "ACCT.SVC");
    assert!(
        claims["iss"]
            .as_str()
            .expect("text")
            .starts_with("ACCT.SVC.SHA256:")
    );
    assert_eq!(claims["iat"], 1_795_444_167);
    assert_eq!(claims["exp"], 1_795_444_227);
}

#[test]
fn accounts_are_named_as_in_tokens() {
    for (account, name) in [
        ("acct", "ACCT"),
        ("acct.eu-west-1", "ACCT"),
        ("org-acct", "ORG-ACCT"),
        ("acct-suffix.global", "ACCT"),
    ] {
        assert_eq!(account_name(account), name);
    }
}

#[test]
fn a_sparse_reply_is_filled_in() {
    let body = br#"{"data":{"token":"t","parameters":[{"name":"A","value":1.50}],"sessionInfo":{"databaseName":"D","schemaName":""}},"success":true,"code":null,"message":null}"#;
    let logged_in = read_reply(body, NOW).expect("logs in");
    assert_eq!(logged_in.session.token.expose(), "t");
    assert!(logged_in.session.master.is_none());
    assert_eq!(logged_in.session.token_expires.0 - NOW.0, 3_600_000_000_000);
    assert_eq!(logged_in.context.database.as_deref(), Some("D"));
    assert_eq!(logged_in.context.schema, None);
    assert_eq!(
        logged_in.data.raw("parameters"),
        Some(r#"[{"name":"A","value":1.50}]"#)
    );
}

#[test]
fn refusals_and_garbage_are_told_apart() {
    let refused = read_reply(
        br#"{"data":{},"success":false,"code":"390100","message":"Incorrect username or password was specified."}"#,
        NOW,
    );
    assert!(matches!(refused, Err(LoginError::Refused { code, .. }) if code == "390100"));
    for body in [
        "<html>",
        "{\"success\":true}",
        "{\"success\":true,\"data\":{}}",
        "{\"success\":true,\"data\":[]}",
    ] {
        assert!(
            matches!(
                read_reply(body.as_bytes(), NOW),
                Err(LoginError::Upstream(_))
            ),
            "{body}"
        );
    }
}
