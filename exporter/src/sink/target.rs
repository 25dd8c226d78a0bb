//! The kinds of receivers, as the configuration names them.
//!
//! Enters: `to` of a sink. Leaves: the sink. Never here: how one speaks.

use std::path::PathBuf;
use std::sync::Arc;

use door::Secret;
use serde::Deserialize;

use super::Sink;
use super::elasticsearch::{Elasticsearch, ElasticsearchTarget};
use super::file::{File, FileTarget};
use super::kafka::{self, KafkaTarget};
use super::lake::{Lake, LakeTarget};
use super::otlp::{Otlp, OtlpTarget};
use super::secops::{Secops, SecopsTarget};
use super::sentinel::{self, Sentinel, SentinelTarget};
use super::splunk::{Splunk, SplunkTarget};
use super::syslog::{Syslog, SyslogTarget};
use super::webhook::{Webhook, WebhookTarget};
use crate::connection::{BuildError, Connection, TlsConfig, check_url};
use crate::format::Format;
use crate::limits;
use crate::plan::Batching;

/// Where to.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Files of lines in a folder of this machine.
    File(FileTarget),
    /// An HTTPS endpoint of one's own.
    Webhook(WebhookTarget),
    /// Elasticsearch, OpenSearch, or whatever takes their `_bulk`.
    Elasticsearch(ElasticsearchTarget),
    /// Splunk's HTTP event collector, or whatever takes its events.
    Splunk(SplunkTarget),
    /// OpenTelemetry logs over HTTP.
    Otlp(OtlpTarget),
    /// RFC 5424 over TCP or TLS, or RELP.
    Syslog(SyslogTarget),
    /// A topic of a Kafka.
    Kafka(KafkaTarget),
    /// OCSF as Parquet in an object store, in the layout of Amazon Security Lake.
    Lake(LakeTarget),
    /// Microsoft Sentinel, through a data collection rule.
    Sentinel(SentinelTarget),
    /// Google SecOps (Chronicle), in UDM.
    Secops(SecopsTarget),
}

impl Target {
    /// The format it gets, unless configured.
    pub const fn format(&self) -> Format {
        match self {
            Self::Secops(_) => Format::Udm,
            Self::File(_)
            | Self::Webhook(_)
            | Self::Elasticsearch(_)
            | Self::Splunk(_)
            | Self::Otlp(_)
            | Self::Syslog(_)
            | Self::Kafka(_)
            | Self::Lake(_)
            | Self::Sentinel(_) => Format::Ocsf,
        }
    }

    /// When its batches go out, unless configured: one that makes an object of each wants few of them.
    pub const fn batching(&self) -> Batching {
        match self {
            Self::Lake(_) => Batching {
                items: limits::BATCH_ITEMS_MAX,
                bytes: limits::BATCH_BYTES_MAX,
                age: limits::OBJECT_AGE,
            },
            _ => Batching {
                items: limits::BATCH_ITEMS,
                bytes: limits::BATCH_BYTES,
                age: limits::BATCH_AGE,
            },
        }
    }

    /// Beyond how many bytes a record is split, unless configured.
    pub const fn record_bytes(&self) -> usize {
        match self {
            Self::Sentinel(_) => sentinel::RECORD_BYTES,
            // A column has no limit, and a part of a row is no row.
            Self::Lake(_) => limits::BATCH_BYTES_MAX,
            Self::Secops(_) => limits::SECOPS_RECORD_BYTES,
            Self::Splunk(_) => limits::SPLUNK_RECORD_BYTES,
            _ => limits::RECORD_BYTES,
        }
    }

    /// What it cannot do with records in `format` of so many bytes, reached by `connection`.
    pub fn check(
        &self,
        format: Format,
        record_bytes: usize,
        connection: &Connection,
    ) -> Result<(), BuildError> {
        let tls = match self {
            Self::File(_) => false,
            Self::Webhook(to) => return check_url(&to.url),
            Self::Elasticsearch(_) if !format.is_json() => return Err(BuildError::NotJson),
            Self::Elasticsearch(to) => return check_url(&to.url),
            Self::Splunk(to) => return check_url(&to.url),
            Self::Otlp(to) => return check_url(&to.url),
            Self::Syslog(to) => {
                to.check()?;
                to.encrypted
            }
            Self::Kafka(to) => {
                to.check()?;
                false
            }
            Self::Lake(_) if format != Format::Ocsf => return Err(BuildError::Only(Format::Ocsf)),
            Self::Lake(to) => {
                to.check()?;
                false
            }
            Self::Sentinel(_) if !format.is_json() => return Err(BuildError::NotJson),
            Self::Sentinel(to) => return to.check(record_bytes),
            Self::Secops(_) if format != Format::Udm => return Err(BuildError::Only(Format::Udm)),
            Self::Secops(to) => return to.check(),
        };
        let useless = [
            ("proxy", connection.proxy.is_some()),
            ("compression", connection.compression.is_some()),
            ("tls", !tls && connection.tls != TlsConfig::default()),
        ];
        match useless.into_iter().find(|(_, given)| *given) {
            Some((key, _)) => Err(BuildError::Useless(key)),
            None => Ok(()),
        }
    }

    /// The sink it describes, for records in `format`.
    pub fn sink(
        &self,
        format: Format,
        connection: &Connection,
    ) -> Result<Arc<dyn Sink>, BuildError> {
        Ok(match self {
            Self::File(to) => Arc::new(File::open(to, format)?),
            Self::Webhook(to) => Arc::new(Webhook::new(to, format, connection)?),
            Self::Elasticsearch(to) => Arc::new(Elasticsearch::new(
                &to.url, &to.index, &to.login, connection,
            )?),
            Self::Splunk(to) => Arc::new(Splunk::new(to, format, connection)?),
            Self::Otlp(to) => Arc::new(Otlp::new(to, connection)?),
            Self::Syslog(to) => Arc::new(Syslog::new(to, connection)?),
            Self::Kafka(to) => Arc::new(kafka::Topic::new(to, connection)?),
            Self::Lake(to) => Arc::new(Lake::new(to)?),
            Self::Sentinel(to) => Arc::new(Sentinel::new(to, connection)?),
            Self::Secops(to) => Arc::new(Secops::new(to, connection)?),
        })
    }

    /// Every place of a secret.
    pub fn secrets(&mut self) -> Vec<&mut Secret> {
        match self {
            Self::File(_) | Self::Syslog(_) => Vec::new(),
            Self::Webhook(to) => {
                let own = std::iter::once(&mut to.secret);
                own.chain(to.login.secrets()).collect()
            }
            Self::Elasticsearch(to) => to.login.secrets().collect(),
            Self::Splunk(to) => vec![&mut to.token],
            Self::Otlp(to) => to.login.secrets().collect(),
            Self::Kafka(to) => to.secrets.values_mut().collect(),
            Self::Lake(to) => to.secrets.values_mut().collect(),
            Self::Sentinel(to) => vec![&mut to.secret],
            Self::Secops(to) => vec![&mut to.key],
        }
    }

    /// Every path that is no secret's.
    pub fn paths(&mut self) -> Vec<&mut PathBuf> {
        match self {
            Self::File(to) => vec![&mut to.folder],
            _ => Vec::new(),
        }
    }
}
