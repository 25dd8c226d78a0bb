//! A permit is for one call.

use permit::{Execute, Permit};

fn upstream(_permit: Permit<Execute>, _sql: &str) {}

fn run(permit: Permit<Execute>) {
    upstream(permit, "select 1");
    upstream(permit, "select 1");
}

fn main() {}
