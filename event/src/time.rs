//! The one form of time in the record.
//!
//! Enters: a clock's answer. Leaves: a number that is ordered as time is. Never here: a clock.

use serde::{Deserialize, Serialize};

/// Nanoseconds since 1970-01-01 UTC by the emitting process's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct TimeNs(pub i64);
