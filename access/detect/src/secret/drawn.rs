//! How much a text looks drawn at random, as keys are.
//!
//! Enters: a whole cell, or the value of a field. Leaves: a bar, bits a character. Never here: names, places, issuers.

use super::coined;
use crate::gate::is_uuid;
use crate::hint::Bar;

/// Fewest and most bytes of a key that only its name and its look tell.
const DRAWN_MIN: usize = 16;
const VALUE_MAX: usize = 1024;

/// Bits a character, over the text's own distribution.
pub fn entropy(text: &[u8]) -> f64 {
    let mut times = [0_u32; 256];
    for byte in text {
        times[usize::from(*byte)] += 1;
    }
    let length = text.len() as f64;
    let part = |times: &u32| {
        let share = f64::from(*times) / length;
        -share * share.log2()
    };
    times.iter().filter(|times| **times > 0).map(part).sum()
}

/// How much a whole cell looks drawn at random: letters and digits in turn, as keys have them, and no words.
pub(crate) fn drawn(cell: &[u8]) -> Bar {
    if !cell.iter().all(u8::is_ascii_graphic) {
        return Bar::Any;
    }
    let made_up = if coined::is_coined(cell) || coined::is_grouped(cell) {
        Bar::Coined
    } else {
        Bar::Any
    };
    if is_uuid(cell) {
        return Bar::Unique;
    }
    if !(DRAWN_MIN..=VALUE_MAX).contains(&cell.len()) {
        return made_up;
    }
    // What stands for a card or a customer at a processor opens nothing.
    if [
        &b"tok_"[..],
        b"pm_",
        b"card_",
        b"src_",
        b"cus_",
        b"pi_",
        b"tkn_",
        b"seti_",
        // Keys that pages show to everybody.
        b"pk_",
        b"phc_",
        b"pub_",
        b"SHA256:",
    ]
    .iter()
    .any(|head| cell.starts_with(head))
    {
        return Bar::Any;
    }
    let count = |of: fn(&u8) -> bool| cell.iter().filter(|byte| of(byte)).count();
    let (uppers, lowers) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    let digits = count(u8::is_ascii_digit);
    let hex = count(|byte| byte.is_ascii_hexdigit() || *byte == b'-') == cell.len();
    let kind = |byte: &u8| match byte {
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        b'0'..=b'9' => 3,
        _ => 0,
    };
    // A capital after a small letter, and a change between letters and digits: words have few of them.
    let turns = cell
        .windows(2)
        .filter(|pair| {
            let &[one, other] = *pair else {
                return false;
            };
            matches!((kind(&one), kind(&other)), (1, 2) | (1 | 2, 3) | (3, 1 | 2))
        })
        .count();
    let random = digits >= 1 && uppers + lowers >= 4 && entropy(cell) >= 3.0;
    let mixed = uppers >= 2 && lowers >= 2;
    if random && mixed && turns * 100 >= cell.len() * 28 && !hex {
        Bar::Drawn
    } else if random && digits >= 2 && turns * 6 >= cell.len() {
        if hex { Bar::Key } else { Bar::Woven }
    } else {
        made_up
    }
}
