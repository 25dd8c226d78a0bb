//! Telephone numbers as people write them at home: by the numbers that each country has given out.
//!
//! Enters: digits, and how they are grouped. Leaves: the countries whose numbers they are. Never here: a verdict on one number without
//! a form that only telephones have; columns vote.

use std::sync::LazyLock;

use super::run::Run;

mod layout;

pub(super) use layout::is_written;

/// Countries in the table.
pub(super) const REGIONS_MAX: usize = 64;
/// Digits of the longest number at home, trunk prefix included.
const DIGITS_MAX: usize = 13;
/// Fewest digits of a number at home that is told by its form.
const DIGITS_MIN: usize = 8;
/// Words of a bitmap over four digits.
const WORDS: usize = 10_000_usize.div_ceil(64);

/// Numbers of one length that are in use.
struct Length {
    digits: usize,
    heads: Box<[u64; WORDS]>,
}

struct Region {
    /// The digits dialled before a number from abroad.
    code: Vec<u8>,
    /// The digits dialled before a number at home; none in some countries.
    trunk: Vec<u8>,
    lengths: Vec<Length>,
    /// How many of the numbers of its usual lengths are in use, per thousand.
    used: u32,
}

static TABLE: LazyLock<Vec<Region>> = LazyLock::new(|| {
    include_str!("../data/phones.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(region)
        .take(REGIONS_MAX)
        .collect()
});

fn region(line: &str) -> Option<Region> {
    let mut words = line.split(' ').skip(1);
    let digits = |text: &str| {
        text.bytes()
            .filter(u8::is_ascii_digit)
            .map(|byte| byte - b'0')
            .collect()
    };
    let (code, trunk) = (digits(words.next()?), digits(words.next()?));
    let lengths: Vec<Length> = words.filter_map(length).collect();
    let used = lengths
        .iter()
        .map(|length| {
            length
                .heads
                .iter()
                .map(|word| word.count_ones())
                .sum::<u32>()
        })
        .max()?
        / 9;
    Some(Region {
        code,
        trunk,
        lengths,
        used: used.min(1000),
    })
}

/// `9:6000-7499,7800`.
fn length(text: &str) -> Option<Length> {
    let (digits, ranges) = text.split_once(':')?;
    let mut heads = Box::new([0_u64; WORDS]);
    for range in ranges.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        for head in first.parse::<usize>().ok()?..=last.parse::<usize>().ok()? {
            *heads.get_mut(head / 64)? |= 1 << (head % 64);
        }
    }
    Some(Length {
        digits: digits.parse().ok()?,
        heads,
    })
}

impl Region {
    /// Whether the number, without any prefix, is in use.
    fn has(&self, number: &[u8]) -> bool {
        let head = number
            .iter()
            .take(4)
            .fold(0_usize, |sum, digit| sum * 10 + usize::from(*digit));
        self.lengths
            .iter()
            .filter(|length| length.digits == number.len())
            .any(|length| {
                length
                    .heads
                    .get(head / 64)
                    .is_some_and(|word| word >> (head % 64) & 1 == 1)
            })
    }

    /// The same with the prefix dialled at home.
    fn has_dialled(&self, number: &[u8]) -> bool {
        !self.trunk.is_empty()
            && number
                .strip_prefix(self.trunk.as_slice())
                .is_some_and(|rest| self.has(rest))
    }
}

/// How many of a country's numbers are in use, per thousand that could be.
pub(super) fn used(region: usize) -> u32 {
    TABLE.get(region).map_or(1000, |region| region.used)
}

/// The countries whose numbers a cell could be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dials {
    /// As it stands, a bit for each country.
    pub home: u64,
    /// With the prefix dialled at home.
    pub trunk: u64,
    /// With the country's own digits in front, after `00` or bare.
    pub abroad: u64,
    /// In two groups or more.
    pub parted: bool,
    /// In groups of the sizes that countries without a prefix part their numbers into.
    pub usual: bool,
    /// Its first four digits.
    pub head: u16,
}

impl Dials {
    /// Whether it is written as people write numbers that they dial: in groups, or with what is dialled before.
    pub(super) const fn is_written(&self) -> bool {
        self.usual || self.parted && (self.trunk | self.abroad) != 0
    }
}

/// What a cell of digits and the signs between them dials; none for what cannot.
pub(super) fn dials(text: &str, number: &[u8]) -> Option<Dials> {
    // `10.218.0.0/16` is a network.
    let network = text.contains('/') && memchr::memchr_iter(b'.', text.as_bytes()).count() == 3;
    if !(7..=15).contains(&number.len()) || network || is_serial(text.as_bytes(), number) {
        return None;
    }
    let points = text.bytes().filter(|byte| *byte == b'.').count();
    let parted = text
        .bytes()
        .any(|byte| matches!(byte, b' ' | b'-' | b'(' | b'/'))
        || points > 1;
    if points == 1 && !text.contains(' ') || text.starts_with('-') || text.contains("--") {
        return None;
    }
    if !layout::is_grouped(text.as_bytes()) || layout::is_counted(text.as_bytes()) {
        return None;
    }
    // Seconds since 1970.
    if !parted && number.len() == 10 && number.first() == Some(&1) {
        return None;
    }
    let head = number
        .iter()
        .take(4)
        .fold(0, |sum, digit| sum * 10 + u16::from(*digit));
    let mut dials = Dials {
        parted,
        usual: parted && layout::is_usual(text.as_bytes()),
        head,
        ..Dials::default()
    };
    let abroad = number.strip_prefix(&[0, 0]).unwrap_or(number);
    for (place, region) in TABLE.iter().enumerate() {
        let bit = 1 << place;
        if region.has(number) {
            dials.home |= bit;
        }
        if region.has_dialled(number) {
            dials.trunk |= bit;
        }
        if abroad
            .strip_prefix(region.code.as_slice())
            .is_some_and(|rest| region.has(rest) || region.has_dialled(rest))
        {
            dials.abroad |= bit;
        }
    }
    Some(dials)
}

/// Serials with a check digit of their own: of periodicals (`1234-5679`), of air freight (`057-12345675`), of books
/// (`0-306-40615-2`).
fn is_serial(text: &[u8], number: &[u8]) -> bool {
    if matches!(text, [.., b'-', last] if last.is_ascii_digit()) {
        return true;
    }
    let dash = text.iter().position(|byte| *byte == b'-');
    let one = text.iter().filter(|byte| !byte.is_ascii_digit()).count() == 1;
    let value = |digits: &[u8]| {
        digits
            .iter()
            .fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit))
    };
    match (number.len(), dash) {
        (8, Some(4)) if one => {
            let sum: u32 = number
                .iter()
                .zip((1..=8).rev())
                .map(|(digit, weight)| u32::from(*digit) * weight)
                .sum();
            sum.is_multiple_of(11)
        }
        (11, Some(3)) if one || text.get(8) == Some(&b' ') => {
            let (serial, check) = (
                number.get(3..10).map_or(0, value),
                number.get(10).copied().unwrap_or(0),
            );
            serial % 7 == u32::from(check)
        }
        _ => false,
    }
}

/// A number at home in a text, told by its form: it begins with a 0 that is dialled, or has its area in brackets, and some country has
/// given it out. How many groups it takes.
pub(super) fn at_home(run: &Run, first: usize) -> Option<usize> {
    let bracket = |group: usize| run.separator(group) == b')';
    let zero = run
        .group(first)
        .is_some_and(|digits| matches!(digits, [0, 1..=9, ..]))
        || (run.group(first) == Some(&[0]) && bracket(first));
    let abroad = run
        .group(first)
        .is_some_and(|digits| digits.starts_with(&[0, 0]));
    if !(zero || abroad || bracket(first) || (run.length(first) == 1 && bracket(first + 1))) {
        return None;
    }
    if run.separator(first) == b'.' && run.groups() < first + 3 {
        return None;
    }
    let last = run.groups().saturating_sub(1);
    if last > first && run.length(last) == 1 && run.separator(last - 1) == b'-' {
        return None;
    }
    // Air freight, told by its own check digit.
    if run.lengths(first).starts_with(&[3, 8]) && run.separator(first) == b'-' {
        let number = run.digits(first, 2);
        let serial = number
            .iter()
            .skip(3)
            .take(7)
            .fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit));
        if number
            .last()
            .is_some_and(|check| serial % 7 == u32::from(*check))
        {
            return None;
        }
    }
    // A piece of a longer number is none: `03 845 111 38 9394 2641 053`.
    let joined = |joint: usize| matches!(run.separator(joint), b' ' | b'-');
    if first > 0 && joined(first - 1) && run.length(first - 1) > 1 {
        return None;
    }
    let mut best = None;
    let mut total = 0;
    for group in first..run.groups() {
        total += run.length(group);
        if total > DIGITS_MAX + usize::from(abroad) * 3 {
            break;
        }
        let number = run.digits(first, group + 1 - first);
        let groups = group + 1 - first;
        let parted = groups > 1 || abroad;
        if total > DIGITS_MIN && parted && !run.tight(group) && is_in_use(number, abroad) {
            best = Some(groups);
        }
    }
    best.filter(|groups| !joined(first + groups - 1))
}

/// Ten or eleven digits that some country has given out, with the 0 in front that is dialled at home.
pub(super) fn is_undivided(number: &[u8]) -> bool {
    matches!(number, [0, 1..=9, ..])
        && matches!(number.len(), 10..=12)
        && TABLE.iter().any(|region| region.has_dialled(number))
}

/// Digits that some country has given out, with its own in front.
pub(super) fn is_from_abroad(number: &[u8]) -> bool {
    TABLE.iter().any(|region| {
        number
            .strip_prefix(region.code.as_slice())
            .is_some_and(|rest| region.has(rest))
    })
}

fn is_in_use(number: &[u8], abroad: bool) -> bool {
    TABLE.iter().any(|region| {
        if abroad {
            let rest = number
                .get(2..)
                .and_then(|rest| rest.strip_prefix(region.code.as_slice()));
            rest.is_some_and(|rest| region.has(rest) || region.has_dialled(rest))
        } else {
            region.has_dialled(number)
                || (number.len() > DIGITS_MIN && number.first() != Some(&0) && region.has(number))
                || (number.first() == Some(&0) && region.has(number))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Dials {
        let digits: Vec<u8> = text
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|byte| byte - b'0')
            .collect();
        dials(text, &digits).unwrap()
    }

    #[test]
    fn the_table_has_every_country_and_not_every_number() {
        assert!(TABLE.len() >= 60, "{}", TABLE.len());
        for (place, region) in TABLE.iter().enumerate() {
            assert!(
                used(place) > 10 && used(place) < 1000,
                "{:?} {}",
                region.code,
                used(place)
            );
        }
    }

    #[test]
    fn numbers_dial_where_they_were_given_out() {
        for text in [
            "06 12 34 56 78",
            "0151 58173777",
            "(02) 9354 1433",
            "8 (495) 697-25-04",
            "090-7686-2753",
        ] {
            assert_ne!(of(text).trunk, 0, "{text}");
        }
        for text in ["616 297 078", "99577 17380", "55 1503 0998"] {
            assert_ne!(of(text).home, 0, "{text}");
        }
        assert_ne!(of("0049 30 23816321").abroad, 0);
        assert_eq!(of("0000012345").trunk, 0);
    }

    #[test]
    fn in_a_text_the_form_must_be_a_telephones() {
        let cases = [
            ("06 12 34 56 78", Some(5)),
            ("030 23816321", Some(2)),
            ("(02) 9354 1433", Some(3)),
            ("8 (495) 697-25-04", Some(5)),
            ("0049 30 23816321", Some(3)),
            ("616 297 078", None),
            ("0123", None),
            ("01-02-2024", None),
        ];
        for (text, want) in cases {
            let run = Run::at(text.as_bytes(), 0).unwrap();
            assert_eq!(at_home(&run, 0), want, "{text}");
        }
    }

    #[test]
    fn the_table_agrees_with_the_library_it_was_made_from() {
        use phonenumber::metadata::DATABASE;
        let ids: Vec<&str> = include_str!("../data/phones.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split(' ').next())
            .collect();
        let (mut all, mut agree) = (0, 0);
        for (region, id) in TABLE.iter().zip(ids) {
            let kinds = DATABASE.by_id(id).unwrap().descriptors();
            for kind in [kinds.fixed_line(), kinds.mobile()].into_iter().flatten() {
                let Some(example) = kind.example() else {
                    continue;
                };
                let number: Vec<u8> = example.bytes().map(|byte| byte - b'0').collect();
                all += 1;
                agree += u32::from(region.has(&number));
            }
        }
        assert!(all > 100 && agree * 100 >= all * 95, "{agree} of {all}");
    }
}
