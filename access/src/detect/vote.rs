//! What a column is, judged by its cells together.
//!
//! Enters: cells of one column. Leaves: a label once enough of them agree. Never here: a label that is taken back; a cell's text.

use super::shape::{Shape, is_placeholder, shape};
use super::{Basis, Finding, Label, hint, names};

/// Fewest cells that carry a checksum with one chance in ten: all of them by accident is one in 10²⁰.
const CHECKSUM_CELLS: u32 = 20;
/// Fewest cells for a verdict on form alone.
const FORM_CELLS: u32 = 20;
/// Fewest cells for labels whose single cell is nearly sure.
const SURE_CELLS: u32 = 10;

/// Labels whose check digits agree by accident in one cell of ten or twenty; a column must agree.
const CHECKED: &[Label] = &[
    Label::UsAba,
    Label::UsNpi,
    Label::UkNhs,
    Label::CaSin,
    Label::BrCpf,
    Label::BrCnpj,
    Label::InAadhaar,
    Label::EsNif,
    Label::PlPesel,
    Label::UsDea,
    Label::DeSteuerId,
    Label::FrNir,
    Label::NlBsn,
    Label::SePersonnummer,
    Label::AuTfn,
    Label::AuMedicare,
    Label::ZaId,
    Label::KrRrn,
    Label::CreditCard,
];

/// Labels whose single cell is nearly sure by its form.
const SURE: &[Label] = &[
    Label::CreditCard,
    Label::Iban,
    Label::UsSsn,
    Label::UsItin,
    Label::Email,
    Label::Phone,
    Label::Mac,
    Label::UsMbi,
    Label::UkNino,
    Label::Crypto,
    Label::Secret,
    Label::Mrn,
    Label::ItCf,
    Label::InPan,
    Label::Address,
];

/// What was counted of one column.
#[derive(Clone, Debug)]
struct Tally {
    cells: u32,
    strict: [u32; Label::COUNT],
    loose: [u32; Label::COUNT],
    /// Digits only, by how many.
    digits: [u32; 20],
    /// One letter and digits, by how many digits.
    letter_digits: [u32; 20],
    /// Nine digits that could be a social security number; that begin with 0; with 9.
    ssn: u32,
    leading_zero: u32,
    days: u32,
    days_before_2000: u32,
    first_year: i32,
    last_year: i32,
    names: u32,
    names_single: u32,
    given: u32,
    family: u32,
    given_and_family: u32,
    dotted_codes: u32,
    quads: u32,
    quads_evident: u32,
    /// Different cells seen, up to eight.
    different: [u64; 8],
}

/// One column's votes.
#[derive(Clone, Debug)]
pub(crate) struct Vote {
    hint: Option<Label>,
    /// The name alone (`name`) says too little: the dictionaries must bear it out.
    weak_hint: bool,
    /// A text column: its numbers kept their zeros.
    text: bool,
    /// Cells of this page and of all pages.
    page: Tally,
    all: Tally,
    label: Option<(Label, Basis)>,
    scratch: Vec<Finding>,
}

impl Vote {
    /// For a column of that name; `text` if it is of a text type.
    pub fn new(name: &str, text: bool) -> Self {
        Self {
            hint: hint::hint(name),
            weak_hint: is_bare(name),
            text,
            page: Tally::NONE,
            all: Tally::NONE,
            label: None,
            scratch: Vec::new(),
        }
    }

    /// What the column is.
    pub const fn label(&self) -> Option<(Label, Basis)> {
        self.label
    }

    /// What an earlier page or another gateway found it to be.
    pub const fn stick(&mut self, label: Label) {
        if self.label.is_none() {
            self.label = Some((label, Basis::Column));
        }
    }

    /// Counts a cell.
    pub fn observe(&mut self, text: &str) {
        let text = text.trim();
        if is_placeholder(text) {
            return;
        }
        let shape = shape(text, &mut self.scratch, self.hint.is_some());
        self.page.count(&shape, text);
        self.all.count(&shape, text);
    }

    /// Votes on the cells seen since the last call, and on all. Once found, a label stays.
    pub fn settle(&mut self) {
        if self.label.is_none() {
            self.label = self.judge(&self.page).or_else(|| self.judge(&self.all));
        }
        self.page = Tally::NONE;
    }

    /// Whether a text under this very name, alone, is what the name says.
    pub fn hinted(name: &str, text: &str, scratch: &mut Vec<Finding>) -> Option<Label> {
        let label = hint::hint(name)?;
        let shape = shape(text.trim(), scratch, true);
        let known = shape.look.is_some_and(|look| look.given || look.family);
        let weak = label == Label::Person && is_bare(name) && !known;
        (shape.loose & label.bit() != 0 && !weak).then_some(label)
    }

    fn judge(&self, tally: &Tally) -> Option<(Label, Basis)> {
        let cells = tally.cells;
        if cells == 0 {
            return None;
        }
        if let Some(label) = self.hint.filter(|label| self.borne_out(*label, tally)) {
            return Some((label, Basis::Name));
        }
        let strict = |label: Label| tally.strict[place(label)];
        let checked = CHECKED
            .iter()
            .copied()
            .max_by_key(|label| strict(*label))
            .filter(|label| cells >= CHECKSUM_CELLS && at_least(strict(*label), cells, 95));
        let sure = || {
            SURE.iter()
                .copied()
                .max_by_key(|label| strict(*label))
                .filter(|label| {
                    // Nothing but an address is written like one; the rest of such a column is written in another country's way.
                    let percent = if *label == Label::Address { 60 } else { 90 };
                    cells >= SURE_CELLS && at_least(strict(*label), cells, percent)
                })
        };
        let by_form = || {
            if cells < FORM_CELLS {
                return None;
            }
            self.by_form(tally)
        };
        checked
            .or_else(sure)
            .or_else(by_form)
            .or_else(|| tally.quads_as_addresses())
            .map(|label| (label, Basis::Column))
    }

    /// Half of the cells are what the name says.
    fn borne_out(&self, label: Label, tally: &Tally) -> bool {
        let fits = tally.loose[place(label)];
        let known = tally.given.max(tally.family);
        let dictionary =
            !(label == Label::Person && self.weak_hint) || at_least(known, tally.cells, 40);
        at_least(fits, tally.cells, 50) && fits > 0 && dictionary
    }

    /// Columns whose cells have no check digit but, together, a form of their own.
    fn by_form(&self, tally: &Tally) -> Option<Label> {
        let cells = tally.cells;
        let different = tally.different.iter().filter(|key| **key != 0).count();
        let all = |count: u32| at_least(count, cells, 98);
        if self.text
            && all(tally.ssn)
            && tally.digits[9] == cells
            && at_least(tally.leading_zero, cells, 2)
        {
            return Some(Label::UsSsn);
        }
        let spread = tally.last_year - tally.first_year;
        if all(tally.days)
            && spread >= 30
            && tally.last_year <= 2020
            && tally.first_year >= 1900
            && at_least(tally.days_before_2000, cells, 40)
        {
            return Some(Label::Dob);
        }
        if all(tally.loose[place(Label::Diagnosis)])
            && at_least(tally.dotted_codes, cells, 30)
            && different >= 4
        {
            return Some(Label::Diagnosis);
        }
        if let Some(label) = self.documents(tally).filter(|_| different >= 8) {
            return Some(label);
        }
        tally.people().filter(|_| different >= 6)
    }

    /// Documents of several layouts in one column: no other number is issued in just these.
    fn documents(&self, tally: &Tally) -> Option<Label> {
        let cells = tally.cells;
        let some = |count: u32| at_least(count, cells, 8);
        let (eight, nine) = (tally.letter_digits[8], tally.digits[9]);
        if at_least(eight + nine, cells, 98) && some(eight) && some(nine) {
            return Some(Label::Passport);
        }
        let layouts = [
            tally.letter_digits[7],
            tally.letter_digits[12],
            tally.letter_digits[8],
            tally.digits[8],
            tally.digits[7],
        ];
        let lettered = layouts.iter().take(3).filter(|count| some(**count)).count();
        let plain = layouts.iter().skip(3).filter(|count| some(**count)).count();
        if at_least(layouts.iter().sum(), cells, 98)
            && (lettered >= 2 || (lettered >= 1 && plain >= 1))
            && lettered + plain >= 2
        {
            return Some(Label::UsDl);
        }
        let accounts: u32 = tally.digits.iter().take(18).skip(8).sum();
        let lengths = tally
            .digits
            .iter()
            .take(18)
            .skip(8)
            .filter(|count| at_least(**count, cells, 12))
            .count();
        (self.text && at_least(accounts, cells, 98) && lengths >= 3).then_some(Label::UsBankAccount)
    }
}

impl Tally {
    const NONE: Self = Self {
        cells: 0,
        strict: [0; Label::COUNT],
        loose: [0; Label::COUNT],
        digits: [0; 20],
        letter_digits: [0; 20],
        ssn: 0,
        leading_zero: 0,
        days: 0,
        days_before_2000: 0,
        first_year: 0,
        last_year: 0,
        names: 0,
        names_single: 0,
        given: 0,
        family: 0,
        given_and_family: 0,
        dotted_codes: 0,
        quads: 0,
        quads_evident: 0,
        different: [0; 8],
    };

    fn count(&mut self, shape: &Shape, text: &str) {
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
        if let Some(leading) = shape.leading {
            self.ssn += u32::from(shape.loose & Label::UsSsn.bit() != 0);
            self.leading_zero += u32::from(leading == 0);
        }
        if let Some(year) = shape.year {
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
        if let Some(look) = shape.look {
            self.names += 1;
            self.names_single += u32::from(look.words == 1);
            self.given += u32::from(look.given);
            self.family += u32::from(look.family);
            self.given_and_family += u32::from(look.given && look.family);
        }
        if let Some(evident) = shape.quad {
            self.quads += 1;
            self.quads_evident += u32::from(evident);
        }
        self.dotted_codes += u32::from(shape.dotted_code);
        if self.different.contains(&0) {
            let key = names::key(text.as_bytes());
            if !self.different.contains(&key)
                && let Some(slot) = self.different.iter_mut().find(|slot| **slot == 0)
            {
                *slot = key;
            }
        }
    }

    /// Dotted quads are addresses where half of them are so evidently; versions never are.
    fn quads_as_addresses(&self) -> Option<Label> {
        let quads = self.quads >= 5 && at_least(self.quads, self.cells, 40);
        (quads && at_least(self.quads_evident, self.quads, 40)).then_some(Label::Ip)
    }

    /// Names of people: nearly all look like names, most have a known word, and many a known pair.
    fn people(&self) -> Option<Label> {
        let look = at_least(self.names, self.cells, 85);
        let single = at_least(self.names_single, self.names, 90);
        let known = if single {
            at_least(self.given, self.cells, 65)
        } else {
            at_least(self.given.max(self.family), self.cells, 45)
        };
        let pairs = single || at_least(self.given_and_family, self.cells, 20);
        (look && known && pairs).then_some(Label::Person)
    }
}

/// The label's place among the counters; votes know built-in labels only.
fn place(label: Label) -> usize {
    usize::from(label.place().unwrap_or(0))
}

/// A name that says a name follows, and not whose.
fn is_bare(name: &str) -> bool {
    name.eq_ignore_ascii_case("name") || name.eq_ignore_ascii_case("names")
}

fn at_least(count: u32, of: u32, percent: u32) -> bool {
    u64::from(count) * 100 >= u64::from(of) * u64::from(percent)
}

#[cfg(test)]
mod tests;
