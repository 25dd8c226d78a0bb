//! Whether some words stand in what people see of an entry.
//!
//! Enters: an entry, words. Leaves: yes or no, whatever the case. Never here: a pattern; every character stands for itself.

use crate::timeline::{Entry, Request, Statement};

/// Whether `words` stand anywhere in what people see of `entry`: its text, its binds, its tables, rules, answers, query id, error, files, names
/// of columns, cells.
pub fn mentions(entry: &Entry, words: &str) -> bool {
    let wanted = words.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    match entry {
        Entry::Note(note) => has(&note.text) || has(note.kind.as_str()),
        Entry::Statement(statement) => asked(statement, &has) || answered(statement, &has),
    }
}

fn asked(statement: &Statement, has: &dyn Fn(&str) -> bool) -> bool {
    let any = |texts: &[String]| texts.iter().any(|text| has(text));
    let request = statement.request.as_ref();
    let decision = statement.decision.as_ref();
    let approval = statement.approval.as_ref();
    let bound = |asked: &Request| {
        let mut binds = asked.binds.iter();
        binds.any(|bind| has(&bind.name) || bind.values.iter().flatten().any(|value| has(value)))
    };
    let named = |asked: &Request| any(&asked.reads) || any(&asked.writes);
    request.is_some_and(|asked| has(&asked.text) || bound(asked) || named(asked))
        || decision.is_some_and(|decision| {
            let mut reasons = decision.reasons.iter();
            reasons.any(|reason| has(&reason.text) || has(&reason.rule))
        })
        || approval.is_some_and(|approval| {
            let mut answers = approval.answers.iter();
            answers.any(|answer| has(&answer.note) || has(&answer.by.display))
        })
}

fn answered(statement: &Statement, has: &dyn Fn(&str) -> bool) -> bool {
    let failure = statement.failure.as_ref();
    let forwarded = statement.forwarded.as_ref();
    let query = forwarded.and_then(|forwarded| forwarded.query_id.as_deref());
    let mut files = statement.files.iter();
    let in_results = statement.results.iter().any(|result| {
        let grid = &result.grid;
        grid.columns.iter().any(|column| has(&column.name))
            || grid.rows.iter().flatten().flatten().any(|cell| has(cell))
    });
    in_results
        || failure.is_some_and(|failure| has(&failure.message) || has(&failure.code))
        || query.is_some_and(has)
        || files.any(|file| has(&file.file) || has(&file.stage))
}
