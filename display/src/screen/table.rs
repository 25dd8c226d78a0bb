//! Rows as a table that fits its window, or as records where it cannot.
//!
//! Enters: heads and cells of any text. Leaves: lines in pieces, for the caller to paint. Never here: a dropped column.

use crate::limits::{COLUMN_WIDTH_MAX, COLUMN_WIDTH_MIN, COLUMN_WIDTH_READABLE};
use crate::screen::text::{fit, line, pad, width};

/// What a cell is, for whoever paints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// A column's head.
    Head,
    /// A plain value.
    Plain,
    /// NULL.
    Null,
    /// A value a mask made.
    Masked,
    /// Lines between cells.
    Rule,
}

/// A column's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its name.
    pub text: String,
    /// Values stand at the right edge.
    pub right: bool,
    /// Never cut while the others can be: ids are there to be copied.
    pub whole: bool,
}

impl Head {
    /// A column of text.
    pub fn text(name: impl Into<String>) -> Self {
        Self {
            text: name.into(),
            right: false,
            whole: false,
        }
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its text; cleaned when drawn.
    pub text: String,
    /// What it is.
    pub mark: Mark,
}

impl Cell {
    /// A plain value.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            mark: Mark::Plain,
        }
    }

    /// NULL.
    pub fn null() -> Self {
        Self {
            text: "NULL".to_owned(),
            mark: Mark::Null,
        }
    }
}

/// Heads and rows. A row shorter than the heads is filled with blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub heads: Vec<Head>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// Between two columns.
const GAP: &str = " │ ";
const GAP_WIDTH: usize = 3;

/// A line in pieces, each with what it is.
pub type Pieces = Vec<(Mark, String)>;

impl Table {
    /// The table as lines of at most `window` cells (none: as wide as needed, within reason).
    /// Where columns would be squeezed beyond reading, each row is shown as a record of its own.
    pub fn lines(&self, window: Option<usize>) -> Vec<Pieces> {
        let natural = self.natural_widths();
        let widths = match window {
            Some(window) => self.squeeze(&natural, window),
            None => natural.clone(),
        };
        let total = widths.iter().sum::<usize>() + GAP_WIDTH * widths.len().saturating_sub(1);
        let squeezed = widths
            .iter()
            .zip(&natural)
            .any(|(got, want)| got < want && *got < COLUMN_WIDTH_READABLE);
        match window {
            Some(window) if squeezed || total > window => self.records(window),
            _ => self.grid(&widths),
        }
    }

    /// Widths of the columns that may be cut shrink, the widest first; the others stay.
    fn squeeze(&self, natural: &[usize], window: usize) -> Vec<usize> {
        let gaps = GAP_WIDTH * natural.len().saturating_sub(1);
        let of = |whole: bool| {
            let columns = self.heads.iter().zip(natural);
            columns.filter(move |(head, _)| head.whole == whole)
        };
        let kept: usize = of(true).map(|(_, wide)| *wide).sum();
        let elastic: Vec<usize> = of(false).map(|(_, wide)| *wide).collect();
        let mut squeezed = shrink(&elastic, window.saturating_sub(gaps + kept)).into_iter();
        let columns = self.heads.iter().zip(natural);
        columns
            .map(|(head, wide)| {
                if head.whole {
                    Some(*wide)
                } else {
                    squeezed.next()
                }
            })
            .map(Option::unwrap_or_default)
            .collect()
    }

    fn natural_widths(&self) -> Vec<usize> {
        self.heads
            .iter()
            .enumerate()
            .map(|(index, head)| {
                let cells = self.rows.iter().filter_map(|row| row.get(index));
                cells
                    .map(|cell| width(&line(&cell.text)))
                    .chain([width(&line(&head.text))])
                    .max()
                    .unwrap_or(0)
                    .clamp(1, COLUMN_WIDTH_MAX)
            })
            .collect()
    }

    fn grid(&self, widths: &[usize]) -> Vec<Pieces> {
        let mut lines = Vec::with_capacity(self.rows.len() + 2);
        let heads: Vec<(Mark, &str)> = self
            .heads
            .iter()
            .map(|head| (Mark::Head, head.text.as_str()))
            .collect();
        lines.push(self.row(widths, &heads));
        let dashes: Vec<String> = widths.iter().map(|wide| "─".repeat(*wide)).collect();
        lines.push(vec![(Mark::Rule, dashes.join("─┼─"))]);
        for row in &self.rows {
            let cells: Vec<(Mark, &str)> = row
                .iter()
                .map(|cell| (cell.mark, cell.text.as_str()))
                .collect();
            lines.push(self.row(widths, &cells));
        }
        lines
    }

    fn row(&self, widths: &[usize], cells: &[(Mark, &str)]) -> Pieces {
        let last = widths.len().saturating_sub(1);
        let mut pieces = Pieces::new();
        for (index, (head, wide)) in self.heads.iter().zip(widths).enumerate() {
            if index > 0 {
                pieces.push((Mark::Rule, GAP.to_owned()));
            }
            let (mark, text) = cells.get(index).copied().unwrap_or((Mark::Plain, ""));
            let text = line(text);
            pieces.push(if index == last && !head.right {
                (mark, fit(&text, *wide).into_owned())
            } else {
                (mark, pad(&text, *wide, head.right))
            });
        }
        pieces
    }

    fn records(&self, window: usize) -> Vec<Pieces> {
        let names = self.heads.iter().map(|head| width(&line(&head.text)));
        let name_width = names.max().unwrap_or(0).min(window / 3).max(1);
        let value_width = window.saturating_sub(name_width + GAP_WIDTH).max(1);
        let mut lines = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            let title = format!("─ {} ", number + 1);
            let rest = window.saturating_sub(width(&title));
            lines.push(vec![(Mark::Rule, format!("{title}{}", "─".repeat(rest)))]);
            for (head, cell) in self.heads.iter().zip(row) {
                let text = line(&cell.text);
                lines.push(vec![
                    (Mark::Head, pad(&line(&head.text), name_width, false)),
                    (Mark::Rule, GAP.to_owned()),
                    (cell.mark, fit(&text, value_width).into_owned()),
                ]);
            }
        }
        lines
    }
}

/// Takes width from the widest columns until all fit `room`, or until all are at their narrowest.
fn shrink(natural: &[usize], room: usize) -> Vec<usize> {
    // The largest cap under which the sum fits: columns below it keep their natural width.
    let sum = |cap: usize| natural.iter().map(|wide| (*wide).min(cap)).sum::<usize>();
    let widest = natural.iter().copied().max().unwrap_or(0);
    let (mut low, mut high) = (COLUMN_WIDTH_MIN, widest.max(COLUMN_WIDTH_MIN));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if sum(middle) <= room {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    let mut widths: Vec<usize> = natural.iter().map(|wide| (*wide).min(low)).collect();
    let mut spare = room.saturating_sub(widths.iter().sum());
    for (wide, want) in widths.iter_mut().zip(natural) {
        if *wide < *want && spare > 0 {
            *wide += 1;
            spare -= 1;
        }
    }
    widths
}
