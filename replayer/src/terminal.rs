//! The thin shell around the player: keys in, frames out.
//!
//! Enters: a timeline, what more comes of it, and a terminal. Leaves: the terminal as it was. Never here: a decision; `player` and `stage` make them.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{
    Event as TerminalEvent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read,
};
use crossterm::style::Print;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode, size,
};
use crossterm::{execute, queue};

use crate::keys::Key;
use crate::limits::FRAME_MS;
use crate::paint::Line;
use crate::player::{PlayOptions, Player};
use crate::stage::frame;
use crate::timeline::Timeline;

/// What is told of a session while it is played.
#[derive(Debug)]
pub enum News {
    /// It goes on: the same session, of which more is known.
    More(Box<Timeline>),
    /// Nothing more comes; why nobody looks any more, where it is not that the session is over.
    Over(Option<String>),
}

/// Plays `timeline` on the terminal until the reader quits, with the `news` of it as they come. Blocks its thread.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge: the player gets the time that went by as an argument"
)]
pub fn play(
    mut timeline: Timeline,
    options: &PlayOptions,
    mut news: impl FnMut() -> Option<News>,
) -> io::Result<()> {
    let mut player = Player::new(&timeline, options);
    let mut out = io::stdout();
    let _restore = Restore::enter(&mut out)?;
    let mut drawn: Vec<Line> = Vec::new();
    let mut last = Instant::now();
    while !player.has_quit() {
        while let Some(told) = news() {
            match told {
                News::More(more) => {
                    player.go_on(&more);
                    timeline = *more;
                }
                News::Over(why) => player.followed(why),
            }
        }
        let (width, height) = size()?;
        let lines = frame(&timeline, &player, width.into(), height.into());
        if lines != drawn {
            draw(&mut out, &lines, width.into())?;
            drawn = lines;
        }
        if poll(Duration::from_millis(FRAME_MS))? {
            match read()? {
                TerminalEvent::Key(key) => match asked(key) {
                    Asked::Leave => break,
                    Asked::Press(key) => player.press(key, &timeline),
                    Asked::Nothing => {}
                },
                TerminalEvent::Resize(..) => drawn.clear(),
                _ => {}
            }
        }
        let now = Instant::now();
        let elapsed = now.duration_since(last).as_nanos();
        last = now;
        player.advance(i64::try_from(elapsed).unwrap_or(i64::MAX));
    }
    Ok(())
}

/// How many columns the terminal has, if standard output is one.
pub fn columns() -> Option<usize> {
    use std::io::IsTerminal as _;
    let terminal = io::stdout().is_terminal();
    let (width, _) = size().ok().filter(|_| terminal)?;
    Some(width.into())
}

fn draw(out: &mut impl Write, lines: &[Line], width: usize) -> io::Result<()> {
    for (line, row) in lines.iter().zip(0..) {
        queue!(
            out,
            MoveTo(0, row),
            Print(line.ansi(width)),
            Clear(ClearType::UntilNewLine)
        )?;
    }
    queue!(out, Clear(ClearType::FromCursorDown))?;
    out.flush()
}

/// What a key press asks for.
enum Asked {
    /// To leave at once, whatever is shown.
    Leave,
    /// What the key stands for.
    Press(Key),
    /// Nothing: the key has no meaning here.
    Nothing,
}

/// Raw mode takes Ctrl-C from the terminal, so it leaves here.
fn asked(key: KeyEvent) -> Asked {
    if key.kind == KeyEventKind::Release {
        return Asked::Nothing;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('c' | 'd') => Asked::Leave,
            _ => Asked::Nothing,
        };
    }
    Asked::Press(match key.code {
        KeyCode::Char(character) => Key::Char(character),
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Enter => Key::Enter,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Esc => Key::Esc,
        _ => return Asked::Nothing,
    })
}

/// Gives the terminal back however the player ends.
struct Restore;

impl Restore {
    fn enter(out: &mut impl Write) -> io::Result<Self> {
        enable_raw_mode()?;
        let restore = Self;
        execute!(out, EnterAlternateScreen, Hide)?;
        Ok(restore)
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        // Nothing is left to tell a terminal that does not take these.
        let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}
