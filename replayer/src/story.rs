//! A statement or note in lines, as far as it has come.
//!
//! Enters: an entry and which phases of it show. Leaves: styled lines fitting a width. Never here: a control character of the record.

use display::grid::{Grid, Why};
use display::screen::{Cell, Head, Mark, Pieces, Table, block, line, wrap};
use event::payload::Verdict;

use crate::paint::{Line, Style};
use crate::timeline::{
    Approval, ApprovalOutcome, Decision, Entry, Marker, MovedFile, Note, Phase, Request, Statement,
    StatementResult,
};
use crate::when;

/// How much is shown.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Terminal cells.
    pub width: usize,
    /// Rows of each result.
    pub rows: usize,
    /// First row shown of each result.
    pub first_row: usize,
}

/// The word and style that sum `entry` up in a list.
pub fn badge(entry: &Entry) -> (Style, &'static str) {
    let Entry::Statement(statement) = entry else {
        return if entry.markers().contains(&Marker::Denied) {
            (Style::Bad, "refused")
        } else if entry.markers().contains(&Marker::Degraded) {
            (Style::Bad, "degraded")
        } else {
            (Style::Dim, "session")
        };
    };
    let has = |marker| statement.markers.contains(&marker);
    if has(Marker::Denied) {
        (Style::Bad, "denied")
    } else if has(Marker::Failed) {
        (Style::Bad, "failed")
    } else if has(Marker::Canceled) {
        (Style::Warn, "canceled")
    } else if has(Marker::Held) {
        let approval = statement.approval.as_ref();
        if approval.is_some_and(|approval| approval.outcome == ApprovalOutcome::Granted) {
            (Style::Good, "approved")
        } else {
            (Style::Warn, "held")
        }
    } else if has(Marker::Masked) {
        (Style::Masked, "masked")
    } else {
        (Style::Good, "allowed")
    }
}

/// One line that names `entry`.
pub fn title(entry: &Entry) -> String {
    match entry {
        Entry::Note(note) => line(&note.text).into_owned(),
        Entry::Statement(statement) => match &statement.request {
            Some(request) => {
                let words: Vec<&str> = request.text.split_whitespace().collect();
                line(&words.join(" ")).into_owned()
            }
            None => "(the statement itself is not in the record)".to_owned(),
        },
    }
}

/// `entry` in lines: what `shown` says has happened.
pub fn tell(entry: &Entry, shown: &dyn Fn(Phase) -> bool, shape: Shape) -> Vec<Line> {
    match entry {
        Entry::Note(note) => tell_note(note, shape),
        Entry::Statement(statement) => tell_statement(statement, shown, shape),
    }
}

fn stamp(at_ns: i64) -> String {
    format!("{:>10}  ", when::offset(at_ns))
}

fn tell_note(note: &Note, shape: Shape) -> Vec<Line> {
    let style = if note.markers.is_empty() {
        Style::Dim
    } else {
        Style::Bad
    };
    let stamp = stamp(note.at_ns);
    let wide = display::screen::width(&stamp);
    let wrapped = wrap(&line(&note.text), shape.width.saturating_sub(wide));
    let mut before = Some(stamp);
    wrapped
        .into_iter()
        .map(|text| {
            let before = before.take().unwrap_or_else(|| " ".repeat(wide));
            Line::of(Style::Dim, before).and(style, text)
        })
        .collect()
}

fn tell_statement(statement: &Statement, shown: &dyn Fn(Phase) -> bool, shape: Shape) -> Vec<Line> {
    let mut lines = vec![
        Line::of(Style::Dim, stamp(statement.at_ns))
            .and(Style::Strong, format!("#{} ", statement.number))
            .and(Style::Dim, statement.statement.to_string()),
    ];
    if let Some(request) = &statement.request {
        lines.extend(tell_request(request, shape));
    }
    if let Some(decision) = statement
        .decision
        .as_ref()
        .filter(|_| shown(Phase::Decided))
    {
        lines.extend(tell_decision(decision));
    }
    if let Some(approval) = statement.approval.as_ref().filter(|_| shown(Phase::Held)) {
        lines.extend(tell_approval(approval, shown));
    }
    if let Some(forwarded) = statement
        .forwarded
        .as_ref()
        .filter(|_| shown(Phase::Forwarded))
    {
        let query = forwarded
            .query_id
            .as_deref()
            .unwrap_or("without a query id");
        let text = format!("sent to snowflake: {}", line(query));
        lines.push(fact(forwarded.at_ns, Style::Plain, text));
    }
    for (index, result) in statement.results.iter().enumerate() {
        if shown(Phase::Result(index)) {
            lines.extend(tell_result(result, shape));
        }
    }
    for (index, file) in statement.files.iter().enumerate() {
        if shown(Phase::Moved(index)) {
            lines.push(tell_file(file));
        }
    }
    if let Some(failure) = statement.failure.as_ref().filter(|_| shown(Phase::Failed)) {
        let text = format!(
            "failed ({}): {} {}",
            failure.stage,
            line(&failure.code),
            line(&failure.message)
        );
        lines.push(fact(failure.at_ns, Style::Bad, text));
    }
    if let Some(canceled) = statement
        .canceled
        .as_ref()
        .filter(|_| shown(Phase::Canceled))
    {
        let text = format!("canceled by {}", line(canceled.by.as_str()));
        lines.push(fact(canceled.at_ns, Style::Warn, text));
    }
    lines
}

fn tell_file(file: &MovedFile) -> Line {
    let (verb, to) = if file.uploaded {
        ("uploaded", "to")
    } else {
        ("downloaded", "from")
    };
    let found = file.found.iter();
    let found = found.map(|one| format!(", {} {}", one.cells, line(&one.class)));
    let masked = match file.masked_cells {
        0 => String::new(),
        cells => format!(", {cells} cells masked"),
    };
    let text = format!(
        "{verb} {} {to} {}: {} bytes of {}{}{masked}, sha-256 {}",
        line(&file.file),
        line(&file.stage),
        file.bytes,
        file.content,
        found.collect::<String>(),
        file.digest,
    );
    let style = if file.masked_cells > 0 {
        Style::Masked
    } else {
        Style::Plain
    };
    fact(file.at_ns, style, text)
}

fn tell_request(request: &Request, shape: Shape) -> Vec<Line> {
    let mut lines = Vec::new();
    for text in block(&request.text) {
        let wrapped = wrap(&text, shape.width.saturating_sub(4));
        lines.extend(
            wrapped
                .into_iter()
                .map(|text| Line::of(Style::Plain, "    ").and(Style::Sql, text)),
        );
    }
    for bind in &request.binds {
        let values: Vec<&str> = bind
            .values
            .iter()
            .map(|value| value.as_deref().unwrap_or("NULL"))
            .collect();
        let text = format!("    :{} = {}", line(&bind.name), line(&values.join(", ")));
        lines.push(Line::of(Style::Dim, text));
    }
    lines
}

fn fact(at_ns: i64, style: Style, text: impl Into<String>) -> Line {
    Line::of(Style::Dim, stamp(at_ns)).and(style, text)
}

fn tell_decision(decision: &Decision) -> Vec<Line> {
    let (style, word) = match decision.verdict {
        Verdict::Allow => (Style::Good, "allowed"),
        Verdict::Mask => (Style::Masked, "masked"),
        Verdict::Hold => (Style::Warn, "held"),
        Verdict::Deny => (Style::Bad, "denied"),
    };
    let mut lines = vec![fact(decision.at_ns, style, word)];
    let because = decision.reasons.iter().map(|reason| {
        let text = format!("            {}: {}", line(&reason.rule), line(&reason.text));
        Line::of(Style::Plain, text)
    });
    lines.extend(because);
    lines
}

fn tell_approval(approval: &Approval, shown: &dyn Fn(Phase) -> bool) -> Vec<Line> {
    let quorum: Vec<String> = approval
        .quorum
        .iter()
        .map(|quorum| format!("{} from {}", quorum.needed, line(&quorum.group)))
        .collect();
    let text = format!("waits for approval: {}", quorum.join(" and "));
    let mut lines = vec![fact(approval.at_ns, Style::Warn, text)];
    for (number, answer) in approval.answers.iter().enumerate() {
        if !shown(Phase::Answered(number)) {
            continue;
        }
        let (style, word) = if answer.granted {
            (Style::Good, "granted")
        } else {
            (Style::Bad, "denied")
        };
        let note = if answer.note.is_empty() {
            String::new()
        } else {
            format!(": {}", line(&answer.note))
        };
        lines.push(fact(
            answer.at_ns,
            style,
            format!("{word} by {}{note}", line(&answer.by.display)),
        ));
    }
    let last = approval.answers.len().checked_sub(1);
    let ended = shown(Phase::WaitEnded) || last.is_some_and(|last| shown(Phase::Answered(last)));
    if let (Some(at_ns), Some(wait), true) = (approval.ended_at_ns, approval.wait_ns, ended) {
        let (style, word) = match approval.outcome {
            ApprovalOutcome::Granted => (Style::Good, "approved"),
            ApprovalOutcome::Denied => (Style::Bad, "refused"),
            ApprovalOutcome::Expired => (Style::Bad, "nobody answered"),
            ApprovalOutcome::Canceled => (Style::Warn, "no longer wanted"),
            ApprovalOutcome::Pending => (Style::Warn, "still waits"),
        };
        lines.push(fact(
            at_ns,
            style,
            format!("{word} after {}", when::span(wait)),
        ));
    }
    lines
}

fn tell_result(result: &StatementResult, shape: Shape) -> Vec<Line> {
    let mut text = format!("{}, {} bytes", rows_of(result.rows), result.bytes);
    if let Some(counts) = &result.counts {
        let parts = [
            (counts.inserted, "inserted"),
            (counts.updated, "updated"),
            (counts.deleted, "deleted"),
            (counts.duplicates, "duplicates"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        text = parts
            .map(|(count, what)| format!("{count} {what}"))
            .collect::<Vec<_>>()
            .join(", ");
        if text.is_empty() {
            "no row changed".clone_into(&mut text);
        }
    }
    let mut head = fact(result.at_ns, Style::Good, text);
    if result.masked_cells > 0 {
        head = head.and(Style::Plain, "  ").and(
            Style::Masked,
            format!("{} cells masked", result.masked_cells),
        );
    }
    let mut lines = vec![head];
    if let Some(why) = &result.unreadable {
        lines.push(Line::of(
            Style::Bad,
            format!("    the rows cannot be shown: {}", line(why)),
        ));
    }
    lines.extend(tell_masks(&result.grid));
    lines.extend(tell_rows(&result.grid, shape));
    lines.extend(tell_holes(&result.grid));
    lines
}

fn tell_masks(grid: &Grid) -> Vec<Line> {
    let masked = grid
        .columns
        .iter()
        .filter(|column| column.masked_cells() > 0);
    masked
        .map(|column| {
            let by: Vec<String> = column
                .masked
                .iter()
                .map(|masked| format!("{} × {}", line(&masked.by), masked.cells))
                .collect();
            Line::of(Style::Plain, "    ")
                .and(Style::Masked, line(&column.name))
                .and(Style::Dim, format!(" {}", by.join(", ")))
        })
        .collect()
}

fn tell_rows(grid: &Grid, shape: Shape) -> Vec<Line> {
    if grid.columns.is_empty() || grid.rows.is_empty() {
        return Vec::new();
    }
    let rows: Vec<Vec<Cell>> = grid
        .rows
        .iter()
        .skip(shape.first_row)
        .take(shape.rows)
        .map(|row| {
            let cells = row.iter().zip(&grid.columns);
            cells
                .map(|(cell, column)| {
                    cell_of(
                        cell.as_deref(),
                        grid.mask_all || column.operator.is_some(),
                        column.masked_cells() > 0,
                    )
                })
                .collect()
        })
        .collect();
    let table = Table {
        heads: grid
            .columns
            .iter()
            .map(|column| Head {
                text: if column.masked_cells() > 0 || column.operator.is_some() || grid.mask_all {
                    format!("{} ▒", column.name)
                } else {
                    column.name.clone()
                },
                right: matches!(column.data_type.as_str(), "fixed" | "real"),
                whole: false,
            })
            .collect(),
        rows,
    };
    let shown = table.rows.len();
    let pieces = table.lines(Some(shape.width.saturating_sub(4)));
    let mut lines: Vec<Line> = pieces.into_iter().map(indented).collect();
    let hidden = grid.rows.len().saturating_sub(shape.first_row + shown);
    if hidden > 0 {
        lines.push(Line::of(Style::Dim, format!("    … {hidden} rows more")));
    }
    lines
}

fn indented(pieces: Pieces) -> Line {
    let pieces = pieces
        .into_iter()
        .map(|(mark, text)| (Style::from(mark), text));
    Line(
        [(Style::Plain, "    ".to_owned())]
            .into_iter()
            .chain(pieces)
            .collect(),
    )
}

/// A cell of a column that a rule masks is masked whatever it shows; where only detectors spoke, the label tells which.
fn cell_of(text: Option<&str>, by_rule: bool, detected: bool) -> Cell {
    let Some(text) = text else {
        return Cell::null();
    };
    let mark = if by_rule || (detected && is_label(text)) {
        Mark::Masked
    } else {
        Mark::Plain
    };
    Cell {
        text: text.to_owned(),
        mark,
    }
}

/// `***`, or text that holds `[LABEL]`.
fn is_label(text: &str) -> bool {
    if text.contains("***") {
        return true;
    }
    text.split('[').skip(1).any(|rest| {
        rest.split_once(']').is_some_and(|(label, _)| {
            let upper = |character: char| {
                character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_'
            };
            !label.is_empty() && label.chars().all(upper)
        })
    })
}

fn rows_of(count: u64) -> String {
    format!("{count} {}", if count == 1 { "row" } else { "rows" })
}

fn tell_holes(grid: &Grid) -> Vec<Line> {
    let mut lines = Vec::new();
    for (why, text) in [
        (Why::DigestOnly, "delivered; policy keeps the digest only"),
        (
            Why::Missing,
            "delivered, but a piece of the page is not in the record",
        ),
        (Why::Cut, "recorded beyond what is shown here"),
    ] {
        let rows: u64 = grid
            .holes
            .iter()
            .filter(|hole| hole.why == why)
            .map(|hole| hole.rows)
            .sum();
        if rows > 0 {
            lines.push(Line::of(
                Style::Warn,
                format!("    {}: {text}", rows_of(rows)),
            ));
        }
    }
    lines
}
