mod chunks;
mod replies;
mod world;
