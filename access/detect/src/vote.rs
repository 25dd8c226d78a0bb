//! What a column is, judged by its cells together.
//!
//! Enters: cells of one column. Leaves: a label once enough of them agree. Never here: a label that is taken back; a cell's text.

use super::address::whole::is_address;
use super::fold::{folded, has_signs};
use super::hint::Promise;
use super::shape::{is_placeholder, shape};
use super::{Basis, Finding, Label, frame, hint};
use tally::{Tally, at_least, place};

/// Fewest cells that carry a checksum with one chance in ten: all of them by accident is one in 10²⁰.
const CHECKSUM_CELLS: u32 = 20;
/// Fewest cells for a verdict on form alone.
const FORM_CELLS: u32 = 20;
/// Fewest cells for labels whose single cell is nearly sure.
const SURE_CELLS: u32 = 10;

/// Fewest different letters in front of documents of people: what is counted up in one place has one or two.
const LETTERS_MIN: u32 = 4;
/// The same of first digits.
const FIGURES_MIN: u32 = 5;

/// Labels whose check digits agree by accident in one cell of ten or twenty; a column must agree.
const CHECKED: &[Label] = &[
    Label::NationalId,
    Label::BankAccount,
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
    Label::HealthPlan,
];

/// Numbers of banks, firms and goods: a column that promises them is none of telephones.
const OPEN_NUMBERS: &[Label] = &[
    Label::UsAba,
    Label::UsEin,
    Label::EuVat,
    Label::PostalCode,
    Label::Ndc,
    Label::Cpt,
];

/// Labels whose single cell is nearly sure by its form.
const SURE: &[Label] = &[
    Label::CreditCard,
    Label::Iban,
    Label::UsSsn,
    Label::UsItin,
    Label::Email,
    Label::Phone,
    Label::UsMbi,
    Label::UkNino,
    Label::Crypto,
    Label::Secret,
    Label::Mrn,
    Label::ItCf,
    Label::InPan,
    Label::Address,
    Label::Person,
    Label::Dob,
    Label::Passport,
    Label::UsBankAccount,
    Label::BankAccount,
    Label::Cvv,
];

/// One column's votes.
#[derive(Clone, Debug)]
pub struct Vote {
    hints: Vec<Promise>,
    /// All its names are names of things: `city`, `brand`.
    of_things: bool,
    /// One of its names is that of digests.
    of_digests: bool,
    /// All its names are those of contracts on a chain; of messages; of days when things came to be.
    of_contracts: bool,
    of_messages: bool,
    of_other_days: bool,
    /// All its names are those of ids, which are drawn like keys.
    of_ids: bool,
    /// All its names are those of codes and files that people have: `codigo_estudiante`.
    of_codes: bool,
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
        let mut vote = Self {
            hints: Vec::new(),
            of_things: true,
            of_digests: false,
            of_contracts: true,
            of_messages: true,
            of_other_days: true,
            of_ids: true,
            of_codes: true,
            text,
            page: Tally::NONE,
            all: Tally::NONE,
            label: None,
            scratch: Vec::new(),
        };
        vote.also_named(name);
        vote
    }

    /// Another name of the column: that of a column it comes from.
    pub fn also_named(&mut self, name: &str) {
        self.of_things &= hint::is_of_things(name);
        self.of_digests |= hint::is_of_digests(name);
        self.of_contracts &= hint::other::is_of_contracts(name);
        self.of_messages &= hint::other::is_of_messages(name);
        self.of_ids &= hint::other::is_of_ids(name);
        self.of_codes &= hint::other::is_of_codes(name);
        self.of_other_days &= hint::other::is_of_other_days(name);
        if let Some(promise) = hint::promise(name)
            && !self.hints.contains(&promise)
        {
            self.hints.push(promise);
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
        let plain;
        let mut whole = text;
        if !text.is_ascii() && has_signs(text) {
            plain = folded(text);
            whole = plain.text.trim();
        }
        let (value, words) = frame::unframed(whole);
        let said = words.and_then(hint::hint);
        let code = said.is_none() && frame::is_code(whole);
        let text = if code { whole } else { value };
        let hinted = said.is_some() || !self.hints.is_empty();
        let mut shape = shape(text, &mut self.scratch, hinted);
        // What its own words say of a cell counts as much as a form.
        let known = shape.look.is_some_and(|look| look.given || look.family);
        // `CC-17341` of a cost centre is no citizen's card.
        let thing = self.of_things && frame::is_code(whole);
        // `rotate the API key before 2026-03-23`
        let told = |label| {
            label != Label::Secret
                || shape.year.is_none()
                    && words
                        .and_then(hint::promise)
                        .is_none_or(|promise| promise.bar.is_met_by(shape.drawn) && !promise.weak)
        };
        if let Some(label) = said
            && (label != Label::Person || known)
            && told(label)
            && !thing
        {
            shape.strict |= shape.loose & label.bit();
        }
        // `Artikelnummer 049 006 940`
        if words.is_some_and(hint::is_of_things) {
            shape.dials = None;
            shape.strict &= !Label::Phone.bit();
        }
        if words.is_some() && shape.strict == 0 && is_address(whole) {
            shape.strict |= Label::Address.bit();
        }
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
        Self::borne_out(hint::promise(name)?, text, scratch)
    }

    /// The same of a name whose promise is known.
    pub fn borne_out(promise: Promise, text: &str, scratch: &mut Vec<Finding>) -> Option<Label> {
        let Promise {
            label,
            passing,
            weak,
            bar,
        } = promise;
        let plain = (!text.is_ascii() && has_signs(text)).then(|| folded(text));
        let text = plain.as_ref().map_or(text, |plain| plain.text.as_str());
        let shape = shape(text.trim(), scratch, true);
        let known = shape.look.is_some_and(|look| {
            (look.given || look.family) && (look.words > 1 || look.sure && text.len() > 3)
        });
        let weak = label == Label::NationalId && weak
            || label == Label::Person && (passing || weak) && !known
            || label == Label::Phone
                && passing
                && !shape.dials.is_some_and(|dials| dials.is_written())
            || label == Label::Secret
                && (!bar.is_met_by(shape.drawn) || weak && shape.digits != Some(4));
        // Under names of passports, licences and NIF stand other states' papers too.
        let papers = matches!(label, Label::EsNif | Label::Passport | Label::UsDl);
        if papers && shape.loose & label.bit() == 0 && shape.strict & Label::NationalId.bit() != 0 {
            return Some(Label::NationalId);
        }
        let strict = shape.strict & label.bit() != 0;
        (strict || shape.loose & label.bit() != 0 && !weak).then_some(label)
    }

    fn judge(&self, tally: &Tally) -> Option<(Label, Basis)> {
        let cells = tally.cells;
        if cells == 0 {
            return None;
        }
        if let Some(hint) = self.hints.iter().find(|hint| tally.bears_out(**hint)) {
            return Some((hint.label, Basis::Name));
        }
        // Under names of passports and licences stand other papers too: `kimlik_pasaport_no`.
        let papers = |hint: &Promise| {
            // `nif` is Spain's, Portugal's and others'.
            let shared = hint.label == Label::EsNif;
            (shared || matches!(hint.label, Label::Passport | Label::UsDl))
                && tally.bears_out(Promise {
                    label: Label::NationalId,
                    weak: hint.weak || shared && !tally.is_of_seven_or_eight(),
                    ..*hint
                })
        };
        if self.hints.iter().any(papers) {
            return Some((Label::NationalId, Basis::Name));
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
                    let quantities = *label == Label::UsSsn && tally.are_quantities(self.of_things);
                    let machines = *label == Label::Ip && self.of_things;
                    let things = *label == Label::Person && !tally.is_varied(self.of_things);
                    // Keys without a prefix; what has one is found in each cell.
                    let digests = *label == Label::Secret && (self.of_digests || self.of_ids);
                    let contracts = *label == Label::Crypto && self.of_contracts;
                    // Numbers of parcels, tickets and meters begin and are grouped so too.
                    let goods = *label == Label::Phone && self.of_things;
                    let against = quantities || machines || things || digests || contracts || goods;
                    cells >= SURE_CELLS && at_least(strict(*label), cells, percent) && !against
                })
        };
        let by_form = || {
            if cells < FORM_CELLS {
                return None;
            }
            self.by_form(tally)
        };
        let other = |hint: &Promise| OPEN_NUMBERS.contains(&hint.label);
        let others = self.of_things || self.of_codes || self.hints.iter().any(other);
        let phones = || {
            (cells >= SURE_CELLS && !others)
                .then(|| tally.phones())
                .flatten()
        };
        checked
            .or_else(sure)
            .or_else(phones)
            .or_else(by_form)
            .or_else(|| tally.quads_as_addresses().filter(|_| !self.of_things))
            .map(|label| (label, Basis::Column))
    }

    /// Columns whose cells have no check digit but, together, a form of their own.
    fn by_form(&self, tally: &Tally) -> Option<Label> {
        let cells = tally.cells;
        let different = tally.spread.different();
        let all = |count: u32| at_least(count, cells, 98);
        if self.text
            && all(tally.ssn)
            && tally.digits[9] == cells
            && at_least(tally.leading_zero, cells, 2)
            && tally.figures.count_ones() >= 3
        {
            return Some(Label::UsSsn);
        }
        let spread = tally.last_year - tally.first_year;
        if all(tally.days)
            && !self.of_other_days
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
        tally.people(self.of_things).filter(|_| different >= 6)
    }

    /// Documents of several layouts in one column: no other number is issued in just these.
    fn documents(&self, tally: &Tally) -> Option<Label> {
        let cells = tally.cells;
        let some = |count: u32| at_least(count, cells, 8);
        let (eight, nine) = (tally.letter_digits[8], tally.digits[9]);
        let varied = |bits: u32, least: u32| bits.count_ones() >= least;
        if at_least(eight + nine, cells, 98)
            && some(eight)
            && some(nine)
            && varied(tally.letters, LETTERS_MIN)
        {
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
            && varied(tally.letters, LETTERS_MIN)
            && (plain == 0 || varied(tally.figures, FIGURES_MIN))
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
        let drawn = varied(tally.figures, FIGURES_MIN);
        (self.text && at_least(accounts, cells, 98) && lengths >= 3 && drawn)
            .then_some(Label::UsBankAccount)
    }
}

mod against;
mod spare;
mod spread;
mod tally;

#[cfg(test)]
mod tests;
