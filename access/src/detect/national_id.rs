//! Personal numbers that states issue.
//!
//! Enters: digits without separators. Leaves: whether a state could have issued them. Never here: separators.

/// US social security number: no area 000, 666 or 9xx, no group 00, no serial 0000, none of the advertised ones.
pub fn is_ssn(digits: &[u8]) -> bool {
    let Some((area, group, serial)) = parts(digits) else {
        return false;
    };
    let known_fake = matches!(
        (area, group, serial),
        (123, 45, 6789) | (78, 5, 1120) | (219, 9, 9999)
    );
    !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0 && !known_fake
}

/// US individual taxpayer number: 9xx and the groups in use.
pub fn is_itin(digits: &[u8]) -> bool {
    parts(digits).is_some_and(|(area, group, _)| {
        area >= 900 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99)
    })
}

fn parts(digits: &[u8]) -> Option<(u32, u32, u32)> {
    if digits.len() != 9 {
        return None;
    }
    let number = |part: &[u8]| {
        part.iter()
            .fold(0, |sum, digit| sum * 10 + u32::from(*digit))
    };
    Some((
        number(digits.get(..3)?),
        number(digits.get(3..5)?),
        number(digits.get(5..)?),
    ))
}
