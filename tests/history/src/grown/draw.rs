//! Numbers by chance that are the same for every run of a seed.
//!
//! Enters: a seed. Leaves: uniform, Zipf and lognormal draws. Never here: the machine's randomness.

/// A stream of draws: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
pub(super) struct Draw(u64);

impl Draw {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Between 0 and 1, neither included.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A number below `of`.
    pub(super) fn below(&mut self, of: i64) -> i64 {
        (self.next() % of.max(1) as u64) as i64
    }

    /// True `percent` times in a hundred.
    pub(super) fn chance(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    /// A rank below `of`: rank r comes up about 1/(r + 1) as often as the first.
    pub(super) fn zipf(&mut self, of: usize) -> usize {
        // The inverse of the harmonic sum, by its integral.
        let rank = (self.unit() * (of as f64 + 1.0).ln()).exp() - 1.0;
        (rank as usize).min(of - 1)
    }

    /// Half of the draws are below `median`.
    pub(super) fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        let normal = (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
        median * (sigma * normal).exp()
    }

    /// A pause of `mean` on average.
    pub(super) fn pause(&mut self, mean: f64) -> i64 {
        (-self.unit().ln() * mean) as i64
    }
}
