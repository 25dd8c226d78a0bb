//! What a run of digit groups holds, group by group.
//!
//! Enters: a run and what a word before it said. Leaves: labels and how many groups each takes. Never here: letters.

use super::national_id::{further, world};
use super::national_id::{
    is_aadhaar, is_aba, is_bsn, is_cnpj, is_cpf, is_itin, is_nhs, is_pesel, is_rrn, is_sin, is_ssn,
    is_tfn,
};
use super::run::Run;
use super::{Basis, Label, card, contact, date, health, network, phone};

/// What was found at a group, and how many groups it takes.
pub(super) type Found = (Label, usize, Basis);

/// Fewest digits of a run in which anything is found that no word announces: a telephone number's.
const DIGITS_MIN: usize = 8;
/// The same of a decimal: a card's.
const DECIMAL_MIN: usize = 12;
/// Groups of a network address, which has fewer digits.
const QUAD: usize = 4;

/// Whether anything may be found in a run that no word announces and no `+` begins. What is turned away here is a quantity, a decimal, a
/// short code.
pub(super) fn may_hold(run: &Run) -> bool {
    let least = match run.groups() {
        2 if run.separator(0) == b'.' => DECIMAL_MIN,
        _ => DIGITS_MIN,
    };
    run.plus || run.groups() >= QUAD || run.digits(0, run.groups()).len() >= least
}

/// The value that begins at the group, if any. `joined` says that something is attached before it without a blank.
pub(super) fn number_at(
    run: &Run,
    group: usize,
    joined: bool,
    said: Option<Label>,
) -> Option<Found> {
    let first = run.length(group);
    if let Some(said) = said
        && let Some(found) = announced(run, group, &run.lengths(group), said)
        && !(first >= 14 && card::is_card(run.digits(group, 1)))
    {
        return Some(found);
    }
    if run.plus && group == 0 {
        return phone(run, group);
    }
    if group == 0
        && !joined
        && let Some(groups) = card_over_all(run)
    {
        return Some((Label::CreditCard, groups, Basis::Checksum));
    }
    let at_home = || {
        let groups = (!joined).then(|| phone::at_home(run, group)).flatten()?;
        Some((Label::Phone, groups, Basis::Form))
    };
    by_groups(run, group, joined).or_else(at_home)
}

/// The value whose check digits or grouping give it away.
fn by_groups(run: &Run, group: usize, joined: bool) -> Option<Found> {
    let first = run.length(group);
    match first {
        // China's: a day of birth and a check.
        18 if further::is_sure(run.digits(group, 1)) => {
            Some((Label::NationalId, 1, Basis::Checksum))
        }
        12..=19 => {
            let decimals = group > 0 && run.separator(group - 1) == b'.';
            let card = !decimals && card::is_card(run.digits(group, 1));
            card.then_some((Label::CreditCard, 1, Basis::Checksum))
        }
        8 if run.length(group + 1) == 8 => card_at(run, group, &run.lengths(group)),
        4 if matches!(run.length(group + 1), 4 | 6) => {
            let lengths = run.lengths(group);
            card_at(run, group, &lengths)
                .or_else(|| (!joined).then(|| grouped(run, group, &lengths))?)
        }
        1..=3 | 6 if !joined && may_begin(run, group, first) => {
            grouped(run, group, &run.lengths(group)).or_else(|| phone(run, group))
        }
        _ => None,
    }
}

/// Whether any grouping begins with a group of that length and the next one's.
fn may_begin(run: &Run, group: usize, first: usize) -> bool {
    let quad = run.separator(group) == b'.' && run.groups() >= group + 4;
    quad || matches!(
        (first, run.length(group + 1)),
        (3, 2 | 3) | (1 | 2, 3) | (6, 7 | 3 | 4)
    )
}

fn phone(run: &Run, group: usize) -> Option<Found> {
    let groups = contact::phone_at(run, group)?;
    (!run.tight(group + groups - 1)).then_some((Label::Phone, groups, Basis::Form))
}

/// A card whose groups are of any lengths, alike parted, and nothing else in the run.
fn card_over_all(run: &Run) -> Option<usize> {
    let groups = run.groups();
    // Nine and five are a firm and its seat in France, which have a card's check.
    let seat = groups == 2 && run.lengths(0).starts_with(&[9, 5]);
    if groups < 2 || seat || !matches!(run.separator(0), b' ' | b'-') {
        return None;
    }
    let digits = run.digits(0, groups);
    let whole = (12..=19).contains(&digits.len()) && run.same_separator(0, groups);
    (whole && card::is_card(digits)).then_some(groups)
}

/// Cards in blocks.
fn card_at(run: &Run, group: usize, lengths: &[usize; 5]) -> Option<Found> {
    let blocks = match lengths {
        [4, 4, 4, 4, 3] if card::is_card(run.digits(group, 5)) => 5,
        [4, 4, 4, 4, ..] => 4,
        [4, 4, 4, 2 | 3, ..] => 4,
        [4, 6, 5 | 4, ..] => 3,
        [8, 8, ..] => 2,
        _ => return None,
    };
    // A window in a longer number is no card.
    let window = |other: usize, joint: usize| {
        run.length(other) == 4 && run.separator(joint) == run.separator(group)
    };
    let part =
        (group > 0 && window(group - 1, group - 1)) || window(group + blocks, group + blocks - 1);
    let card =
        !part && run.same_separator(group, blocks) && card::is_card(run.digits(group, blocks));
    card.then_some((Label::CreditCard, blocks, Basis::Checksum))
}

/// Numbers whose grouping gives them away, most of them with a check digit besides.
fn grouped(run: &Run, group: usize, lengths: &[usize; 5]) -> Option<Found> {
    let quad = matches!(lengths, [1..=3, 1..=3, 1..=3, 1..=3, ..])
        && (group..group + 3).all(|place| run.separator(place) == b'.');
    let (groups, separators): (usize, &[u8]) = match lengths {
        _ if quad => (4, b"."),
        // Parted by blanks it could be any three quantities.
        [3, 2, 4, ..] => (3, b"-"),
        // With blanks one number in ten has the check digit: those need a word, or a column.
        [3, 3, 4, ..] => (3, b"-"),
        [3, 3, 3, 2, ..] => (4, b".-"),
        [3, 3, 3, ..] => (3, b"-"),
        [4, 4, 4, ..] => (3, b"-"),
        [2, 3, 3, 4, 2] => (5, b"./-"),
        [6, 7, ..] => (2, b"-"),
        // Czechia's and Slovakia's.
        [6, 3 | 4, ..] if run.separator(group) == b'/' => (2, b"/"),
        _ => return None,
    };
    let parted =
        (group..group + groups - 1).all(|place| separators.contains(&run.separator(place)));
    if !parted || run.tight(group + groups - 1) {
        return None;
    }
    let digits = run.digits(group, groups);
    let same = run.same_separator(group, groups);
    let longer = |other: usize, joint: usize| {
        run.length(other) == 4 && run.separator(joint) == run.separator(group)
    };
    if lengths.starts_with(&[4, 4, 4])
        && ((group > 0 && longer(group - 1, group - 1)) || longer(group + 3, group + 2))
    {
        return None;
    }
    let (label, basis) = match groups {
        3 if digits.len() == 9 && lengths[1] == 2 && same && is_ssn(digits) => {
            (Label::UsSsn, Basis::Form)
        }
        3 if digits.len() == 9 && lengths[1] == 2 && same && is_itin(digits) => {
            (Label::UsItin, Basis::Form)
        }
        3 if digits.len() == 9 && lengths[1] == 3 && same && is_sin(digits) => {
            (Label::CaSin, Basis::Checksum)
        }
        3 if digits.len() == 10 && is_nhs(digits) => (Label::UkNhs, Basis::Checksum),
        3 if digits.len() == 12 && same && is_aadhaar(digits) => {
            (Label::InAadhaar, Basis::Checksum)
        }
        4 if digits.len() == 11 && is_cpf(digits) => (Label::BrCpf, Basis::Checksum),
        4 if network::ipv4_at(run, group) == Some(true) => (Label::Ip, Basis::Form),
        5 if is_cnpj(digits) => (Label::BrCnpj, Basis::Checksum),
        2 if is_rrn(digits) => (Label::KrRrn, Basis::Checksum),
        2 if separators == b"/" && further::is_birth_number(digits) => {
            (Label::NationalId, Basis::Checksum)
        }
        _ => return None,
    };
    Some((label, groups, basis))
}

/// A value that the word before announced: weaker forms will do.
fn announced(run: &Run, group: usize, lengths: &[usize; 5], said: Label) -> Option<Found> {
    let one = run.digits(group, 1);
    let (groups, fits) = match said {
        Label::UsSsn => {
            let groups = match lengths {
                [9, ..] => 1,
                [3, 2, 4, ..] | [3, 3, 3, ..] => 3,
                _ => return None,
            };
            let digits = run.digits(group, groups);
            (groups, is_ssn(digits) || is_itin(digits))
        }
        Label::UsNpi => (1, health::is_npi(one)),
        Label::UsAba => (1, is_aba(one)),
        Label::UkNhs if matches!(lengths, [3, 3, 4, ..]) => (3, is_nhs(run.digits(group, 3))),
        Label::UkNhs => (1, is_nhs(one)),
        Label::PlPesel => (1, is_pesel(one)),
        Label::BrCpf => (1, is_cpf(one)),
        Label::InAadhaar if matches!(lengths, [4, 4, 4, ..]) => {
            (3, is_aadhaar(run.digits(group, 3)))
        }
        Label::InAadhaar => (1, is_aadhaar(one)),
        Label::NlBsn => (1, is_bsn(one)),
        Label::CaSin if matches!(lengths, [3, 3, 3, ..]) => (3, is_sin(run.digits(group, 3))),
        Label::CaSin => (1, is_sin(one)),
        Label::Passport => (1, (8..=9).contains(&lengths[0]) && !run.tight(group)),
        Label::UsBankAccount => (1, (6..=17).contains(&lengths[0]) && !run.tight(group)),
        Label::UsDl | Label::Mrn => (1, (6..=12).contains(&lengths[0]) && !run.tight(group)),
        Label::Phone => phone_groups(run, group),
        Label::NationalId => papers(run, group)?,
        Label::HealthPlan if matches!(lengths, [3, 4, 4, 4, ..]) => {
            (4, health::is_cns(run.digits(group, 4)))
        }
        Label::HealthPlan => (1, health::is_cns(one)),
        Label::Cvv => (1, (3..=4).contains(&lengths[0]) && run.groups() == 1),
        Label::Ip => (4, network::ipv4_at(run, group).is_some()),
        Label::Dob => {
            let groups = if lengths[0] == 8 { 1 } else { 3 };
            let day = matches!(
                lengths,
                [4, 1..=2, 1..=2, ..] | [1..=2, 1..=2, 4, ..] | [8, ..]
            ) && run.same_separator(group, groups);
            (groups, day && spelled(run, group, groups).is_some())
        }
        _ => return None,
    };
    fits.then_some((said, groups, Basis::Cue))
}

/// A state's number behind a word for it: groups that pass some check together, or seven digits and more that stand alone.
fn papers(run: &Run, group: usize) -> Option<(usize, bool)> {
    let most = (run.groups() - group).min(GROUPS_MAX);
    let checked = (1..=most).rev().find(|groups| {
        let whole = !run.tight(group + groups - 1);
        let digits = run.digits(group, *groups);
        let nine = || is_tfn(digits) || is_sin(digits) || is_bsn(digits);
        whole
            && (8..=18).contains(&digits.len())
            && (world::is_checked(digits) || digits.len() == 9 && nine())
    });
    if let Some(groups) = checked {
        return Some((groups, true));
    }
    // Blanks part numbers from other numbers, too.
    let mut groups = 1;
    while group + groups < run.groups() && run.tight(group + groups - 1) {
        groups += 1;
    }
    let digits = run.digits(group, groups).len();
    Some((
        groups,
        (7..=18).contains(&digits) && run.separator(group) != b'/',
    ))
}

/// Most groups of a state's number.
const GROUPS_MAX: usize = 5;

/// As many groups as a telephone number takes, up to fifteen digits; seven at least.
fn phone_groups(run: &Run, group: usize) -> (usize, bool) {
    let (mut groups, mut total) = (0, 0);
    while group + groups < run.groups() && total + run.length(group + groups) <= 15 {
        total += run.length(group + groups);
        groups += 1;
    }
    (groups, total >= 7 && !run.tight(group + groups - 1))
}

/// The day that the groups spell.
fn spelled(run: &Run, group: usize, groups: usize) -> Option<date::Day> {
    let mut text = String::with_capacity(10);
    for place in group..group + groups {
        if place > group {
            text.push(char::from(run.separator(place - 1)));
        }
        text.extend(
            run.group(place)?
                .iter()
                .map(|digit| char::from(b'0' + digit)),
        );
    }
    date::parse(&text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_run_that_may_hold_nothing_holds_nothing(text in "[(]?[0-9]{1,9}([-. /)][0-9]{1,7}){0,3}") {
            let Some(run) = Run::at(text.as_bytes(), 0) else {
                return Ok(());
            };
            if may_hold(&run) {
                return Ok(());
            }
            for group in 0..run.groups() {
                for joined in [false, true] {
                    prop_assert_eq!(number_at(&run, group, joined, None), None, "{}", text);
                }
            }
        }
    }
}
