//! A webhook's receiver that refuses, on order, whatever says a word.
//!
//! Enters: POSTs. Leaves: what came, and answers. Never here: a signature checked; others do that.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Inner {
    refused: Option<String>,
    got: Vec<String>,
}

#[derive(Clone)]
pub struct Hook {
    pub port: u16,
    inner: Arc<Mutex<Inner>>,
}

impl Hook {
    pub fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").expect("port");
        let port = socket.local_addr().expect("address").port();
        let inner = Arc::<Mutex<Inner>>::default();
        let hook = Self { port, inner };
        let served = hook.clone();
        std::thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                let served = served.clone();
                std::thread::spawn(move || while served.answer(&stream).is_some() {});
            }
        });
        hook
    }

    /// From now on it refuses what says `word`.
    pub fn refuse(&self, word: Option<&str>) {
        self.inner.lock().expect("hook").refused = word.map(str::to_owned);
    }

    /// The bodies that it took.
    pub fn got(&self) -> Vec<String> {
        self.inner.lock().expect("hook").got.clone()
    }

    fn answer(&self, mut stream: &TcpStream) -> Option<()> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        let (_, length) = head.split_once("content-length:")?;
        let length = length.lines().next()?.trim().parse().ok()?;
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        let body = String::from_utf8_lossy(&body).into_owned();
        let mut inner = self.inner.lock().expect("hook");
        let refused = inner
            .refused
            .as_ref()
            .is_some_and(|word| body.contains(word));
        let status = if refused {
            "400 Bad Request"
        } else {
            "204 No Content"
        };
        if !refused {
            inner.got.push(body);
        }
        let said = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(said.as_bytes()).ok()
    }
}
