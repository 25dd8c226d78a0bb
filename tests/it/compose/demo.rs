//! The service `demo` of the compose file: an agent at work and a person who answers, and all of it in VictoriaLogs.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::export::receivers::VictoriaLogs;
use crate::running::environment;
use crate::world::{
    Server, dev_dir, firn, free_port, http_get, http_post, identity, root, start, upstream,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Dex, as far as the demo asks it: a token for whoever has the password.
fn dex(provider: String) -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").expect("port");
    let port = socket.local_addr().expect("address").port();
    std::thread::spawn(move || {
        for stream in socket.incoming().flatten() {
            answer(stream, &provider);
        }
    });
    port
}

fn answer(mut stream: TcpStream, provider: &str) {
    let mut asked = String::new();
    let mut piece = [0; 4096];
    // The form comes last, and its secret last in it.
    while !asked.contains("client_secret=firn-secret") {
        let read = stream.read(&mut piece).expect("a request");
        assert!(read > 0, "{asked}");
        asked.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
    assert!(asked.starts_with("POST /dex/token "), "{asked}");
    assert!(asked.contains("password=password"), "{asked}");
    let (_, user) = asked.split_once("username=").expect("a user");
    let (user, _) = user.split_once('&').expect("a user");
    let email = user.replace("%40", "@");
    let claims = json!({"sub": format!("id-of-{email}"), "email": email, "groups": []});
    let told = http_post(&format!("{provider}/_test/token"), &claims);
    let body = json!({"id_token": told["token"]}).to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
    let whole = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(whole.as_bytes()).expect("an answer");
}

/// `deploy/compose/firn.toml` with other addresses, an embedded journal and a folder for an archive.
fn configuration(scratch: &Path, ports: [u16; 3], urls: [&str; 3]) -> PathBuf {
    let deploy = root().join("deploy");
    let mut text = std::fs::read_to_string(deploy.join("compose/firn.toml")).expect("file");
    let [gateway, api, telemetry] = ports.map(|port| format!("\"127.0.0.1:{port}\""));
    let [upstream, issuer, logs] = urls.map(str::to_owned);
    let s3 = "[archive.options]\nendpoint = \"http://s3:8333\"\nregion = \"us-east-1\"\nallow_http = \"true\"\n";
    for (there, here) in [
        ("/var/lib/firn", scratch.join("data").display().to_string()),
        ("\"0.0.0.0:8085\"", gateway),
        ("\"0.0.0.0:8086\"", api),
        ("\"0.0.0.0:9464\"", telemetry),
        ("http://127.0.0.1:8000", upstream),
        (
            "kind = \"kafka\"\nbrokers = \"kafka:9092\"",
            "kind = \"embedded\"".to_owned(),
        ),
        (
            "s3://firn/archive",
            scratch.join("archive").display().to_string(),
        ),
        (s3, String::new()),
        ("http://127.0.0.1:9428", logs),
        ("http://127.0.0.1:5556/dex", issuer),
        ("/etc/firn", deploy.display().to_string()),
    ] {
        assert!(text.contains(there), "the configuration has no {there:?}");
        text = text.replace(there, &here);
    }
    let path = scratch.join("compose.toml");
    std::fs::write(&path, text).expect("configuration");
    path
}

fn run(config: &Path, gateway: u16, scratch: &Path) -> Server {
    let mut command = firn();
    command.arg("up").arg("--config").arg(config);
    environment(&mut command);
    command.env("SNOWFLAKE_PASSWORD", "anything");
    start(command, gateway, &scratch.join("firn.log"), "/healthz")
}

#[test]
fn its_demo_is_found_in_victorialogs() {
    let scratch = tempfile::tempdir().expect("folder");
    let scratch = scratch.path();
    let (upstream, identity) = (upstream(scratch), identity());
    let logs = VictoriaLogs::start(scratch);
    let ports = [(); 3].map(|()| free_port());
    let (upstream_url, issuer, logs_url) = (upstream.url(), identity.url(), logs.url());
    let config = configuration(scratch, ports, [&upstream_url, &issuer, &logs_url]);
    let firn = run(&config, ports[0], scratch);
    let output = Command::new(dev_dir().join("python4/bin/python"))
        .arg(root().join("deploy/demo/compose.py"))
        .env("FIRN_HOST", "127.0.0.1")
        .env("FIRN_PORT", ports[0].to_string())
        .env("FIRN_API", format!("http://127.0.0.1:{}", ports[1]))
        .env(
            "FIRN_ISSUER",
            format!("http://127.0.0.1:{}/dex", dex(issuer)),
        )
        .env("FIRN_UPSTREAM_PORT", upstream.port.to_string())
        .output()
        .expect("python");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.contains("olga grants"), "{said}");
    let begun = Instant::now();
    loop {
        let all = http_get(&format!(
            "{logs_url}/select/logsql/query?query=*&limit=100000"
        ));
        let all = all.expect("an answer");
        // What ran after the person's answer, and who gave it.
        if all.contains("UPDATE orders SET status") && all.contains("olga@example.com") {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "not found in:\n{all}");
        std::thread::sleep(Duration::from_millis(300));
    }
    firn.stop();
}
