//! Whether what Snowflake says of an answer fits what was decided on.
//!
//! Enters: what the analysis saw; upstream's statement type and description of the columns. Leaves: what does not fit. Never
//! here: a decision; it only notices that the one made rested on something else. A word of Snowflake's own in what is said: a
//! column's name may be data.

use access::analysis::{Analysis, Answer, Derivation, Provenance};
use event::payload::{ResultColumn, StatementKind};
use serde::{Deserialize, Serialize};

/// Statement kinds that read only: if the analysis saw nothing else, upstream must not have written.
const READING: [StatementKind; 9] = [
    StatementKind::Select,
    StatementKind::Show,
    StatementKind::Describe,
    StatementKind::Explain,
    StatementKind::List,
    StatementKind::Use,
    StatementKind::Set,
    StatementKind::Unset,
    StatementKind::Call,
];

/// Kinds that change rows and nothing else.
const CHANGING: [StatementKind; 4] = [
    StatementKind::Insert,
    StatementKind::Update,
    StatementKind::Delete,
    StatementKind::Merge,
];

/// Kinds that stand for what is inside them.
const WRAPPING: [StatementKind; 2] = [StatementKind::ExecuteImmediate, StatementKind::Script];

/// Upstream's classes that write, unload or hand out storage (level mask 0xf000 of `statementTypeId`).
const WRITING: [(u64, &str); 3] = [(DML, "DML"), (0x6000, "DDL"), (0x7000, "file transfer")];
const DML: u64 = 0x3000;

/// What was decided on, as far as Snowflake's word can be held against it later, on any gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The statement's kinds; for one that stands for others, those. Empty where they are not known.
    kinds: Vec<StatementKind>,
    /// What kind of rows it answers with; of rows of tables the columns are known before it runs.
    answer: Option<Answer>,
    /// Tables its columns may be said to come from, besides their own; none where that is not known.
    tables: Option<Vec<String>>,
    /// The most rows that people agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rows_max: Option<u64>,
}

impl Expected {
    /// Of the statement at `at` of a request that was analysed. `scans` says that it shows an earlier result, whose tables are
    /// not its own.
    pub fn of(analysis: &Analysis, at: usize, scans: bool) -> Self {
        let wraps = |kind: &StatementKind| WRAPPING.contains(kind);
        let kinds = if analysis.kinds.iter().any(wraps) && analysis.inner_kinds.is_empty() {
            Vec::new()
        } else {
            let own = analysis.kinds.iter().filter(|kind| !wraps(kind));
            own.chain(&analysis.inner_kinds).cloned().collect()
        };
        Self {
            kinds,
            answer: analysis.answers.get(at).copied(),
            tables: (!scans).then(|| analysis.reads.clone()),
            rows_max: None,
        }
    }

    /// The same where people agreed to so many rows at most.
    #[must_use]
    pub const fn at_most(mut self, rows: Option<u64>) -> Self {
        self.rows_max = rows;
        self
    }

    /// What does not fit of the number of rows that Snowflake says the result has, or none.
    pub fn counted(&self, rows: Option<u64>) -> Option<String> {
        let most = self.rows_max?;
        match rows {
            Some(rows) if rows <= most => None,
            Some(rows) => Some(format!(
                "the result has {rows} rows where people agreed to {most} at most"
            )),
            None => Some(format!(
                "Snowflake does not say how many rows the result has, and people agreed to {most} at most"
            )),
        }
    }

    /// Whether it answers with names, statistics or counts of rows.
    pub fn is_metadata(&self) -> bool {
        matches!(self.answer, Some(Answer::Metadata | Answer::Status))
    }

    /// What does not fit of the kind of statement that ran, or none.
    pub fn ran(&self, statement_type: Option<u64>) -> Option<String> {
        let class = statement_type? & 0xf000;
        let (_, ran) = WRITING.iter().find(|(writing, _)| *writing == class)?;
        let reads = |kind: &StatementKind| READING.contains(kind);
        let changes = |kind: &StatementKind| CHANGING.contains(kind);
        let all = &self.kinds;
        let fits = !all.iter().all(reads)
            && (class == DML || !all.iter().all(|kind| reads(kind) || changes(kind)));
        (!fits && !all.is_empty()).then(|| {
            format!(
                "Snowflake ran {ran} where the gateway saw {}",
                all.join(", ")
            )
        })
    }

    /// What does not fit of the columns, or none. What is no plain column has a name and an origin of Snowflake's making.
    pub fn described(
        &self,
        outputs: Option<&[Provenance]>,
        columns: &[ResultColumn],
    ) -> Option<String> {
        let outputs = outputs.filter(|_| self.answer == Some(Answer::Rows))?;
        if outputs.len() != columns.len() {
            return Some(format!(
                "{} columns came where {} were decided on",
                columns.len(),
                outputs.len()
            ));
        }
        let mut pairs = outputs.iter().zip(columns).zip(1..);
        pairs.find_map(|((output, column), place)| {
            if let Some(source) = plain(output)
                && !same(&output.name, &column.name)
            {
                return Some(format!(
                    "column {place} has another name than {source}, which was decided on"
                ));
            }
            let known = self.tables.as_ref()?;
            let own = output.sources.iter().filter_map(|source| table(source));
            let mut may = own.chain(known.iter().map(String::as_str));
            let fits = column.origin.is_empty()
                || output.unresolved
                || may.any(|table| is_named(table, &column.origin));
            (!fits).then(|| format!("column {place} comes from a table that was not decided on"))
        })
    }
}

/// The one base column that `output` shows as it is.
fn plain(output: &Provenance) -> Option<&str> {
    match output.sources.as_slice() {
        [only] if output.derivation == Derivation::Identity && !output.unresolved => Some(only),
        _ => None,
    }
}

fn table(column: &str) -> Option<&str> {
    column.rsplit_once('.').map(|(table, _)| table)
}

/// Whether `said`, perhaps without database or schema, names `table`.
fn is_named(table: &str, said: &str) -> bool {
    let (table, said) = (table.to_uppercase(), said.to_uppercase());
    table == said || table.ends_with(&format!(".{said}"))
}

/// Whether Snowflake's name is the one that was decided on. It names expressions by their text, so only names that are names are
/// held against it, whatever their case and the brackets around them.
fn same(decided: &str, said: &str) -> bool {
    let is_name = |letter: char| letter.is_alphanumeric() || "_$".contains(letter);
    let said = said.trim_matches(['(', ')', ' ']);
    !decided.chars().all(is_name) || decided.to_uppercase() == said.to_uppercase()
}

#[cfg(test)]
mod tests {
    use access::analysis::{Analysis, Answer, Derivation, Provenance};
    use event::payload::{ResultColumn, StatementKind};

    use super::Expected;

    fn kinds_of(words: &[&str]) -> Vec<StatementKind> {
        words
            .iter()
            .map(|&word| StatementKind::from(word.to_owned()))
            .collect()
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn another_kind_of_statement_is_noticed() {
        for (kinds, inner, statement_type, fits) in [
            (["select"].as_slice(), [].as_slice(), 0x1000, true),
            (&["select"], &[], 0x3100, false),
            (&["select", "show"], &[], 0x6001, false),
            (&["select"], &[], 0x7102, false),
            (&["insert"], &[], 0x3100, true),
            (&["insert"], &[], 0x6001, false),
            (&["create_table_as"], &[], 0x6001, true),
            (&["select", "insert"], &[], 0xA000, true),
            (&["call"], &[], 0x9000, true),
            (&["call"], &[], 0x1000, true),
            (&["call"], &[], 0x6001, false),
            (&["call"], &[], 0x3300, false),
            (&["execute_immediate"], &["select"], 0x1000, true),
            (&["execute_immediate"], &["select"], 0x6001, false),
            (&["execute_immediate"], &["delete"], 0x3300, true),
            (&["execute_immediate"], &["delete"], 0x6001, false),
            (&["execute_immediate"], &[], 0x6001, true),
            (&["script"], &["select", "select"], 0x3100, false),
            (&["unclassified"], &[], 0x6000, true),
            (&[], &[], 0x6000, true),
        ] {
            let analysis = Analysis {
                kinds: kinds_of(kinds),
                inner_kinds: kinds_of(inner),
                ..Analysis::default()
            };
            assert_eq!(
                Expected::of(&analysis, 0, false)
                    .ran(Some(statement_type))
                    .is_none(),
                fits,
                "{kinds:?} {inner:?} {statement_type:x}"
            );
        }
        assert_eq!(Expected::of(&Analysis::default(), 0, false).ran(None), None);
    }

    fn output(name: &str, sources: &[&str], derivation: Derivation) -> Provenance {
        Provenance {
            name: name.to_owned(),
            sources: words(sources),
            counted: Vec::new(),
            derivation,
            unresolved: false,
            mixed: false,
            tested: false,
            grouped: false,
        }
    }

    fn column(name: &str, origin: &str) -> ResultColumn {
        ResultColumn {
            name: name.to_owned(),
            data_type: "text".to_owned(),
            nullable: true,
            precision: None,
            scale: None,
            length: None,
            origin: origin.to_owned(),
        }
    }

    #[test]
    fn another_column_is_noticed() {
        let analysis = Analysis {
            kinds: vec![StatementKind::Select],
            answers: vec![Answer::Rows],
            reads: words(&["D.S.T", "D.S.V"]),
            ..Analysis::default()
        };
        let decided = [
            output("ID", &["D.S.T.ID"], Derivation::Identity),
            output("CODE", &["D.S.T.AUTH_CODE"], Derivation::Identity),
            output("X", &["D.S.T.N"], Derivation::Lossy),
        ];
        for (what, names, origins, fits) in [
            (
                "as decided",
                ["ID", "CODE", "N + 1"],
                ["D.S.T", "D.S.T", ""],
                true,
            ),
            (
                "nothing said of tables",
                ["ID", "CODE", "X"],
                ["", "", ""],
                true,
            ),
            ("in brackets", ["(ID)", "CODE", "X"], ["", "", ""], true),
            (
                "through a view",
                ["id", "CODE", "X"],
                ["D.S.V", "D.S.V", ""],
                true,
            ),
            (
                "without a database",
                ["ID", "CODE", "X"],
                ["S.T", "T", ""],
                true,
            ),
            (
                "another order",
                ["CODE", "ID", "X"],
                ["D.S.T", "D.S.T", ""],
                false,
            ),
            (
                "another column",
                ["ID", "SSN", "X"],
                ["D.S.T", "D.S.T", ""],
                false,
            ),
            (
                "another table",
                ["ID", "CODE", "X"],
                ["D.S.T", "D.S.P", ""],
                false,
            ),
            (
                "a table in an expression's place",
                ["ID", "CODE", "X"],
                ["", "", "D.S.P"],
                false,
            ),
            (
                "another database",
                ["ID", "CODE", "X"],
                ["E.S.T", "D.S.T", ""],
                false,
            ),
        ] {
            let columns: Vec<_> = names
                .iter()
                .zip(origins)
                .map(|(name, origin)| column(name, origin))
                .collect();
            let said = Expected::of(&analysis, 0, false).described(Some(&decided), &columns);
            assert_eq!(said.is_none(), fits, "{what}: {said:?}");
            assert!(!said.unwrap_or_default().contains("SSN"), "{what}");
        }
        let expected = Expected::of(&analysis, 0, false);
        let short = [column("ID", "")];
        assert!(expected.described(Some(&decided), &short).is_some());
        assert_eq!(expected.described(None, &short), None);
    }

    #[test]
    fn an_earlier_result_has_tables_of_its_own() {
        let analysis = Analysis {
            kinds: vec![StatementKind::Select],
            answers: vec![Answer::Rows],
            ..Analysis::default()
        };
        let decided = [output("N", &["D.S.T.N"], Derivation::Identity)];
        let said = [column("N", "D.S.SOMETHING")];
        let scans = |scans| Expected::of(&analysis, 0, scans).described(Some(&decided), &said);
        assert_eq!(scans(true), None);
        assert!(scans(false).is_some());
    }
}
