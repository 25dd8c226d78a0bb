//! Whether Snowflake ran the kind of statement that was decided on.
//!
//! Enters: the analysis and upstream's `statementTypeId`. Leaves: what does not fit. Never here: a decision; it only notices
//! that the one made rested on another statement.

use access::analysis::Analysis;

/// Statement kinds that read only: if the analysis saw nothing else, upstream must not have written.
const READING: [&str; 8] = [
    "select", "show", "describe", "explain", "list", "use", "set", "unset",
];

/// Upstream's classes that write, unload or hand out storage (level mask 0xf000 of `statementTypeId`).
const WRITING: [(u64, &str); 3] = [(0x3000, "DML"), (0x6000, "DDL"), (0x7000, "file transfer")];

/// What does not fit, or none.
pub fn mismatch(analysis: &Analysis, statement_type: Option<u64>) -> Option<String> {
    let class = statement_type? & 0xf000;
    let (_, ran) = WRITING.iter().find(|(writing, _)| *writing == class)?;
    let all = analysis.kinds.iter().chain(&analysis.inner_kinds);
    let reads_only = all.clone().all(|kind| READING.contains(&kind.as_str()));
    (reads_only && !analysis.kinds.is_empty()).then(|| {
        format!(
            "Snowflake ran {ran} where the gateway saw {}",
            analysis.kinds.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use access::analysis::Analysis;

    use super::mismatch;

    #[test]
    fn a_read_that_writes_is_noticed() {
        for (kinds, statement_type, fits) in [
            (["select"].as_slice(), 0x1000, true),
            (&["select"], 0x3100, false),
            (&["select", "show"], 0x6001, false),
            (&["select"], 0x7102, false),
            (&["insert"], 0x3100, true),
            (&["create_table_as"], 0x6001, true),
            (&["select", "insert"], 0xA000, true),
            (&["call"], 0x9000, true),
            (&["unclassified"], 0x6000, true),
            (&[], 0x6000, true),
        ] {
            let analysis = Analysis {
                kinds: kinds.iter().map(|&kind| kind.to_owned()).collect(),
                ..Analysis::default()
            };
            assert_eq!(
                mismatch(&analysis, Some(statement_type)).is_none(),
                fits,
                "{kinds:?} {statement_type:x}"
            );
        }
        assert_eq!(mismatch(&Analysis::default(), None), None);
    }
}
