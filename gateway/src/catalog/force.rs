//! Puts what is known of an account in force.
//!
//! Enters: a catalog that was just made. Leaves: the parts in force, with it. Never here: parts that another change has overtaken.

use std::sync::Arc;

use access::catalog::Catalog;
use access::engine::Engine;

use super::known::{Dressed, Known, Lives, Places, ground_of};
use crate::shared::{InForce, Shared};

impl Lives {
    /// Puts what is known of an account in force: `catalog` is it, over the files of `base`.
    pub(super) fn put(
        &self,
        in_force: &InForce,
        name: &str,
        known: Known,
        (base, catalog): (&Arc<Engine>, Catalog),
    ) {
        let changing = self.changing();
        let old = in_force.get();
        let connection = old.config.connections.get(name);
        if connection.and_then(ground_of).as_ref() != Some(&known.ground) {
            // Taken out of the configuration meanwhile, or made to mean something else.
            return;
        }
        let place = known.place;
        self.known.lock().insert(name.to_owned(), known);
        let dressed = if Arc::ptr_eq(&old.base, base) {
            let mut places = Places::clone(&old.places);
            places.insert(name.to_owned(), place);
            Dressed {
                engine: Arc::new(old.engine.with_live([(name.to_owned(), catalog)])),
                places: Arc::new(places),
            }
        } else {
            // The policy was reloaded meanwhile.
            self.dress(&old.base, &old.config)
        };
        let renewed = Shared {
            engine: dressed.engine,
            places: dressed.places,
            ..Shared::clone(&old)
        };
        old.queries.pasts().decide_by(Arc::clone(&renewed.engine));
        in_force.put(renewed);
        drop(changing);
        self.moved.send_modify(|count| *count += 1);
    }
}
