//! The request id a statement goes upstream under: the same on every gateway, so that Snowflake runs it once.
//!
//! Enters: a statement that was decided on. Leaves: an id. Never here: anything the driver may change without asking for another
//! statement.

use event::Digest;
use uuid::Uuid;

use super::decide::Decided;

/// Everything the answer depends on, as far as the driver can vary it under one request id: text, binds, where the session
/// stands. A retry on another gateway is decided where the session stood before the statement itself moved it.
pub(crate) fn of(decided: &Decided) -> Uuid {
    derived(decided, None)
}

/// The id under which it is only compiled: another, or its run would be answered by its description.
pub(super) fn of_description(decided: &Decided) -> Uuid {
    derived(decided, Some(b"describe"))
}

fn derived(decided: &Decided, what: Option<&[u8]>) -> Uuid {
    let context = &decided.view.context;
    let place = [
        &context.database,
        &context.schema,
        &context.warehouse,
        &context.role,
    ];
    // NULL differs from the empty text.
    let mut pieces: Vec<&[u8]> = Vec::new();
    for name in place {
        pieces.push(if name.is_some() { b"1" } else { b"0" });
        pieces.push(name.as_deref().unwrap_or_default().as_bytes());
    }
    for (name, value) in &decided.view.variables {
        pieces.extend([name.as_bytes(), value.as_bytes()]);
    }
    let bindings = decided.request.raw.raw("bindings").unwrap_or("null");
    pieces.extend([decided.request.text.as_bytes(), bindings.as_bytes()]);
    pieces.extend(what);
    let about = &decided.about;
    about
        .statement
        .upstream_request_id(Digest::of_pieces(pieces))
}
