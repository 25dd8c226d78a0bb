//! What a whole cell could be: for votes and for names.
//!
//! Enters: one cell. Leaves: the labels it fits, strictly and loosely, and what the votes count besides. Never here: a verdict.

use super::address::whole;
use super::hint::Bar;
use super::national_id::world;
use super::national_id::{
    is_aadhaar, is_aba, is_au_medicare, is_bsn, is_cnpj, is_cpf, is_ein, is_itin, is_nhs, is_nir,
    is_personnummer, is_pesel, is_rrn, is_sin, is_ssn, is_steuer_id, is_tfn, is_za_id,
};
use super::walk::walk;
use super::{
    Finding, Label, account, birth, card, contact, firm, health, iban, look, phone, secret, words,
};

mod written;

use written::{
    has_zero_in_front, is_claim_number, is_docket, is_three_two_four, paper, whole_of_float,
};

/// Most digits of any number looked at here.
const DIGITS_MAX: usize = 20;

/// Numbers of people that states give out: in a column of several states' they are one thing.
const STATES: u64 = Label::UkNhs.bit()
    | Label::UkNino.bit()
    | Label::CaSin.bit()
    | Label::BrCpf.bit()
    | Label::InAadhaar.bit()
    | Label::InPan.bit()
    | Label::EsNif.bit()
    | Label::PlPesel.bit()
    | Label::DeSteuerId.bit()
    | Label::FrNir.bit()
    | Label::ItCf.bit()
    | Label::NlBsn.bit()
    | Label::SePersonnummer.bit()
    | Label::AuTfn.bit()
    | Label::ZaId.bit()
    | Label::KrRrn.bit()
    | Label::UsItin.bit();

/// What one cell could be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Shape {
    /// Labels whose every test it passes.
    pub strict: u64,
    /// Labels it may be, if the column's name says so.
    pub loose: u64,
    /// Digits and nothing else: how many.
    pub digits: Option<u8>,
    /// One letter and so many digits.
    pub letter_digits: Option<u8>,
    /// That letter, a bit; of digits only, the first one.
    pub first: u32,
    /// A calendar day's year.
    pub year: Option<i32>,
    /// As a name.
    pub look: Option<look::Look>,
    /// As a telephone number.
    pub dials: Option<phone::Dials>,
    /// Named as a firm.
    pub firm: bool,
    /// A diagnosis code with a point.
    pub dotted_code: bool,
    /// A nine digit number whose first three digits, as text, begin with 0 or 9.
    pub leading: Option<u8>,
    /// Grouped like a social security number, without its dashes; whether a group begins with a 0, and the two digits in the middle.
    pub parted_ssn: Option<(bool, u8)>,
    /// A dotted quad, and whether it is evidently an address.
    pub quad: Option<bool>,
    /// Two or three letters and digits behind them: the first letter, a bit. Looked at under a hint only.
    pub paper: u32,
    /// How much it looks drawn, as keys are; looked at under a hint only.
    pub drawn: Bar,
}

/// Cells that say there is no value.
pub fn is_placeholder(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "",
        "-",
        "--",
        "?",
        ".",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "unknown",
        "tbd",
        "not available",
        "not applicable",
        "(null)",
        "\\n",
        "xxx",
        "n.a.",
    ];
    text.len() <= 14 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// The shape of a trimmed cell that is not a placeholder. What only a hint of the column's name would make count is looked at
/// only where there is one.
pub(super) fn shape(text: &str, scratch: &mut Vec<Finding>, hinted: bool) -> Shape {
    let bytes = text.as_bytes();
    let mut shape = Shape::default();
    if let Some((digits, count)) = whole_of_float(bytes, hinted) {
        let whole = digits.get(..count).unwrap_or_default();
        return self::shape(std::str::from_utf8(whole).unwrap_or(""), scratch, hinted);
    }
    scratch.clear();
    walk(text, scratch);
    if let [finding] = scratch.as_slice()
        && finding.start == 0
        && finding.end == text.len()
    {
        shape.strict |= finding.label.bit();
    }
    let (digits, count, plain) = digits(bytes);
    if (1..=DIGITS_MAX).contains(&count) {
        let number = digits.get(..count).unwrap_or_default();
        numeric(number, plain, hinted, &mut shape);
        shape.dials = phone::dials(text, number);
        if count == 9 && is_three_two_four(bytes) && is_ssn(number) {
            shape.strict |= Label::UsSsn.bit();
            let middle = number.get(3).map_or(0, |ten| ten * 10) + number.get(4).unwrap_or(&0);
            shape.parted_ssn = (!bytes.contains(&b'-')).then(|| (has_zero_in_front(bytes), middle));
        }
    }
    if hinted && !plain && is_checked_in_groups(bytes, digits.get(..count).unwrap_or_default()) {
        shape.strict |= Label::NationalId.bit();
    }
    lined_ssn(bytes, &mut shape);
    if world::is_issued(text) {
        shape.strict |= Label::NationalId.bit();
    }
    if account::is_account(text) {
        shape.strict |= Label::BankAccount.bit();
    }
    lettered(text, hinted, &mut shape);
    if shape.strict & STATES != 0 {
        shape.strict |= Label::NationalId.bit();
    }
    if shape.strict & Label::Phone.bit() == 0 && !phone::is_written(bytes) {
        shape.loose &= !Label::Phone.bit();
    }
    if shape.strict == 0 && whole::is_address(text) {
        shape.strict |= Label::Address.bit();
    }
    shape.look = look::look(text);
    shape.firm = firm::is_firm(text);
    dated(text, &mut shape);
    if shape.look.is_some()
        || (bytes.first().is_some_and(u8::is_ascii_lowercase) && look::is_small_name(text))
    {
        shape.loose |= Label::Person.bit();
    }
    if hinted {
        under_a_name(bytes, &mut shape);
        if is_docket(bytes) {
            shape.loose &= !Label::NationalId.bit();
        }
    }
    shape.loose |= shape.strict;
    shape
}

/// What a day is, and is not.
fn dated(text: &str, shape: &mut Shape) {
    shape.year = birth::year(text);
    if shape.year.is_some() {
        shape.dials = None;
        shape.loose |= Label::Dob.bit();
        // A day, under a name that says secret, is one on which that was changed.
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            shape.loose &= !Label::Secret.bit();
        }
    }
}

/// `284 949 957`: in groups one number in three passes some state's check, so a name must say so.
fn is_checked_in_groups(bytes: &[u8], digits: &[u8]) -> bool {
    let blanks = |byte: &u8| byte.is_ascii_digit() || *byte == b' ';
    matches!(digits.len(), 9 | 12) && bytes.iter().all(blanks) && world::is_checked(digits)
}

/// What counts only where the column's name speaks for it.
fn under_a_name(bytes: &[u8], shape: &mut Shape) {
    // Milliseconds before 1970.
    if let [b'-', rest @ ..] = bytes
        && (8..=13).contains(&rest.len())
        && rest.iter().all(u8::is_ascii_digit)
    {
        shape.loose |= Label::Dob.bit();
    }
    shape.paper = paper(bytes);
    let token = shape.strict & Label::Secret.bit() != 0;
    shape.drawn = if token {
        Bar::Drawn
    } else {
        secret::drawn(bytes)
    };
}

/// The digits of what is nothing else but for separators, how many (none otherwise, more than are kept if there are), and whether they stand
/// without separators.
fn digits(bytes: &[u8]) -> ([u8; DIGITS_MAX], usize, bool) {
    let mut digits = [0_u8; DIGITS_MAX];
    let mut count = 0;
    let mut plain = true;
    for byte in bytes {
        if byte.is_ascii_digit() {
            if let Some(slot) = digits.get_mut(count) {
                *slot = byte - b'0';
            }
            count += 1;
        } else if matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+') {
            plain = false;
        } else {
            return (digits, 0, plain);
        }
    }
    (digits, count, plain)
}

/// `078_05_1121`: a social security number parted by lines.
fn lined_ssn(bytes: &[u8], shape: &mut Shape) {
    let [a, b, c, b'_', d, e, b'_', f, g, h, i] = bytes else {
        return;
    };
    let digits = [a, b, c, d, e, f, g, h, i].map(|byte| byte.wrapping_sub(b'0'));
    if digits.iter().all(|digit| *digit < 10) && is_ssn(&digits) {
        shape.strict |= Label::UsSsn.bit();
        shape.parted_ssn = Some((has_zero_in_front(bytes), digits[3] * 10 + digits[4]));
    }
}

fn numeric(number: &[u8], plain: bool, hinted: bool, shape: &mut Shape) {
    let count = number.len();
    let mut strict = |label: Label, fits: bool| {
        if fits {
            shape.strict |= label.bit();
        }
    };
    match count {
        9 => {
            strict(Label::UsAba, plain && is_aba(number));
            strict(Label::CaSin, is_sin(number));
            strict(Label::NlBsn, is_bsn(number));
            strict(Label::AuTfn, is_tfn(number));
        }
        10 => {
            strict(Label::UsNpi, plain && health::is_npi(number));
            strict(Label::UkNhs, is_nhs(number));
            strict(Label::SePersonnummer, is_personnummer(number));
            strict(Label::AuMedicare, is_au_medicare(number));
        }
        11 => {
            strict(Label::BrCpf, is_cpf(number));
            strict(Label::PlPesel, plain && is_pesel(number));
            strict(Label::DeSteuerId, is_steuer_id(number));
            strict(Label::AuMedicare, is_au_medicare(number));
        }
        12 => {
            strict(Label::InAadhaar, is_aadhaar(number));
            strict(Label::SePersonnummer, is_personnummer(number));
        }
        13 => {
            strict(Label::ZaId, plain && is_za_id(number));
            strict(Label::KrRrn, is_rrn(number));
        }
        14 => strict(Label::BrCnpj, is_cnpj(number)),
        18 => strict(Label::BankAccount, account::is_clabe(number)),
        15 => {
            strict(Label::FrNir, is_nir(number));
            strict(Label::HealthPlan, health::is_cns(number));
        }
        _ => {}
    }
    strict(Label::NationalId, plain && world::is_checked(number));
    let rare = || card::is_short_visa(number) || card::is_uatp(number);
    if (12..=19).contains(&count) && (card::is_card(number) || rare()) {
        shape.strict |= Label::CreditCard.bit();
    }
    if hinted {
        numeric_loose(number, plain, shape);
    }
    if plain {
        shape.digits = u8::try_from(count).ok();
        shape.first = number.first().map_or(0, |digit| 1 << digit);
        if count == 9 {
            shape.leading = number.first().copied();
            if is_ssn(number) {
                shape.loose |= Label::UsSsn.bit();
            }
        }
    }
}

fn numeric_loose(number: &[u8], plain: bool, shape: &mut Shape) {
    let count = number.len();
    let mut loose = |label: Label, fits: bool| {
        if fits {
            shape.loose |= label.bit();
        }
    };
    // A number column has lost the zeros in front.
    let mut padded = [0_u8; 9];
    if (7..=9).contains(&count) {
        for (to, from) in padded.iter_mut().skip(9 - count).zip(number) {
            *to = *from;
        }
    }
    loose(Label::UsSsn, (7..=9).contains(&count) && is_ssn(&padded));
    loose(Label::UsItin, is_itin(number));
    loose(Label::UsAba, (8..=9).contains(&count) && is_aba(&padded));
    loose(Label::UsEin, is_ein(number));
    loose(Label::UsBankAccount, (5..=17).contains(&count));
    loose(Label::BankAccount, (6..=20).contains(&count));
    loose(Label::NationalId, (6..=18).contains(&count));
    loose(
        Label::Phone,
        (7..=15).contains(&count) && (count != 10 || number.first() >= Some(&2))
            || contact::is_e164(number),
    );
    loose(Label::Passport, (7..=10).contains(&count));
    loose(Label::UsDl, (6..=14).contains(&count));
    loose(Label::Mrn, (5..=12).contains(&count));
    loose(Label::HealthPlan, (6..=16).contains(&count));
    loose(Label::PostalCode, matches!(count, 4..=6 | 9));
    loose(Label::Ndc, matches!(count, 10 | 11));
    loose(Label::Cpt, plain && count == 5);
    // Days, seconds or milliseconds since 1970, days since 1900; a year alone is no birthday.
    let year = count == 4
        && (number.starts_with(&[1, 8])
            || number.starts_with(&[1, 9])
            || number.starts_with(&[2, 0]));
    loose(
        Label::Dob,
        plain && matches!(count, 4..=5 | 8..=13) && !year,
    );
    loose(Label::Cvv, plain && matches!(count, 3 | 4));
    // A pin; a number column has lost the zeros in front.
    loose(Label::Secret, plain && (3..=12).contains(&count));
    loose(Label::EuVat, (8..=12).contains(&count));
}

fn lettered(text: &str, hinted: bool, shape: &mut Shape) {
    let bytes = text.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if let [first, rest @ ..] = bytes
        && first.is_ascii_uppercase()
        && rest.len() == digits
    {
        shape.letter_digits = u8::try_from(digits).ok();
        shape.first = 1 << (first - b'A');
    }
    // `10.33.200.36:9000`.
    let port =
        |port: &str| matches!(port.len(), 2..=5) && port.bytes().all(|byte| byte.is_ascii_digit());
    let host = text
        .split_once(':')
        .filter(|(_, part)| port(part))
        .map_or(text, |(host, _)| host);
    if host
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits >= 4
    {
        shape.quad = super::run::Run::at(host.as_bytes(), 0)
            .and_then(|run| super::network::ipv4_at(&run, 0));
    }
    let code = health::is_icd10(bytes);
    shape.dotted_code = code && bytes.contains(&b'.');
    if code || health::is_icd10_unpointed(bytes) {
        shape.loose |= Label::Diagnosis.bit();
    }
    if health::is_kvnr(bytes) || health::is_nhi(bytes) {
        shape.strict |= Label::HealthPlan.bit();
    }
    if health::is_dea(bytes) {
        shape.strict |= Label::UsDea.bit();
    }
    if hinted {
        lettered_loose(bytes, digits, shape);
    }
}

/// Numbers that states and banks give, as plainly as a name that says so allows.
fn numbered_loose(bytes: &[u8], letters: usize, digits: usize, shape: &mut Shape) {
    let mut loose = |label: Label, fits: bool| {
        if fits {
            shape.loose |= label.bit();
        }
    };
    let signs = letters + digits;
    let marks = bytes.len() - signs;
    loose(
        Label::NationalId,
        digits >= 5 && letters <= 10 && marks <= 6 && bytes.len() <= 24
            // Germany's cards are of letters as much as of digits.
            || digits >= 2
                && marks == 0
                && matches!(bytes.len(), 9 | 10)
                && !bytes.iter().any(u8::is_ascii_lowercase)
            // What is left of a line of a zone that machines read.
            || digits >= 6
                && bytes.len() >= 20
                && memchr::memmem::find(bytes, b"<<").is_some()
                && !bytes.iter().any(u8::is_ascii_lowercase),
    );
    loose(
        Label::BankAccount,
        digits >= 6 && letters <= 14 && bytes.len() <= 48,
    );
    loose(
        Label::UsMbi,
        signs == 11 && letters >= 3 && digits >= 3 && marks <= 2,
    );
    loose(
        Label::Passport,
        words::is_passport(bytes)
            || (7..=10).contains(&signs) && digits >= 3 && letters <= 6 && marks <= 1,
    );
    // In words, not as a code.
    loose(
        Label::Diagnosis,
        letters >= 4 && digits <= 4 || bytes.iter().any(|byte| *byte >= 0x80),
    );
}

fn lettered_loose(bytes: &[u8], digits: usize, shape: &mut Shape) {
    let letters = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    numbered_loose(bytes, letters, digits, shape);
    let blanks = bytes.iter().filter(|byte| **byte == b' ').count();
    let quad = shape.quad.is_some();
    let mut loose = |label: Label, fits: bool| {
        if fits {
            shape.loose |= label.bit();
        }
    };
    let compact = letters + digits == bytes.len();
    // `R902-718-76-010-0`
    let dashed =
        letters == 1 && digits >= 9 && bytes.iter().filter(|byte| **byte == b'-').count() <= 4;
    loose(
        Label::UsDl,
        (compact || dashed && blanks == 0) && digits >= 4 && (6..=17).contains(&bytes.len()),
    );
    loose(Label::EsNif, written::is_dotted(bytes));
    loose(Label::Mrn, digits >= 4 && blanks == 0 && bytes.len() <= 20);
    // Letters and marks between the digits are of a code: `SN-1234-5678`.
    loose(
        Label::UsBankAccount,
        digits >= 5 && (letters == 0 || letters <= 4 && compact) && bytes.len() <= 24,
    );
    loose(Label::HealthPlan, digits >= 4 && bytes.len() <= 20);
    loose(
        Label::PostalCode,
        (4..=10).contains(&bytes.len()) && digits >= 2 && blanks <= 1,
    );
    loose(Label::UsSsn, is_claim_number(bytes));
    loose(Label::Iban, iban::iban_at(bytes) == Some(bytes.len()));
    loose(Label::Ip, quad);
    loose(Label::Email, bytes.contains(&b'@') && blanks == 0);
    loose(Label::Phone, (7..=16).contains(&digits) && letters <= 3);
    loose(Label::Address, letters >= 4 && digits >= 1 && blanks >= 1);
    loose(
        Label::EuVat,
        compact && letters >= 2 && digits >= 7 && bytes.len() <= 14,
    );
    loose(Label::Ndc, matches!(digits, 10 | 11) && letters == 0);
    loose(
        Label::Crypto,
        compact && (25..=90).contains(&bytes.len()) && digits >= 1,
    );
    let mixed = bytes.len() >= 6 && blanks == 0;
    let long = || bytes.len() >= 16 && secret::entropy(bytes) >= 3.0;
    let drawn = mixed && (digits > 0 || letters < bytes.len() || long());
    let plain_url = secret::is_plain_address(bytes);
    let coined = drawn || secret::coined::is_kept(bytes);
    loose(
        Label::Secret,
        coined && !secret::is_no_value(bytes) && !plain_url,
    );
}
