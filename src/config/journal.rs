//! `[journal]` as written: one flat section whose keys depend on `kind`.
//!
//! Enters: TOML. Leaves: a [`JournalConfig`]. Never here: a key of the other kind taken in silence.
//! (serde's own tagged enums lose the line of a wrong key, so the section is read flat and sorted out here.)

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{EmbeddedJournal, Human, JournalConfig, KafkaJournal};

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Embedded,
    Kafka,
}

/// Every key of either kind.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Section {
    kind: Kind,
    partitions: Option<u32>,
    retention_bytes: Option<u64>,
    retention_age: Option<Human>,
    capacity_bytes: Option<u64>,
    brokers: Option<String>,
    events_topic: Option<String>,
    control_topic: Option<String>,
    replication: Option<u32>,
    options: BTreeMap<String, String>,
    secrets: BTreeMap<String, door::Secret>,
}

/// Why a section is refused.
#[derive(Debug, thiserror::Error)]
pub enum SectionError {
    /// A key that means nothing for this kind.
    #[error("`{key}` belongs to kind = \"{other}\": remove it, or change the kind")]
    Stray {
        /// The key.
        key: &'static str,
        /// The kind that has it.
        other: &'static str,
    },
    /// Kafka without an address.
    #[error("kind = \"kafka\" needs `brokers`, e.g. \"kafka-1:9092,kafka-2:9092\"")]
    Brokers,
}

impl TryFrom<Section> for JournalConfig {
    type Error = SectionError;

    fn try_from(section: Section) -> Result<Self, SectionError> {
        let (other, strays) = match section.kind {
            Kind::Embedded => (
                "kafka",
                vec![
                    ("brokers", section.brokers.is_some()),
                    ("events_topic", section.events_topic.is_some()),
                    ("control_topic", section.control_topic.is_some()),
                    ("replication", section.replication.is_some()),
                    ("options", !section.options.is_empty()),
                    ("secrets", !section.secrets.is_empty()),
                ],
            ),
            Kind::Kafka => (
                "embedded",
                vec![
                    ("retention_bytes", section.retention_bytes.is_some()),
                    ("retention_age", section.retention_age.is_some()),
                    ("capacity_bytes", section.capacity_bytes.is_some()),
                ],
            ),
        };
        if let Some((key, _)) = strays.into_iter().find(|(_, given)| *given) {
            return Err(SectionError::Stray { key, other });
        }
        Ok(match section.kind {
            Kind::Embedded => Self::Embedded(EmbeddedJournal {
                partitions: section.partitions,
                retention_bytes: section.retention_bytes,
                retention_age: section.retention_age,
                capacity_bytes: section.capacity_bytes,
            }),
            Kind::Kafka => Self::Kafka(KafkaJournal {
                brokers: section.brokers.ok_or(SectionError::Brokers)?,
                events_topic: section.events_topic,
                control_topic: section.control_topic,
                partitions: section.partitions,
                replication: section.replication,
                options: section.options,
                secrets: section.secrets,
            }),
        })
    }
}
