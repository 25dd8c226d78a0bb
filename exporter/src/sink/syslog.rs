//! Syslog: RFC 5424 messages over TCP (RFC 6587) or TLS (RFC 5425), by octet counting.
//!
//! Enters: records. Leaves: one message each. Never here: a batch taken for safe because it was written to a socket.
//!
//! Syslog has no acknowledgement, unless the receiver takes RELP (see `relp`). So each batch has a connection of its own: after the last message our side is closed, and the
//! batch counts as delivered once the receiver has closed its side too, which it does after it has read everything. A receiver that
//! dies before that resets the connection, and the batch is sent again.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat};
use rustls::pki_types::ServerName;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{Receipt, SendError, Sink, relp};
use crate::connection::{BuildError, Connection, tls};
use crate::plan::Record;
use crate::severity::Severity;

/// Facility 13, log audit (RFC 5424, table 1).
const FACILITY: u8 = 13;
/// The private enterprise number for examples and documentation (RFC 5612): firn has none of its own.
const ENTERPRISE: u32 = 32473;
/// Longest HOSTNAME (RFC 5424, section 6).
const HOST_BYTES_MAX: usize = 255;
/// Bytes the length before a message has, about.
const LENGTH_BYTES: usize = 8;

/// `to.syslog`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyslogTarget {
    /// `host:port`
    pub address: String,
    /// TLS, with the sink's `tls`; needed beyond loopback.
    #[serde(default = "encrypted")]
    pub encrypted: bool,
    /// RELP instead: the receiver acknowledges each message.
    #[serde(default)]
    pub relp: bool,
    /// HOSTNAME in each message; `-` unless given.
    pub host: Option<String>,
    /// APP-NAME in each message.
    #[serde(default = "app_name")]
    pub app_name: String,
}

const fn encrypted() -> bool {
    true
}

fn app_name() -> String {
    "firn".to_owned()
}

impl SyslogTarget {
    /// What cannot work.
    pub fn check(&self) -> Result<(), BuildError> {
        let (host, port) = self.parts();
        if host.is_empty() || port.parse::<u16>().is_err() {
            return Err(BuildError::Client(format!(
                "address {:?} must be host:port",
                self.address
            )));
        }
        let loopback = host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse()
                .is_ok_and(|ip: IpAddr| ip.is_loopback());
        if !self.encrypted && !loopback {
            return Err(BuildError::Client(format!(
                "address {} is not loopback: what is recorded would cross the network in clear; leave `encrypted` on",
                self.address
            )));
        }
        let names = [self.host.as_deref().unwrap_or("-"), &self.app_name];
        let printable = |name: &str| name.bytes().all(|byte| byte.is_ascii_graphic());
        if let Some(name) = names
            .into_iter()
            .find(|name| name.is_empty() || !printable(name) || name.len() > HOST_BYTES_MAX)
        {
            return Err(BuildError::Client(format!(
                "{name:?} must be visible ASCII without spaces"
            )));
        }
        Ok(())
    }

    fn parts(&self) -> (&str, &str) {
        self.address.rsplit_once(':').unwrap_or((&self.address, ""))
    }
}

/// One receiver.
pub struct Syslog {
    address: String,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    relp: bool,
    /// ` HOSTNAME APP-NAME - `
    middle: String,
    timeout: Duration,
}

impl Syslog {
    /// The receiver `to` describes.
    pub fn new(to: &SyslogTarget, connection: &Connection) -> Result<Self, BuildError> {
        to.check()?;
        let tls = if to.encrypted {
            let connector = TlsConnector::from(Arc::new(tls::client(&connection.tls)?));
            let name = to.parts().0.trim_matches(['[', ']']).to_owned();
            let name = ServerName::try_from(name)
                .map_err(|error| BuildError::Client(error.to_string()))?;
            Some((connector, name))
        } else {
            None
        };
        let host = to.host.as_deref().unwrap_or("-");
        Ok(Self {
            address: to.address.clone(),
            tls,
            relp: to.relp,
            middle: format!(" {host} {} - ", to.app_name),
            timeout: connection.timeout,
        })
    }

    async fn exchange(&self, messages: &[Vec<u8>]) -> Result<Receipt, SendError> {
        let failed = |error: std::io::Error| SendError::later(error.to_string());
        let plain = TcpStream::connect(&self.address).await.map_err(failed)?;
        match &self.tls {
            None => self.converse(plain, messages).await,
            Some((connector, name)) => {
                let wrapped = connector.connect(name.clone(), plain).await;
                self.converse(wrapped.map_err(failed)?, messages).await
            }
        }
    }

    async fn converse(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        messages: &[Vec<u8>],
    ) -> Result<Receipt, SendError> {
        if self.relp {
            return relp::converse(stream, messages).await;
        }
        converse(stream, messages).await?;
        Ok(Receipt::default())
    }

    async fn within(
        &self,
        work: impl Future<Output = Result<Receipt, SendError>>,
    ) -> Result<Receipt, SendError> {
        match tokio::time::timeout(self.timeout, work).await {
            Ok(done) => done,
            Err(_) => Err(SendError::later(format!(
                "it did not {} within {:?}",
                if self.relp {
                    "acknowledge all"
                } else {
                    "close its side"
                },
                self.timeout
            ))),
        }
    }

    fn message(&self, record: &Record) -> Vec<u8> {
        let priority = FACILITY * 8 + severity(record.severity);
        let time = DateTime::from_timestamp_nanos(record.time.0);
        let time = time.to_rfc3339_opts(SecondsFormat::Micros, true);
        let class = record.class;
        let id = record.id();
        let (partition, offset) = (record.position.partition, record.position.offset.0);
        let head = format!(
            "<{priority}>1 {time}{}{class} [firn@{ENTERPRISE} id=\"{id}\" partition=\"{partition}\" offset=\"{offset}\"] ",
            self.middle
        );
        let mut message = head.into_bytes();
        message.extend_from_slice(&record.bytes);
        message
    }
}

/// Writes everything, closes our side, and waits until the other side has closed its own: one that did so before has not read to the end.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    messages: &[Vec<u8>],
) -> Result<(), SendError> {
    let failed = |error: std::io::Error| SendError::later(error.to_string());
    let bytes = messages.iter().map(|message| message.len() + LENGTH_BYTES);
    let mut counted = Vec::with_capacity(bytes.sum());
    for message in messages {
        counted.extend_from_slice(format!("{} ", message.len()).as_bytes());
        counted.extend_from_slice(message);
    }
    let (mut reader, mut writer) = tokio::io::split(stream);
    let writing = async {
        writer.write_all(&counted).await?;
        writer.flush().await
    };
    tokio::select! {
        biased;
        closed = closed(&mut reader) => {
            closed.map_err(failed)?;
            return Err(SendError::later("it hung up before it had everything"));
        }
        written = writing => written.map_err(failed)?,
    }
    writer.shutdown().await.map_err(failed)?;
    closed(&mut reader).await.map_err(failed)
}

/// Waits until the other side has closed.
async fn closed(reader: &mut (impl AsyncRead + Unpin)) -> std::io::Result<()> {
    let mut heard = [0; 64];
    loop {
        match reader.read(&mut heard).await {
            Ok(0) => return Ok(()),
            // Syslog receivers say nothing; whatever this one says, it is no refusal.
            Ok(_) => {}
            // Some end TLS without saying so; the TCP connection below was closed in order.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// RFC 5424, table 2.
const fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Informational => 6,
        Severity::Low => 5,
        Severity::Medium => 4,
        Severity::High => 3,
        Severity::Critical => 2,
    }
}

#[async_trait]
impl Sink for Syslog {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let messages: Vec<Vec<u8>> = batch.iter().map(|record| self.message(record)).collect();
        self.within(self.exchange(&messages)).await
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.within(self.exchange(&[])).await?;
        let what = if self.relp {
            "RELP sessions"
        } else {
            "connections"
        };
        let how = if self.tls.is_some() { "TLS" } else { "TCP" };
        Ok(format!("it takes {what} over {how}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(address: &str, encrypted: bool) -> SyslogTarget {
        SyslogTarget {
            address: address.to_owned(),
            encrypted,
            relp: false,
            host: None,
            app_name: app_name(),
        }
    }

    #[tokio::test]
    async fn who_hangs_up_before_the_end_has_not_read_to_it() {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        // It closes its side alone: what is written to it goes nowhere, and fails nowhere.
        let (_unread, mut writer) = tokio::io::split(theirs);
        writer.shutdown().await.unwrap();
        let sent = converse(ours, &[b"one".to_vec()]).await;
        assert!(matches!(sent, Err(SendError::Later { .. })), "{sent:?}");
    }

    #[test]
    fn what_is_recorded_crosses_no_network_in_clear() {
        for (address, encrypted, good) in [
            ("127.0.0.1:514", false, true),
            ("[::1]:514", false, true),
            ("localhost:514", false, true),
            ("siem.example:6514", true, true),
            ("siem.example:514", false, false),
            ("10.0.0.1:514", false, false),
            ("siem.example", true, false),
            (":514", true, false),
        ] {
            let checked = target(address, encrypted).check();
            assert_eq!(checked.is_ok(), good, "{address}: {checked:?}");
        }
    }
}
