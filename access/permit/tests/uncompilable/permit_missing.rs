//! The upstream call takes a permit, nothing less: not the decision, not the wish.

use permit::{Decision, Execute, Permit};

fn upstream(_permit: Permit<Execute>, _sql: &str) {}

fn run(decision: &Decision) {
    upstream(decision, "select 1");
    upstream(decision.permit(), "select 1");
}

fn main() {}
