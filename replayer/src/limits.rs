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
/// Rows of a result shown in the plain transcript.
pub const TEXT_ROWS_MAX: usize = 50;
/// Width of the plain transcript where the window does not say, terminal cells.
pub const TEXT_WIDTH: usize = 120;
/// Narrowest and lowest window that is drawn, terminal cells.
pub const WINDOW_MIN: (usize, usize) = (40, 12);
