//! Who has things held, and lifts holds again, while retention runs.
//!
//! Enters: moments, drawn. Leaves: holds in the archive, and what was acknowledged of them when. Never here: a hold asked for twice: one
//! that nobody acknowledged may be there or not.

use event::TimeNs;

use super::super::Draw;
use super::super::retention::{drawn_scope, hold};
use super::member::Trouble;
use super::store::Way;
use super::world::World;
use crate::Archive;
use crate::retention::{Hold, Release, Scope};

/// Holds of one history, at most.
const HOLDS_MAX: usize = 6;

/// What somebody must know of holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// What was acknowledged before is in force.
    pub(super) from: u64,
    /// What was asked to be lifted after that was not lifted.
    pub(super) until: u64,
}

impl Look {
    /// When everything is over.
    pub(super) const LAST: Self = Self {
        from: u64::MAX,
        until: u64::MAX,
    };
}

/// A hold that was asked for.
#[derive(Clone, Debug)]
pub(super) struct Ordered {
    pub(super) hold: Hold,
    /// When it was acknowledged.
    acknowledged: Option<u64>,
    /// When it was asked to lift it.
    lifted: Option<u64>,
}

impl Ordered {
    /// It is to be known, and to be in force.
    pub(super) fn binds(&self, look: Look) -> bool {
        let known = self.acknowledged.is_some_and(|at| at < look.from);
        known && self.lifted.is_none_or(|at| at > look.until)
    }
}

/// One thing that counsel does.
pub(super) async fn advise(
    world: &World,
    way: &Way,
    draw: &mut Draw,
    archive: &Archive,
) -> Result<(), Trouble> {
    match draw.below(8) {
        0..3 => set(world, way, draw, archive).await,
        3 => lift(world, way, draw, archive).await,
        _ => look(world, way, archive).await,
    }
}

async fn set(world: &World, way: &Way, draw: &mut Draw, archive: &Archive) -> Result<(), Trouble> {
    let scope = drawn_scope(draw, world.now());
    let number = world.orders.lock().len();
    if number == HOLDS_MAX {
        return Ok(());
    }
    let hold = hold(number as u128 + 1, scope);
    world.orders.lock().push(Ordered {
        hold: hold.clone(),
        acknowledged: None,
        lifted: None,
    });
    archive.hold(&hold).await?;
    let now = way.turns.now();
    world.orders.lock()[number].acknowledged = Some(now);
    Ok(())
}

async fn lift(world: &World, way: &Way, draw: &mut Draw, archive: &Archive) -> Result<(), Trouble> {
    let now = way.turns.now();
    let look = Look {
        from: now,
        until: now,
    };
    let id = {
        let mut orders = world.orders.lock();
        let mut open: Vec<&mut Ordered> = orders
            .iter_mut()
            .filter(|ordered| ordered.binds(look))
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let one = draw.below(open.len());
        open[one].lifted = Some(now);
        open[one].hold.id
    };
    let end = Release {
        why: "closed".to_owned(),
        by: "counsel".to_owned(),
        at: world.now(),
    };
    archive.release(id, &end).await?;
    Ok(())
}

/// What was acknowledged is in force for whoever looks.
async fn look(world: &World, way: &Way, archive: &Archive) -> Result<(), Trouble> {
    let from = way.turns.now();
    let known = archive.holds().await?;
    let until = way.turns.now();
    let look = Look { from, until };
    for ordered in world.orders.lock().iter() {
        assert!(
            !ordered.binds(look) || known.contains(&ordered.hold),
            "{ordered:?} is not in force"
        );
    }
    Ok(())
}

/// Scopes that are to be known, and to be in force.
pub(super) fn binding(world: &World, look: Look) -> Vec<Scope> {
    let orders = world.orders.lock();
    let binding = orders.iter().filter(|ordered| ordered.binds(look));
    binding.map(|ordered| ordered.hold.scope.clone()).collect()
}

/// Scopes in force, with what may have been within: the archive's clock is in microseconds.
pub(super) async fn in_force(archive: &Archive) -> Vec<Scope> {
    let holds = archive.holds().await.unwrap().into_iter();
    let holds = holds.filter(|hold| hold.released.is_none());
    let widened = |hold: Hold| Scope {
        from: hold.scope.from.map(|from| TimeNs(from.0 - 1_000)),
        until: hold.scope.until.map(|until| TimeNs(until.0 + 1_000)),
        ..hold.scope
    };
    holds.map(widened).collect()
}
