//! Where time stands, and what stands out when.
//!
//! Enters: a timeline, where its replay stands. Leaves: one line. Never here: more marks than cells: of several in one the gravest shows.

use crate::paint::{Line, Style};
use crate::player::{Following, Player};
use crate::timeline::{Entry, Marker, Timeline};
use crate::when;

/// What a moment is marked with; the higher, the graver.
fn mark(entry: &Entry) -> Option<(u8, Style, char)> {
    let graver = |marker: &Marker| match marker {
        Marker::Denied => (5, Style::Bad, '▲'),
        Marker::Failed => (4, Style::Bad, '×'),
        Marker::Degraded => (3, Style::Bad, '░'),
        Marker::Held => (2, Style::Warn, '◆'),
        Marker::Masked => (1, Style::Masked, '▒'),
        Marker::Canceled => (0, Style::Warn, '·'),
    };
    let marks = entry.markers().iter().map(graver);
    marks.max_by_key(|(grade, _, _)| *grade)
}

/// The line, `width` cells long.
pub fn bar(timeline: &Timeline, player: &Player, width: usize) -> Line {
    let clock = format!(
        "{} / {}",
        when::offset(player.at_ns()),
        when::offset(timeline.duration_ns)
    );
    let tail = format!(" {clock}  ×{}  {}", player.speed(), state(player));
    let cells = width.saturating_sub(display::screen::width(&tail)).max(1);
    let place = |at_ns: i64| {
        let share = at_ns as f64 / timeline.duration_ns.max(1) as f64;
        ((share * (cells - 1) as f64) as usize).min(cells - 1)
    };
    let mut marks: Vec<(Option<u8>, Style, char)> = vec![(None, Style::Dim, '─'); cells];
    for entry in &timeline.entries {
        let Some((grade, style, sign)) = mark(entry) else {
            continue;
        };
        let from = place(entry.at_ns());
        // A stretch is marked from its beginning to its end.
        let to = match entry {
            Entry::Note(note) => place(note.at_ns + note.duration_ns),
            Entry::Statement(_) => from,
        };
        for cell in marks.iter_mut().take(to + 1).skip(from) {
            if cell.0 < Some(grade) {
                *cell = (Some(grade), style, sign);
            }
        }
    }
    if let Some(cell) = marks.get_mut(place(player.at_ns())) {
        *cell = (None, Style::Selected, '┃');
    }
    let mut line = Line::default();
    for (_, style, sign) in marks {
        line = line.and(style, sign.to_string());
    }
    line.and(Style::Dim, tail)
}

fn state(player: &Player) -> &'static str {
    let follows = *player.following() == Following::Yes;
    match (player.is_at_end(), player.is_paused()) {
        (true, false) if follows => "live",
        (_, true) if follows => "paused (live)",
        (true, _) => "end",
        (false, true) => "paused",
        (false, false) => "playing",
    }
}
