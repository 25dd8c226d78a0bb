//! Google's token endpoint and the Chronicle API's `events.import`, as their documents describe them. What a service account signs is
//! verified by OpenSSL.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{HttpStand, Inner, Server, issue, known};

pub const TOKEN: &str = "google/token";
pub const IMPORT: &str = "v1beta/projects/p-1/locations/eu/instances/i-1/events:import";
/// "Service limits" of the API before this one.
const REQUEST_BYTES: usize = 1_000_000;

/// What Google knows of the account.
pub struct Account {
    folder: PathBuf,
    audience: String,
}

fn openssl(folder: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new("openssl");
    command.args(arguments).current_dir(folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect("openssl").success()
}

pub fn stand(server: &Server) -> HttpStand {
    let folder = server.key.parent().unwrap().to_owned();
    let made = openssl(
        &folder,
        &[
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
            "account.pem",
        ],
    );
    assert!(
        made && openssl(
            &folder,
            &[
                "pkey",
                "-in",
                "account.pem",
                "-pubout",
                "-out",
                "public.pem"
            ]
        )
    );
    let audience = format!("{}/{TOKEN}", server.url);
    let key = json!({
        "type": "service_account", "client_email": "firn@p-1.example", "token_uri": audience,
        "private_key": std::fs::read_to_string(folder.join("account.pem")).unwrap(),
    });
    let file = folder.join("account.json");
    std::fs::write(&file, key.to_string()).unwrap();
    server.inner.lock().google = Some(Account { folder, audience });
    let to = format!(
        "to.secops.project = 'p-1'\nto.secops.region = 'eu'\nto.secops.instance = 'i-1'\nto.secops.url = '@url@'\nto.secops.key.file = '{}'",
        file.display()
    );
    server.stand("secops", &to)
}

pub(super) fn token(inner: &mut Inner, body: &[u8]) -> Response {
    let account = inner.google.as_ref().unwrap();
    let said: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    let [(grant, kind), (name, assertion)] = said.as_slice() else {
        panic!("{said:?}");
    };
    assert_eq!(
        [grant.as_str(), kind, name],
        [
            "grant_type",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion"
        ]
    );
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let head: Value = serde_json::from_slice(&decode(head)).unwrap();
    assert_eq!(head, json!({"alg": "RS256", "typ": "JWT"}));
    let claims: Value = serde_json::from_slice(&decode(claims)).unwrap();
    assert_eq!(claims["iss"], "firn@p-1.example");
    assert_eq!(claims["aud"], account.audience.as_str());
    assert_eq!(
        claims["scope"],
        "https://www.googleapis.com/auth/cloud-platform"
    );
    let lasts = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert!((1..=3600).contains(&lasts), "an hour at most: {lasts}");
    std::fs::write(account.folder.join("signed"), signed).unwrap();
    std::fs::write(account.folder.join("signature"), decode(signature)).unwrap();
    let verified = openssl(
        &account.folder,
        &[
            "dgst",
            "-sha256",
            "-verify",
            "public.pem",
            "-signature",
            "signature",
            "signed",
        ],
    );
    if !verified {
        let said = json!({"error": "invalid_grant", "error_description": "Invalid JWT Signature."});
        return (StatusCode::BAD_REQUEST, said.to_string()).into_response();
    }
    issue(inner)
}

pub(super) fn events(inner: &mut Inner, headers: &HeaderMap, body: &[u8]) -> Response {
    let refuse = |status: StatusCode, word: &str| {
        let said = json!({"error": {"code": status.as_u16(), "message": "see the documents", "status": word}});
        (status, said.to_string()).into_response()
    };
    if !known(inner, headers) {
        return refuse(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
    }
    let said: Value = serde_json::from_slice(body).unwrap();
    let events = said["inlineSource"]["events"].as_array().unwrap();
    // "An error in one entity will cause the entire request to be rejected."
    let valid = !events.is_empty() && events.iter().all(|event| event["udm"].is_object());
    if !valid || body.len() > REQUEST_BYTES {
        return refuse(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT");
    }
    inner
        .got
        .extend(events.iter().map(|event| event["udm"].clone()));
    "{}".into_response()
}
