//! Days as people write them, in any language: whether a cell is one, and of which year.
//!
//! Enters: one cell. Leaves: a year. Never here: which of two numbers is the month; nothing is computed with such a day.

use std::sync::LazyLock;

use super::date::{is_day, parse};
use super::work::looked;
use months::{MONTHS, WEEKDAYS};

mod months;

/// Words between the parts of a day that say nothing.
const FILLERS: &[&str] = &[
    "de", "of", "the", "del", "di", "du", "den", "am", "le", "el", "г", "р", "года", "року", "st",
    "nd", "rd", "th", "er", "º", "ª", "tháng", "năm", "ngày",
];
/// Japan's eras, by their signs and letters: the year before their first.
const ERAS: &[(&str, u32)] = &[
    ("明治", 1867),
    ("大正", 1911),
    ("昭和", 1925),
    ("平成", 1988),
    ("令和", 2018),
    ("民國", 1911),
    ("民国", 1911),
];
/// What the calendar of Thailand is ahead.
const BUDDHIST: u32 = 543;
/// Longest cell that is a day, bytes.
const BYTES_MAX: usize = 72;

/// The year of a cell that is a day: `12 March 1985`, `12. März 1985`, `1985年3月12日`, `12-Mar-85`, `12/03/85`, `1985-03-12T00:00:00Z`,
/// `Tue, 12 Mar 1985 00:00:00 GMT`, `12MAR1985`, `12.III.1985`, `昭和60年3月12日`.
pub(super) fn year(text: &str) -> Option<i32> {
    if text.len() > BYTES_MAX || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if let Some(day) = parse(text) {
        return Some(day.year);
    }
    let text = without_time(text);
    let era = ERAS
        .iter()
        .find(|(sign, _)| !text.is_ascii() && text.starts_with(sign));
    let text = era.map_or(text, |(sign, _)| text.get(sign.len()..).unwrap_or(""));
    let mut parts = Parts {
        era: era.map(|(_, before)| *before),
        ..Parts::default()
    };
    for word in words(text) {
        parts.add(word)?;
    }
    parts.year()
}

/// Most places at which a day inside a text may end.
const ENDS_MAX: usize = 24;

/// One past the day that begins at `at` inside a text, at a character's first byte; none where none begins there.
pub(super) fn day_at(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..bytes.len().min(at + BYTES_MAX))?;
    let rest = match std::str::from_utf8(rest) {
        Ok(text) => text,
        // Cut off inside a character.
        Err(cut) => std::str::from_utf8(rest.get(..cut.valid_up_to())?).ok()?,
    };
    let mut best = None;
    let mut before = ' ';
    let stops = |character: char| "\n\r\"();[]{}<>|=".contains(character);
    let ends = rest
        .char_indices()
        .take_while(|(_, character)| !stops(*character))
        .map(Some)
        .chain(std::iter::once(None));
    let mut end = 0;
    let mut left = ENDS_MAX;
    for next in ends {
        let character = next.map_or(' ', |(_, character)| character);
        let whole = before.is_alphanumeric()
            && (!character.is_alphanumeric() || matches!(before, '日' | '일' | '号'));
        if whole && left > 0 {
            left -= 1;
            looked(end);
            let says = |day: &&str| {
                let last = day.rsplit([' ', '.']).next().unwrap_or(day);
                !is_filler(last) && year(day).is_some()
            };
            let day = rest.get(..end).filter(says);
            best = day.map(|_| end).or(best);
        }
        before = character;
        end = next.map_or(end, |(place, _)| place + character.len_utf8());
    }
    best.map(|length| at + length)
}

/// The first byte of the day that ends at `end` inside a text.
pub(super) fn day_before(bytes: &[u8], end: usize) -> Option<usize> {
    let from = end.saturating_sub(BYTES_MAX);
    let window = bytes.get(from..end)?;
    let mut start = 0;
    while window.get(start).is_some_and(|byte| byte & 0xc0 == 0x80) {
        start += 1;
    }
    let text = std::str::from_utf8(window.get(start..)?).ok()?;
    let begins = |place: usize| {
        let mut before = text.get(..place).unwrap_or("").chars();
        before
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric())
    };
    let mut left = ENDS_MAX;
    // The last words first: what is before them is longer.
    let starts = text.char_indices().rev().map(|(place, _)| place);
    let mut best = None;
    for place in starts.filter(|place| begins(*place)) {
        left -= 1;
        if left == 0 {
            break;
        }
        looked(text.len() - place);
        if text.get(place..).is_some_and(|day| year(day).is_some()) {
            best = Some(from + start + place);
        }
    }
    best
}

/// Whether a word may stand between what announces a day and the day: `né le`, `born the`.
pub(super) fn is_filler(word: &str) -> bool {
    let first = word.bytes().next();
    FILLERS
        .iter()
        .any(|known| known.len() == word.len() && known.bytes().next() == first && *known == word)
}

/// Numbers and words of a text, parted by signs and where digits end or begin.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = |character: char| {
        matches!(
            character,
            ' ' | ',' | '-' | '/' | '年' | '月' | '日' | '년' | '월' | '일' | '\'' | '،'
        )
    };
    text.split(parts).flat_map(|piece| {
        // `12MAR1985`, `12th`; the points of `ม.ค.` belong to the word.
        let mut rest = piece;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches('.');
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let length = if digits > 0 {
                digits
            } else {
                rest.find(|character: char| character.is_ascii_digit())
                    .unwrap_or(rest.len())
            };
            let (word, after) = rest.split_at_checked(length).filter(|_| length > 0)?;
            rest = after;
            Some(word.trim_end_matches('.'))
        })
    })
}

/// What was read of a day.
#[derive(Default)]
struct Parts {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<u32>,
    era: Option<u32>,
    numbers: u32,
    weekday: bool,
}

impl Parts {
    /// Takes one word; none where it belongs to no day.
    fn add(&mut self, word: &str) -> Option<()> {
        if let Ok(number) = word.parse::<u32>() {
            return self.number(number, word.len());
        }
        let lower = word.to_lowercase();
        if is_filler(&lower) {
            return Some(());
        }
        if let Some(month) = roman(&lower).filter(|_| self.day.is_some()) {
            return self.set_month(month);
        }
        let month = month_of(&lower);
        let long = lower.chars().count() >= 3 || !lower.is_ascii();
        if let Some(month) = month.filter(|_| long) {
            let month = u32::try_from(month + 1).ok()?;
            // `mardi 12 mars`: the first was a day of the week.
            if !self.weekday && self.month.is_some() && self.numbers < 2 {
                self.weekday = true;
                self.month = None;
            }
            return self.set_month(month);
        }
        let first = self.numbers == 0 && self.month.is_none() && !self.weekday;
        self.weekday = first && (begins_with_one(&lower, WEEKDAYS) || lower.ends_with("曜"));
        self.weekday.then_some(())
    }

    fn number(&mut self, number: u32, digits: usize) -> Option<()> {
        self.numbers += 1;
        let era_year = self.era.is_some() && self.year.is_none();
        let slot = match (digits, self.numbers) {
            (1 | 2, 1) if era_year => &mut self.year,
            (4, _) => &mut self.year,
            (2, 3) if self.year.is_none() => &mut self.year,
            (1 | 2, _) if self.day.is_none() => &mut self.day,
            (1 | 2, _) if self.month.is_none() => &mut self.month,
            (2, _) => &mut self.year,
            _ => return None,
        };
        slot.replace(number).is_none().then_some(())
    }

    fn set_month(&mut self, month: u32) -> Option<()> {
        self.month.replace(month).is_none().then_some(())
    }

    fn year(self) -> Option<i32> {
        let (day, month, year) = (self.day?, self.month?, self.year?);
        let year = match (year, self.era) {
            (1..=120, Some(before)) => year + before,
            (0..=30, _) => year + 2000,
            (31..=99, _) => year + 1900,
            (2400..=2600, _) => year - BUDDHIST,
            _ => year,
        };
        let fits = (1880..=2100).contains(&year) && (is_day(month, day) || is_day(day, month));
        fits.then(|| i32::try_from(year).ok())?
    }
}

/// The names of all months by their first byte, with their month's place: of what is no month most is told by it.
static NAMES: LazyLock<Vec<Vec<(usize, &'static str)>>> = LazyLock::new(|| {
    let mut names = vec![Vec::new(); 256];
    for (month, list) in MONTHS.iter().enumerate() {
        for name in *list {
            let first = name.bytes().next().map_or(0, usize::from);
            if let Some(slot) = names.get_mut(first) {
                slot.push((month, *name));
            }
        }
    }
    names
});

/// The place of the month that the word begins as, the earliest of several.
fn month_of(word: &str) -> Option<usize> {
    let names = NAMES.get(usize::from(word.bytes().next()?))?;
    let named = names.iter().find(|(_, name)| word.starts_with(name));
    named.map(|(month, _)| *month)
}

fn begins_with_one(word: &str, names: &[&str]) -> bool {
    let first = word.bytes().next();
    names
        .iter()
        .any(|name| name.bytes().next() == first && word.starts_with(name))
}

/// A month in Roman figures: `12.III.1985`.
fn roman(word: &str) -> Option<u32> {
    const FIGURES: [&str; 12] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
    ];
    let place = FIGURES.iter().position(|figure| *figure == word)?;
    u32::try_from(place + 1).ok()
}

/// The day of `1985-03-12T00:00:00Z`, `12/03/1985 00:00` and `Tue, 12 Mar 1985 00:00:00 +0000 (CET)`.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else {
        return text;
    };
    let head = text.get(..colon).unwrap_or(text);
    // An hour of one or two digits stands before the colon.
    let hour = head.trim_end_matches(|character: char| character.is_ascii_digit());
    let digits = head.len() - hour.len();
    match hour.strip_suffix(['T', ' ']) {
        Some(day) if (1..=2).contains(&digits) => day.trim_end(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_inside_texts_end_where_they_end() {
        for (text, day) in [
            ("12 March 1985, Rome", Some("12 March 1985")),
            ("12.03.1985.", Some("12.03.1985")),
            ("12/03/85 in Lyon", Some("12/03/85")),
            ("12. März 1985 (Graz)", Some("12. März 1985")),
            ("March 12th, 1985 at noon", Some("March 12th, 1985")),
            ("12th of March 1985; ok", Some("12th of March 1985")),
            ("1985年3月12日生まれ", Some("1985年3月12日")),
            ("1985-03-12T00:00:00Z", Some("1985-03-12T00:00:00Z")),
            ("12 марта 1985 г. в Омске", Some("12 марта 1985")),
            ("12 boxes of 1985", None),
            ("March was cold", None),
        ] {
            let found = day_at(text.as_bytes(), 0).map(|end| &text[..end]);
            assert_eq!(found, day, "{text}");
        }
    }

    #[test]
    fn days_in_many_ways() {
        for text in [
            "1985-03-12",
            "12 March 1985",
            "12. März 1985",
            "12 de marzo de 1985",
            "1985年3月12日",
            "12-Mar-85",
            "12/03/85",
            "12.03.85",
            "March 12th, 1985",
            "12 марта 1985",
            "1985-03-12T00:00:00Z",
            "1985. 3. 12.",
            "12 03 1985",
            "12 mars 1985",
            "12MAR1985",
            "12.III.1985",
            "mardi 12 mars 1985",
            "mar. 12 mars 1985",
            "Dienstag, 12. März 1985",
            "Tue, 12 Mar 1985 00:00:00 +0000",
            "Tue Mar 12 1985 00:00:00 GMT+0100 (CET)",
            "12 มีนาคม 2528",
            "12 ม.ค. 2528",
            "昭和60年3月12日",
            "12 مارس 1985",
            "12 मार्च 1985",
            "12 tháng 3 năm 1985",
            "12-03-2528",
        ] {
            assert_eq!(year(text), Some(1985), "{text}");
        }
        for text in [
            "12.5",
            "March",
            "1.2.3",
            "12 widgets 1985",
            "Widgets 12 March 1985",
            "12 March 1985 widgets",
            "192.168.10.20",
            "45/99/1985",
            "A-12-85",
            "12-34-56-78",
        ] {
            assert_eq!(year(text), None, "{text}");
        }
    }
}
