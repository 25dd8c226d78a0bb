//! A permit cannot be kept for later while it is used.

use permit::{Execute, Permit};

fn keep(permit: &Permit<Execute>) -> Permit<Execute> {
    permit.clone()
}

fn main() {}
