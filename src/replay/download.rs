//! A session as a file, written as it is read.
//!
//! Enters: a session on its way out. Leaves: the body of an answer: JSON as the timeline's, CSV, asciicast. Never here: more than some entries
//! in memory, or a file that ends early and looks whole: where reading breaks off, so does the connection.

mod lines;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use event::payload::ReplayMode;
use futures::stream::unfold;
use replayer::Asciicast;
use replayer::timeline::Entry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Frame;
use super::walk::Walk;

/// Which kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// The timeline, as `GET /api/sessions/{id}/timeline` has it.
    Json,
    /// A line a statement; nothing in it that a spreadsheet would run.
    Csv,
    /// A terminal's recording, asciicast v2: `asciinema play FILE`.
    Asciicast,
}

impl Form {
    /// How the record calls it.
    pub const fn mode(self) -> ReplayMode {
        match self {
            Self::Json => ReplayMode::Json,
            Self::Csv => ReplayMode::Text,
            Self::Asciicast => ReplayMode::Terminal,
        }
    }

    const fn media(self) -> (&'static str, &'static str) {
        match self {
            Self::Json => ("application/json", "json"),
            Self::Csv => ("text/csv; charset=utf-8", "csv"),
            Self::Asciicast => ("application/x-asciicast", "cast"),
        }
    }
}

/// Why the connection was cut.
#[derive(Debug, thiserror::Error)]
#[error("the file broke off: {0}")]
struct BrokeOff(String);

/// `walk` as the body of an answer, to be kept as a file. Dropping it ends the reading.
pub fn response(walk: Walk, form: Form) -> Response {
    let session = walk.frame().session;
    let writer = Writer {
        form,
        began: false,
        cast: Asciicast::default(),
    };
    let pieces = unfold(Some((walk, writer)), |state| async move {
        let (mut walk, mut writer) = state?;
        let piece = match walk.next().await {
            Some(Ok(entries)) => writer.entries(walk.frame(), &entries),
            Some(Err(error)) => return Some((Err(BrokeOff(error.to_string())), None)),
            None => {
                let last = writer.end(walk.frame());
                return Some((last.map(Bytes::from), None));
            }
        };
        match piece {
            Ok(piece) => Some((Ok(Bytes::from(piece)), Some((walk, writer)))),
            Err(error) => Some((Err(error), None)),
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    let (media, ending) = form.media();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    let kept = format!("attachment; filename=\"firn-session-{session}.{ending}\"");
    if let Ok(kept) = HeaderValue::from_str(&kept) {
        headers.insert(CONTENT_DISPOSITION, kept);
    }
    response
}

/// Entries to the text of a file.
struct Writer {
    form: Form,
    began: bool,
    cast: Asciicast,
}

impl Writer {
    fn entries(&mut self, frame: &Frame, entries: &[Entry]) -> Result<String, BrokeOff> {
        let first = !std::mem::replace(&mut self.began, true);
        let mut text = match (self.form, first) {
            (_, false) => String::new(),
            (Form::Json, true) => lines::json_head(frame).map_err(broken)?,
            (Form::Csv, true) => lines::csv_head().map_err(broken)?,
            (Form::Asciicast, true) => self.cast.begin(frame),
        };
        match self.form {
            Form::Json => {
                for (entry, at) in entries.iter().zip(0..) {
                    text.push_str(if first && at == 0 { "" } else { "," });
                    text.push_str(&serde_json::to_string(entry).map_err(broken)?);
                }
            }
            Form::Csv => text.push_str(&lines::csv(entries).map_err(broken)?),
            Form::Asciicast => text.push_str(&self.cast.entries(entries)),
        }
        Ok(text)
    }

    /// What comes after the last entry; a file without entries has its beginning and its end.
    fn end(&mut self, frame: &Frame) -> Result<String, BrokeOff> {
        let mut text = match self.began {
            true => String::new(),
            false => self.entries(frame, &[])?,
        };
        match self.form {
            Form::Json => text.push_str(&lines::json_end(frame).map_err(broken)?),
            Form::Csv | Form::Asciicast => {}
        }
        Ok(text)
    }
}

fn broken(error: impl std::fmt::Display) -> BrokeOff {
    BrokeOff(error.to_string())
}
