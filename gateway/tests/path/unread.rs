//! Requests that a door answers without a look at their bodies: who sends the body late hears the answer all the same, and the connection
//! takes the next request.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::world::World;

/// The head of an answer, and its body read off.
async fn answer(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(b"\r\n\r\n") {
        let read = stream.read(&mut byte).await.expect("an answer");
        assert_eq!(read, 1, "closed after {}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&byte);
    }
    let head = String::from_utf8(said).expect("text").to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.expect("a length").parse().expect("a number");
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("a body");
    head
}

#[tokio::test]
async fn a_body_that_comes_late_costs_nobody_the_answer() {
    let world = World::new().await;
    let address = world.gateways[0];
    for (path, extra, status) in [
        ("/mcp", "", "401"),
        (
            "/mcp",
            "authorization: Bearer agent\r\nmcp-protocol-version: 2031-01-01\r\n",
            "400",
        ),
        ("/api/v2/statements", "", "401"),
        ("/api/v2/databases", "", "404"),
        ("/telemetry/send", "", "200"),
        ("/queries/v1/query-request", "", "200"),
        ("/nowhere", "", "404"),
    ] {
        let mut stream = TcpStream::connect(address).await.expect("connects");
        for round in 0..2 {
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n{extra}content-length: 4000\r\n\r\n"
            );
            let sent = stream.write_all(head.as_bytes()).await;
            assert!(sent.is_ok(), "{path}, round {round}: closed");
            tokio::time::sleep(Duration::from_millis(50)).await;
            stream.write_all(&[b' '; 4000]).await.expect("a body");
            let head = answer(&mut stream).await;
            let told = head.split_whitespace().nth(1);
            assert_eq!(told, Some(status), "{path}, round {round}: {head}");
            assert!(!head.contains("connection: close"), "{path}: {head}");
        }
    }
}
