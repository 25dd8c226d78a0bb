//! A position as a checkpoint writes it down.
//!
//! Enters: a position. Leaves: its partition's name and the offset. Never here: a partition that does not print so.

use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

use super::report::Place;
use crate::rows::parse_partition;
use ::journal::{Offset, Position};

pub(super) fn serialize<S: Serializer>(position: &Position, to: S) -> Result<S::Ok, S::Error> {
    Place::from(*position).serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Position, D::Error> {
    let place = Place::deserialize(from)?;
    let partition = parse_partition(&place.partition);
    let partition = partition.ok_or_else(|| D::Error::custom("it names no partition"))?;
    Ok(Position {
        partition,
        offset: Offset(place.offset),
    })
}
