//! How many bytes are looked at: counted in tests, to show that it grows with the text and no faster.
//!
//! Enters: counts. Leaves: their sum. Never here: a clock; anything at all outside of tests.

#[cfg(test)]
thread_local! {
    static LOOKED_AT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Counts bytes, or findings, looked at.
#[inline(always)]
pub(crate) fn looked(_count: usize) {
    #[cfg(test)]
    LOOKED_AT.set(LOOKED_AT.get() + _count as u64);
}

/// What was looked at on this thread while `work` ran.
#[cfg(test)]
pub(crate) fn of(work: impl FnOnce()) -> u64 {
    let before = LOOKED_AT.get();
    work();
    LOOKED_AT.get() - before
}
