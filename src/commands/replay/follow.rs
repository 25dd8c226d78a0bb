//! `firn replay --follow`: a session that goes on, as it goes on.
//!
//! Enters: a session, word that it moved. Leaves: its timeline each time, until it is over. Never here: a question without such word, or more
//! than half of the time spent asking.

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use anyhow::Result;
use event::SessionId;
use event::payload::ReplayMode;
use replayer::{News, PlayOptions, Tail, Timeline};
use tokio::time::sleep;

use super::super::moves::{About, Moves};
use super::{TEXT_ROWS, TEXT_WIDTH};
use crate::reach::Reach;

/// Between two looks, where the stream that tells what moves broke off.
const AGAIN: Duration = Duration::from_secs(5);

/// Asks for `session` whenever it moved, and hands each timeline to `take`, until the session is over or `take` wants no more.
async fn ask(
    reach: &Reach,
    session: SessionId,
    mode: ReplayMode,
    mut take: impl FnMut(Timeline) -> Result<bool>,
) -> Result<()> {
    loop {
        let mut moves = Moves::open(reach, About::Session(session)).await?;
        while moves.next().await.is_some() {
            let asked = journal::clock::moment();
            let timeline = reach.timeline(session, mode.clone()).await?;
            let over = timeline.head.closed.is_some();
            if !take(timeline)? || over {
                return Ok(());
            }
            // A long session takes its time to read; what moves meanwhile is told together.
            sleep(asked.elapsed()).await;
        }
        sleep(AGAIN).await;
    }
}

/// Writes what is new each time, as text or as lines of JSON.
pub(super) async fn lines(reach: &Reach, session: SessionId, mode: ReplayMode) -> Result<ExitCode> {
    let mut tail = Tail::default();
    ask(reach, session, mode.clone(), |timeline| {
        let said: Vec<String> = match mode == ReplayMode::Json {
            true => tail.json(&timeline)?,
            false => {
                let mut lines = tail.lines(&timeline, TEXT_WIDTH, TEXT_ROWS);
                if timeline.head.closed.is_some() {
                    lines.extend(Tail::end(&timeline));
                }
                lines.iter().map(replayer::Line::plain).collect()
            }
        };
        write(&said)
    })
    .await?;
    Ok(ExitCode::SUCCESS)
}

/// Writes `lines`; false where their reader went away (`| head`).
fn write(lines: &[String]) -> Result<bool> {
    if lines.is_empty() {
        return Ok(true);
    }
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", lines.join("\n")).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Plays it on the terminal.
pub(super) async fn play(
    reach: &Reach,
    session: SessionId,
    timeline: Timeline,
    options: PlayOptions,
) -> Result<()> {
    let (to, from) = channel();
    let over = timeline.head.closed.is_some();
    let playing = tokio::task::spawn_blocking(move || {
        replayer::play(timeline, &options, || from.try_recv().ok())
    });
    let mut playing = std::pin::pin!(playing);
    tokio::select! {
        played = &mut playing => played??,
        () = tell(reach, session, over, to) => playing.await??,
    }
    Ok(())
}

/// Tells the player what comes, and that nothing comes any more.
async fn tell(reach: &Reach, session: SessionId, over: bool, to: Sender<News>) {
    let mut asked = Ok(());
    if !over {
        asked = ask(reach, session, ReplayMode::Terminal, |timeline| {
            Ok(to.send(News::More(Box::new(timeline))).is_ok())
        })
        .await;
    }
    let why = asked.err().map(|error| format!("{error:#}"));
    // Nobody plays any more: nobody is to be told.
    let _ = to.send(News::Over(why));
}
