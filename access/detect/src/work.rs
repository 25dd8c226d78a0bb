//! How many bytes are looked at: counted in debug builds, so that tests show that it grows with the text and no faster.
//!
//! Enters: counts. Leaves: their sum. Never here: a clock; anything at all in release builds.

#[cfg(debug_assertions)]
thread_local! {
    static LOOKED_AT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Counts bytes, or findings, looked at.
#[inline(always)]
pub fn looked(_count: usize) {
    #[cfg(debug_assertions)]
    LOOKED_AT.with(|sum| sum.set(sum.get().wrapping_add(_count as u64)));
}

/// What was looked at on this thread while `work` ran.
#[cfg(debug_assertions)]
pub fn of(work: impl FnOnce()) -> u64 {
    let before = LOOKED_AT.get();
    work();
    LOOKED_AT.get().wrapping_sub(before)
}
