//! Bind values for the record.
//!
//! Enters: values as the driver sent them. Leaves: the same number of values, masked. Never here: what goes upstream.

use event::Masked;
use event::payload::Bind;

use super::text::{is_placeholder, mask_text};
use crate::analysis::BoundValue;
use crate::operators::mark;
use detect::Detectors;
use detect::vote::Vote;

/// Most values of one bind that vote.
const VOTERS_MAX: usize = 512;

/// The bind, its values masked.
#[expect(clippy::disallowed_methods, reason = "a mask made it")]
pub(super) fn mask(bind: &BoundValue, detectors: &Detectors) -> Bind {
    let text = matches!(
        bind.kind.to_ascii_uppercase().as_str(),
        "TEXT" | "ANY" | "CHAR"
    );
    let mut vote = Vote::new(&bind.name, text);
    bind.values
        .iter()
        .flatten()
        .take(VOTERS_MAX)
        .for_each(|value| vote.observe(value));
    vote.settle();
    let voted = vote.label().map(|(label, _)| mark(detectors.word(label)));
    let value = |value: &String| match &voted {
        Some(mark) if !is_placeholder(value.trim()) => mark.clone(),
        _ => mask_text(value, detectors),
    };
    Bind {
        // A driver's words, or whatever a client writes there.
        name: mask_text(&bind.name, detectors),
        kind: mask_text(&bind.kind, detectors),
        values: bind
            .values
            .iter()
            .map(|cell| cell.as_ref().map(value).map(Masked::from_mask))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bind(kind: &str, values: Vec<Option<&str>>) -> Vec<Option<String>> {
        let values = values
            .into_iter()
            .map(|value| value.map(str::to_owned))
            .collect();
        let bound = BoundValue {
            name: "1".into(),
            kind: kind.into(),
            values,
        };
        mask(&bound, &Detectors::default())
            .values
            .into_iter()
            .map(|value| value.map(Masked::into_inner))
            .collect()
    }

    #[test]
    fn nothing_is_recorded_as_a_name_or_a_type() {
        let bound = BoundValue {
            name: "a@b.cd".into(),
            kind: "4111111111111111".into(),
            values: Vec::new(),
        };
        let masked = mask(&bound, &Detectors::default());
        assert_eq!(masked.name, "[EMAIL]");
        assert_eq!(masked.kind, "[CREDIT_CARD]");
        for (name, kind) in [("1", "FIXED"), ("12", "TIMESTAMP_NTZ"), ("ID", "TEXT")] {
            let bound = BoundValue {
                name: name.into(),
                kind: kind.into(),
                values: Vec::new(),
            };
            let masked = mask(&bound, &Detectors::default());
            assert_eq!((masked.name.as_str(), masked.kind.as_str()), (name, kind));
        }
    }

    #[test]
    fn values_are_masked_alone_and_as_a_column() {
        assert_eq!(
            bind("TEXT", vec![Some("a@b.cd"), None, Some("x")]),
            [Some("[EMAIL]".to_owned()), None, Some("x".to_owned())]
        );
        assert_eq!(
            bind("FIXED", vec![Some("4111111111111111")]),
            [Some("[CREDIT_CARD]".to_owned())]
        );
        let routing = ["021000021", "011401533", "091000019"]
            .iter()
            .cycle()
            .take(30)
            .map(|value| Some(*value))
            .collect();
        assert!(
            bind("TEXT", routing)
                .iter()
                .all(|value| value.as_deref() == Some("[US_ABA]"))
        );
        assert_eq!(
            bind("TEXT", vec![Some("021000021")]),
            [Some("021000021".to_owned())]
        );
    }
}
