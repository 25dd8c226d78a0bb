//! A driver's login request, read.
//!
//! Enters: its JSON and query string. Leaves: the token that says who, and the fields that may go upstream.
//! Never here: the driver's secret in anything that goes upstream, or local paths of the client's machine.

use event::payload::{Authenticator, Context};
use zeroize::Zeroizing;

use super::router::parameter;
use crate::limits::LOGIN_TOKEN_BYTES_MAX;
use crate::parameters::is_withheld;
use crate::raw::RawObject;
use crate::session::opening::Login;

/// Login fields that go upstream as they are: they choose server features, not identity.
const FORWARDED: [&str; 6] = [
    "CLIENT_APP_ID",
    "CLIENT_APP_VERSION",
    "SVN_REVISION",
    "CLIENT_CAPABILITIES",
    "CLIENT_ENVIRONMENT",
    "SESSION_PARAMETERS",
];

/// What of `CLIENT_ENVIRONMENT` goes upstream; the rest names local paths and users.
const ENVIRONMENT: [&str; 5] = ["APPLICATION", "OS", "OS_VERSION", "ISA", "OCSP_MODE"];

/// Why a login request cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LoginRequestError {
    /// Not the JSON it should be.
    #[error("the login request is not the JSON a Snowflake driver sends: {0}")]
    Json(String),
    /// The token is too long to be one.
    #[error("the login token is longer than {LOGIN_TOKEN_BYTES_MAX} bytes")]
    TokenTooLong,
}

/// Reads body and query string.
pub fn parse(body: &[u8], query: Option<&str>) -> Result<Login, LoginRequestError> {
    let json = |error: serde_json::Error| LoginRequestError::Json(shape(&error));
    let data: RawObject = RawObject::parse(body)
        .and_then(|envelope| envelope.read("data"))
        .map_err(json)?
        .ok_or_else(|| LoginRequestError::Json("data is missing".to_owned()))?;
    let (authenticator, token) = presented(&data);
    if token
        .as_ref()
        .is_some_and(|token| token.len() > LOGIN_TOKEN_BYTES_MAX)
    {
        return Err(LoginRequestError::TokenTooLong);
    }
    let mut parameters: RawObject = data
        .read("SESSION_PARAMETERS")
        .map_err(json)?
        .unwrap_or_default();
    parameters.retain(|name| !is_withheld(name));
    let mut environment: RawObject = data
        .read("CLIENT_ENVIRONMENT")
        .map_err(json)?
        .unwrap_or_default();
    environment.retain(|name| ENVIRONMENT.contains(&name));
    let mut forwarded = data.clone();
    forwarded.retain(|name| FORWARDED.contains(&name));
    forwarded
        .set("SESSION_PARAMETERS", &parameters)
        .map_err(json)?;
    forwarded
        .set("CLIENT_ENVIRONMENT", &environment)
        .map_err(json)?;
    let wanted = |name| parameter(query, name).filter(|value| !value.is_empty());
    Ok(Login {
        account: data.text("ACCOUNT_NAME").unwrap_or_default(),
        authenticator,
        token,
        application: data.text("CLIENT_APP_ID").unwrap_or_default(),
        version: data.text("CLIENT_APP_VERSION").unwrap_or_default(),
        context: Context {
            database: wanted("databaseName"),
            schema: wanted("schemaName"),
            warehouse: wanted("warehouse"),
            role: wanted("roleName"),
        },
        parameters,
        forwarded,
    })
}

/// The token and the way it came: no driver looks into it, so an OIDC token passes as OAuth, PAT, password or workload identity.
fn presented(data: &RawObject) -> (Authenticator, Option<Zeroizing<String>>) {
    let secret = |name| {
        data.text(name)
            .filter(|text| !text.is_empty())
            .map(Zeroizing::new)
    };
    let named = data
        .text("AUTHENTICATOR")
        .unwrap_or_default()
        .to_ascii_uppercase();
    let provider = data.text("PROVIDER").unwrap_or_default();
    match named.as_str() {
        "OAUTH" => (Authenticator::Oauth, secret("TOKEN")),
        "PROGRAMMATIC_ACCESS_TOKEN" => (Authenticator::ProgrammaticAccessToken, secret("TOKEN")),
        "WORKLOAD_IDENTITY" if provider.eq_ignore_ascii_case("OIDC") => {
            (Authenticator::WorkloadIdentity, secret("TOKEN"))
        }
        "" | "SNOWFLAKE" => (Authenticator::Password, secret("PASSWORD")),
        _ => (Authenticator::Other, None),
    }
}

/// Where JSON is wrong, without quoting it: there may be a secret in it.
fn shape(error: &serde_json::Error) -> String {
    format!("line {}, column {}", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use event::payload::Authenticator;

    use super::{LoginRequestError, parse as read};
    use crate::session::opening::Login;

    fn parse(data: &str) -> Login {
        read(format!("{{\"data\":{data}}}").as_bytes(), None).expect("parses")
    }

    #[test]
    fn every_drivers_way_of_handing_over_a_token_is_known() {
        for (data, authenticator, token) in [
            (
                r#"{"AUTHENTICATOR":"OAUTH","TOKEN":"t"}"#,
                Authenticator::Oauth,
                Some("t"),
            ),
            (
                r#"{"AUTHENTICATOR":"oauth","TOKEN":"t","LOGIN_NAME":""}"#,
                Authenticator::Oauth,
                Some("t"),
            ),
            (
                r#"{"AUTHENTICATOR":"PROGRAMMATIC_ACCESS_TOKEN","TOKEN":"t"}"#,
                Authenticator::ProgrammaticAccessToken,
                Some("t"),
            ),
            (
                r#"{"PASSWORD":"t","LOGIN_NAME":"u"}"#,
                Authenticator::Password,
                Some("t"),
            ),
            (
                r#"{"AUTHENTICATOR":"SNOWFLAKE","PASSWORD":"t"}"#,
                Authenticator::Password,
                Some("t"),
            ),
            (
                r#"{"AUTHENTICATOR":"WORKLOAD_IDENTITY","PROVIDER":"OIDC","TOKEN":"t"}"#,
                Authenticator::WorkloadIdentity,
                Some("t"),
            ),
            (
                r#"{"AUTHENTICATOR":"WORKLOAD_IDENTITY","PROVIDER":"AWS","TOKEN":"t"}"#,
                Authenticator::Other,
                None,
            ),
            (
                r#"{"AUTHENTICATOR":"SNOWFLAKE_JWT","TOKEN":"t"}"#,
                Authenticator::Other,
                None,
            ),
            (
                r#"{"AUTHENTICATOR":"EXTERNALBROWSER","TOKEN":"t","PROOF_KEY":"p"}"#,
                Authenticator::Other,
                None,
            ),
            (
                r#"{"AUTHENTICATOR":"OAUTH","PASSWORD":"t"}"#,
                Authenticator::Oauth,
                None,
            ),
            (
                r#"{"AUTHENTICATOR":"OAUTH","TOKEN":""}"#,
                Authenticator::Oauth,
                None,
            ),
            (
                r#"{"AUTHENTICATOR":"OAUTH","TOKEN":7}"#,
                Authenticator::Oauth,
                None,
            ),
        ] {
            let request = parse(data);
            assert_eq!(request.authenticator, authenticator, "{data}");
            assert_eq!(
                request.token.as_ref().map(|token| token.as_str()),
                token,
                "{data}"
            );
        }
    }

    #[test]
    fn no_secret_and_no_local_path_goes_upstream() {
        let request = parse(
            r#"{"CLIENT_APP_ID":"PythonConnector","CLIENT_APP_VERSION":"4.8.1","ACCOUNT_NAME":"a","LOGIN_NAME":"SECRET-u",
            "PASSWORD":"SECRET-p","TOKEN":"SECRET-t","PASSCODE":"SECRET-c","RAW_SAML_RESPONSE":"SECRET-s","PROOF_KEY":"SECRET-k",
            "SPCS_TOKEN":"SECRET-x","SOMETHING_NEW":"SECRET-n",
            "CLIENT_ENVIRONMENT":{"OS":"Linux","APPLICATION_PATH":"SECRET-path","password":"SECRET-e"},
            "SESSION_PARAMETERS":{"QUERY_TAG":"x","multi_statement_count":0,"SEARCH_PATH":"p","Enable_Unredacted_Query_Syntax_Error":true,"N":1.0}}"#,
        );
        let sent = String::from_utf8(request.forwarded.to_bytes().expect("writes")).expect("utf-8");
        assert!(!sent.contains("SECRET"), "{sent}");
        assert_eq!(
            sent,
            r#"{"CLIENT_APP_ID":"PythonConnector","CLIENT_APP_VERSION":"4.8.1","CLIENT_ENVIRONMENT":{"OS":"Linux"},"SESSION_PARAMETERS":{"QUERY_TAG":"x","N":1.0}}"#
        );
    }

    #[test]
    fn empty_names_in_the_query_string_ask_for_nothing() {
        let query = Some("databaseName=db1&schemaName=&warehouse=&roleName=R");
        let request = read(br#"{"data":{}}"#, query).expect("parses");
        assert_eq!(request.context.database.as_deref(), Some("db1"));
        assert_eq!(request.context.schema, None);
        assert_eq!(request.context.role.as_deref(), Some("R"));
    }

    #[test]
    fn what_is_not_a_login_is_refused_without_quoting_it() {
        for body in [
            "",
            "{",
            "{\"data\":1}",
            "{\"data\":null}",
            "[]",
            "{\"data\":{\"TOKEN\":\"hunter2\",\"TOKEN\":\"\"}}",
        ] {
            let error = read(body.as_bytes(), None).expect_err("refused");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        let long = format!("{{\"data\":{{\"PASSWORD\":\"{}\"}}}}", "x".repeat(70_000));
        assert_eq!(
            read(long.as_bytes(), None).expect_err("refused"),
            LoginRequestError::TokenTooLong
        );
    }
}
