//! A RELP receiver, as librelp's document describes it; rsyslog itself is in `tests/it/export`.

use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::super::{Stand, sink};
use crate::sink::Sink;

/// Messages that are acknowledged together.
const WINDOW: usize = 4;

#[derive(Clone, Default)]
struct Inner(Arc<Mutex<(Vec<Value>, bool)>>);

pub struct Relp {
    inner: Inner,
    sink: Arc<dyn Sink>,
}

impl Relp {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Inner::default();
        let served = inner.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = serve(stream, &served).await;
            }
        });
        let text = format!(
            "[[sink]]\nname = 'relp'\ntimeout = '5s'\nto.syslog.address = '{address}'\nto.syslog.encrypted = false\nto.syslog.relp = true\n"
        );
        Self {
            inner,
            sink: sink(&text),
        }
    }
}

async fn serve(stream: TcpStream, inner: &Inner) -> std::io::Result<()> {
    if inner.0.lock().1 {
        stream.set_zero_linger()?;
        return Ok(());
    }
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let mut late = Vec::new();
    loop {
        let mut word = Vec::new();
        reader.read_until(b' ', &mut word).await?;
        if word.is_empty() {
            return Ok(());
        }
        let number = String::from_utf8(word).unwrap().trim().to_owned();
        let mut command = Vec::new();
        reader.read_until(b' ', &mut command).await?;
        let mut length = String::new();
        let end = loop {
            match reader.read_u8().await? {
                digit @ b'0'..=b'9' => length.push(char::from(digit)),
                end => break end,
            }
        };
        let mut data = vec![0; length.parse().unwrap()];
        if end == b' ' {
            reader.read_exact(&mut data).await?;
            assert_eq!(
                reader.read_u8().await?,
                b'\n',
                "a frame ends in a line feed"
            );
        }
        match command.as_slice() {
            b"open " => {
                let offers = String::from_utf8(data).unwrap();
                assert!(
                    offers.lines().any(|line| line == "relp_version=0"),
                    "{offers}"
                );
                assert!(
                    offers.lines().any(|line| line == "commands=syslog"),
                    "{offers}"
                );
                let said = "200 OK\nrelp_version=0\nrelp_software=test\ncommands=syslog";
                let answer = format!("{number} rsp {} {said}\n", said.len());
                writer.write_all(answer.as_bytes()).await?;
            }
            b"syslog " => {
                let message = String::from_utf8(data).unwrap();
                assert!(message.starts_with("<108>1 2026-"), "{message}");
                let (_, text) = message.split_once("] ").unwrap();
                inner.0.lock().0.push(serde_json::from_str(text).unwrap());
                late.extend_from_slice(format!("{number} rsp 6 200 OK\n").as_bytes());
                // What is written before it is read could not all be buffered.
                if late.len() > WINDOW * 13 || reader.buffer().is_empty() {
                    writer.write_all(&std::mem::take(&mut late)).await?;
                }
            }
            b"close " => {
                writer.write_all(&late).await?;
                let answer = format!("{number} rsp 0\n0 serverclose 0\n");
                return writer.write_all(answer.as_bytes()).await;
            }
            other => panic!("{}", String::from_utf8_lossy(other)),
        }
    }
}

#[async_trait]
impl Stand for Relp {
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
