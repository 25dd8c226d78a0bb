//! What a verdict does not permit cannot be minted beside it.

use permit::{Decision, Execute, Permit};

fn run_anyway(decision: &Decision) -> Permit<Execute> {
    decision.mint()
}

fn main() {}
