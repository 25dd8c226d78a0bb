//! What each kind of event means to a security team: one table, which every format and `firn export schema` read.
//!
//! Enters: an item. Leaves: its [`Case`], and what that means: OCSF class and activity, severity, a name for people. Never here: how a
//! format writes it, or a kind that no line speaks of: the match over payloads has no wildcard.

use event::fold::Outcome;
use event::payload::{
    ApprovalGranted, AuditorQueried, CloseReason, FailureStage, PolicyLoaded, ScopeKind,
    StatementKind, Verdict,
};
use event::{Kind, Payload};

use crate::item::Item;
use crate::severity::Severity;

/// An OCSF 1.8.0 class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are OCSF's own")]
pub enum Class {
    DetectionFinding,
    DataSecurityFinding,
    Authentication,
    AuthorizeSession,
    EntityManagement,
    ApplicationLifecycle,
    ApiActivity,
    DatastoreActivity,
}

impl Class {
    /// `class_uid`.
    pub const fn uid(self) -> u32 {
        match self {
            Self::DetectionFinding => 2004,
            Self::DataSecurityFinding => 2006,
            Self::Authentication => 3002,
            Self::AuthorizeSession => 3003,
            Self::EntityManagement => 3004,
            Self::ApplicationLifecycle => 6002,
            Self::ApiActivity => 6003,
            Self::DatastoreActivity => 6005,
        }
    }

    /// `class_name`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DetectionFinding => "Detection Finding",
            Self::DataSecurityFinding => "Data Security Finding",
            Self::Authentication => "Authentication",
            Self::AuthorizeSession => "Authorize Session",
            Self::EntityManagement => "Entity Management",
            Self::ApplicationLifecycle => "Application Lifecycle",
            Self::ApiActivity => "API Activity",
            Self::DatastoreActivity => "Datastore Activity",
        }
    }

    /// `category_uid` and `category_name`.
    pub const fn category(self) -> (u32, &'static str) {
        match self.uid() / 1000 {
            2 => (2, "Findings"),
            3 => (3, "Identity & Access Management"),
            _ => (6, "Application Activity"),
        }
    }

    /// Its events are findings: they have a status of their own instead of success and failure.
    pub const fn is_finding(self) -> bool {
        self.uid() / 1000 == 2
    }
}

/// An activity of a class: `activity_id` and `activity_name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity(pub u8, pub &'static str);

const READ: Activity = Activity(1, "Read");
const QUERY: Activity = Activity(4, "Query");
/// What a statement does to the datastore, by its kinds: see [`by_kinds`].
const BY_KINDS: &[Activity] = &[
    QUERY,
    Activity(5, "Write"),
    Activity(2, "Update"),
    Activity(7, "Delete"),
    Activity(6, "Create"),
    Activity(8, "List"),
];
const LOGON: &[Activity] = &[Activity(1, "Logon")];
const LOGOFF: &[Activity] = &[Activity(2, "Logoff")];
const CREATE: &[Activity] = &[Activity(1, "Create")];
const API_READ: &[Activity] = &[Activity(2, "Read")];
const API_UPDATE: &[Activity] = &[Activity(3, "Update")];

/// What a statement of these kinds does to the datastore: the first kind that changes something counts, then the first that lists.
pub fn by_kinds(kinds: &[StatementKind]) -> Activity {
    let mut activities = kinds.iter().map(by_kind);
    let changes = |activity: &Activity| !matches!(activity.0, 4 | 8);
    let only = activities.clone().next().unwrap_or(QUERY);
    activities.find(changes).unwrap_or(only)
}

fn by_kind(kind: &StatementKind) -> Activity {
    use StatementKind::{
        Alter, AlterSession, Begin, Call, Comment, Commit, CopyFiles, CopyIntoLocation,
        CopyIntoTable, Create, Delete, Describe, Drop, Empty, Execute, ExecuteImmediate, Explain,
        Get, Grant, Insert, List, Merge, Other, Put, Remove, Revoke, Rollback, Script, Select, Set,
        Show, Transaction, Truncate, Unclassified, Undrop, Unset, Update, Use,
    };
    match kind {
        Insert | Merge | CopyIntoTable | Put => Activity(5, "Write"),
        Update | Comment | Grant | Revoke | Alter(_) => Activity(2, "Update"),
        Delete | Truncate | Drop | Remove => Activity(7, "Delete"),
        Undrop | Create(_) => Activity(6, "Create"),
        Show | Describe | List => Activity(8, "List"),
        Select | CopyIntoLocation | CopyFiles | Get | Call | Use | Explain | Set | Unset
        | AlterSession | Begin | Commit | Rollback | Transaction | ExecuteImmediate
        | Execute(_) | Script | Empty | Unclassified | Other(_) => QUERY,
    }
}

/// What was done about it, in OCSF's security control profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// It went through as it was.
    Allowed,
    /// It went through with something masked.
    Masked,
    /// It waits.
    Held,
    /// It was stopped.
    Blocked,
    /// People said yes.
    Approved,
    /// People said no, or nobody answered.
    Rejected,
    /// Nothing was to be decided.
    Logged,
}

/// How it ended, as far as it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As meant.
    Success,
    /// Refused, broken off or gone wrong.
    Failure,
    /// It has not, or there is no such thing.
    Unknown,
}

/// A line of the table: a kind of event, or those of it for which a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The kind of the event; `statement` is what became of one, `finding` what a detection found.
    pub kind: &'static str,
    /// For which events of the kind; empty for all.
    pub when: &'static str,
    /// A name for people.
    pub name: &'static str,
    /// The class.
    pub class: Class,
    /// The activity; where there are several, the statement's kinds choose.
    pub activities: &'static [Activity],
    /// How bad it is; none where the rule that found it says.
    pub severity: Option<Severity>,
    /// What was done about it.
    pub control: Control,
    /// How it ended.
    pub status: Status,
}

macro_rules! cases {
    ($($case:ident: $kind:expr, $when:literal, $name:literal, $class:ident, $activities:expr, $severity:expr, $control:ident, $status:ident;)+) => {
        /// A line of the table, by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each is a line of the table")]
        pub enum Case {
            $($case),+
        }

        impl Case {
            /// Every line, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$case),+];

            /// What it means.
            pub const fn meaning(self) -> Meaning {
                match self {
                    $(Self::$case => Meaning {
                        kind: $kind,
                        when: $when,
                        name: $name,
                        class: Class::$class,
                        activities: $activities,
                        severity: $severity,
                        control: Control::$control,
                        status: Status::$status,
                    }),+
                }
            }
        }
    };
}

/// The kind of an item that is what became of a statement.
pub const STATEMENT: &str = "statement";
/// The kind of an item that is what a detection found.
pub const FINDING: &str = "finding";

const INFO: Option<Severity> = Some(Severity::Informational);
const LOW: Option<Severity> = Some(Severity::Low);
const MEDIUM: Option<Severity> = Some(Severity::Medium);
const HIGH: Option<Severity> = Some(Severity::High);
const CRITICAL: Option<Severity> = Some(Severity::Critical);

cases!(
    SessionOpened: Kind::SessionOpened.as_str(), "", "Session opened", Authentication, LOGON, INFO, Allowed, Success;
    SessionRenewed: Kind::SessionRenewed.as_str(), "", "Session renewed", AuthorizeSession, &[Activity(1, "Assign Privileges")], INFO, Allowed, Success;
    SessionClosed: Kind::SessionClosed.as_str(), "", "Session closed", Authentication, LOGOFF, INFO, Logged, Success;
    SessionKilled: Kind::SessionClosed.as_str(), "reason = killed", "Session killed", Authentication, LOGOFF, LOW, Blocked, Success;
    SessionRefused: Kind::SessionRefused.as_str(), "", "Login refused", Authentication, LOGON, MEDIUM, Blocked, Failure;
    StatementSubmitted: Kind::StatementSubmitted.as_str(), "", "Statement submitted", DatastoreActivity, BY_KINDS, INFO, Logged, Unknown;
    StatementAllowed: Kind::StatementDecided.as_str(), "verdict = allow", "Statement allowed", DatastoreActivity, &[QUERY], INFO, Allowed, Success;
    StatementMasked: Kind::StatementDecided.as_str(), "verdict = mask", "Statement allowed with masks", DatastoreActivity, &[QUERY], INFO, Masked, Success;
    StatementHeld: Kind::StatementDecided.as_str(), "verdict = hold", "Statement held", DataSecurityFinding, CREATE, LOW, Held, Unknown;
    StatementDenied: Kind::StatementDecided.as_str(), "verdict = deny", "Statement denied", DataSecurityFinding, CREATE, MEDIUM, Blocked, Failure;
    ApprovalRequested: Kind::ApprovalRequested.as_str(), "", "Approval requested", ApiActivity, &[Activity(1, "Create")], INFO, Held, Success;
    ApprovalGranted: Kind::ApprovalGranted.as_str(), "", "Approval granted", ApiActivity, API_UPDATE, INFO, Approved, Success;
    ApprovalDenied: Kind::ApprovalDenied.as_str(), "", "Approval denied", ApiActivity, API_UPDATE, LOW, Rejected, Success;
    ApprovalExpired: Kind::ApprovalExpired.as_str(), "", "Approval expired", ApiActivity, API_UPDATE, LOW, Rejected, Failure;
    ApprovalCanceled: Kind::ApprovalCanceled.as_str(), "", "Approval canceled", ApiActivity, &[Activity(4, "Delete")], INFO, Logged, Success;
    ApprovalGrantedBroadly: Kind::ApprovalGranted.as_str(), "it covers more than one statement", "Approval granted for more than one statement", ApiActivity, API_UPDATE, LOW, Approved, Success;
    ApprovalBrokenGlass: Kind::ApprovalGranted.as_str(), "scope = break-glass", "Glass broken", ApiActivity, API_UPDATE, HIGH, Approved, Success;
    ApprovalRevoked: Kind::ApprovalRevoked.as_str(), "", "Approval taken back", ApiActivity, &[Activity(4, "Delete")], LOW, Rejected, Success;
    ApprovalReviewed: Kind::ApprovalReviewed.as_str(), "", "Emergency reviewed", ApiActivity, API_UPDATE, INFO, Logged, Success;
    ApprovalEstimated: Kind::ApprovalEstimated.as_str(), "", "Held statement estimated", ApiActivity, API_UPDATE, INFO, Logged, Success;
    StatementClaimed: Kind::StatementClaimed.as_str(), "", "Approved statement claimed", DatastoreActivity, &[QUERY], INFO, Allowed, Success;
    StatementCounted: Kind::StatementCounted.as_str(), "", "Comparisons counted", DatastoreActivity, &[QUERY], INFO, Logged, Success;
    StatementAnnounced: Kind::StatementAnnounced.as_str(), "", "Result announced", DatastoreActivity, &[QUERY], INFO, Allowed, Success;
    StatementForwarded: Kind::StatementForwarded.as_str(), "", "Statement forwarded", DatastoreActivity, &[QUERY], INFO, Allowed, Success;
    ResponseStarted: Kind::ResponseStarted.as_str(), "", "Result started", DatastoreActivity, &[READ], INFO, Allowed, Success;
    ResponsePage: Kind::ResponsePage.as_str(), "", "Result page delivered", DatastoreActivity, &[READ], INFO, Allowed, Success;
    ResponsePageMasked: Kind::ResponsePage.as_str(), "cells were masked", "Masked result page delivered", DatastoreActivity, &[READ], INFO, Masked, Success;
    ResponseFinished: Kind::ResponseFinished.as_str(), "", "Result delivered", DatastoreActivity, &[READ], INFO, Allowed, Success;
    ResponseFinishedMasked: Kind::ResponseFinished.as_str(), "cells were masked", "Masked result delivered", DatastoreActivity, &[READ], INFO, Masked, Success;
    FailedByPolicy: Kind::StatementFailed.as_str(), "stage = policy", "Statement refused by policy", DatastoreActivity, &[QUERY], LOW, Blocked, Failure;
    FailedByPeople: Kind::StatementFailed.as_str(), "stage = approval", "Statement refused by approval", DatastoreActivity, &[QUERY], LOW, Rejected, Failure;
    FailedUpstream: Kind::StatementFailed.as_str(), "stage = upstream", "Statement failed in Snowflake", DatastoreActivity, &[QUERY], LOW, Logged, Failure;
    FailedInGateway: Kind::StatementFailed.as_str(), "stage = gateway", "Statement failed in the gateway", DatastoreActivity, &[QUERY], MEDIUM, Blocked, Failure;
    FailedUnrecorded: Kind::StatementFailed.as_str(), "stage = journal", "Statement withheld: it could not be recorded", DatastoreActivity, &[QUERY], HIGH, Blocked, Failure;
    StatementCanceled: Kind::StatementCanceled.as_str(), "", "Statement canceled", DatastoreActivity, &[QUERY], INFO, Logged, Failure;
    StageRefused: Kind::StageRefused.as_str(), "", "Way around the gateway refused", DataSecurityFinding, CREATE, HIGH, Blocked, Failure;
    StageUploaded: Kind::StageUploaded.as_str(), "", "File uploaded to a stage", DatastoreActivity, &[Activity(5, "Write")], INFO, Allowed, Success;
    StageUploadedSensitive: Kind::StageUploaded.as_str(), "classes were found", "File with sensitive values uploaded to a stage", DatastoreActivity, &[Activity(5, "Write")], LOW, Allowed, Success;
    StageDownloaded: Kind::StageDownloaded.as_str(), "", "File downloaded from a stage", DatastoreActivity, &[READ], LOW, Allowed, Success;
    StageDownloadedMasked: Kind::StageDownloaded.as_str(), "cells were masked", "Masked file downloaded from a stage", DatastoreActivity, &[READ], LOW, Masked, Success;
    PolicyLoaded: Kind::PolicyLoaded.as_str(), "", "Policy in force", EntityManagement, &[Activity(10, "Activate")], INFO, Logged, Success;
    PolicyReplaced: Kind::PolicyLoaded.as_str(), "it replaces another", "Policy changed", EntityManagement, &[Activity(3, "Update")], MEDIUM, Logged, Success;
    ConfigurationLoaded: Kind::ConfigurationLoaded.as_str(), "", "Configuration changed", EntityManagement, &[Activity(3, "Update")], MEDIUM, Logged, Success;
    ConfigurationRefused: Kind::ConfigurationRefused.as_str(), "", "Change of configuration refused", EntityManagement, &[Activity(3, "Update")], HIGH, Logged, Failure;
    SessionsKilled: Kind::SessionsKilled.as_str(), "", "Sessions ended by an operator", AuthorizeSession, &[Activity(99, "Revoke")], HIGH, Blocked, Success;
    CatalogLoaded: Kind::CatalogLoaded.as_str(), "", "Catalog read", EntityManagement, &[Activity(2, "Read")], INFO, Logged, Success;
    CatalogInvalidated: Kind::CatalogInvalidated.as_str(), "", "Catalog outdated", EntityManagement, &[Activity(3, "Update")], INFO, Logged, Success;
    AuditDegraded: Kind::AuditDegraded.as_str(), "", "Recording degraded", DataSecurityFinding, CREATE, HIGH, Logged, Failure;
    AuditRestored: Kind::AuditRestored.as_str(), "", "Recording restored", DataSecurityFinding, &[Activity(3, "Close")], LOW, Logged, Success;
    AuditRestoredWithGap: Kind::AuditRestored.as_str(), "statements ran unrecorded", "Recording restored after a gap", DataSecurityFinding, &[Activity(3, "Close")], HIGH, Logged, Failure;
    AuditorQueried: Kind::AuditorQueried.as_str(), "", "Record queried", ApiActivity, API_READ, INFO, Allowed, Success;
    AuditorQueryFailed: Kind::AuditorQueried.as_str(), "it failed", "Query of the record failed", ApiActivity, API_READ, INFO, Logged, Failure;
    AuditorReplayed: Kind::AuditorReplayed.as_str(), "", "Session replayed", ApiActivity, API_READ, INFO, Allowed, Success;
    AuditorExported: Kind::AuditorExported.as_str(), "", "Record exported", ApiActivity, API_READ, LOW, Allowed, Success;
    AuditorVerified: Kind::AuditorVerified.as_str(), "", "Record verified", ApiActivity, API_READ, INFO, Allowed, Success;
    AuditorFoundGap: Kind::AuditorVerified.as_str(), "events are missing", "Record is incomplete", ApiActivity, API_READ, HIGH, Logged, Failure;
    AuditorFoundAlteration: Kind::AuditorVerified.as_str(), "events were altered", "Record was altered", ApiActivity, API_READ, CRITICAL, Logged, Failure;
    AuditorListed: Kind::AuditorListed.as_str(), "", "List shown", ApiActivity, API_READ, INFO, Allowed, Success;
    ProducerStarted: Kind::ProducerStarted.as_str(), "", "Process started", ApplicationLifecycle, &[Activity(3, "Start")], INFO, Logged, Success;
    ProducerRestarted: Kind::ProducerStarted.as_str(), "the journal refused the run before it", "Recording began anew", ApplicationLifecycle, &[Activity(5, "Restart")], MEDIUM, Logged, Success;
    ProducerHeartbeat: Kind::ProducerHeartbeat.as_str(), "", "Process counts its events", ApplicationLifecycle, &[Activity(99, "Heartbeat")], INFO, Logged, Success;
    ProducerStopped: Kind::ProducerStopped.as_str(), "", "Process stopped", ApplicationLifecycle, &[Activity(4, "Stop")], INFO, Logged, Success;
    Succeeded: STATEMENT, "outcome = succeeded", "Statement succeeded", DatastoreActivity, BY_KINDS, INFO, Allowed, Success;
    SucceededMasked: STATEMENT, "outcome = succeeded, cells were masked", "Statement succeeded with masks", DatastoreActivity, BY_KINDS, INFO, Masked, Success;
    Denied: STATEMENT, "outcome = denied", "Statement was denied", DatastoreActivity, BY_KINDS, MEDIUM, Blocked, Failure;
    Failed: STATEMENT, "outcome = failed", "Statement failed", DatastoreActivity, BY_KINDS, LOW, Logged, Failure;
    Canceled: STATEMENT, "outcome = canceled", "Statement was canceled", DatastoreActivity, BY_KINDS, INFO, Logged, Failure;
    Held: STATEMENT, "outcome = held", "Statement waits for approval", DatastoreActivity, BY_KINDS, LOW, Held, Unknown;
    Running: STATEMENT, "outcome = running", "Statement did not end", DatastoreActivity, BY_KINDS, INFO, Logged, Unknown;
    FindingRaised: Kind::FindingRaised.as_str(), "", "Detection", DetectionFinding, CREATE, None, Logged, Unknown;
    Finding: FINDING, "", "Detection", DetectionFinding, CREATE, None, Logged, Unknown;
);

impl Case {
    /// The line that speaks of `item`.
    pub fn of(item: &Item) -> Self {
        match item {
            Item::Event(recorded) => Self::of_payload(&recorded.event.payload),
            Item::Statement(outcome) => {
                let sums = outcome.fold.deliveries().sums();
                let masked = sums.is_some_and(|sums| sums.masked_cells > 0);
                match outcome.fold.outcome() {
                    Outcome::Succeeded if masked => Self::SucceededMasked,
                    Outcome::Succeeded => Self::Succeeded,
                    Outcome::Denied => Self::Denied,
                    Outcome::Failed => Self::Failed,
                    Outcome::Canceled => Self::Canceled,
                    Outcome::Held => Self::Held,
                    Outcome::Running => Self::Running,
                }
            }
            Item::Finding(_) => Self::Finding,
        }
    }

    const fn of_policy(loaded: &PolicyLoaded) -> Self {
        match loaded.changes {
            None => Self::PolicyLoaded,
            Some(_) => Self::PolicyReplaced,
        }
    }

    const fn of_grant(granted: &ApprovalGranted) -> Self {
        match &granted.scope {
            None => Self::ApprovalGranted,
            Some(scope) if scope.under.is_some() => Self::ApprovalGranted,
            Some(scope) => match scope.kind {
                ScopeKind::Shape | ScopeKind::Session => Self::ApprovalGrantedBroadly,
                ScopeKind::BreakGlass => Self::ApprovalBrokenGlass,
            },
        }
    }

    const fn of_query(queried: &AuditorQueried) -> Self {
        match queried.error {
            None => Self::AuditorQueried,
            Some(_) => Self::AuditorQueryFailed,
        }
    }

    fn of_payload(payload: &Payload) -> Self {
        match payload {
            Payload::SessionOpened(_) => Self::SessionOpened,
            Payload::SessionRenewed(_) => Self::SessionRenewed,
            Payload::SessionClosed(closed) => Self::of_end(closed.reason),
            Payload::SessionRefused(_) => Self::SessionRefused,
            Payload::StatementSubmitted(_) => Self::StatementSubmitted,
            Payload::StatementDecided(decided) => match decided.verdict {
                Verdict::Allow => Self::StatementAllowed,
                Verdict::Mask => Self::StatementMasked,
                Verdict::Hold => Self::StatementHeld,
                Verdict::Deny => Self::StatementDenied,
            },
            Payload::ApprovalRequested(_) => Self::ApprovalRequested,
            Payload::ApprovalGranted(granted) => Self::of_grant(granted),
            Payload::ApprovalDenied(_) => Self::ApprovalDenied,
            Payload::ApprovalExpired(_) => Self::ApprovalExpired,
            Payload::ApprovalCanceled(_) => Self::ApprovalCanceled,
            Payload::ApprovalRevoked(_) => Self::ApprovalRevoked,
            Payload::ApprovalReviewed(_) => Self::ApprovalReviewed,
            Payload::ApprovalEstimated(_) => Self::ApprovalEstimated,
            Payload::StatementClaimed(_) => Self::StatementClaimed,
            Payload::StatementCounted(_) => Self::StatementCounted,
            Payload::StatementAnnounced(_) => Self::StatementAnnounced,
            Payload::StatementForwarded(_) => Self::StatementForwarded,
            Payload::ResponseStarted(_) => Self::ResponseStarted,
            Payload::ResponsePage(page) if page.masked.is_empty() => Self::ResponsePage,
            Payload::ResponsePage(_) => Self::ResponsePageMasked,
            Payload::ResponseFinished(finished) => match finished.masked_cells {
                0 => Self::ResponseFinished,
                _ => Self::ResponseFinishedMasked,
            },
            Payload::StatementFailed(failed) => Self::of_failure(failed.stage),
            Payload::StatementCanceled(_) => Self::StatementCanceled,
            Payload::StageRefused(_) => Self::StageRefused,
            Payload::StageUploaded(file) if file.found.is_empty() => Self::StageUploaded,
            Payload::StageUploaded(_) => Self::StageUploadedSensitive,
            Payload::StageDownloaded(file) => match file.masked_cells {
                0 => Self::StageDownloaded,
                _ => Self::StageDownloadedMasked,
            },
            Payload::PolicyLoaded(loaded) => Self::of_policy(loaded),
            Payload::ConfigurationLoaded(_) => Self::ConfigurationLoaded,
            Payload::ConfigurationRefused(_) => Self::ConfigurationRefused,
            Payload::SessionsKilled(_) => Self::SessionsKilled,
            Payload::CatalogLoaded(_) => Self::CatalogLoaded,
            Payload::CatalogInvalidated(_) => Self::CatalogInvalidated,
            Payload::AuditDegraded(_) => Self::AuditDegraded,
            Payload::AuditRestored(restored) if restored.unrecorded == 0 => Self::AuditRestored,
            Payload::AuditRestored(_) => Self::AuditRestoredWithGap,
            Payload::AuditorQueried(queried) => Self::of_query(queried),
            Payload::AuditorReplayed(_) => Self::AuditorReplayed,
            Payload::AuditorExported(_) => Self::AuditorExported,
            Payload::AuditorVerified(verified) => match (verified.integrity, verified.completeness)
            {
                (false, _) => Self::AuditorFoundAlteration,
                (true, false) => Self::AuditorFoundGap,
                (true, true) => Self::AuditorVerified,
            },
            Payload::ProducerStarted(started) => match started.abandoned {
                None => Self::ProducerStarted,
                Some(_) => Self::ProducerRestarted,
            },
            Payload::ProducerHeartbeat(_) => Self::ProducerHeartbeat,
            Payload::ProducerStopped(_) => Self::ProducerStopped,
            Payload::AuditorListed(_) => Self::AuditorListed,
            Payload::FindingRaised(_) => Self::FindingRaised,
        }
    }

    fn of_failure(stage: FailureStage) -> Self {
        match stage {
            FailureStage::Policy => Self::FailedByPolicy,
            FailureStage::Approval => Self::FailedByPeople,
            FailureStage::Upstream => Self::FailedUpstream,
            FailureStage::Gateway => Self::FailedInGateway,
            FailureStage::Journal => Self::FailedUnrecorded,
        }
    }

    fn of_end(reason: CloseReason) -> Self {
        match reason {
            CloseReason::Killed => Self::SessionKilled,
            CloseReason::Logout | CloseReason::Expired | CloseReason::Upstream => {
                Self::SessionClosed
            }
        }
    }
}
