//! The data path from a driver's bytes to upstream's and back, over real sockets, with a journal that can fail on order.

mod bad_input;
mod holds;
mod login;
mod recording;
mod sessions;
mod statements;
mod upstream;
mod world;
