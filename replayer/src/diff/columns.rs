//! Two sessions in two columns, as a wide terminal shows them.
//!
//! Enters: a [`SessionDiff`], how wide the terminal is. Leaves: lines, the earlier session on the left; none where it is too narrow. Never here:
//! a control character of the record, a statement that both have with the same answer.

use display::screen::{line, pad, width, wrap};

use super::text::{flat, sides};
use super::{Pair, Place, SessionDiff, Side, Standing};
use crate::limits::COLUMNS_FROM;
use crate::when;

/// Between the columns.
const RULE: &str = " │ ";

impl SessionDiff {
    /// As people read it, the two beside each other; none where `columns` are too few for that.
    pub fn columns(&self, columns: usize) -> Option<String> {
        if columns < COLUMNS_FROM {
            return None;
        }
        let half = (columns - width(RULE)) / 2;
        let mut out = Columns {
            half,
            text: String::new(),
        };
        out.both(&head("---", &self.before), &head("+++", &self.after));
        let counted = format!(
            "{} the same, {} changed, {} added, {} missing\n",
            self.same, self.changed, self.added, self.missing
        );
        out.text.push_str(&counted);
        for pair in &self.statements {
            out.pair(pair);
        }
        Some(out.text)
    }
}

fn head(mark: &str, side: &Side) -> String {
    let who = line(&side.principal);
    let at = when::instant(side.start);
    format!(
        "{mark} {}  {who}  {at}  {} statements",
        side.session, side.statements
    )
}

/// Text in two columns.
struct Columns {
    /// Cells of each.
    half: usize,
    text: String,
}

impl Columns {
    /// `left` and `right` beside each other, each in as many lines as it needs.
    fn both(&mut self, left: &str, right: &str) {
        let (left, right) = (self.wrapped(left), self.wrapped(right));
        let (mut left, mut right) = (left.into_iter(), right.into_iter());
        loop {
            let (one, other) = (left.next(), right.next());
            if one.is_none() && other.is_none() {
                return;
            }
            let one = pad(&one.unwrap_or_default(), self.half, false);
            let both = format!("{one}{RULE}{}", other.unwrap_or_default());
            self.text.push_str(both.trim_end());
            self.text.push('\n');
        }
    }

    /// What does not begin a text is further in.
    fn wrapped(&self, text: &str) -> Vec<String> {
        let lines = wrap(text, self.half.saturating_sub(2))
            .into_iter()
            .enumerate();
        lines
            .map(|(number, text)| match number {
                0 => text,
                _ => format!("  {text}"),
            })
            .collect()
    }

    fn pair(&mut self, pair: &Pair) {
        let mark = match pair.standing {
            Standing::Same => return,
            Standing::Changed => '~',
            Standing::Added => '+',
            Standing::Missing => '-',
        };
        let told = |place: &Option<Place>| {
            let place = place.as_ref();
            place.map_or_else(String::new, |place| {
                format!("{mark} #{}  {}", place.number, flat(&place.text))
            })
        };
        self.text.push('\n');
        self.both(&told(&pair.before), &told(&pair.after));
        for aspect in &pair.aspects {
            // Both texts stand there in full already.
            if let Some((name, before, after)) = sides(aspect) {
                self.both(
                    &format!("    {name}: {before}"),
                    &format!("    {name}: {after}"),
                );
            }
        }
    }
}
