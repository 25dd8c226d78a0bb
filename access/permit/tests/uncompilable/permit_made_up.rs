//! Only a decision mints a permit.

use permit::{Execute, Permit};

fn main() {
    let _permit: Permit<Execute> = Permit {
        statement: todo!(),
        text_digest: todo!(),
        action: std::marker::PhantomData,
    };
}
