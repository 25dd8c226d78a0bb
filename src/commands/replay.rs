//! `firn replay`: a recorded session played, followed, kept as a terminal's recording, held against another, or served to a driver.
//!
//! Enters: a session. Leaves: frames, text, JSON, a file, or a listener on loopback. Never here: what of the record is told (the replayer knows).

mod follow;

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use axum::body::Body;
use axum::http::Request;
use door::Listener;
use event::Source;
use event::payload::ReplayMode;
use hyper::body::Incoming;
use replayer::serve::{Script, Secrets, router};
use replayer::{Asciicast, PlayOptions, Timeline};
use tokio_util::sync::CancellationToken;
use tower::util::ServiceExt as _;
use zeroize::Zeroizing;

use super::read::say;
use crate::cli::ReplayArgs;
use crate::reach::Reach;
use crate::{compose, progress};

/// Plain text is laid out for this many columns,
const TEXT_WIDTH: usize = 120;
/// and shows this many rows of each result.
const TEXT_ROWS: usize = 50;

/// `firn replay`
pub async fn run(arguments: ReplayArgs) -> Result<ExitCode> {
    if arguments.serve {
        return serve(arguments).await;
    }
    if let Some(earlier) = arguments.diff {
        return diff(earlier, &arguments).await;
    }
    let terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    let mode = match (arguments.json, terminal || arguments.cast.is_some()) {
        (true, _) => ReplayMode::Json,
        (false, true) => ReplayMode::Terminal,
        (false, false) => ReplayMode::Text,
    };
    let reach = Reach::find(&arguments.reach).await?;
    let played = play(&reach, &arguments, mode).await;
    reach.close().await?;
    played
}

async fn play(reach: &Reach, arguments: &ReplayArgs, mode: ReplayMode) -> Result<ExitCode> {
    let session = arguments.session;
    if arguments.follow && mode != ReplayMode::Terminal {
        return follow::lines(reach, session, mode).await;
    }
    let asking = reach.timeline(session, mode.clone());
    let timeline = progress::show("fetching the session", asking).await?;
    if let Some(file) = &arguments.cast {
        return keep(file, &cast(&timeline));
    }
    if mode == ReplayMode::Json {
        return say(&serde_json::to_string_pretty(&timeline)?);
    }
    if mode == ReplayMode::Text {
        let mut text = Vec::new();
        replayer::print(&mut text, &timeline, TEXT_WIDTH, TEXT_ROWS, false)?;
        return say(String::from_utf8_lossy(&text).trim_end());
    }
    let options = PlayOptions {
        speed: arguments.speed,
        step: arguments.step,
        idle: arguments.idle_limit.unwrap_or_default(),
        follow: arguments.follow,
    };
    if arguments.follow {
        follow::play(reach, session, timeline, options).await?;
    } else {
        tokio::task::spawn_blocking(move || replayer::play(timeline, &options, || None)).await??;
    }
    Ok(ExitCode::SUCCESS)
}

/// `timeline` as a terminal's recording.
fn cast(timeline: &Timeline) -> String {
    let mut cast = Asciicast::default();
    let mut text = cast.begin(timeline);
    text.push_str(&cast.entries(&timeline.entries));
    text
}

/// Writes `text` into `file`; `-` is standard output.
fn keep(file: &Path, text: &str) -> Result<ExitCode> {
    if file == Path::new("-") {
        return say(text.trim_end());
    }
    let unwritten = || format!("{} cannot be written", file.display());
    let mut out = std::fs::File::create(file).with_context(unwritten)?;
    out.write_all(text.as_bytes()).with_context(unwritten)?;
    out.sync_all().with_context(unwritten)?;
    aside!(
        "firn: the session is in {0}; play it with `asciinema play {0}`",
        file.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// `firn replay --diff EARLIER SESSION`: 0 nothing is otherwise, 1 something is.
async fn diff(earlier: event::SessionId, arguments: &ReplayArgs) -> Result<ExitCode> {
    let mode = || match arguments.json {
        true => ReplayMode::Json,
        false => ReplayMode::Text,
    };
    let reach = Reach::find(&arguments.reach).await?;
    let both = progress::show("fetching both sessions", async {
        let before = reach.timeline(earlier, mode()).await?;
        let after = reach.timeline(arguments.session, mode()).await?;
        anyhow::Ok((before, after))
    })
    .await;
    reach.close().await?;
    let (before, after) = both?;
    let diff = replayer::diff::sessions(&before, &after);
    if arguments.json {
        say(&serde_json::to_string_pretty(&diff)?)?;
    } else {
        let wide = replayer::terminal::columns().and_then(|columns| diff.columns(columns));
        say(wide.unwrap_or_else(|| diff.text()).trim_end())?;
    }
    Ok(ExitCode::from(u8::from(!diff.is_same())))
}

/// `firn replay --serve SESSION`, until a signal.
async fn serve(arguments: ReplayArgs) -> Result<ExitCode> {
    if !arguments.listen.ip().is_loopback() {
        bail!(
            "--listen {}: a recording is served on loopback alone, for it speaks no TLS; use a tunnel to reach it",
            arguments.listen
        );
    }
    let reach = Reach::find(&arguments.reach).await?;
    let session = arguments.session;
    let events = progress::show("fetching the session", reach.events(session)).await;
    reach.close().await?;
    let script = Script::of(session, events?)?;
    let statements = script.statements();
    let masking = access::Masking::new(access::MaskingConfig::default())?;
    let token = Zeroizing::new(hex::encode(compose::random()));
    let listener = Listener::bind(arguments.listen, None).await?;
    let address = listener.address();
    if arguments.json {
        say(&serde_json::json!({
            "host": address.ip().to_string(), "port": address.port(), "protocol": "http", "token": token.as_str(),
            "session": session, "statements": statements,
        }).to_string())?;
    } else {
        say(&format!(
            "{statements} statements of session {session} are answered at http://{address} until Ctrl-C; nothing goes to Snowflake\n\
             a driver logs in with host {}, port {}, protocol http, authenticator oauth, any account, and this token:\n{}",
            address.ip(),
            address.port(),
            token.as_str()
        ))?;
    }
    let secrets = Secrets {
        token,
        random: compose::random,
    };
    let router = router(script, masking, secrets);
    let stop = CancellationToken::new();
    let answer = move |_: Source, request: Request<Incoming>| {
        let router = router.clone();
        async move {
            match router.oneshot(request.map(Body::new)).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    };
    let serving = listener.run(answer, stop.clone());
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        () = &mut serving => {}
        signal = tokio::signal::ctrl_c() => {
            signal.context("signals cannot be waited for")?;
            stop.cancel();
            serving.await;
        }
    }
    Ok(ExitCode::SUCCESS)
}
