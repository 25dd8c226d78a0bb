//! A whole timeline as text: for pipes, files, terminals without a cursor.
//!
//! Enters: a timeline. Leaves: lines in order. Never here: waiting, colours unless asked for.

use std::io::{self, Write};

use display::screen::line;

use crate::limits::{TEXT_ROWS_MAX, TEXT_WIDTH};
use crate::paint::{Line, Style};
use crate::story::{Shape, tell};
use crate::timeline::Timeline;
use crate::when;

/// Every entry of `timeline` in full, with a head and a summary.
pub fn transcript(timeline: &Timeline, width: usize, rows: usize) -> Vec<Line> {
    let mut lines = head(timeline);
    let shape = Shape {
        width,
        rows,
        first_row: 0,
    };
    for entry in &timeline.entries {
        lines.push(Line::default());
        lines.extend(tell(entry, &|_| true, shape));
    }
    lines.push(Line::default());
    lines.push(summary(timeline));
    lines.extend(
        timeline
            .parts
            .iter()
            .filter(|part| part.missing > 0)
            .map(|part| {
                let text = format!(
                    "{} events recorded by run {} are missing here; `firn verify` tells more",
                    part.missing, part.run
                );
                Line::of(Style::Bad, text)
            }),
    );
    lines
}

/// Who, from where, when.
pub(crate) fn head(timeline: &Timeline) -> Vec<Line> {
    let head = &timeline.head;
    let (who, agent) = match &head.principal {
        Some(principal) => {
            let agent = principal.agent.as_ref().map(|agent| {
                format!(
                    " with {} {}",
                    line(&agent.application),
                    line(&agent.version)
                )
            });
            (
                line(&principal.display).into_owned(),
                agent.unwrap_or_default(),
            )
        }
        None => ("somebody unknown".to_owned(), String::new()),
    };
    let connection = head.connection.as_deref().unwrap_or("?");
    let from = head
        .source
        .as_ref()
        .map(|source| format!(" from {}", line(&source.ip)));
    vec![
        Line::of(Style::Strong, who).and(
            Style::Plain,
            format!("{agent}{} → {}", from.unwrap_or_default(), line(connection)),
        ),
        Line::of(
            Style::Dim,
            format!(
                "session {}  {}",
                timeline.session,
                when::instant(timeline.start)
            ),
        ),
    ]
}

pub(crate) fn summary(timeline: &Timeline) -> Line {
    let totals = &timeline.totals;
    let counted = [
        (totals.statements, "statements"),
        (totals.denied, "denied"),
        (totals.held, "held"),
        (totals.failed, "failed"),
        (totals.rows, "rows"),
        (totals.masked_cells, "cells masked"),
        (totals.events, "events"),
    ];
    let counted: Vec<String> = counted
        .iter()
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    Line::of(
        Style::Dim,
        format!(
            "{}, {}",
            counted.join(", "),
            when::span(timeline.duration_ns)
        ),
    )
}

/// The transcript without colours, at the width and with the rows a pipe gets.
pub fn text(timeline: &Timeline) -> String {
    let lines = transcript(timeline, TEXT_WIDTH, TEXT_ROWS_MAX);
    lines.iter().map(|line| line.plain() + "\n").collect()
}

/// Writes the transcript, coloured where `colours` says so.
pub fn print(
    out: &mut dyn Write,
    timeline: &Timeline,
    width: usize,
    rows: usize,
    colours: bool,
) -> io::Result<()> {
    for line in transcript(timeline, width, rows) {
        if colours {
            writeln!(out, "{}", line.ansi(width))?;
        } else {
            writeln!(out, "{}", line.plain())?;
        }
    }
    out.flush()
}
