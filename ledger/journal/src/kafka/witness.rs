//! What librdkafka says aside: kept, so that an error can name its cause.
//!
//! Enters: its log lines and errors. Leaves: the last error in words. Never here: a setting's value.

use std::sync::Arc;

use parking_lot::Mutex;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;

/// What it mostly means when brokers say nothing at all.
pub(super) const HUNG_UP: &str =
    "nobody there says a word: does security.protocol in [journal.options] fit that listener?";

/// The last error: what kind, and in words.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub code: Option<RDKafkaErrorCode>,
    pub words: String,
}

impl Seen {
    /// Whether a broker answered, and the connection failed for who is who.
    fn is_about_trust(&self) -> bool {
        matches!(
            self.code,
            Some(RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SSL)
        )
    }
}

/// Remembers the last error. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Witness(Arc<Mutex<Option<Seen>>>);

impl Witness {
    /// The last error, if any.
    pub(super) fn seen(&self) -> Option<Seen> {
        self.0.lock().clone()
    }

    /// The last error in words, or `otherwise`.
    pub(super) fn last(&self, otherwise: &str) -> String {
        self.seen()
            .map_or_else(|| otherwise.to_owned(), |seen| seen.words)
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
        let code = error.rdkafka_error_code();
        let mut last = self.0.lock();
        let words = match code {
            // What follows from a cause must not hide it.
            Some(RDKafkaErrorCode::AllBrokersDown) if last.is_some() => return,
            Some(RDKafkaErrorCode::BrokerTransportFailure)
                if last.as_ref().is_some_and(Seen::is_about_trust) =>
            {
                return;
            }
            Some(RDKafkaErrorCode::AllBrokersDown) => HUNG_UP.to_owned(),
            _ => reason.to_owned(),
        };
        *last = Some(Seen { code, words });
    }
}

impl ConsumerContext for Witness {}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(witness: &Witness, code: RDKafkaErrorCode, words: &str) {
        witness.error(KafkaError::Global(code), words);
    }

    #[test]
    fn a_cause_is_not_hidden_by_what_follows_from_it() {
        let witness = Witness::default();
        hear(&witness, RDKafkaErrorCode::Authentication, "wrong password");
        hear(
            &witness,
            RDKafkaErrorCode::AllBrokersDown,
            "1/1 brokers are down",
        );
        hear(
            &witness,
            RDKafkaErrorCode::BrokerTransportFailure,
            "Disconnected",
        );
        assert_eq!(witness.last(""), "wrong password");
        witness.forget();
        hear(
            &witness,
            RDKafkaErrorCode::AllBrokersDown,
            "1/1 brokers are down",
        );
        assert!(witness.last("").contains("security.protocol"));
        hear(
            &witness,
            RDKafkaErrorCode::BrokerTransportFailure,
            "Connection refused",
        );
        assert_eq!(witness.last(""), "Connection refused");
    }
}
