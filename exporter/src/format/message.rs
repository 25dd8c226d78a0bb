//! One sentence for whoever reads the alert at night.
//!
//! Enters: what is known of an item. Leaves: who did what. Never here: the text of a statement, or a value.

use event::Payload;
use event::payload::{FileFinding, PolicyLoaded};

use super::facts::Facts;
use crate::item::Item;

/// `Statement denied: ann (no-ddl)`.
pub fn message(facts: &Facts<'_>) -> String {
    if let Some((_, title)) = facts.found() {
        return title.to_owned();
    }
    let mut text = facts.meaning.name.to_owned();
    let who = facts
        .approver
        .map(|by| by.display.as_str())
        .or_else(|| facts.who());
    let detail = match facts.item {
        Item::Event(recorded) => of_payload(&recorded.event.payload),
        Item::Statement(outcome) => {
            let kinds = facts
                .submitted
                .map_or_else(String::new, |submitted| submitted.kinds.join(", "));
            let tables: Vec<&str> = facts.tables().collect();
            let what = match tables.as_slice() {
                [] => kinds,
                tables => format!("{kinds} on {}", tables.join(", ")),
            };
            let sums = outcome.fold.deliveries().sums();
            let rows =
                sums.map(|sums| format!("{} rows, {} cells masked", sums.rows, sums.masked_cells));
            let code = outcome
                .fold
                .failure()
                .map(|failure| format!("error {}", failure.code));
            let told: Vec<String> = [Some(what), rows, code]
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .collect();
            told.join(", ")
        }
        Item::Finding(_) => String::new(),
    };
    if let Some(who) = who {
        text.push_str(": ");
        text.push_str(who);
    }
    if let Some(behalf) = facts.behalf().filter(|_| facts.approver.is_none()) {
        text.push_str(" for ");
        text.push_str(behalf);
    }
    if !detail.is_empty() {
        text.push_str(if who.is_some() { ", " } else { ": " });
        text.push_str(&detail);
    }
    let rules: Vec<&str> = facts.rules().collect();
    if !rules.is_empty() && (facts.class().is_finding() || matches!(facts.item, Item::Statement(_)))
    {
        text.push_str(&format!(" ({})", rules.join(", ")));
    }
    text
}

fn policy(loaded: &PolicyLoaded) -> String {
    match &loaded.changes {
        None => format!("{} rules", loaded.rules),
        Some(changes) => format!(
            "{} rules: {} added, {} removed, {} changed",
            loaded.rules,
            changes.added.len(),
            changes.removed.len(),
            changes.changed.len()
        ),
    }
}

/// A file's stage and what was found in it; not its name, which its author chose.
fn moved(stage: &str, found: &[FileFinding], masked: u64) -> String {
    let classes = found
        .iter()
        .map(|one| format!("{} {}", one.cells, one.class));
    let mut told: Vec<String> = std::iter::once(stage.to_owned()).chain(classes).collect();
    if masked > 0 {
        told.push(format!("{masked} cells masked"));
    }
    told.join(", ")
}

/// Whose agreement is asked for.
fn needed(quorum: &[event::payload::Quorum]) -> String {
    let part = |one: &event::payload::Quorum| format!("{} of {}", one.needed, one.group);
    quorum.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// How much a held statement would read, or why that is not known.
fn reads(estimated: &event::payload::ApprovalEstimated) -> String {
    match (&estimated.unknown, estimated.bytes) {
        (Some(unknown), _) => unknown.clone(),
        (None, Some(bytes)) => format!("{bytes} bytes"),
        (None, None) => String::new(),
    }
}

fn of_payload(payload: &Payload) -> String {
    match payload {
        Payload::SessionOpened(opened) => format!("by {}", opened.authenticator),
        Payload::SessionClosed(closed) => closed.reason.to_string(),
        Payload::SessionRefused(refused) => format!("{} ({})", refused.reason, refused.code),
        Payload::StatementSubmitted(submitted) => submitted.kinds.join(", "),
        Payload::ApprovalRequested(asked) => needed(&asked.quorum),
        Payload::ApprovalCanceled(canceled) => canceled.reason.to_string(),
        Payload::ResponsePage(page) => format!("{} rows", page.rows),
        Payload::ResponseFinished(finished) => {
            format!(
                "{} rows, {} cells masked",
                finished.rows, finished.masked_cells
            )
        }
        Payload::StatementFailed(failed) => format!("error {}", failed.code),
        Payload::StatementCounted(counted) => {
            let columns = counted.compared.iter().map(|one| one.column.as_str());
            columns.collect::<Vec<_>>().join(", ")
        }
        Payload::StatementCanceled(canceled) => format!("by {}", canceled.by),
        Payload::StageRefused(refused) => format!("{}: {}", refused.operation, refused.reason),
        Payload::StageUploaded(file) => moved(&file.stage, &file.found, 0),
        Payload::StageDownloaded(file) => moved(&file.stage, &file.found, file.masked_cells),
        Payload::PolicyLoaded(loaded) => policy(loaded),
        Payload::ConfigurationLoaded(loaded) => loaded.parts.join(", "),
        Payload::ConfigurationRefused(refused) => refused.reason.clone(),
        Payload::SessionsKilled(killed) => match &killed.target {
            None => format!("{}: {}", killed.scope, killed.reason),
            Some(target) => format!("{} {target}: {}", killed.scope, killed.reason),
        },
        Payload::CatalogLoaded(loaded) => {
            format!("{} tables, {} changed", loaded.tables, loaded.changed)
        }
        Payload::CatalogInvalidated(invalidated) => invalidated.objects.join(", "),
        Payload::AuditDegraded(degraded) => degraded.reason.clone(),
        Payload::AuditRestored(restored) => {
            format!("{} statements unrecorded", restored.unrecorded)
        }
        Payload::AuditorQueried(queried) => queried
            .rows
            .map_or_else(String::new, |rows| format!("{rows} rows")),
        Payload::AuditorReplayed(replayed) => format!("session {}", replayed.session),
        Payload::AuditorExported(exported) => {
            format!("{}, {} events", exported.what, exported.events)
        }
        Payload::AuditorVerified(verified) => format!("{} events", verified.events),
        Payload::FindingRaised(raised) => raised.title.clone(),
        Payload::AuditorListed(listed) => format!("{}, {} entries", listed.what, listed.rows),
        Payload::ProducerStarted(started) => format!("{} {}", started.role, started.version),
        Payload::ApprovalGranted(granted) => granted
            .scope
            .as_ref()
            .map_or_else(String::new, |scope| format!("scope {}", scope.kind)),
        Payload::ApprovalRevoked(revoked) => revoked.reason.clone(),
        Payload::ApprovalEstimated(estimated) => reads(estimated),
        Payload::SessionRenewed(_)
        | Payload::StatementDecided(_)
        | Payload::ApprovalReviewed(_)
        | Payload::ApprovalDenied(_)
        | Payload::ApprovalExpired(_)
        | Payload::StatementClaimed(_)
        | Payload::StatementAnnounced(_)
        | Payload::StatementForwarded(_)
        | Payload::ResponseStarted(_)
        | Payload::ProducerHeartbeat(_)
        | Payload::ProducerStopped(_) => String::new(),
    }
}
