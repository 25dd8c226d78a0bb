//! What librdkafka says aside: kept, so that an error can name its cause.
//!
//! Enters: its log lines and errors. Leaves: the last error in words. Never here: a setting's value.

use std::sync::Arc;

use parking_lot::Mutex;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;

/// Remembers the last error. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Witness(Arc<Mutex<Option<String>>>);

impl Witness {
    /// The last error in words, or `otherwise`.
    pub(super) fn last(&self, otherwise: &str) -> String {
        self.0
            .lock()
            .clone()
            .unwrap_or_else(|| otherwise.to_owned())
    }

    /// All is well again.
    pub(super) fn forget(&self) {
        *self.0.lock() = None;
    }
}

impl ClientContext for Witness {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tracing::debug!(?level, facility, message, "librdkafka");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(%error, reason, "librdkafka");
        *self.0.lock() = Some(reason.to_owned());
    }
}

impl ConsumerContext for Witness {}
