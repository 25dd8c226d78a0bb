//! Dates as texts write them.
//!
//! Enters: a text, or the days of a DATE. Leaves: year, month, day. Never here: today.

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Four digits.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

/// Whether a month has such a day in some year.
pub const fn is_day(month: u32, day: u32) -> bool {
    let last = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    };
    day >= 1 && day <= last
}

/// `Jan 31, 1950`, `31 January 1950`, `31-Jan-50` has no century and is none.
fn worded(text: &str) -> Option<Day> {
    const MONTHS: &[&str] = &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let (mut month, mut day, mut year) = (None, None, None);
    for word in text
        .split([' ', ',', '-', '.'])
        .filter(|word| !word.is_empty())
    {
        if let Ok(number) = word.parse::<u32>() {
            let slot = if word.len() == 4 { &mut year } else { &mut day };
            if slot.replace(number).is_some() {
                return None;
            }
            continue;
        }
        let whole = |name: &&str| name.eq_ignore_ascii_case(word);
        let short = |name: &&str| {
            matches!(word.len(), 3 | 4)
                && name
                    .get(..word.len())
                    .is_some_and(|head| head.eq_ignore_ascii_case(word))
        };
        let place = MONTHS.iter().position(|name| whole(name) || short(name))?;
        if month.replace(u32::try_from(place + 1).ok()?).is_some() {
            return None;
        }
    }
    let (year, month, day) = (year?, month?, day?);
    let plausible = (1850..=2150).contains(&year) && is_day(month, day);
    plausible.then_some(Day {
        year: i32::try_from(year).ok()?,
        month,
        day,
    })
}

/// `1950-01-31`, `01/31/1950`, `31.01.1950`, `19500131`, `Jan 31, 1950`, and nothing else around.
pub fn parse(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    if (9..=20).contains(&bytes.len()) && bytes.iter().any(u8::is_ascii_alphabetic) {
        return worded(text);
    }
    let mut parts = [0_u32; 3];
    let mut lengths = [0_usize; 3];
    let mut part = 0;
    let mut separator = 0;
    for &byte in bytes {
        match byte {
            b'0'..=b'9' => {
                let slot = parts.get_mut(part)?;
                *slot = slot.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?;
                *lengths.get_mut(part)? += 1;
            }
            b'-' | b'/' | b'.' if separator == 0 || separator == byte => {
                separator = byte;
                part += 1;
            }
            _ => return None,
        }
    }
    let [a, b, c] = parts;
    let (year, month, day) = match (lengths, part) {
        ([4, 1..=2, 1..=2], 2) => (a, b, c),
        ([1..=2, 1..=2, 4], 2) if is_day(a, b) => (c, a, b),
        ([1..=2, 1..=2, 4], 2) => (c, b, a),
        ([8, 0, 0], 0) => (a / 10_000, a / 100 % 100, a % 100),
        _ => return None,
    };
    let plausible = (1850..=2150).contains(&year) && is_day(month, day);
    plausible.then_some(Day {
        year: i32::try_from(year).ok()?,
        month,
        day,
    })
}

/// The calendar day of a DATE: days since 1970-01-01.
pub fn from_days(days: i32) -> Day {
    // Howard Hinnant's civil_from_days.
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u32::try_from(number).unwrap_or(1);
    Day {
        year: i32::try_from(year).unwrap_or(i32::MAX),
        month: small(month),
        day: small(day),
    }
}

/// Days since 1970-01-01 of a calendar day.
pub fn to_days(day: Day) -> i32 {
    let year = i64::from(day.year) - i64::from(day.month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = i64::from(day.month);
    let of_year =
        (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + i64::from(day.day) - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    i32::try_from(era * 146_097 + of_era - 719_468).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spellings_are_read_and_nothing_else() {
        let want = Some(Day {
            year: 1950,
            month: 1,
            day: 31,
        });
        for text in [
            "1950-01-31",
            "01/31/1950",
            "31.01.1950",
            "19500131",
            "1/31/1950",
            "1950/1/31",
            "Jan 31, 1950",
            "31 January 1950",
            "31-JAN-1950",
        ] {
            assert_eq!(parse(text), want, "{text}");
        }
        for text in [
            "1950-13-31",
            "31/31/1950",
            "1950-01",
            "1950-01/31",
            "0001-01-01",
            "",
            "1.2.3.4",
            "Jan 1950",
            "Jan Feb 31 1950",
            "31 Janitor 1950",
            "99999999999",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_and_calendar_agree() {
        assert_eq!(
            from_days(0),
            Day {
                year: 1970,
                month: 1,
                day: 1
            }
        );
        assert_eq!(
            from_days(19_782),
            Day {
                year: 2024,
                month: 2,
                day: 29
            }
        );
        for days in (-200_000..200_000).step_by(97) {
            assert_eq!(to_days(from_days(days)), days);
        }
    }
}
