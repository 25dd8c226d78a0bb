//! Writes `data/phones.txt`: which numbers each country has given out, by length and first four digits.
//!
//! Enters: the metadata of the `phonenumber` crate (libphonenumber's, Apache-2.0). Leaves: the table, on standard output. Never here:
//! anything at run time; the crate itself is not in the product.

use std::fmt::Write as _;

use phonenumber::metadata::{DATABASE, Descriptor};
use regex::Regex;

/// Countries of the table.
const REGIONS: &str = "US GB DE FR ES IT PT NL BE AT CH SE NO DK FI IE PL CZ SK HU RO BG GR TR RU UA HR RS SI LT LV EE IL SA AE EG MA ZA NG \
KE IN PK BD LK CN HK TW JP KR SG MY TH VN ID PH AU NZ BR MX AR CL CO PE";
/// Digits that stand for all numbers that begin with them.
const HEAD: u32 = 4;

fn main() {
    println!(
        "# Numbers in use by country: its code, the prefix dialled at home, then per length the ranges of first four digits."
    );
    println!(
        "# From the metadata of libphonenumber (Apache-2.0) as the crate phonenumber has it; written by access/detect/phones."
    );
    for id in REGIONS.split_ascii_whitespace() {
        let Some(region) = DATABASE.by_id(id) else {
            continue;
        };
        let kinds = region.descriptors();
        let used: Vec<&Descriptor> = [
            kinds.fixed_line(),
            kinds.mobile(),
            kinds.voip(),
            kinds.toll_free(),
            kinds.personal_number(),
            kinds.uan(),
        ]
        .into_iter()
        .flatten()
        .collect();
        let patterns: Vec<String> = used
            .iter()
            .map(|kind| {
                kind.national_number()
                    .as_str()
                    .replace(char::is_whitespace, "")
            })
            .collect();
        let Ok(pattern) = Regex::new(&format!("^(?:{})$", patterns.join("|"))) else {
            continue;
        };
        let mut lengths: Vec<u16> = used
            .iter()
            .flat_map(|kind| kind.possible_length().iter().copied())
            .collect();
        lengths.sort_unstable();
        lengths.dedup();
        let mut line = format!(
            "{id} {} {}",
            region.country_code(),
            region.national_prefix().unwrap_or("-")
        );
        for length in lengths
            .into_iter()
            .filter(|length| (7..=12).contains(length))
        {
            let ranges = ranges(&pattern, usize::from(length));
            if !ranges.is_empty() {
                let _ = write!(line, " {length}:{}", ranges.join(","));
            }
        }
        println!("{line}");
    }
}

/// Ranges of first digits of which most numbers of that length are in use.
fn ranges(pattern: &Regex, length: usize) -> Vec<String> {
    let tail = length - HEAD as usize;
    let mut dice = 7_u64;
    let mut used = |head: u32| {
        let mut hits = 0;
        for _ in 0..8 {
            let mut number = format!("{head:04}");
            for _ in 0..tail {
                dice = dice
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                number.push(char::from(b'0' + ((dice >> 33) % 10) as u8));
            }
            hits += u32::from(pattern.is_match(&number));
        }
        hits >= 4
    };
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for head in (0..10_u32.pow(HEAD)).filter(|head| used(*head)) {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == head => *last = head,
            _ => ranges.push((head, head)),
        }
    }
    ranges
        .iter()
        .map(|(first, last)| {
            if first == last {
                format!("{first:04}")
            } else {
                format!("{first:04}-{last:04}")
            }
        })
        .collect()
}
