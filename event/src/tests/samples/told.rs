//! Events that producers and the parts beside the gateway tell.

use super::*;

pub(super) fn producer(kind: Kind) -> Payload {
    match kind {
        Kind::ProducerStarted => ProducerStarted {
            role: ProducerRole::Gateway,
            version: "0.1.0".to_owned(),
            abandoned: Some(AbandonedRun {
                run: OLD_RUN,
                acknowledged: 17,
            }),
        }
        .into(),
        Kind::ProducerHeartbeat => ProducerHeartbeat { parts: heads() }.into(),
        _ => ProducerStopped { parts: heads() }.into(),
    }
}

pub(super) fn audit(kind: Kind) -> Payload {
    match kind {
        Kind::PolicyLoaded => PolicyLoaded {
            hash: PolicyHash(digest("policy")),
            rules: 12,
            catalog_version: "2026-03-01".to_owned(),
            changes: None,
        }
        .into(),
        Kind::ConfigurationLoaded => ConfigurationLoaded {
            parts: strings(&["credentials", "masking"]),
        }
        .into(),
        Kind::ConfigurationRefused => ConfigurationRefused {
            reason: "20-hold.cedar:4 names a group nobody is in".to_owned(),
        }
        .into(),
        Kind::SessionsKilled => SessionsKilled {
            scope: KillScope::Principal,
            target: Some("agent-7".to_owned()),
            reason: "ticket 4711".to_owned(),
            until: Some(TimeNs(START + 900_000_000_000)),
        }
        .into(),
        Kind::ApprovalRevoked => ApprovalRevoked {
            grant: EventId::from_uuid(Uuid::from_u128(0x4711)),
            by: approver(),
            reason: "the report is done".to_owned(),
        }
        .into(),
        Kind::ApprovalReviewed => ApprovalReviewed {
            grant: EventId::from_uuid(Uuid::from_u128(0x4711)),
            by: approver(),
            note: "as it was said".to_owned(),
        }
        .into(),
        Kind::ApprovalEstimated => ApprovalEstimated {
            binding: binding(),
            bytes: Some(7_340_032),
            partitions: Some(3),
            partitions_total: Some(120),
            unknown: None,
        }
        .into(),
        Kind::CatalogLoaded => CatalogLoaded {
            catalog_version: "2026-03-01".to_owned(),
            tables: 2_000,
            columns: 60_000,
            changed: 3,
            duration_ns: 12_345,
        }
        .into(),
        Kind::CatalogInvalidated => CatalogInvalidated {
            objects: strings(&["SHOP.PUBLIC.CUSTOMERS"]),
        }
        .into(),
        Kind::AuditDegraded => AuditDegraded {
            reason: "journal did not acknowledge".to_owned(),
            since: TimeNs(START - 5),
        }
        .into(),
        Kind::AuditRestored => AuditRestored {
            since: TimeNs(START - 5),
            unrecorded: 4,
        }
        .into(),
        Kind::AuditorQueried => AuditorQueried {
            sql: "select * from accesses".to_owned(),
            rows: None,
            error: Some("table is not known".to_owned()),
            duration_ns: 12_345,
        }
        .into(),
        Kind::AuditorReplayed => AuditorReplayed {
            session: SESSION,
            mode: ReplayMode::Terminal,
        }
        .into(),
        Kind::AuditorListed => AuditorListed {
            what: "approvals".to_owned(),
            rows: 3,
        }
        .into(),
        Kind::FindingRaised => FindingRaised {
            finding: "9b2f6a1c-6f0e-5d0a-8a55-0c5d9c1f3a77".to_owned(),
            rule: "mass-read".to_owned(),
            title: "Support agent read 120000 rows within an hour".to_owned(),
            severity: FindingSeverity::High,
            attacks: vec!["T1213.006".to_owned()],
            happened: TimeNs(1_790_000_000_123_456_000),
            session: Some(SessionId::from_uuid(Uuid::from_u128(
                0x0190_0000_0000_7000_8000_0000_0000_0001,
            ))),
            statement: None,
            since: TimeNs(1_789_996_400_000_000_000),
            until: TimeNs(1_790_000_600_000_000_000),
        }
        .into(),
        Kind::AuditorExported => AuditorExported {
            what: "session".to_owned(),
            events: 42,
        }
        .into(),
        _ => AuditorVerified {
            events: 1_000_000,
            integrity: true,
            completeness: false,
        }
        .into(),
    }
}
