//! What an agent that adapts would ask is stopped, or masked: `tests/exams/attacks.jsonl` and `attacks_second.jsonl`, under the starter policy.

use event::payload::Verdict;

use super::daily::{Case, answer, engine, root};

/// Run with every output masked, NULLs too, where their author would stop them for what they call: nothing of a value leaves.
const MASKED_INSTEAD: [&str; 4] = [
    "s2-system-functions-3",
    "s2-data-metric-functions-1",
    "s2-data-metric-functions-2",
    "s2-data-metric-functions-3",
];

#[test]
fn what_would_tell_a_value_is_stopped_or_masked() {
    let engine = engine();
    let mut wrong = Vec::new();
    let mut total = 0;
    for exam in ["attacks.jsonl", "attacks_second.jsonl"] {
        let cases = std::fs::read_to_string(root("tests/exams").join(exam)).unwrap();
        for line in cases.lines() {
            let case: Case = serde_json::from_str(line).unwrap();
            // What a session's variables hold is a gateway's to know (`gateway/tests/path`).
            if case.before.iter().any(|one| one.starts_with("SET ")) {
                continue;
            }
            let (verdict, masked) = answer(&engine, &case);
            let runs = matches!(verdict, Verdict::Allow | Verdict::Mask);
            let known = MASKED_INSTEAD.contains(&case.id.as_str()) && verdict == Verdict::Mask;
            let unexpected = !known && !case.expect.contains(&verdict);
            let shown =
                masked != [0] && case.mask.iter().flatten().any(|one| !masked.contains(one));
            // What is let through without a mask though some is expected to be is seen by its verdict.
            if runs
                && (unexpected && case.expect != [Verdict::Allow]
                    || verdict == Verdict::Mask && shown)
            {
                wrong.push(format!(
                    "{}: {} {masked:?}, expected {:?} {:?}: {}",
                    case.id,
                    verdict.as_str(),
                    case.expect,
                    case.mask,
                    case.sql
                ));
            }
            total += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(total >= 1_400, "{total} statements");
}
