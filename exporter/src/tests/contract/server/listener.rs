//! A syslog receiver: octet counting over TCP, which closes its side when it has read everything.

use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use super::super::{Stand, sink};
use crate::sink::Sink;

#[derive(Clone, Default)]
struct Inner(Arc<Mutex<(Vec<Value>, bool)>>);

pub struct Listener {
    inner: Inner,
    sink: Arc<dyn Sink>,
}

impl Listener {
    pub async fn start(more: Option<&str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Inner::default();
        tokio::spawn(serve(listener, inner.clone()));
        let more = more.unwrap_or("to.syslog.encrypted = false");
        let text = format!(
            "[[sink]]\nname = 'syslog'\ntimeout = '5s'\nto.syslog.address = '{address}'\n{more}\n"
        );
        Self {
            inner,
            sink: sink(&text),
        }
    }
}

async fn serve(listener: TcpListener, inner: Inner) {
    while let Ok((mut stream, _)) = listener.accept().await {
        if inner.0.lock().1 {
            // Hangs up in the middle, as one that is killed does.
            let mut some = [0; 10];
            let _ = stream.read(&mut some).await;
            let _ = stream.set_zero_linger();
            continue;
        }
        let mut said = Vec::new();
        if stream.read_to_end(&mut said).await.is_ok() {
            let messages = messages(&said);
            inner.0.lock().0.extend(messages);
        }
    }
}

/// `LENGTH SP MESSAGE` one after the other (RFC 6587, 3.4.1), each with the header of RFC 5424.
fn messages(mut said: &[u8]) -> Vec<Value> {
    let mut messages = Vec::new();
    while !said.is_empty() {
        let space = said.iter().position(|byte| *byte == b' ').unwrap();
        let length: usize = std::str::from_utf8(&said[..space])
            .unwrap()
            .parse()
            .unwrap();
        let message = std::str::from_utf8(&said[space + 1..][..length]).unwrap();
        said = &said[space + 1 + length..];
        let parts: Vec<&str> = message.splitn(7, ' ').collect();
        let [priority, time, host, app, process, id, rest] = parts[..] else {
            panic!("{message}");
        };
        assert_eq!(
            [priority, host, app, process, id],
            ["<108>1", "-", "firn", "-", "6005"]
        );
        assert!(time.starts_with("2026-") && time.ends_with('Z'), "{time}");
        let (about, text) = rest.split_once("] ").unwrap();
        assert!(about.starts_with("[firn@32473 id=\""), "{about}");
        messages.push(serde_json::from_str(text).unwrap());
    }
    messages
}

#[async_trait]
impl Stand for Listener {
    fn sink(&self) -> Arc<dyn Sink> {
        Arc::clone(&self.sink)
    }

    async fn got(&self) -> Vec<Value> {
        self.inner.0.lock().0.clone()
    }

    async fn trouble(&self, on: bool) {
        self.inner.0.lock().1 = on;
    }
}
