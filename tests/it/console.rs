//! The console: built into the binary, closed to other sites, and used in a real browser with a real driver beside it.
//!
//! Enters: a running firn with the development issuer, and a real OpenID provider. Leaves: verdicts. Never here: what a page shows (see
//! `tests/console`, which Chromium runs).

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::running::{Firn, Setup};
use crate::world::{Server, dev_dir, free_port, http_get, identity, root, upstream};

/// An answer: status, header lines in lower case, body.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of a cookie that it sets.
    fn cookie(&self, begins: &str) -> Option<String> {
        let set = self.headers.iter().filter(|(key, _)| key == "set-cookie");
        let mut pairs = set.filter_map(|(_, value)| value.split(';').next());
        let found = pairs.rfind(|pair| pair.starts_with(begins));
        found.map(str::to_owned)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// What curl gets for these arguments, redirects not followed.
fn curl(arguments: &[&str]) -> Answer {
    let output = Command::new("curl")
        .args(["-sS", "--max-time", "30", "-D", "-"])
        .args(arguments)
        .output()
        .expect("curl");
    let split = output
        .stdout
        .windows(4)
        .position(|four| four == b"\r\n\r\n");
    let (head, body) = output.stdout.split_at(split.expect("headers") + 4);
    let head = String::from_utf8_lossy(head).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let headers = lines.filter_map(|line| line.split_once(": "));
    Answer {
        status: status.and_then(|code| code.parse().ok()).expect("a status"),
        headers: headers
            .map(|(key, value)| (key.to_lowercase(), value.to_owned()))
            .collect(),
        body: body.to_vec(),
    }
}

/// A firn with the development issuer.
pub fn start(scratch: &Path, upstream: &Server, identity: &Server) -> Firn {
    started(scratch, upstream, identity, "300ms")
}

/// The same with a recorder that gathers for as long as one does unless it is told otherwise: for who measures.
pub fn start_as_shipped(scratch: &Path, upstream: &Server, identity: &Server) -> Firn {
    started(scratch, upstream, identity, "5s")
}

fn started(scratch: &Path, upstream: &Server, identity: &Server, batch_age: &str) -> Firn {
    let mut setup = Setup::new(scratch, upstream, identity);
    setup.policy = root().join("deploy/policy");
    setup.telemetry = format!("\n[development]\nissuer = \"127.0.0.1:{}\"", free_port());
    setup.batch_age = batch_age.to_owned();
    setup.start("up", "firn")
}

/// Its address.
pub fn base(firn: &Firn) -> String {
    format!("http://127.0.0.1:{}", firn.api)
}

/// Begins to sign in: the cookie that binds it, and the issuer's address.
fn begin(firn: &Firn, to: &str, cookie: &str) -> (String, String) {
    let url = format!("{}/auth/login?to={to}", base(firn));
    let sent = curl(&["-H", &format!("cookie: {cookie}"), &url]);
    assert_eq!(sent.status, 303);
    let state = sent.cookie("firn-signing-in=").expect("a cookie");
    (
        state,
        sent.header("location").expect("an address").to_owned(),
    )
}

/// Fills in the issuer's form: where the browser is sent.
fn choose(issuer: &str, act_as: &str) -> String {
    let sent = curl(&["--data-urlencode", &format!("as={act_as}"), issuer]);
    assert_eq!(sent.status, 303, "{}", String::from_utf8_lossy(&sent.body));
    sent.header("location").expect("an address").to_owned()
}

/// Signs in; where one ends, and the session's cookie.
fn sign_in(firn: &Firn, act_as: &str, to: &str) -> (String, String) {
    let (state, issuer) = begin(firn, to, "");
    let callback = choose(&issuer, act_as);
    let back = curl(&["-H", &format!("cookie: {state}"), &callback]);
    assert_eq!(back.status, 303);
    let session = back.cookie("firn_").expect("a session");
    (
        back.header("location").expect("an address").to_owned(),
        session,
    )
}

#[test]
fn the_page_is_in_the_binary_and_keeps_to_itself() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let firn = start(scratch.path(), &upstream, identity);
    let page = curl(&[&format!("{}/", base(&firn))]);
    let text = String::from_utf8_lossy(&page.body).into_owned();
    assert!(
        text.contains("<div id=\"app\">"),
        "make console has not run before this binary was built:\n{text}"
    );
    for path in [
        "/sessions/x",
        "/sessions/x/diff/y",
        "/approvals",
        "/sql",
        "/policy",
        "/health",
    ] {
        let same = curl(&[&format!("{}{path}", base(&firn))]);
        assert_eq!((same.status, &same.body), (200, &page.body), "{path}");
    }
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("http"),
        "{policy}"
    );
    assert!(
        !text.contains("http://") && !text.contains("https://"),
        "nothing from elsewhere: {text}"
    );
    // Framing, sniffing and referrers are closed on every answer, refusals too.
    for path in [
        "/",
        "/assets/index.js",
        "/assets/none.js",
        "/api/me",
        "/nowhere",
        "/auth/login",
    ] {
        let answer = curl(&[&format!("{}{path}", base(&firn))]);
        for (name, value) in [
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path} {name}");
        }
    }
    // What did not change is not sent again.
    let script = format!("{}/assets/index.js", base(&firn));
    let first = curl(&[&script]);
    let tag = first.header("etag").expect("a tag").to_owned();
    let again = curl(&["-H", &format!("if-none-match: {tag}"), &script]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    for path in [
        "/assets/..%2findex.html",
        "/assets/%2e%2e/index.html",
        "/assets/.gitignore",
        "/assets/../../Cargo.toml",
    ] {
        let out = curl(&["--path-as-is", &format!("{}{path}", base(&firn))]);
        assert_eq!(out.status, 404, "{path}");
    }
}

/// Script that is sent before the editor is wanted, bytes as sent.
const SCRIPT_BYTES_MAX: usize = 60 * 1024;

#[test]
fn the_script_before_the_editor_is_small() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let firn = start(scratch.path(), &upstream, identity);
    let sent = |path: &str| {
        curl(&[
            "-H",
            "accept-encoding: gzip",
            &format!("{}{path}", base(&firn)),
        ])
        .body
        .len()
    };
    let page = http_get(&format!("{}/", base(&firn))).expect("the page");
    let named = |text: &str, before: &str| -> Vec<String> {
        let found = text.split(before).skip(1);
        let found = found.filter_map(|rest| rest.split('"').next());
        found.map(str::to_owned).collect()
    };
    let mut scripts = named(&page, "src=\"");
    // What a script imports at once comes before the page shows, too.
    for script in scripts.clone() {
        let text = http_get(&format!("{}{script}", base(&firn))).expect("a script");
        let imported = named(&text, "from\"./");
        scripts.extend(imported.iter().map(|name| format!("/assets/{name}")));
    }
    let bytes: usize = scripts.iter().map(|script| sent(script)).sum();
    println!(
        "script before the editor: {bytes} bytes, packed; with it: {}",
        bytes + sent("/assets/Sql.js")
    );
    assert!(bytes > 1024 && bytes <= SCRIPT_BYTES_MAX, "{bytes} bytes");
}

#[test]
fn signing_in_is_one_browsers_own_and_leads_nowhere_else() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let firn = start(scratch.path(), &upstream, identity);
    let me = |cookie: &str| {
        curl(&[
            "-H",
            &format!("cookie: {cookie}"),
            &format!("{}/api/me", base(&firn)),
        ])
    };

    let (to, olga) = sign_in(&firn, "olga@data-oncall,auditors", "%2Fapprovals%3Fid%3D7");
    assert_eq!(to, "/approvals?id=7");
    let said = me(&olga).json();
    assert_eq!(
        (&said["display"], &said["groups"]),
        (&json!("olga"), &json!(["auditors", "data-oncall"]))
    );
    let may: Vec<&str> = said["may"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["action"].as_str())
        .collect();
    assert!(
        may.contains(&"answer an approval")
            && may.contains(&"query the record")
            && !may.contains(&"read metrics"),
        "{may:?}"
    );

    // Open redirect: whatever is asked for, one comes back to this origin.
    for to in [
        "https%3A%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "javascript%3Aalert(1)",
        "%2F%09%2Fevil.example",
    ] {
        assert_eq!(sign_in(&firn, "olga@x", to).0, "/", "{to}");
    }

    // Fixation: the id that a browser came with is not the one it leaves with, and is nobody's.
    let name = olga.split('=').next().expect("a name");
    let planted = format!("{name}={}", "ab".repeat(32));
    let (state, issuer) = begin(&firn, "%2F", &planted);
    let back = curl(&[
        "-H",
        &format!("cookie: {state}; {planted}"),
        &choose(&issuer, "vera@auditors"),
    ]);
    let given = back.cookie("firn_").expect("a session");
    assert_ne!(given, planted);
    assert_eq!((me(&planted).status, me(&given).status), (401, 200));
    // Who signs in again is signed out before: the old cookie is worth nothing.
    let (state, issuer) = begin(&firn, "%2F", &given);
    let back = curl(&[
        "-H",
        &format!("cookie: {state}; {given}"),
        &choose(&issuer, "vera@auditors"),
    ]);
    assert_eq!(
        (
            me(&given).status,
            me(&back.cookie("firn_").expect("a session")).status
        ),
        (401, 200)
    );

    // Login CSRF: an answer of the provider to somebody else's browser, and one that comes a second time.
    let (state, issuer) = begin(&firn, "%2F", "");
    let callback = choose(&issuer, "mallory@auditors");
    let foreign = curl(&[&callback]);
    assert_eq!(
        (foreign.header("location"), foreign.cookie("firn_")),
        (Some("/?failed=stale"), None)
    );
    let late = curl(&["-H", &format!("cookie: {state}"), &callback]);
    assert_eq!(
        (late.header("location"), late.cookie("firn_")),
        (Some("/?failed=stale"), None)
    );

    // The cookie is out of reach of scripts and other sites.
    let (state, issuer) = begin(&firn, "%2F", "");
    let back = curl(&[
        "-H",
        &format!("cookie: {state}"),
        &choose(&issuer, "olga@data-oncall"),
    ]);
    let set = back
        .headers
        .iter()
        .find(|(key, value)| key == "set-cookie" && value.starts_with("firn_"));
    let set = &set.expect("set").1;
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Strict"),
        "{set}"
    );
}

#[test]
fn a_write_needs_the_pages_own_word() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let firn = start(scratch.path(), &upstream, identity);
    let (_, cookie) = sign_in(&firn, "olga@data-oncall,auditors", "%2F");
    let cookie = format!("cookie: {cookie}");
    let csrf = curl(&["-H", &cookie, &format!("{}/api/me", base(&firn))]).json()["csrf"]
        .as_str()
        .expect("a word")
        .to_owned();
    let post = |path: &str, more: &[&str]| {
        let url = format!("{}{path}", base(&firn));
        let mut all = vec![
            "-X",
            "POST",
            "-H",
            &cookie,
            "-H",
            "content-type: application/json",
            "-d",
            "{\"sql\":\"select 1\"}",
        ];
        for header in more {
            all.extend(["-H", header]);
        }
        all.push(&url);
        curl(&all).status
    };
    let (own, other) = (
        format!("x-firn-csrf: {csrf}"),
        format!("x-firn-csrf: {}", "0".repeat(64)),
    );
    let grant = "/api/approvals/0198c5a0-0000-7000-8000-000000000000/grant";
    for path in [
        "/api/sql",
        grant,
        "/api/verify",
        "/api/policy/explain",
        "/api/policy/backtest",
        "/auth/logout",
    ] {
        assert_eq!(post(path, &[]), 403, "{path} without the header");
        assert_eq!(post(path, &[&other]), 403, "{path} with another");
        assert_eq!(
            post(path, &[&own, "sec-fetch-site: cross-site"]),
            403,
            "{path} from another site"
        );
    }
    assert_eq!(post("/api/sql", &[&own]), 200);
    assert_eq!(
        post("/auth/logout", &[&own, "sec-fetch-site: same-origin"]),
        204
    );
    assert_eq!(post("/api/sql", &[&own]), 401, "signed out");
}

/// The newest file below `folder`.
fn newest(folder: &Path) -> SystemTime {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let times = entries.map(|entry| {
        let entry = entry.expect("an entry");
        match entry.file_type().expect("a kind").is_dir() {
            true => newest(&entry.path()),
            false => modified(&entry.path()),
        }
    });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}

fn modified(file: &Path) -> SystemTime {
    let about =
        std::fs::metadata(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    about.modified().expect("a time")
}

/// Runs `tests/console/FILE` in Node with a real Chromium; its words on failure. A page that is older than its source would fail for
/// reasons that are in neither.
pub fn browse(file: &str, environment: &[(&str, String)]) {
    let console = root().join("console");
    assert!(
        modified(&console.join("built/index.html")) >= newest(&console.join("src")),
        "console/built is older than console/src: `make console`, then build the binary again"
    );
    let output = Command::new("node")
        .arg(root().join("tests/console").join(file))
        .current_dir(dev_dir().join("node"))
        .envs(
            environment
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        )
        .stdin(Stdio::null())
        .output()
        .expect("node");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{said}");
    assert!(
        output.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_real_provider_signs_people_in() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let setup = Setup::new(scratch.path(), &upstream, identity);
    let api = free_port();
    let path = setup.config("firn", free_port(), api);
    let text = std::fs::read_to_string(&path).expect("configuration");
    let console = format!(
        "{text}\n[console]\nurl = \"http://127.0.0.1:{api}\"\nissuer = \"{}\"\nclient_id = \"firn\"\nscopes = [\"openid\", \"groups\"]\n",
        identity.url()
    );
    std::fs::write(&path, console).expect("configuration");
    let mut command = crate::world::firn();
    command.arg("up").arg("--config").arg(&path);
    crate::running::environment(&mut command);
    let log = scratch.path().join("firn.log");
    let _firn = crate::world::start(command, api, &log, "/healthz");
    browse(
        "provider.mjs",
        &[("FIRN_BASE", format!("http://127.0.0.1:{api}"))],
    );
}
