//! The console: a page for people, built by `make console` into this binary, and the headers that keep it to itself.
//!
//! Enters: requests of browsers. Leaves: the page's files, the same for everybody. Never here: anything of the record (the page asks the
//! API for that, as whoever is signed in), a script from elsewhere, or npm: without the built files the front page says how to get them.

mod sign_in;

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use axum::body::Bytes;
use axum::extract::Path as UrlPath;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use door::{Action, Problem, Routes};
use flate2::Compression;
use flate2::write::GzEncoder;
use include_dir::{Dir, File, include_dir};
use ring::digest::{SHA256, digest};

pub use sign_in::SignIn;

/// What the page may do: its own files and its own API, in no frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
    font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The page, whichever of its views the address names.
const PAGE: &str = "index.html";
/// The folder of everything else, and its place in addresses.
const ASSETS: &str = "assets";

/// What the front page says where the console was not built.
const UNBUILT: &str = concat!(
    "firn ",
    env!("CARGO_PKG_VERSION"),
    "\n\nThis binary was built without its console. With Node 20.19 or later: `make console`, then build it again.\n\n",
    "The API is here all the same (each takes an OIDC token as bearer; GET /api/openapi.json describes it):\n",
    "POST /api/sql {\"sql\": \"select * from sessions\"}\n",
    "GET  /api/sessions\nGET  /api/sessions/ID/timeline\nPOST /api/verify\n",
    "GET  /api/approvals\nPOST /api/approvals/ID/grant\nPOST /api/approvals/ID/deny\n\n",
    "On this machine, `firn sql`, `firn sessions`, `firn replay`, `firn verify` and `firn approvals` do the same.\n"
);

/// What `make console` built; `build.rs` makes cargo see it come. Not `rust-embed`, which changes the features of crates below
/// DataFusion, so that it builds again.
static BUILT: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/console/built");

/// The page's routes. Whoever opens it sees an empty page: all it shows, it asks the API for.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/", Action::Greet, front, ())
        .get("/sessions/{id}", Action::Greet, session_page, ())
        .get(
            "/sessions/{id}/diff/{earlier}",
            Action::Greet,
            diff_page,
            (),
        )
        .get("/approvals", Action::Greet, approvals_page, ())
        .get("/sql", Action::Greet, sql_page, ())
        .get("/policy", Action::Greet, policy_page, ())
        .get("/health", Action::Greet, health_page, ())
        .get("/assets/{file}", Action::Greet, asset, ())
}

/// These routes' part of the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    front,
    session_page,
    diff_page,
    approvals_page,
    sql_page,
    policy_page,
    health_page,
    asset,
    sign_in::login,
    sign_in::callback,
    sign_in::logout,
    sign_in::me
))]
pub struct Description;

/// The console, at the list of sessions.
#[utoipa::path(get, path = "/", tag = "console", responses((status = 200, body = String, content_type = "text/html")))]
async fn front(headers: HeaderMap) -> Response {
    page(&headers)
}

/// The console, at one session.
#[utoipa::path(get, path = "/sessions/{id}", tag = "console", params(("id" = String, Path, description = "the session")),
    responses((status = 200, body = String, content_type = "text/html")))]
async fn session_page(headers: HeaderMap) -> Response {
    page(&headers)
}

/// The console, at two sessions side by side.
#[utoipa::path(get, path = "/sessions/{id}/diff/{earlier}", tag = "console", params(
    ("id" = String, Path, description = "the session"), ("earlier" = String, Path, description = "the session it is held against")),
    responses((status = 200, body = String, content_type = "text/html")))]
async fn diff_page(headers: HeaderMap) -> Response {
    page(&headers)
}

/// The console, at what waits.
#[utoipa::path(get, path = "/approvals", tag = "console", responses((status = 200, body = String, content_type = "text/html")))]
async fn approvals_page(headers: HeaderMap) -> Response {
    page(&headers)
}

/// The console, at its editor.
#[utoipa::path(get, path = "/sql", tag = "console", responses((status = 200, body = String, content_type = "text/html")))]
async fn sql_page(headers: HeaderMap) -> Response {
    page(&headers)
}

/// The console, at the policy in force.
#[utoipa::path(get, path = "/policy", tag = "console", responses((status = 200, body = String, content_type = "text/html")))]
async fn policy_page(headers: HeaderMap) -> Response {
    page(&headers)
}

/// The console, at the state of the record.
#[utoipa::path(get, path = "/health", tag = "console", responses((status = 200, body = String, content_type = "text/html")))]
async fn health_page(headers: HeaderMap) -> Response {
    page(&headers)
}

/// A file of the console: script, style, font.
#[utoipa::path(get, path = "/assets/{file}", tag = "console", params(("file" = String, Path, description = "its name")),
    responses((status = 200, body = String, content_type = "text/javascript"), (status = 404, body = Problem)))]
async fn asset(UrlPath(name): UrlPath<String>, headers: HeaderMap) -> Response {
    match BUILT.get_file(format!("{ASSETS}/{name}")) {
        Some(file) => serve(&name, file, &headers),
        None => Problem::new(
            StatusCode::NOT_FOUND,
            "the console has no such file",
            "reload the page",
        )
        .into_response(),
    }
}

fn page(headers: &HeaderMap) -> Response {
    match BUILT.get_file(PAGE) {
        Some(file) => serve(PAGE, file, headers),
        None => UNBUILT.into_response(),
    }
}

/// A built file as it is sent: hashed and packed when it is first asked for.
struct Ready {
    tag: String,
    plain: Bytes,
    /// Packed, where that makes it smaller.
    packed: Option<Bytes>,
}

/// Every built file, each ready once somebody asked for it.
static READY: LazyLock<HashMap<&'static Path, OnceLock<Ready>>> = LazyLock::new(|| {
    let front = BUILT.files();
    let assets = BUILT.get_dir(ASSETS).into_iter().flat_map(Dir::files);
    let files = front.chain(assets);
    files.map(|file| (file.path(), OnceLock::new())).collect()
});

impl Ready {
    fn of(file: &'static File<'static>, is_text: bool) -> Self {
        let plain = Bytes::from_static(file.contents());
        let packed = is_text.then(|| gzip(&plain).ok()).flatten();
        Self {
            tag: format!("W/\"{}\"", hex::encode(digest(&SHA256, &plain))),
            packed: packed
                .filter(|packed| packed.len() < plain.len())
                .map(Bytes::from),
            plain,
        }
    }
}

/// A built file. Names stay the same from build to build, so a browser asks each time, and mostly hears that nothing changed.
fn serve(name: &str, file: &'static File<'static>, asked: &HeaderMap) -> Response {
    let (media, is_text) = media(name);
    let own = OnceLock::new();
    // Every file there is has its place; one that had none would be made ready each time.
    let place = READY.get(file.path()).unwrap_or(&own);
    let ready = place.get_or_init(|| Ready::of(file, is_text));
    let text = |name: HeaderName| {
        asked
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let mut response = if text(IF_NONE_MATCH).contains(&ready.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if let Some(packed) = ready
        .packed
        .as_ref()
        .filter(|_| text(ACCEPT_ENCODING).contains("gzip"))
    {
        let mut body = packed.clone().into_response();
        body.headers_mut()
            .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        body
    } else {
        ready.plain.clone().into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&ready.tag) {
        headers.insert(ETAG, tag);
    }
    response
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    packer.finish()
}

/// Its media type, and whether it is worth packing.
fn media(name: &str) -> (&'static str, bool) {
    match name.rsplit('.').next() {
        Some("html") => ("text/html; charset=utf-8", true),
        Some("js") => ("text/javascript; charset=utf-8", true),
        Some("css") => ("text/css; charset=utf-8", true),
        Some("svg") => ("image/svg+xml", true),
        Some("txt") => ("text/plain; charset=utf-8", true),
        Some("woff2") => ("font/woff2", false),
        _ => ("application/octet-stream", false),
    }
}

/// What every answer of the API's listener carries: no other site frames it, guesses its type, or learns where one came from.
pub async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_FRAME_OPTIONS, "DENY"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
