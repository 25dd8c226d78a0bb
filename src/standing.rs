//! How far recording is behind, for people who ask a page: the archive behind the journal, each sink behind both.
//!
//! Enters: journal, archive, the names of the sinks. Leaves: `GET /api/standing`. Never here: a count of this process alone (see telemetry), a
//! moved position.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use door::{Action, Caller, Problem, Routes, private};
use event::payload::AuditorListed;
use exporter::status::status;
use journal::Topic;
use journal::emit::Draft;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Record;

/// What is asked: the record, and which sinks it leaves by.
#[derive(Clone)]
struct Asked {
    record: Record,
    sinks: Arc<[String]>,
}

/// Adds the route.
pub fn routes(routes: Routes, record: Record, sinks: impl Iterator<Item = String>) -> Routes {
    let sinks = sinks.collect();
    let asked = Asked { record, sinks };
    routes.get("/api/standing", Action::QueryRecord, standing, asked)
}

/// Part of the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(standing))]
pub struct Description;

/// How far recording is.
#[derive(Serialize, ToSchema)]
struct Standing {
    /// Records of the journal that the archive has not yet.
    behind: u64,
    /// Each partition of the journal.
    partitions: Vec<Lane>,
    /// Each sink of the configuration.
    exports: Vec<Sink>,
}

/// One partition.
#[derive(Serialize, ToSchema)]
struct Lane {
    /// Its name: `firn.events/3`.
    partition: String,
    /// The offset after the last record that the journal took.
    end: u64,
    /// The offset after the last record that the archive has.
    archived: u64,
}

/// One sink.
#[derive(Serialize, ToSchema)]
struct Sink {
    /// Its name.
    sink: String,
    /// Records it has not come to yet; none where that cannot be told.
    behind: Option<u64>,
    /// Items acknowledged by the receiver since the sink began.
    acknowledged: u64,
    /// Items that `filter` left out.
    filtered: u64,
    /// Items that the receiver refused and that are kept: `firn export dead list`.
    dead: u64,
    /// Why it takes nothing, or cannot be told how it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// How far recording is: the archive behind the journal, and each sink of the configuration. That it was asked is recorded.
#[utoipa::path(get, path = "/api/standing", tag = "record", security(("bearer" = [])), responses(
    (status = 200, body = Standing), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn standing(State(asked): State<Asked>, caller: Caller) -> Result<Response, Problem> {
    let unread = |error: anyhow::Error| {
        let hint = "check that archive and journal can be reached";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, format!("{error:#}"), hint)
    };
    let told = tell(&asked).await.map_err(unread)?;
    let draft = Draft {
        principal: Some(caller.identity.principal),
        source: caller.source,
        ..Draft::new(AuditorListed {
            what: "standing".to_owned(),
            rows: told.partitions.len() as u64,
        })
    };
    let said = asked.record.emitter.emit(draft).await;
    said.context("that somebody asked could not be recorded")
        .map_err(unread)?;
    Ok(private(Json(told).into_response()))
}

async fn tell(asked: &Asked) -> Result<Standing> {
    let Record {
        journal, archive, ..
    } = &asked.record;
    let snapshot = archive.snapshot().await?;
    let mut partitions = Vec::new();
    for topic in Topic::ALL {
        for partition in journal.partitions(topic).await? {
            partitions.push(Lane {
                partition: partition.to_string(),
                end: journal.bounds(partition).await?.end,
                archived: snapshot.next_offset(partition),
            });
        }
    }
    let lag = |lane: &Lane| lane.end.saturating_sub(lane.archived);
    let mut exports = Vec::new();
    for sink in asked.sinks.iter() {
        exports.push(match status(archive, journal, sink).await {
            Ok(status) => Sink {
                sink: sink.clone(),
                error: status.trouble(),
                behind: status.behind,
                acknowledged: status.total.acknowledged,
                filtered: status.total.filtered,
                dead: status.dead,
            },
            Err(error) => Sink {
                sink: sink.clone(),
                behind: None,
                acknowledged: 0,
                filtered: 0,
                dead: 0,
                error: Some(error.to_string()),
            },
        });
    }
    Ok(Standing {
        behind: partitions.iter().map(lag).sum(),
        partitions,
        exports,
    })
}
