//! What leaves the gateway, and what must be durable before it does.

mod arrow;
mod chunks;
mod kept;
mod odd;
mod replies;
mod world;
