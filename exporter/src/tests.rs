//! The exporter as a whole, over a journal in memory and a receiver that fails on order.

mod asked;
mod contract;
mod cursor;
mod delivery;
mod ends;
mod heard;
mod past;
mod planning;
mod receiver;
mod refused;
mod secured;
mod statements;
mod told;
mod world;
