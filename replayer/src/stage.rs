//! One frame of the player.
//!
//! Enters: a timeline, where its replay stands, a window. Leaves: exactly as many lines as the window has, none wider than it. Never here: a
//! terminal.

mod bar;
mod raw;

use crate::groups::{Row, rows_of};
use crate::keys::{Binding, KEYS};
use crate::limits::{LIST_WIDTH, WIDE_FROM, WINDOW_MIN};
use crate::paint::{Line, Style};
use crate::player::{Following, Player, Sheet};
use crate::story::{Shape, badge, tell, title};
use crate::timeline::{Entry, Phase, Timeline};
use crate::transcript::head;
use crate::when;

/// Entries listed above the one that plays, at most.
const LIST_MAX: usize = 8;
/// Narrowest window in which the keys stand in two columns, and how wide one is, terminal cells.
const KEYS_WIDTH: (usize, usize) = (76, 38);

/// The frame for a window of `width` × `height` cells.
pub fn frame(timeline: &Timeline, player: &Player, width: usize, height: usize) -> Vec<Line> {
    if width < WINDOW_MIN.0 || height < WINDOW_MIN.1 {
        let text = format!(
            "too small: a window of {} × {} is needed",
            WINDOW_MIN.0, WINDOW_MIN.1
        );
        return vec![Line::of(Style::Warn, text).fit(width)];
    }
    let mut lines = head(timeline);
    lines.push(bar::bar(timeline, player, width));
    let room = height.saturating_sub(lines.len() + 1);
    lines.extend(match player.sheet() {
        Some(Sheet::Help) => help(width),
        Some(Sheet::Raw) | None if width >= WIDE_FROM => beside(timeline, player, width, room),
        Some(Sheet::Raw) | None => above(timeline, player, width, room),
    });
    lines.truncate(height - 1);
    lines.resize(height - 1, Line::default());
    lines.push(foot(player));
    lines.into_iter().map(|line| line.fit(width)).collect()
}

/// The list over what plays.
fn above(timeline: &Timeline, player: &Player, width: usize, room: usize) -> Vec<Line> {
    let mut lines = list(timeline, player, (room / 4 + 1).min(LIST_MAX));
    lines.push(Line::of(Style::Dim, "─".repeat(width)));
    let left = room.saturating_sub(lines.len());
    lines.extend(detail(timeline, player, width, left));
    lines
}

/// The list beside what plays.
fn beside(timeline: &Timeline, player: &Player, width: usize, room: usize) -> Vec<Line> {
    let left = (width * 2 / 5).clamp(LIST_WIDTH.0, LIST_WIDTH.1);
    let rule = || Line::of(Style::Dim, " │ ");
    let right = width - left - rule().width();
    let mut listed = list(timeline, player, room).into_iter();
    let mut told = detail(timeline, player, right, room).into_iter();
    (0..room)
        .map(|_| {
            let one = listed.next().unwrap_or_default();
            let rule = one.beside(left, rule());
            rule.beside(left + 3, told.next().unwrap_or_default())
        })
        .collect()
}

/// The entries that have begun, newest last; equal ones after each other are one line.
fn list(timeline: &Timeline, player: &Player, room: usize) -> Vec<Line> {
    let begun = |index: usize| player.shows(index, Phase::Begun);
    let entries = &timeline.entries;
    let end = (0..entries.len()).rfind(|index| begun(*index));
    let shown = end.map_or(0, |end| end + 1);
    let rows = rows_of(entries.get(..shown).unwrap_or_default(), player.open());
    let rows: Vec<Row> = rows.into_iter().filter(|row| begun(row.from)).collect();
    let rows = rows.iter().skip(rows.len().saturating_sub(room));
    rows.filter_map(|row| Some(listed(*row, entries.get(row.from)?, player)))
        .collect()
}

fn listed(row: Row, entry: &Entry, player: &Player) -> Line {
    let told = (row.from..row.from + row.count).all(|index| player.is_told(index));
    let (style, word) = match told {
        true => badge(entry),
        false => (Style::Dim, "…"),
    };
    let here = player.entry().is_some_and(|index| row.holds(index));
    let found = (row.from..row.from + row.count).any(|index| player.is_found(index));
    let pointer = match (here, found) {
        (true, _) => "▸ ",
        (false, true) => "/ ",
        (false, false) => "  ",
    };
    let line = Line::of(Style::Strong, pointer)
        .and(Style::Dim, format!("{:>10}  ", when::offset(entry.at_ns())))
        .and(style, display::screen::pad(word, 9, false));
    let line = match row.count {
        1 => line,
        count => line.and(Style::Dim, format!("{count} like ")),
    };
    line.and(Style::Plain, title(entry))
}

fn detail(timeline: &Timeline, player: &Player, width: usize, room: usize) -> Vec<Line> {
    let Some((index, entry)) = player
        .entry()
        .and_then(|index| timeline.entries.get(index).map(|entry| (index, entry)))
    else {
        return Vec::new();
    };
    let (scroll, first_row) = player.scroll();
    let told = match player.sheet() {
        Some(Sheet::Raw) => raw::raw(entry, width),
        Some(Sheet::Help) | None => {
            let shape = Shape {
                width,
                rows: room.max(1),
                first_row,
            };
            tell(entry, &|phase| player.shows(index, phase), shape)
        }
    };
    // Scrolling stops where the last line is at the top.
    let skipped = scroll.min(told.len().saturating_sub(1));
    told.into_iter().skip(skipped).take(room).collect()
}

/// The keys, in two columns where there is room.
fn help(width: usize) -> Vec<Line> {
    let told = |binding: &Binding| {
        Line::of(Style::Strong, format!("  {:<11}", binding.names)).and(Style::Plain, binding.help)
    };
    let rows = match width >= KEYS_WIDTH.0 {
        true => KEYS.len().div_ceil(2),
        false => KEYS.len(),
    };
    let (left, right) = KEYS.split_at(rows);
    let mut right = right.iter();
    let keys = left.iter().map(|binding| match right.next() {
        Some(other) => told(binding).beside(KEYS_WIDTH.1, told(other)),
        None => told(binding),
    });
    std::iter::once(Line::default()).chain(keys).collect()
}

fn foot(player: &Player) -> Line {
    if let Some(typed) = player.typed() {
        let typed = display::screen::line(typed);
        return Line::of(Style::Strong, format!("/{typed}"))
            .and(Style::Selected, " ")
            .and(Style::Dim, "  enter searches, esc does not");
    }
    let (reached, all) = player.progress();
    if let Following::Lost(why) = player.following() {
        let why = display::screen::line(why);
        let text = format!("{reached}/{all}  what comes is not seen any more: {why}");
        return Line::of(Style::Bad, text);
    }
    let hints = match player.searched() {
        Some((words, count)) => {
            let words = display::screen::line(words);
            let words = display::screen::fit(&words, 24);
            format!("{words}: {count} found  n next  N before  / search  ? keys  q quit")
        }
        None => "space pause  → next  j statement  d denial  / search  ? keys  q quit".to_owned(),
    };
    Line::of(Style::Dim, format!("{reached}/{all}  {hints}"))
}
