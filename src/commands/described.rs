//! The description of the API that a process serves, part by part.
//!
//! Enters: nothing. Leaves: what describes the routes of all roles. Never here: a route.

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use crate::{compare, console, live, policy, replay, standing};

/// What describes the routes of all roles.
pub fn descriptions() -> Vec<OpenApi> {
    vec![
        console::Description::openapi(),
        compare::Description::openapi(),
        replay::Description::openapi(),
        standing::Description::openapi(),
        live::Description::openapi(),
        policy::Description::openapi(),
        query::Description::openapi(),
        gateway::approvals::Description::openapi(),
        gateway::kill::Description::openapi(),
    ]
}
