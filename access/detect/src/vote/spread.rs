//! How many different cells a column has.
//!
//! Enters: hashes of cells. Leaves: an estimate, within a few per cent. Never here: cells.

/// Most cells that are counted: names of one country repeat in long columns too.
const CELLS_MAX: u32 = 256;
/// Bits of the sketch, a power of two well above the cells counted.
const BITS: usize = 2048;

/// A sketch of the first cells of a column (linear counting).
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    bits: [u64; BITS / 64],
    cells: u32,
}

impl Spread {
    /// Nothing yet.
    pub const NONE: Self = Self {
        bits: [0; BITS / 64],
        cells: 0,
    };

    /// Whether further cells still count.
    pub const fn is_open(&self) -> bool {
        self.cells < CELLS_MAX
    }

    /// Counts a cell by its hash.
    pub fn count(&mut self, hash: u64) {
        self.cells += 1;
        // The last characters of a cell reach all bits only so.
        let mixed = (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = (mixed >> 32) as usize % BITS;
        if let Some(word) = self.bits.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    /// How many different ones there were.
    pub fn different(&self) -> u32 {
        self.bits.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether so many per cent of the cells differ from one another.
    pub fn varies(&self, percent: u32) -> bool {
        self.different() * 100 >= self.cells * percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::key;

    #[test]
    fn few_values_are_told_from_many() {
        let of = |different: usize| {
            let mut spread = Spread::NONE;
            for cell in 0..256 {
                spread.count(key(format!("cell {}", cell % different).as_bytes()));
            }
            spread.different()
        };
        assert_eq!(of(10), 10);
        assert!((90..=100).contains(&of(100)), "{}", of(100));
        assert!((225..=256).contains(&of(256)), "{}", of(256));
    }
}
