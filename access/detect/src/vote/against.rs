//! What speaks against a label although each cell would do: words where names were promised, quantities.
//!
//! Enters: counts of a column. Leaves: yes or no. Never here: a label taken back once given, or a cell that is told by itself.

use super::FORM_CELLS;
use super::tally::{Tally, at_least, place};
use crate::Label;
use crate::hint::{Bar, Promise};

/// Labels that any digits or letters fit loosely.
const PLAIN: &[Label] = &[
    Label::UsBankAccount,
    Label::UsSsn,
    Label::UsItin,
    Label::UsEin,
    Label::UsDl,
    Label::Passport,
    Label::Mrn,
    Label::HealthPlan,
    Label::PostalCode,
    Label::Cvv,
    Label::Ndc,
    Label::Cpt,
    Label::EuVat,
];

impl Tally {
    /// Whether half of the cells are what a name promises, and where there are many, the others do not speak against it.
    pub fn bears_out(&self, promise: Promise) -> bool {
        let Promise {
            label,
            passing,
            weak,
            bar,
        } = promise;
        let fits = self.loose[place(label)];
        // A bare `name` is that of ships and of shops, too, of which there are fewer.
        let varied = self.spread.varies(45)
            || self.spread.varies(40) && at_least(self.pairs, self.cells, 85);
        let known = at_least(self.given.max(self.family), self.cells, 40)
            && (self.cells < FORM_CELLS || varied);
        at_least(fits, self.cells, 50)
            && fits > 0
            && (!weak || label != Label::Person || known)
            && (!weak || label != Label::NationalId || self.is_of_papers())
            && (!weak || label != Label::Ip || !self.is_private_net())
            && (label != Label::Secret || self.is_drawn(bar) && (!weak || self.is_of_pins()))
            && (self.cells < FORM_CELLS || self.allows(label, passing))
    }

    /// Whether nearly all cells are of seven or eight digits, as identity cards of Latin America are.
    pub fn is_of_seven_or_eight(&self) -> bool {
        at_least(self.digits[7] + self.digits[8], self.cells, 90)
    }

    /// Whether half of the cells pass a state's check, or are of letters and digits as passports and licences are: of many letters, for
    /// what is counted up in one place has one or two.
    fn is_of_papers(&self) -> bool {
        let lettered: u32 = self.letter_digits.iter().take(13).skip(6).sum();
        at_least(self.strict[place(Label::NationalId)], self.cells, 50)
            || at_least(self.papers.max(lettered), self.cells, 30)
                && self.letters.count_ones() >= 6
                && at_least(self.loose[place(Label::NationalId)], self.cells, 80)
    }

    /// Whether nearly all network addresses are private ones, as machines have them.
    pub fn is_private_net(&self) -> bool {
        self.cells >= FORM_CELLS && self.quads > 0 && at_least(self.quads_private, self.quads, 95)
    }

    /// Whether nearly all cells are of four digits, or of six of which some begin with a zero as those of posts do not, and begin in many
    /// ways, as years and rooms do not.
    fn is_of_pins(&self) -> bool {
        let six = || {
            self.cells >= FORM_CELLS
                && at_least(self.digits[6], self.cells, 90)
                && self.figures & 1 == 1
        };
        (at_least(self.digits[4], self.cells, 90) || six())
            && (self.cells < FORM_CELLS || self.figures.count_ones() >= 5 && self.spread.varies(60))
    }

    /// Whether so many cells look drawn as a name of secrets asks for.
    fn is_drawn(&self, bar: Bar) -> bool {
        match bar {
            Bar::Any => true,
            Bar::Unique => at_least(self.unique, self.cells, 60),
            Bar::Coined => at_least(self.coined, self.cells, 60),
            Bar::Key => at_least(self.keys, self.cells, 60),
            Bar::Woven => at_least(self.woven, self.cells, 60),
            Bar::Drawn => at_least(self.drawn, self.cells, 60),
        }
    }

    /// Whether names differ from cell to cell as those of people do. Things have few names; where the column is named for things, more
    /// different names are needed.
    pub fn is_varied(&self, of_things: bool) -> bool {
        if of_things {
            return self.cells >= FORM_CELLS && self.spread.varies(60);
        }
        let different = self.spread.different();
        let pairs = |percent: u32| at_least(self.pairs, self.cells, percent);
        self.cells < FORM_CELLS
            || self.spread.varies(45)
            || pairs(85) && different >= 9
            || pairs(70) && different >= 16
    }

    /// Whether cells that fit a name's promise loosely allow it; where it is made in passing (`phone_order`), they must bear it out
    /// by more than digits.
    pub fn allows(&self, label: Label, passing: bool) -> bool {
        let some = |count: u32, percent: u32| at_least(count, self.cells, percent);
        let strict = self.strict[place(label)];
        let known = self.given.max(self.family);
        if label == Label::Person {
            // Small letters: `per capita`, `billing-bot`.
            let against = !some(self.names, 30) && !self.spread.varies(40)
                || some(self.latin, 50) && !some(known, 12)
                || some(self.things, 50)
                || some(self.firms, 50);
            return some(known, 40) || !passing && !against;
        }
        if !passing || some(strict, 50) {
            return true;
        }
        if label == Label::Phone {
            return self.dials_somewhere();
        }
        if label == Label::Dob {
            let spread = self.last_year - self.first_year;
            return some(self.days, 50) && spread >= 10 && self.last_year <= 2020;
        }
        if label == Label::Address {
            return some(strict, 30);
        }
        !PLAIN.contains(&label)
    }

    /// Whether cells that are grouped like social security numbers by blanks are quantities: none of their groups begins with a 0,
    /// as one in four of such numbers has it, or the two digits in the middle are always the same few.
    pub fn are_quantities(&self, of_things: bool) -> bool {
        let few = self.ssn_middles.count_ones() * 5 < self.cells.min(50) * 2;
        self.cells >= FORM_CELLS
            && at_least(self.ssn_loose, self.cells, 90)
            && (self.ssn_zeros == 0 || few || of_things)
    }

    /// Whether cells could be dialled somewhere: in one country, or with what is dialled before a number.
    pub fn dials_somewhere(&self) -> bool {
        let one = self.by_region.iter().max().copied().unwrap_or(0);
        let written = self.dialled_trunk + self.dialled_abroad + self.strict[place(Label::Phone)];
        let likely = self.by_region.iter().enumerate().any(|(region, count)| {
            at_least(*count, self.cells, 95) && self.is_unlikely(region, *count)
        });
        likely
            || at_least(one, self.cells, 90) && at_least(self.dialled_usual, self.cells, 60)
            || at_least(written, self.cells, 70)
    }
}
