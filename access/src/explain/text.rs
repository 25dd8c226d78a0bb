//! An explanation as a person would want to read it.
//!
//! Enters: an [`Explanation`]. Leaves: text for a terminal. Never here: colours where none are wanted.

use std::fmt::Write as _;
use std::time::Duration;

use event::payload::{Reason, Verdict};
use permit::Hold;

use super::underline::{underlined, visible};
use super::{Explanation, OutputColumn, Shown};
use crate::analysis::Derivation;

const SQL_LINES_MAX: usize = 6;

impl Explanation {
    /// Verdict, rules with the place in the statement, lineage of each output column.
    pub fn text(&self, colour: bool) -> String {
        let mut page = Page {
            text: String::new(),
            colour,
        };
        self.verdict(&mut page);
        self.reasons(&mut page);
        self.columns(&mut page);
        self.facts(&mut page);
        page.text
    }

    fn verdict(&self, page: &mut Page) {
        let decision = &self.outcome.decision;
        let (word, paint) = match decision.verdict() {
            Verdict::Allow => ("ALLOW", "32"),
            Verdict::Mask => ("MASK", "36"),
            Verdict::Hold => ("HOLD", "33"),
            Verdict::Deny => ("DENY", "31"),
        };
        let means = match (decision.verdict(), decision.hold()) {
            (_, Some(hold)) => waits_for(hold),
            (Verdict::Allow, _) => "it runs; value detectors still look at every cell".to_owned(),
            (Verdict::Mask, _) => "it runs; the columns below are masked".to_owned(),
            (Verdict::Hold, None) => "it waits for approval".to_owned(),
            (Verdict::Deny, _) => "it does not run".to_owned(),
        };
        let verdict = page.paint(word, &format!("1;{paint}"));
        page.line(&format!("{verdict} for {}: {means}", visible(&self.user)));
    }

    fn reasons(&self, page: &mut Page) {
        for reason in self.outcome.decision.reasons() {
            page.line("");
            let place = self.places.iter().find(|(id, _)| *id == reason.rule);
            let place = place.map_or(String::new(), |(_, place)| format!("  {place}"));
            let rule = page.paint(&reason.rule, "1");
            page.line(&format!("  {rule}{place}"));
            page.line(&format!("    {}", visible(&reason.text)));
            for line in self.place_of(reason) {
                page.line(&format!("      {line}"));
            }
        }
    }

    fn place_of(&self, reason: &Reason) -> Vec<String> {
        let offset = |place: Option<u64>| place.and_then(|place| usize::try_from(place).ok());
        match (offset(reason.span_start), offset(reason.span_end)) {
            // The whole statement underlined points at nothing.
            (Some(start), Some(end)) if end - start.min(end) < self.sql.trim().len() => {
                underlined(&self.sql, start, end, SQL_LINES_MAX)
            }
            _ => Vec::new(),
        }
    }

    fn columns(&self, page: &mut Page) {
        let statements = self.statements();
        let several = statements.len() > 1;
        for (index, statement) in statements.iter().enumerate() {
            if several {
                page.line(&format!("\nstatement {} ({})", index + 1, statement.kind));
            }
            match &statement.columns {
                Some(columns) if !columns.is_empty() => table(page, columns),
                None if statement.mask_all => {
                    page.line("\n  its columns could not be told: every column is redacted");
                }
                Some(_) | None => {}
            }
        }
    }

    fn facts(&self, page: &mut Page) {
        let analysis = &self.outcome.analysis;
        page.line("");
        for (name, values) in [
            ("kinds", analysis.kinds.join(", ")),
            ("reads", analysis.reads.join(", ")),
            ("writes", analysis.writes.join(", ")),
            ("findings", analysis.flags.join(", ")),
        ] {
            if !values.is_empty() {
                page.line(&format!("{name:<9} {}", visible(&values)));
            }
        }
        let decision = &self.outcome.decision;
        let short = |text: &str| text.chars().take(12).collect::<String>();
        let policy = short(&decision.policy_hash().to_string());
        page.line(&format!(
            "policy    {policy}  catalog {}  binding {}",
            short(decision.catalog_version()),
            short(&decision.binding().to_string()),
        ));
    }
}

/// Columns in columns.
fn table(page: &mut Page, columns: &[OutputColumn<'_>]) {
    let mut rows = vec![["#", "column", "comes from", "how", "shown"].map(str::to_owned)];
    rows.extend(columns.iter().map(row));
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    page.line("");
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        let line = format!("  {}", cells.join("  ").trim_end());
        let line = if index == 0 {
            page.paint(&line, "2")
        } else {
            line
        };
        page.line(&line);
    }
}

fn row(column: &OutputColumn<'_>) -> [String; 5] {
    let sources = match (column.unresolved, column.sources) {
        (true, _) => "could not be told".to_owned(),
        (false, []) => "no table".to_owned(),
        (false, [one]) => one.clone(),
        (false, [first, rest @ ..]) => format!("{first} and {} more", rest.len()),
    };
    let how = match column.derivation {
        _ if column.sources.is_empty() => "",
        Derivation::Identity => "as it is",
        Derivation::Reversible => "reversible",
        Derivation::Lossy => "in part",
        Derivation::Aggregate => "over rows",
    };
    let nulls = if column.null_blind { ", NULL too" } else { "" };
    let shown = match (&column.shown, column.rule) {
        (Shown::Clear, _) => "in clear".to_owned(),
        (Shown::Detect, _) => "yes".to_owned(),
        (Shown::Masked(operator), Some(rule)) => format!("{operator}{nulls} ({rule})"),
        (Shown::Masked(operator), None) => format!("{operator}{nulls}"),
    };
    [
        column.ordinal.to_string(),
        visible(column.name),
        visible(&sources),
        how.to_owned(),
        shown,
    ]
}

/// `it waits for 2 of data-oncall and 2 of security, up to 15m`.
fn waits_for(hold: &Hold) -> String {
    let groups: Vec<String> = hold
        .quorum
        .iter()
        .map(|quorum| format!("{} of {}", quorum.needed, quorum.group))
        .collect();
    let ttl = humantime::format_duration(Duration::from_nanos(hold.approval_ttl_ns));
    format!("it waits for {}, up to {ttl}", groups.join(" and "))
}

struct Page {
    text: String,
    colour: bool,
}

impl Page {
    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn paint(&self, text: &str, codes: &str) -> String {
        if self.colour {
            format!("\u{1b}[{codes}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
