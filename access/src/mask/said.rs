//! What a statement's own text and binds say of values that may be looked for.
//!
//! Enters: SQL as typed, binds as sent, the columns that the statement compares or writes. Leaves: tokens by column. Never here: a value
//! that is kept; a literal whose name says that it meets another column.

use event::payload::Seen;
use permit::Sought;

use super::sql::{Piece, is_keyword, pieces, unescaped};
use super::taken::Taken;
use crate::analysis::{Analysis, BoundValue};
use crate::limits::SEEN_TOKENS_PER_STATEMENT_MAX;
use crate::seen::SeenKeys;

/// The columns' tokens.
struct Meeting<'a> {
    /// Each with the last part of its name.
    columns: Vec<(&'a str, Taken)>,
    /// Names of other columns the statement uses.
    others: Vec<&'a str>,
    left: usize,
}

/// Tokens of the literals and binds; none where there are none.
pub(super) fn tokens(
    keys: &SeenKeys,
    text: &str,
    binds: &[BoundValue],
    sought: &[Sought],
    analysis: &Analysis,
) -> Option<Vec<Seen>> {
    let columns = sought.iter().filter_map(|sought| {
        let taken = Taken::new(sought.column.clone(), keys.signer(&sought.class)?);
        Some((last(&sought.column), taken))
    });
    let mut meeting = Meeting {
        columns: columns.collect(),
        others: analysis
            .columns
            .iter()
            .map(|used| used.column.as_str())
            .collect(),
        left: SEEN_TOKENS_PER_STATEMENT_MAX,
    };
    if meeting.columns.is_empty() {
        return None;
    }
    let Meeting {
        columns, others, ..
    } = &mut meeting;
    others.retain(|name| {
        columns
            .iter()
            .all(|(own, _)| !own.eq_ignore_ascii_case(name))
    });
    let mut name = String::new();
    pieces(text, |piece, part| match piece {
        Piece::Code => code(part, &mut name, &mut meeting),
        Piece::Literal => meeting.take(&name, &unescaped(part)),
        Piece::Comment => {}
    });
    for value in binds.iter().flat_map(|bind| &bind.values).flatten() {
        meeting.take("", value);
    }
    let seen = meeting.columns.iter_mut();
    let seen: Vec<Seen> = seen.filter_map(|(_, taken)| taken.seen()).collect();
    (!seen.is_empty()).then_some(seen)
}

/// Reads code: numbers are literals, and the last name before a literal is what that is compared with.
fn code(part: &str, name: &mut String, meeting: &mut Meeting<'_>) {
    let words = part.split(|sign: char| !(sign.is_alphanumeric() || matches!(sign, '_' | '$')));
    for word in words.filter(|word| !word.is_empty()) {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            meeting.take(name, word);
        } else if !is_keyword(word) && !word.starts_with(|first: char| first.is_ascii_digit()) {
            word.clone_into(name);
        }
    }
}

impl Meeting<'_> {
    /// Counts a value for the columns of that name; for all, where the name is of no column the statement uses.
    fn take(&mut self, name: &str, value: &str) {
        let named = |own: &str| own.eq_ignore_ascii_case(name);
        let own = self.columns.iter().any(|(own, _)| named(own));
        if !own && self.others.iter().any(|other| named(other)) {
            return;
        }
        for (column, taken) in &mut self.columns {
            if !own || named(column) {
                taken.take(value, 1, &mut self.left);
            }
        }
    }
}

/// The last part of a dotted name, without its quotes.
fn last(name: &str) -> &str {
    match name.strip_suffix('"') {
        Some(rest) => rest.rsplit_once('"').map_or(rest, |(_, part)| part),
        None => name.rsplit('.').next().unwrap_or(name),
    }
}

#[cfg(test)]
mod tests {
    use event::payload::{ColumnUse, SeenClass, Use};

    use super::*;

    fn met(text: &str, binds: &[&str]) -> Vec<(String, usize)> {
        let keys = SeenKeys::parse(&["0a".repeat(32)]).unwrap().unwrap();
        let sought = [("EMAIL", SeenClass::Email), ("SSN", SeenClass::Number)];
        let sought = sought.map(|(name, class)| Sought {
            ordinal: 0,
            class,
            column: format!("SHOP.PUBLIC.CUSTOMERS.{name}"),
        });
        let used = |name: &str| ColumnUse {
            table: "SHOP.PUBLIC.CUSTOMERS".to_owned(),
            column: name.to_owned(),
            usage: Use::Filter,
        };
        let analysis = Analysis {
            columns: ["EMAIL", "ID", "SSN"].map(used).to_vec(),
            ..Analysis::default()
        };
        let binds = BoundValue {
            name: "1".to_owned(),
            kind: "TEXT".to_owned(),
            values: binds.iter().map(|bind| Some((*bind).to_owned())).collect(),
        };
        let seen = tokens(&keys, text, &[binds], &sought, &analysis).unwrap_or_default();
        let wanted = ["marta@example.com", "078051120", "7"].map(|value| keys.tokens(value, None));
        seen.iter()
            .map(|seen| {
                let known = seen.unpack();
                let known =
                    known.filter(|(token, _)| wanted.iter().flatten().any(|one| one == token));
                (last(&seen.column).to_owned(), known.count())
            })
            .collect()
    }

    #[test]
    fn a_literal_counts_for_the_column_it_meets() {
        let email = |count| ("EMAIL".to_owned(), count);
        let ssn = |count| ("SSN".to_owned(), count);
        for (text, want) in [
            (
                "select 1 from customers where email = 'Marta@example.com'",
                vec![email(1)],
            ),
            (
                "select id from customers c where lower(c.email) in ('x', 'marta@example.com')",
                vec![email(1)],
            ),
            (
                "select id from customers where ssn = 078051120",
                vec![ssn(1)],
            ),
            (
                "select id from customers where ssn = '078-05-1120'",
                vec![ssn(1)],
            ),
            ("select id from customers where id = 7", vec![]),
            (
                "select id from customers where email = 'it''s' -- marta@example.com",
                vec![email(0)],
            ),
            (
                "update customers set email = 'marta@example.com' where id = 7",
                vec![email(1)],
            ),
        ] {
            let met = met(text, &[]);
            let met: Vec<_> = met
                .into_iter()
                .filter(|(name, count)| *count > 0 || want.contains(&(name.clone(), 0)))
                .collect();
            assert_eq!(met, want, "{text}");
        }
    }

    #[test]
    fn a_bind_counts_for_every_column_that_may_be_looked_for() {
        let met = met(
            "select id from customers where email = ? or ssn = ?",
            &["marta@example.com", "078-05-1120"],
        );
        assert_eq!(met, [("EMAIL".to_owned(), 1), ("SSN".to_owned(), 1)]);
    }

    #[test]
    fn names_end_after_the_last_dot_outside_quotes() {
        for (name, want) in [
            ("D.S.T.EMAIL", "EMAIL"),
            ("D.S.T.\"e.mail\"", "e.mail"),
            ("EMAIL", "EMAIL"),
        ] {
            assert_eq!(last(name), want);
        }
    }
}
