//! Two sessions side by side, as a terminal shows them.
//!
//! Enters: a [`SessionDiff`]. Leaves: lines. Never here: a control character of the record.

use std::fmt::Write as _;

use display::screen::line;

use super::{Aspect, Pair, Place, SessionDiff, Side, Standing};
use crate::when;

impl SessionDiff {
    /// As people read it: what is otherwise, and how much is not.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        write_side(out, "---", &self.before)?;
        write_side(out, "+++", &self.after)?;
        writeln!(
            out,
            "{} the same, {} changed, {} added, {} missing",
            self.same, self.changed, self.added, self.missing
        )?;
        for pair in &self.statements {
            write_pair(out, pair)?;
        }
        Ok(())
    }
}

fn write_side(out: &mut String, mark: &str, side: &Side) -> std::fmt::Result {
    let who = line(&side.principal);
    let at = when::instant(side.start);
    writeln!(
        out,
        "{mark} {}  {who}  {at}  {} statements",
        side.session, side.statements
    )
}

fn write_pair(out: &mut String, pair: &Pair) -> std::fmt::Result {
    let mark = match pair.standing {
        Standing::Same => return Ok(()),
        Standing::Changed => '~',
        Standing::Added => '+',
        Standing::Missing => '-',
    };
    let number = |place: &Place| format!("#{}", place.number);
    let numbers = match (&pair.before, &pair.after) {
        (Some(before), Some(after)) => format!("{} → {}", number(before), number(after)),
        (Some(one), None) | (None, Some(one)) => number(one),
        (None, None) => String::new(),
    };
    let text = pair.after.as_ref().or(pair.before.as_ref());
    let text = text.map_or("", |place| place.text.as_str());
    writeln!(out, "\n{mark} {numbers}  {}", flat(text))?;
    for aspect in &pair.aspects {
        writeln!(out, "    {}", told(aspect))?;
    }
    Ok(())
}

pub(super) fn flat(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    line(&words.join(" ")).into_owned()
}

fn told(aspect: &Aspect) -> String {
    if let Aspect::Text { before, .. } = aspect {
        return format!("asked before as: {}", flat(before));
    }
    if let Aspect::Values {
        only_before,
        only_after,
    } = aspect
    {
        return format!("values: {only_before} rows only before, {only_after} only after");
    }
    sides(aspect).map_or_else(String::new, |(name, before, after)| {
        format!("{name}: {before} → {after}")
    })
}

/// What `aspect` is called, and how it is on each side; none for the text, which the statement itself shows.
pub(super) fn sides(aspect: &Aspect) -> Option<(&'static str, String, String)> {
    let or_none = |text: &Option<String>| text.as_deref().map_or("none".to_owned(), flat);
    let list = |items: &[String]| match items {
        [] => "none".to_owned(),
        some => flat(&some.join(", ")),
    };
    let word = |verdict: &Option<event::payload::Verdict>| {
        let word = verdict.map_or("none", |verdict| verdict.as_str());
        word.to_owned()
    };
    Some(match aspect {
        Aspect::Text { .. } => return None,
        Aspect::Verdict { before, after } => ("verdict", word(before), word(after)),
        Aspect::Outcome { before, after } => ("outcome", before.clone(), after.clone()),
        Aspect::Rules { before, after } => ("rules", list(before), list(after)),
        Aspect::Masks { before, after } => ("masks", list(before), list(after)),
        Aspect::MaskedCells { before, after } => {
            ("masked cells", before.to_string(), after.to_string())
        }
        Aspect::Columns { before, after } => ("columns", list(before), list(after)),
        Aspect::Rows { before, after } => ("rows", before.to_string(), after.to_string()),
        Aspect::Values {
            only_before,
            only_after,
        } => (
            "values",
            format!("{only_before} rows only here"),
            format!("{only_after} rows only here"),
        ),
        Aspect::Error { before, after } => ("error", or_none(before), or_none(after)),
    })
}
