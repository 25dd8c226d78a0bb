//! What a gateway needs to run a held statement it never saw.
//!
//! Enters: the request as it came. Leaves: its sealed form's content, compressed. Never here: unsealed bytes on their way
//! to the journal.

use access::Masking;
use access::engine::Outcome;
use access::explain::{OutputColumn, Shown, outputs};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event::Masked;
use event::payload::{Bind, ColumnUse, Finding, MaskOperator, StatementKind};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use crate::limits::{
    COLUMNS_SHOWN_MAX, HELD_BYTES_MAX, OUTPUT_NAME_CHARS_MAX, OUTPUTS_SHOWN_MAX, SOURCES_SHOWN_MAX,
};

/// What a gateway needs to run a held statement it never saw: travels sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The text as the record shows it, for the approver.
    pub shown: Masked<String>,
    /// Its binds as the record shows them.
    #[serde(default)]
    pub binds: Vec<Bind>,
    /// What it touches, as the analysis saw it; empty where an earlier release sealed it.
    #[serde(default)]
    pub touches: Touches,
    /// What statements have in common that differ in literals only; none where it is not understood whole, or an earlier release
    /// sealed it.
    #[serde(default)]
    pub shape: Option<String>,
    /// It may change something: a bound on rows cannot hold it back.
    #[serde(default = "yes")]
    pub writes: bool,
    /// The driver will fetch the result later; nobody polls, so nobody's silence cancels it.
    pub asynchronous: bool,
    /// The client's request, in the statement orchestration's own form.
    #[serde(serialize_with = "pack", deserialize_with = "unpack")]
    pub request: Vec<u8>,
}

/// What a statement touches, for whoever is to answer for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Touches {
    /// `select`, `update` …
    #[schema(value_type = Vec<String>)]
    pub kinds: Vec<StatementKind>,
    /// Tables read.
    pub reads: Vec<String>,
    /// Tables written.
    pub writes: Vec<String>,
    /// Base columns, each with its use.
    pub columns: Vec<ColumnUse>,
    /// Findings of the analysis.
    #[schema(value_type = Vec<String>)]
    pub flags: Vec<Finding>,
    /// What the result's columns come from and what shows of them, in order; empty where it has none, or an earlier release sealed it.
    #[serde(default)]
    #[schema(required)]
    pub outputs: Vec<Output>,
    /// Output columns beyond those.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub outputs_more: u64,
}

/// One output column, for whoever is to answer for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Output {
    /// Its name, in the agent's words, masked as the record's texts are, cut where it is long; none stands for every column of a statement whose
    /// columns are not known.
    #[schema(required)]
    pub name: Option<String>,
    /// Base columns it comes from, sorted.
    pub sources: Vec<String>,
    /// Sources beyond those.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sources_more: u64,
    /// It may come from others too.
    pub unresolved: bool,
    /// What shows of its cells once people have agreed: `clear`, `detect` (as they are, unless a detector finds something), or a mask's operator.
    #[schema(value_type = String)]
    pub shown: Shown,
    /// The rule that masks it.
    #[schema(required)]
    pub rule: Option<String>,
}

impl Touches {
    /// What the engine found, names as the record shows them; columns as far as a list that is read by people goes.
    pub fn of(outcome: &Outcome, masking: &Masking) -> Self {
        let analysis = &outcome.analysis;
        let columns = columns_of(outcome);
        let more = columns.len().saturating_sub(OUTPUTS_SHOWN_MAX);
        let shown = columns.iter().take(OUTPUTS_SHOWN_MAX);
        Self {
            kinds: analysis.kinds.clone(),
            reads: analysis.reads.clone(),
            writes: analysis.writes.clone(),
            columns: analysis
                .columns
                .iter()
                .take(COLUMNS_SHOWN_MAX)
                .cloned()
                .collect(),
            flags: analysis.flags.clone(),
            outputs: shown
                .map(|column| Output::of(column.as_ref(), masking))
                .collect(),
            outputs_more: more as u64,
        }
    }
}

impl Output {
    fn of(column: Option<&OutputColumn<'_>>, masking: &Masking) -> Self {
        let Some(column) = column else {
            return Self::unknown();
        };
        let more = column.sources.len().saturating_sub(SOURCES_SHOWN_MAX);
        Self {
            name: Some(named(column.name, masking)),
            sources: column
                .sources
                .iter()
                .take(SOURCES_SHOWN_MAX)
                .cloned()
                .collect(),
            sources_more: more as u64,
            unresolved: column.unresolved,
            shown: column.shown.clone(),
            rule: column.rule.map(str::to_owned),
        }
    }

    /// Every column of a statement of which none is known: masked whole.
    const fn unknown() -> Self {
        Self {
            name: None,
            sources: Vec::new(),
            sources_more: 0,
            unresolved: true,
            shown: Shown::Masked(MaskOperator::Redact),
            rule: None,
        }
    }
}

/// An output's name. An expression without an alias is called by its text, values and all: masked whole, and cut only then.
fn named(name: &str, masking: &Masking) -> String {
    let mut name = masking.sql_text(name).into_inner();
    if let Some((at, _)) = name.char_indices().nth(OUTPUT_NAME_CHARS_MAX) {
        name.truncate(at);
        name.push('…');
    }
    name
}

/// The columns of all statements of a request, one after the other; none for a statement whose columns are not known. What answers with
/// counts or a status line has none.
fn columns_of(outcome: &Outcome) -> Vec<Option<OutputColumn<'_>>> {
    let mut all = Vec::new();
    for (at, columns) in outputs(outcome).into_iter().enumerate() {
        match columns {
            Some(columns) => all.extend(columns.into_iter().map(Some)),
            None if outcome.analysis.answers_metadata(at) => {}
            None => all.push(None),
        }
    }
    all
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

const fn yes() -> bool {
    true
}

fn pack<S: Serializer>(request: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::Error as _;
    let packed =
        zstd::bulk::compress(request, zstd::DEFAULT_COMPRESSION_LEVEL).map_err(S::Error::custom)?;
    serializer.serialize_str(&STANDARD.encode(packed))
}

fn unpack<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    use serde::de::Error as _;
    let text = String::deserialize(deserializer)?;
    let packed = STANDARD.decode(text).map_err(D::Error::custom)?;
    zstd::bulk::decompress(&packed, HELD_BYTES_MAX).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use access::{Masking, MaskingConfig};

    use super::{OUTPUT_NAME_CHARS_MAX, Output, Shown, Touches, named};

    #[test]
    fn what_an_earlier_release_sealed_reads() {
        let old = r#"{"kinds": ["select"], "reads": ["A.B.C"], "writes": [], "columns": [], "flags": []}"#;
        let read: Touches = serde_json::from_str(old).expect("reads");
        assert_eq!((read.outputs, read.outputs_more), (Vec::new(), 0));
    }

    #[test]
    fn what_shows_is_a_word_there_and_back() {
        for (word, shown) in [
            ("clear", Shown::Clear),
            ("detect", Shown::Detect),
            ("redact", Output::unknown().shown),
        ] {
            assert_eq!(serde_json::to_value(&shown).expect("a word"), word);
            let back: Shown = serde_json::from_value(word.into()).expect("reads");
            assert_eq!((back.as_str(), &back), (word, &shown));
        }
    }

    #[test]
    fn a_name_that_is_a_literal_is_masked_before_it_is_cut() {
        let masking = Masking::new(MaskingConfig::default()).expect("masks");
        assert_eq!(named("FULL_NAME", &masking), "FULL_NAME");
        let literal = named("'4111 1111 1111 1111'", &masking);
        assert!(!literal.contains("1111"), "{literal}");
        let edge = format!(
            "{}'4111 1111 1111 1111'",
            "A".repeat(OUTPUT_NAME_CHARS_MAX - 8)
        );
        let cut = named(&edge, &masking);
        assert!(!cut.contains("4111"), "{cut}");
        assert!(cut.chars().count() <= OUTPUT_NAME_CHARS_MAX + 1, "{cut}");
    }
}
