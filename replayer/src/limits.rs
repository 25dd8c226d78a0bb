//! Every limit of a replay, in one place.

/// Rows of one result that a timeline holds, unless the caller asks for fewer.
pub const RESULT_ROWS_MAX: usize = 10_000;
/// Most events of one session that become a timeline.
pub const SESSION_EVENTS_MAX: usize = 1_000_000;
/// Slowest replay, times real time.
pub const SPEED_MIN: f64 = 0.125;
/// Fastest replay, times real time.
pub const SPEED_MAX: f64 = 1024.0;
/// How often the terminal is drawn while playing, milliseconds.
pub const FRAME_MS: u64 = 50;
/// Pauses longer than this are cut, unless the reader says otherwise, nanoseconds; the page does the same (`console/src/models/outline.ts`).
pub const IDLE_NS: i64 = 30_000_000_000;
/// What is left of such a pause, nanoseconds.
pub const IDLE_LEFT_NS: i64 = 1_500_000_000;
/// As many equal statements without anything to see become one line, as in the page.
pub const FOLD_FROM: usize = 3;
/// From this width on the list stands beside what plays, terminal cells.
pub const WIDE_FROM: usize = 140;
/// Narrowest and widest list beside what plays, terminal cells.
pub const LIST_WIDTH: (usize, usize) = (52, 80);
/// From this width on two sessions stand side by side, terminal cells.
pub const COLUMNS_FROM: usize = 110;
/// Longest raw JSON of a moment that is shown, bytes.
pub const RAW_BYTES_MAX: usize = 256 * 1024;
/// Longest words that are searched for, characters.
pub const WORDS_MAX: usize = 200;
/// Rows of a result shown in the plain transcript.
pub const TEXT_ROWS_MAX: usize = 50;
/// Width of the plain transcript where the window does not say, terminal cells.
pub const TEXT_WIDTH: usize = 120;
/// Narrowest and lowest window that is drawn, terminal cells.
pub const WINDOW_MIN: (usize, usize) = (40, 12);
/// Results of one session that a backtest remembers for statements that read them again.
pub const BACKTEST_RESULTS_MAX: usize = 256;
/// Sessions under way that one part of a backtest remembers; what comes later of an older one counts as begun before.
pub const BACKTEST_SESSIONS_MAX: std::num::NonZeroUsize = match std::num::NonZeroUsize::new(20_000)
{
    Some(count) => count,
    None => std::num::NonZeroUsize::MIN,
};
/// Analyses that one part of a backtest keeps, by text and where the session stands.
pub const BACKTEST_TEXTS_MAX: std::num::NonZeroUsize = match std::num::NonZeroUsize::new(4_000) {
    Some(count) => count,
    None => std::num::NonZeroUsize::MIN,
};
/// Principals that a backtest counts by name for each change; the rest are counted together.
pub const BACKTEST_PRINCIPALS_MAX: usize = 1_000;
/// Examples shown for each rule of a change, and for each lack.
pub const BACKTEST_EXAMPLES_MAX: usize = 3;
/// Statements that are told by their ids for each lack.
pub const BACKTEST_NAMED_MAX: usize = 1_000;
/// Longest text of an example, characters.
pub const BACKTEST_TEXT_MAX: usize = 200;
/// Logins that are open at once to one served recording.
pub const SERVED_LOGINS_MAX: usize = 1_000;
/// Longest request to a served recording, bytes, unpacked.
pub const SERVED_REQUEST_BYTES_MAX: usize = 16 * 1024 * 1024;
