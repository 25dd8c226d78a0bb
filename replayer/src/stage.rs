//! One frame of the player.
//!
//! Enters: a timeline, where its replay stands, a window. Leaves: exactly as many lines as the window has. Never here: a terminal.

use crate::keys::KEYS;
use crate::limits::WINDOW_MIN;
use crate::paint::{Line, Style};
use crate::player::Player;
use crate::story::{Shape, badge, tell, title};
use crate::timeline::{Marker, Phase, Timeline};
use crate::transcript::head;
use crate::when;

/// Entries listed above the one that plays, at most.
const LIST_MAX: usize = 8;

/// The frame for a window of `width` × `height` cells.
pub fn frame(timeline: &Timeline, player: &Player, width: usize, height: usize) -> Vec<Line> {
    if width < WINDOW_MIN.0 || height < WINDOW_MIN.1 {
        let text = format!(
            "the window is too small: {} × {} is needed",
            WINDOW_MIN.0, WINDOW_MIN.1
        );
        return vec![Line::of(Style::Warn, text)];
    }
    let mut lines = head(timeline);
    lines.push(bar(timeline, player, width));
    if player.shows_help() {
        lines.extend(help());
    } else {
        lines.extend(list(timeline, player, (height / 4).min(LIST_MAX)));
        lines.push(Line::of(Style::Dim, "─".repeat(width)));
        let room = height.saturating_sub(lines.len() + 1);
        lines.extend(detail(timeline, player, width, room));
    }
    lines.truncate(height - 1);
    lines.resize(height - 1, Line::default());
    lines.push(foot(player));
    lines
}

/// Where time stands, with what stands out marked.
fn bar(timeline: &Timeline, player: &Player, width: usize) -> Line {
    let clock = format!(
        "{} / {}",
        when::offset(player.at_ns()),
        when::offset(timeline.duration_ns)
    );
    let state = match (player.is_at_end(), player.is_paused()) {
        (true, _) => "end",
        (_, true) => "paused",
        _ => "playing",
    };
    let tail = format!(" {clock}  ×{}  {state}", player.speed());
    let cells = width.saturating_sub(display::screen::width(&tail)).max(1);
    let place = |at_ns: i64| {
        let share = at_ns as f64 / timeline.duration_ns.max(1) as f64;
        ((share * (cells - 1) as f64) as usize).min(cells - 1)
    };
    let mut marks = vec![(Style::Dim, '─'); cells];
    for entry in &timeline.entries {
        let mark = match entry.markers() {
            markers if markers.contains(&Marker::Denied) => (Style::Bad, '▲'),
            markers if markers.contains(&Marker::Failed) => (Style::Bad, '×'),
            markers if markers.contains(&Marker::Held) => (Style::Warn, '◆'),
            markers if markers.contains(&Marker::Masked) => (Style::Masked, '▒'),
            _ => continue,
        };
        if let Some(cell) = marks.get_mut(place(entry.at_ns())) {
            *cell = mark;
        }
    }
    if let Some(cell) = marks.get_mut(place(player.at_ns())) {
        *cell = (Style::Selected, '┃');
    }
    let mut line = Line::default();
    for (style, mark) in marks {
        line = line.and(style, mark.to_string());
    }
    line.and(Style::Dim, tail)
}

/// The entries that have begun, newest last.
fn list(timeline: &Timeline, player: &Player, room: usize) -> Vec<Line> {
    let current = player.entry();
    let begun: Vec<(usize, &crate::timeline::Entry)> = timeline
        .entries
        .iter()
        .enumerate()
        .filter(|(index, _)| player.shows(*index, Phase::Begun))
        .collect();
    let skipped = begun.len().saturating_sub(room);
    begun
        .into_iter()
        .skip(skipped)
        .map(|(index, entry)| {
            let (style, word) = if player.is_told(index) {
                badge(entry)
            } else {
                (Style::Dim, "…")
            };
            let pointer = if Some(index) == current { "▸ " } else { "  " };
            Line::of(Style::Strong, pointer)
                .and(Style::Dim, format!("{:>10}  ", when::offset(entry.at_ns())))
                .and(style, display::screen::pad(word, 9, false))
                .and(Style::Plain, title(entry))
        })
        .collect()
}

fn detail(timeline: &Timeline, player: &Player, width: usize, room: usize) -> Vec<Line> {
    let Some((index, entry)) = player
        .entry()
        .and_then(|index| timeline.entries.get(index).map(|entry| (index, entry)))
    else {
        return Vec::new();
    };
    let (scroll, first_row) = player.scroll();
    let shape = Shape {
        width,
        rows: room.max(1),
        first_row,
    };
    let told = tell(entry, &|phase| player.shows(index, phase), shape);
    // Scrolling stops where the last line is at the top.
    let skipped = scroll.min(told.len().saturating_sub(1));
    told.into_iter().skip(skipped).take(room).collect()
}

fn help() -> Vec<Line> {
    let keys = KEYS.iter().map(|binding| {
        Line::of(Style::Strong, format!("  {:<12}", binding.names)).and(Style::Plain, binding.help)
    });
    std::iter::once(Line::default()).chain(keys).collect()
}

fn foot(player: &Player) -> Line {
    let (reached, all) = player.progress();
    Line::of(
        Style::Dim,
        format!(
            "{reached}/{all}  space pause  → next  d next denial  n next statement  ? keys  q quit"
        ),
    )
}
