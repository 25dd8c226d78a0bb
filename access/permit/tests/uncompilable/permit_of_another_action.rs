//! What may be compiled may not therefore be run.

use permit::{Describe, Execute, Permit};

fn upstream(_permit: Permit<Execute>, _sql: &str) {}

fn run(permit: Permit<Describe>) {
    upstream(permit, "select 1");
}

fn main() {}
