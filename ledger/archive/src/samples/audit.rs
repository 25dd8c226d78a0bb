//! Samples of what the recording says of itself, of what changes while firn runs, and of those who read.

use event::payload as p;
use event::{EventId, Kind, Payload, PolicyHash, RunId, SessionId, StatementId};

use super::Draw;

impl Draw {
    fn changes(&mut self) -> p::PolicyChanges {
        p::PolicyChanges {
            previous: PolicyHash(self.digest()),
            previous_catalog_version: self.text(),
            added: self.texts(),
            removed: self.texts(),
            changed: self.texts(),
            settings: self.flag(),
        }
    }

    pub(super) fn audit_payload(&mut self, kind: Kind) -> Payload {
        match kind {
            Kind::AuditDegraded => p::AuditDegraded {
                reason: self.text(),
                since: self.time(),
            }
            .into(),
            Kind::AuditRestored => p::AuditRestored {
                since: self.time(),
                unrecorded: self.number(),
            }
            .into(),
            Kind::AuditorQueried => p::AuditorQueried {
                sql: self.text(),
                rows: self.maybe(Self::number),
                error: self.maybe(Self::text),
                duration_ns: self.number(),
            }
            .into(),
            Kind::AuditorReplayed => p::AuditorReplayed {
                session: SessionId::from_uuid(self.uuid()),
                mode: self.text().into(),
            }
            .into(),
            Kind::AuditorExported => p::AuditorExported {
                what: self.text(),
                events: self.number(),
            }
            .into(),
            Kind::AuditorListed => p::AuditorListed {
                what: self.text(),
                rows: self.number(),
            }
            .into(),
            Kind::AuditorVerified => p::AuditorVerified {
                events: self.number(),
                integrity: self.flag(),
                completeness: self.flag(),
            }
            .into(),
            Kind::ProducerStarted => p::ProducerStarted {
                role: self.text().into(),
                version: self.text(),
                abandoned: self.maybe(|draw| p::AbandonedRun {
                    run: RunId::from_uuid(draw.uuid()),
                    acknowledged: draw.number(),
                }),
            }
            .into(),
            Kind::ProducerHeartbeat => p::ProducerHeartbeat {
                parts: self.many(Self::part_head),
            }
            .into(),
            Kind::ProducerStopped => p::ProducerStopped {
                parts: self.many(Self::part_head),
            }
            .into(),
            _ => self.change(kind),
        }
    }

    fn change(&mut self, kind: Kind) -> Payload {
        match kind {
            Kind::PolicyLoaded => p::PolicyLoaded {
                hash: PolicyHash(self.digest()),
                rules: self.number(),
                catalog_version: self.text(),
                changes: self.maybe(Self::changes),
            }
            .into(),
            Kind::ConfigurationLoaded => p::ConfigurationLoaded {
                parts: self.texts(),
            }
            .into(),
            Kind::ConfigurationRefused => p::ConfigurationRefused {
                reason: self.text(),
            }
            .into(),
            Kind::SessionsKilled => p::SessionsKilled {
                scope: self.pick(p::KillScope::ALL),
                target: self.maybe(Self::text),
                reason: self.text(),
                until: self.maybe(Self::time),
            }
            .into(),
            Kind::CatalogLoaded => p::CatalogLoaded {
                catalog_version: self.text(),
                tables: self.number(),
                columns: self.number(),
                changed: self.number(),
                duration_ns: self.number(),
            }
            .into(),
            Kind::CatalogInvalidated => p::CatalogInvalidated {
                objects: self.texts(),
            }
            .into(),
            Kind::ApprovalRevoked => p::ApprovalRevoked {
                grant: EventId::from_uuid(self.uuid()),
                by: self.approver(),
                reason: self.text(),
            }
            .into(),
            Kind::ApprovalReviewed => p::ApprovalReviewed {
                grant: EventId::from_uuid(self.uuid()),
                by: self.approver(),
                note: self.text(),
            }
            .into(),
            Kind::ApprovalEstimated => p::ApprovalEstimated {
                binding: self.binding(),
                bytes: self.maybe(Self::number),
                partitions: self.maybe(Self::number),
                partitions_total: self.maybe(Self::number),
                unknown: self.maybe(Self::text),
            }
            .into(),
            Kind::FindingRaised => self.finding().into(),
            _ => self.file(kind),
        }
    }

    fn file(&mut self, kind: Kind) -> Payload {
        match kind {
            Kind::StageUploaded => p::StageUploaded {
                stage: self.text(),
                file: self.masked(),
                bytes: self.number(),
                digest: self.digest(),
                content: self.pick(p::FileContent::ALL),
                found: self.many(Self::file_finding),
                duration_ns: self.number(),
            }
            .into(),
            Kind::StageDownloaded => p::StageDownloaded {
                stage: self.text(),
                file: self.masked(),
                bytes: self.number(),
                digest: self.digest(),
                content: self.pick(p::FileContent::ALL),
                found: self.many(Self::file_finding),
                masked_cells: self.number(),
                delivered_bytes: self.number(),
                delivered_digest: self.digest(),
                duration_ns: self.number(),
            }
            .into(),
            other => panic!("{other} has no sample"),
        }
    }

    fn file_finding(&mut self) -> p::FileFinding {
        p::FileFinding {
            class: self.text(),
            cells: self.number(),
        }
    }

    fn finding(&mut self) -> p::FindingRaised {
        p::FindingRaised {
            finding: self.text(),
            rule: self.text(),
            title: self.text(),
            severity: self.pick(p::FindingSeverity::ALL),
            attacks: self.texts(),
            happened: self.time(),
            session: self.maybe(|draw| SessionId::from_uuid(draw.uuid())),
            statement: self.maybe(|draw| StatementId::from_uuid(draw.uuid())),
            since: self.time(),
            until: self.time(),
        }
    }
}
