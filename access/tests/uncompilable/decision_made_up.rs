//! Only the engine decides.

use access::Decision;
use event::payload::Verdict;

fn allow(mut decision: Decision) -> Decision {
    decision.verdict = Verdict::Allow;
    decision
}

fn main() {}
