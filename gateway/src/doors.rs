//! The doors a statement comes in by: one module writes each protocol; behind all of them the same way.
//!
//! Enters: requests of agents. Leaves: outcomes in the door's own protocol. Never here: a decision, a mask, a call upstream that
//! is not the door's own business.

mod carried;
mod cells;
pub mod driver;
mod gzip;
mod identity;
pub mod mcp;
mod reply;
mod sessions;
pub mod sql_api;

use std::sync::Arc;

use event::Source;
use http::Request;
use hyper::body::Incoming;

use crate::arriving::{Arriving, arriving};
use crate::limits::TARGET_BYTES_MAX;
use crate::shared::InForce;

use mcp::Mcp;
use reply::Reply;
use sql_api::SqlApi;

/// All doors of a gateway, behind one address. A request goes by the parts that are in force when it comes.
pub(crate) struct Doors {
    in_force: Arc<InForce>,
    sql_api: SqlApi,
    mcp: Mcp,
}

impl Doors {
    pub fn new(in_force: Arc<InForce>) -> Self {
        Self {
            sql_api: SqlApi::new(in_force.get()),
            mcp: Mcp::new(in_force.get()),
            in_force,
        }
    }

    /// Answers one request by the door its path belongs to, once the request was read to its end.
    pub async fn serve(&self, source: Source, request: Request<Incoming>) -> Reply {
        let (request, left) = arriving(request);
        let reply = self.by_path(source, request).await;
        left.read_off().await;
        reply
    }

    /// What no door's path is, is the drivers'.
    async fn by_path(&self, source: Source, request: Request<Arriving>) -> Reply {
        let shared = self.in_force.get();
        let (method, path) = (request.method(), request.uri().path());
        if path.len() <= TARGET_BYTES_MAX
            && let Some(route) = sql_api::router::route(method, path)
        {
            let door = self.sql_api.by(shared);
            return door.serve(source, route, request).await;
        }
        if let Some(place) = mcp::router::place(path) {
            let door = Arc::new(self.mcp.by(shared));
            return door.serve(source, place, request).await;
        }
        driver::serve(shared, source, request).await
    }
}
