//! When enough people have said yes.
//!
//! Enters: who must agree, and the groups of those who did. Leaves: yes or no. Never here: whether somebody might answer.

use crate::payload::Quorum;

/// Whether `people`, each by their groups, fill every seat of `quorum`. Each fills one seat only, however many groups they are
/// in: a maximum matching of seats to people, so that the order of the answers does not matter.
pub fn quorum_met(quorum: &[Quorum], people: &[&[String]]) -> bool {
    let seats: Vec<&str> = quorum
        .iter()
        .flat_map(|part| {
            std::iter::repeat_n(part.group.as_str(), part.needed as usize)
                // More seats than people cannot be filled; no need to lay them all out.
                .take(people.len().saturating_add(1))
        })
        .collect();
    if seats.is_empty() {
        return false;
    }
    let mut seated: Vec<Option<usize>> = vec![None; people.len()];
    (0..seats.len()).all(|seat| {
        let mut tried = vec![false; people.len()];
        seat_one(seat, &seats, people, &mut seated, &mut tried)
    })
}

/// Finds a person for `seat`, moving others to another seat of theirs where needed.
fn seat_one(
    seat: usize,
    seats: &[&str],
    people: &[&[String]],
    seated: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    let Some(group) = seats.get(seat) else {
        return false;
    };
    for (person, groups) in people.iter().enumerate() {
        let fits = groups.iter().any(|held| held == group);
        match tried.get_mut(person) {
            Some(tried) if fits && !*tried => *tried = true,
            _ => continue,
        }
        let free = match seated.get(person).copied().flatten() {
            None => true,
            Some(other) => seat_one(other, seats, people, seated, tried),
        };
        if free {
            if let Some(place) = seated.get_mut(person) {
                *place = Some(seat);
            }
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(part: &(&str, u32)) -> Quorum {
        Quorum {
            group: part.0.to_owned(),
            needed: part.1,
        }
    }

    fn groups(person: &&[&str]) -> Vec<String> {
        person.iter().map(|&group| group.to_owned()).collect()
    }

    #[test]
    fn each_person_fills_one_seat() {
        type Case<'a> = (&'a str, &'a [(&'a str, u32)], &'a [&'a [&'a str]], bool);
        let cases: &[Case] = &[
            (
                "nobody asked for is nobody's to give",
                &[],
                &[&["a"]],
                false,
            ),
            ("one of one", &[("a", 1)], &[&["a"]], true),
            ("none of one", &[("a", 1)], &[], false),
            (
                "two of one group are two people",
                &[("a", 2)],
                &[&["a"]],
                false,
            ),
            ("two of one group", &[("a", 2)], &[&["a"], &["a"]], true),
            (
                "one person in two groups fills one seat",
                &[("a", 1), ("b", 1)],
                &[&["a", "b"]],
                false,
            ),
            (
                "the second person fits where the first cannot",
                &[("a", 1), ("b", 1)],
                &[&["a", "b"], &["a"]],
                true,
            ),
            (
                "in either order",
                &[("a", 1), ("b", 1)],
                &[&["a"], &["a", "b"]],
                true,
            ),
            (
                "a chain of moves",
                &[("a", 1), ("b", 1), ("c", 1)],
                &[&["a", "b"], &["b", "c"], &["a"]],
                true,
            ),
            ("more than needed", &[("a", 1)], &[&["a"], &["a"]], true),
            (
                "a need beyond all people",
                &[("a", u32::MAX)],
                &[&["a"]],
                false,
            ),
            ("a seat nobody is asked for", &[("a", 0)], &[&["a"]], false),
        ];
        for (name, parts, people, want) in cases {
            let quorum: Vec<Quorum> = parts.iter().map(seats).collect();
            let people: Vec<Vec<String>> = people.iter().map(groups).collect();
            let people: Vec<&[String]> = people.iter().map(Vec::as_slice).collect();
            assert_eq!(quorum_met(&quorum, &people), *want, "{name}");
        }
    }
}
