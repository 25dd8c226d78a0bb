//! What is counted of a column's cells, and what the counts alone tell: telephones, people, network addresses.
//!
//! Enters: shapes. Leaves: counts and verdicts on them. Never here: the column's name; a cell's text.

use super::FORM_CELLS;
use super::spread::Spread;
use crate::hint::Bar;
use crate::look::Look;
use crate::shape::Shape;
use crate::{Label, look, names, network, phone};

/// Labels that a whole cell may have by chance.
const VAGUE: u64 = Label::NationalId.bit() | Label::Person.bit() | Label::Address.bit();
/// Longest code or number, bytes.
const CODE_BYTES_MAX: usize = 40;

/// What was counted of one column.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub cells: u32,
    pub strict: [u32; Label::COUNT],
    pub loose: [u32; Label::COUNT],
    /// Digits only, by how many.
    pub digits: [u32; 20],
    /// One letter and digits, by how many digits.
    pub letter_digits: [u32; 20],
    /// Nine digits that could be a social security number; that begin with 0; with 9.
    pub ssn: u32,
    pub leading_zero: u32,
    /// Grouped like one without its dashes; and of these, with a 0 in front of a group.
    pub ssn_loose: u32,
    pub ssn_zeros: u32,
    /// Their groups of two digits, a bit each.
    pub ssn_middles: u128,
    pub days: u32,
    pub days_before_2000: u32,
    pub first_year: i32,
    pub last_year: i32,
    pub names: u32,
    pub names_single: u32,
    pub given: u32,
    pub family: u32,
    pub pairs: u32,
    pub sure: u32,
    /// Cells with a common word that is no name.
    pub things: u32,
    /// Names that are not known behind an initial or a title.
    pub titled: u32,
    /// Names with initials.
    pub initialed: u32,
    /// Two words of Thai, which parts words in names only.
    pub thai: u32,
    pub common: u32,
    pub places: u32,
    /// Names that are words of English prose too.
    pub worded: u32,
    /// Cells that begin with a Latin letter.
    pub latin: u32,
    /// Several words of scripts of whose names the dictionaries have few.
    pub foreign: u32,
    pub firms: u32,
    /// First letters of one letter and digits, and first digits of digits only, a bit each.
    pub letters: u32,
    pub figures: u32,
    /// Cells that could be dialled: all, in groups, with a prefix dialled at home or abroad; and by country.
    pub dialled: u32,
    pub dialled_parted: u32,
    pub dialled_usual: u32,
    pub dialled_trunk: u32,
    pub dialled_abroad: u32,
    pub by_region: [u32; phone::REGIONS_MAX],
    pub abroad_by_region: [u32; phone::REGIONS_MAX],
    /// Different first digits seen, up to eight.
    pub heads: [u16; 8],
    pub dotted_codes: u32,
    pub quads: u32,
    pub quads_evident: u32,
    /// Of these, private ones, as machines have them.
    pub quads_private: u32,
    /// Cells that are something by their own form.
    pub labelled: u32,
    /// Cells that are mostly digits and the signs between them.
    pub codes: u32,
    /// Two or three letters and digits behind them, as passports and identity cards have them.
    pub papers: u32,
    /// Cells that look made up as a password; that are UUIDs or look drawn; that look drawn, if only in hex; those of more than hex; and those of letters of both cases. Counted under names of
    /// secrets only.
    pub coined: u32,
    pub unique: u32,
    pub keys: u32,
    pub woven: u32,
    pub drawn: u32,
    /// How many different cells were seen.
    pub spread: Spread,
}

impl Tally {
    /// Nothing yet.
    pub const NONE: Self = Self {
        cells: 0,
        strict: [0; Label::COUNT],
        loose: [0; Label::COUNT],
        digits: [0; 20],
        letter_digits: [0; 20],
        ssn: 0,
        leading_zero: 0,
        ssn_loose: 0,
        ssn_zeros: 0,
        ssn_middles: 0,
        days: 0,
        days_before_2000: 0,
        first_year: 0,
        last_year: 0,
        names: 0,
        names_single: 0,
        given: 0,
        family: 0,
        pairs: 0,
        sure: 0,
        things: 0,
        titled: 0,
        initialed: 0,
        thai: 0,
        common: 0,
        places: 0,
        worded: 0,
        latin: 0,
        foreign: 0,
        firms: 0,
        letters: 0,
        figures: 0,
        dialled: 0,
        dialled_parted: 0,
        dialled_usual: 0,
        dialled_trunk: 0,
        dialled_abroad: 0,
        by_region: [0; phone::REGIONS_MAX],
        abroad_by_region: [0; phone::REGIONS_MAX],
        heads: [0; 8],
        dotted_codes: 0,
        quads: 0,
        quads_evident: 0,
        quads_private: 0,
        labelled: 0,
        codes: 0,
        papers: 0,
        coined: 0,
        unique: 0,
        keys: 0,
        woven: 0,
        drawn: 0,
        spread: Spread::NONE,
    };

    /// Counts a cell.
    pub fn count(&mut self, shape: &Shape, text: &str) {
        self.cells += 1;
        for (bits, counts) in [
            (shape.strict, &mut self.strict),
            (shape.loose, &mut self.loose),
        ] {
            let mut bits = bits;
            while bits != 0 {
                if let Some(count) = counts.get_mut(bits.trailing_zeros() as usize) {
                    *count += 1;
                }
                bits &= bits - 1;
            }
        }
        if let Some(count) = shape
            .digits
            .and_then(|digits| self.digits.get_mut(usize::from(digits)))
        {
            *count += 1;
        }
        if let Some(count) = shape
            .letter_digits
            .and_then(|digits| self.letter_digits.get_mut(usize::from(digits)))
        {
            *count += 1;
        }
        if shape.letter_digits.is_some() {
            self.letters |= shape.first;
        } else if shape.digits.is_some() {
            self.figures |= shape.first;
        }
        if let Some(leading) = shape.leading {
            self.ssn += u32::from(shape.loose & Label::UsSsn.bit() != 0);
            self.leading_zero += u32::from(leading == 0);
        }
        if let Some((zero, middle)) = shape.parted_ssn {
            self.ssn_loose += 1;
            self.ssn_zeros += u32::from(zero);
            self.ssn_middles |= 1 << (middle % 128);
        }
        if let Some(year) = shape.year {
            self.day(year);
        }
        if let Some(look) = &shape.look {
            self.name(look);
        }
        self.firms += u32::from(shape.firm);
        if let Some(dials) = &shape.dials {
            self.dial(dials);
        }
        if let Some(evident) = shape.quad {
            self.quads += 1;
            self.quads_evident += u32::from(evident);
            self.quads_private += u32::from(network::is_private(text));
        }
        self.dotted_codes += u32::from(shape.dotted_code);
        let vague = VAGUE | shape.parted_ssn.map_or(0, |_| Label::UsSsn.bit());
        self.labelled += u32::from(shape.strict & !vague != 0);
        self.codes += u32::from(is_code(text));
        if shape.paper != 0 {
            self.papers += 1;
            self.letters |= shape.paper;
        }
        self.draw(shape.drawn);
        if self.spread.is_open() {
            self.spread.count(names::key(text.as_bytes()));
        }
    }

    fn draw(&mut self, drawn: Bar) {
        self.coined += u32::from(drawn >= Bar::Coined);
        self.unique += u32::from(Bar::Unique.is_met_by(drawn));
        self.keys += u32::from(drawn >= Bar::Key);
        self.woven += u32::from(drawn >= Bar::Woven);
        self.drawn += u32::from(drawn == Bar::Drawn);
    }

    fn day(&mut self, year: i32) {
        self.first_year = if self.days == 0 {
            year
        } else {
            self.first_year.min(year)
        };
        self.last_year = if self.days == 0 {
            year
        } else {
            self.last_year.max(year)
        };
        self.days += 1;
        self.days_before_2000 += u32::from(year < 2000);
    }

    fn name(&mut self, look: &Look) {
        self.names += 1;
        self.names_single += u32::from(look.words == 1);
        self.given += u32::from(look.given);
        self.family += u32::from(look.family);
        self.pairs += u32::from(look.pair);
        self.sure += u32::from(look.sure);
        self.things += u32::from(look.thing);
        self.titled += u32::from(look.titled && !look.sure);
        self.initialed += u32::from(look.initialed);
        self.thai += u32::from(look.thai);
        self.common += u32::from(look.common);
        self.places += u32::from(look.place);
        self.worded += u32::from(look.worded);
        self.latin += u32::from(look.latin);
        self.foreign += u32::from(look.foreign);
    }

    fn dial(&mut self, dials: &phone::Dials) {
        self.dialled += 1;
        self.dialled_parted += u32::from(dials.parted);
        self.dialled_usual += u32::from(dials.usual);
        self.dialled_trunk += u32::from(dials.trunk != 0);
        self.dialled_abroad += u32::from(dials.abroad != 0);
        for (bits, counts) in [
            (dials.home | dials.trunk, &mut self.by_region),
            (dials.abroad, &mut self.abroad_by_region),
        ] {
            let mut bits = bits;
            while bits != 0 {
                if let Some(count) = counts.get_mut(bits.trailing_zeros() as usize) {
                    *count += 1;
                }
                bits &= bits - 1;
            }
        }
        let head = dials.head + 1;
        if self.heads.contains(&0)
            && !self.heads.contains(&head)
            && let Some(slot) = self.heads.iter_mut().find(|slot| **slot == 0)
        {
            *slot = head;
        }
    }

    /// Telephone numbers as one country writes them, or several countries with what is dialled before a number. What has no such form
    /// must be in use in a country that gave out few of its numbers.
    pub fn phones(&self) -> Option<Label> {
        let cells = self.cells;
        let all = |count: u32| at_least(count, cells, 95);
        if !all(self.dialled) {
            return None;
        }
        let parted = at_least(self.dialled_parted, cells, 80);
        let heads = self.heads.iter().filter(|head| **head != 0).count();
        let chance = |region: usize, count: u32| unlikely(phone::used(region), count, cells);
        let home = self.by_region.iter().enumerate().any(|(region, count)| {
            let trunk = at_least(self.dialled_trunk, cells, 60);
            all(*count)
                && heads >= 2
                && if trunk {
                    chance(region, *count) >= if parted { 2.0 } else { 4.0 }
                } else if parted {
                    let usual = at_least(self.dialled_usual, cells, 80);
                    usual && heads >= 3 && chance(region, *count) >= 6.0
                } else {
                    heads >= 6
                        && cells >= FORM_CELLS
                        && phone::used(region) <= 300
                        && chance(region, *count) >= 20.0
                }
        });
        let several = parted && all(self.dialled_trunk.max(self.dialled_abroad)) && heads >= 3;
        let abroad = cells >= FORM_CELLS
            && self
                .abroad_by_region
                .iter()
                .enumerate()
                .any(|(region, count)| {
                    let varied = heads >= 3 && chance(region, *count) >= 8.0;
                    all(*count) && phone::used(region) <= 700 && varied
                });
        // `0044…`, `0046…`: what is dialled before numbers of any country.
        let prefixed = cells >= FORM_CELLS
            && heads >= 3
            && all(self.dialled_abroad)
            && self.heads.iter().all(|head| *head <= 100);
        (home || several || abroad || prefixed).then_some(Label::Phone)
    }

    /// Whether so many cells are hardly in use in a country by chance.
    pub fn is_unlikely(&self, region: usize, count: u32) -> bool {
        let heads = self.heads.iter().filter(|head| **head != 0).count();
        heads >= 3 && unlikely(phone::used(region), count, self.cells) >= 12.0
    }

    /// Dotted quads are addresses where half of them are so evidently; versions never are.
    pub fn quads_as_addresses(&self) -> Option<Label> {
        let quads = self.quads >= 5 && at_least(self.quads, self.cells, 40);
        let machines = at_least(self.quads_private, self.quads, 95);
        (quads && !machines && at_least(self.quads_evident, self.quads, 40)).then_some(Label::Ip)
    }

    /// Names of people: nearly all look like names, half have a known word that is nothing else, and many a known pair. Single words
    /// are more often places and things, so more of them must be known, few as something else, and the column not named for things.
    /// Firms carry names too.
    pub fn people(&self, of_things: bool) -> Option<Label> {
        let look = at_least(self.names, self.cells, 85)
            && !at_least(self.firms, self.cells, 4)
            && !at_least(self.things, self.cells, 25);
        let single = at_least(self.names_single, self.names, 90);
        let names = if single {
            (at_least(self.given, self.cells, 60) || at_least(self.family, self.cells, 75))
                && !of_things
                && !at_least(self.worded, self.cells, 60)
                && at_least(self.sure, self.cells, 50)
                && !at_least(self.places, self.cells, 40)
                && !at_least(self.common, self.cells, 40)
        } else {
            let pairs = at_least(self.sure, self.cells, 50) && at_least(self.pairs, self.cells, 25);
            let given = at_least(self.sure, self.cells, 65) && at_least(self.given, self.cells, 65);
            let titled = at_least(self.titled, self.cells, 30)
                && at_least(self.sure + self.titled, self.cells, 70)
                || at_least(self.initialed, self.cells, 50) && self.spread.varies(70);
            let foreign = at_least(self.foreign, self.cells, 85)
                && at_least(self.sure, self.cells, 25)
                && self.spread.varies(60);
            (pairs || given || titled || foreign || at_least(self.thai, self.cells, 95))
                && !at_least(self.places, self.cells, 40)
        };
        (look && names && self.is_varied(of_things)).then_some(Label::Person)
    }
}

/// Whether a text is a code or a number: four digits at least, and more of them and of signs than of letters.
fn is_code(text: &str) -> bool {
    if text.len() > CODE_BYTES_MAX {
        return false;
    }
    let count = |of: fn(&u8) -> bool| text.bytes().filter(of).count();
    let digits = count(u8::is_ascii_digit);
    let letters = count(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    digits >= 4 && digits > letters && !(letters >= 6 && is_behind_han(text))
}

/// `王丽华 021-70728170`: a name of signs, of which a few are a whole one, and a number behind a blank.
fn is_behind_han(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(head, _)| {
        head.chars().all(|sign| sign >= '\u{3400}')
            && look::look(head).is_some_and(|look| look.family)
    })
}

/// How unlikely it is, in nats, that of numbers drawn at random so many are in use (Chernoff's bound); `used` per thousand.
fn unlikely(used: u32, count: u32, of: u32) -> f64 {
    let used = f64::from(used.clamp(1, 999)) / 1000.0;
    let seen = f64::from(count) / f64::from(of.max(1));
    if seen <= used {
        return 0.0;
    }
    let part = |seen: f64, used: f64| {
        if seen > 0.0 {
            seen * (seen / used).ln()
        } else {
            0.0
        }
    };
    f64::from(of) * (part(seen, used) + part(1.0 - seen, 1.0 - used))
}

/// The label's place among the counters; votes know built-in labels only.
pub(super) fn place(label: Label) -> usize {
    usize::from(label.place().unwrap_or(0))
}

/// Whether `count` is so many per cent of `of`.
pub(super) fn at_least(count: u32, of: u32, percent: u32) -> bool {
    u64::from(count) * 100 >= u64::from(of) * u64::from(percent)
}
