//! What `EXPLAIN USING JSON` answers: one text, of which the sums over the whole plan are read.
//!
//! Enters: the text. Leaves: how much the statement would read. Never here: the plan's steps, whose expressions quote the statement.

use serde::Deserialize;

use crate::limits::EXPLAIN_BYTES_MAX;

/// How much a statement would read; each number is none where Snowflake does not give it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Bytes it would read, at most.
    pub bytes: Option<u64>,
    /// Micro-partitions it would read, at most.
    pub partitions: Option<u64>,
    /// Micro-partitions of the tables it reads.
    pub partitions_total: Option<u64>,
}

#[derive(Deserialize)]
struct Explained {
    #[serde(rename = "GlobalStats")]
    sums: Sums,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sums {
    bytes_assigned: Option<u64>,
    partitions_assigned: Option<u64>,
    partitions_total: Option<u64>,
}

impl Plan {
    /// Reads the text; none where it says nothing of how much is read, or something that no table holds.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > EXPLAIN_BYTES_MAX {
            return None;
        }
        let Explained { sums } = serde_json::from_str(text).ok()?;
        let plan = Self {
            bytes: sums.bytes_assigned,
            partitions: sums.partitions_assigned,
            partitions_total: sums.partitions_total,
        };
        let numbers = [plan.bytes, plan.partitions, plan.partitions_total];
        // The record's numbers have 63 bits.
        let recordable = |number: &u64| i64::try_from(*number).is_ok();
        let says = numbers.iter().any(Option::is_some);
        (says && numbers.iter().flatten().all(recordable)).then_some(plan)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plan(bytes: Option<u64>, partitions: Option<u64>, total: Option<u64>) -> Option<Plan> {
        Some(Plan {
            bytes,
            partitions,
            partitions_total: total,
        })
    }

    #[test]
    fn the_sums_are_read_and_nothing_else() {
        for (text, read) in [
            (
                r#"{"GlobalStats":{"partitionsTotal":120,"partitionsAssigned":3,"bytesAssigned":7340032},"Operations":[[
                {"id":0,"operation":"Result","expressions":["T.N"]},
                {"id":1,"parentOperators":[0],"operation":"TableScan","objects":["DB1.S1.T"],"partitionsAssigned":3,"partitionsTotal":120,"bytesAssigned":7340032}]]}"#,
                plan(Some(7_340_032), Some(3), Some(120)),
            ),
            (
                r#"{"GlobalStats":{"partitionsTotal":0,"partitionsAssigned":0,"bytesAssigned":0},"Operations":[[]]}"#,
                plan(Some(0), Some(0), Some(0)),
            ),
            (
                r#"{"GlobalStats":{"bytesAssigned":1,"more":[1,"two"]}}"#,
                plan(Some(1), None, None),
            ),
            (
                r#"{"GlobalStats":{"bytesAssigned":null,"partitionsTotal":2}}"#,
                plan(None, None, Some(2)),
            ),
            (r#"{"GlobalStats":{}}"#, None),
            (r#"{"Operations":[[]]}"#, None),
            (r#"{"GlobalStats":{"bytesAssigned":"many"}}"#, None),
            (r#"{"GlobalStats":{"bytesAssigned":-1}}"#, None),
            (
                r#"{"GlobalStats":{"bytesAssigned":9223372036854775808}}"#,
                None,
            ),
            (
                r#"{"GlobalStats":{"bytesAssigned":1},"GlobalStats":{"bytesAssigned":2}}"#,
                None,
            ),
            ("GlobalStats: bytesAssigned=5", None),
            ("[]", None),
            ("", None),
        ] {
            assert_eq!(Plan::read(text), read, "{text}");
        }
    }

    #[test]
    fn a_plan_beyond_the_limit_is_not_read() {
        let sums = r#"{"GlobalStats":{"bytesAssigned":1}}"#;
        let padded = |length: usize| format!("{sums}{}", " ".repeat(length - sums.len()));
        assert!(Plan::read(&padded(EXPLAIN_BYTES_MAX)).is_some());
        assert_eq!(Plan::read(&padded(EXPLAIN_BYTES_MAX + 1)), None);
    }

    proptest! {
        #[test]
        fn what_it_says_is_read(bytes in proptest::option::of(0..=i64::MAX as u64), partitions in proptest::option::of(any::<u32>()), total in proptest::option::of(any::<u32>())) {
            let said = serde_json::json!({
                "GlobalStats": {"bytesAssigned": bytes, "partitionsAssigned": partitions, "partitionsTotal": total},
                "Operations": [[{"expressions": ["'bytesAssigned'"]}]],
            });
            let wanted = plan(bytes, partitions.map(u64::from), total.map(u64::from));
            let empty = bytes.is_none() && partitions.is_none() && total.is_none();
            prop_assert_eq!(Plan::read(&said.to_string()), wanted.filter(|_| !empty));
        }

        #[test]
        fn no_text_breaks_it(text in ".*") {
            if let Some(plan) = Plan::read(&text) {
                prop_assert_ne!(plan, Plan::default());
            }
        }
    }
}
