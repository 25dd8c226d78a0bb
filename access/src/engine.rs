//! The one decision call: what a statement could reveal, what the policy says of it, what is masked.
//!
//! Enters: a request with everything the decision may depend on, time included. Leaves: an [`Outcome`], equal for equal
//! inputs. Never here: a clock, a network, a verdict that is not recorded with its rules.

mod ask;
mod binding;
mod changes;
mod classes;
mod kinds;
mod masks;
mod questions;
mod request;
mod resource;
mod rulings;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use event::payload::{Compared, Reason, Verdict};
use event::{Digest, PolicyRef, Principal, TimeNs};
use permit::{Decision, Judgement, Sought};

use crate::analysis::{self, Analysis};
use crate::catalog::Catalog;
use crate::policy::PolicySet;

use ask::{Asker, Facts};
pub use binding::of as binding_of;
use classes::Classes;
use questions::Question;
pub use request::DecisionRequest;
use rulings::{Ruling, Rulings};
pub use shape::of as shape_of;

/// Sizes of what the engine keeps ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineConfig {
    /// Most (principal, action, resource) triples.
    pub slices_max: usize,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            slices_max: crate::limits::SLICES_MAX,
        }
    }
}

/// The answer: what the statement does, and what is to be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What it reads, writes, reveals.
    pub analysis: Analysis,
    /// Verdict, reasons, mask plans, binding.
    pub decision: Decision,
    /// How often it compares each column whose comparisons a rule counts (`range_uses`) so that it tells something; sorted by
    /// column. Whoever lets it run counts them for its principal.
    pub compared: Vec<Compared>,
    /// Columns that its text compares or writes, and whose values may be looked for; sorted by class and column.
    pub sought: Vec<Sought>,
}

/// Whether a login is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// It is.
    pub admitted: bool,
    /// Why not; empty if it is.
    pub reasons: Vec<Reason>,
    /// Policy hash and determining rules.
    pub policy: PolicyRef,
}

/// Decides, under one policy and one catalog. Share it by `Arc`; all calls take `&self`.
#[derive(Debug)]
pub struct Engine {
    policy: PolicySet,
    config: EngineConfig,
    world: Arc<World>,
    /// Those of connections whose account says itself what there is.
    live: BTreeMap<String, Arc<World>>,
}

/// One catalog snapshot with what was made ready against it.
#[derive(Debug)]
struct World {
    catalog: Arc<Catalog>,
    asker: Asker,
}

impl World {
    fn new(policy: &PolicySet, catalog: Catalog, config: EngineConfig) -> Arc<Self> {
        Arc::new(Self {
            catalog: Arc::new(catalog),
            asker: Asker::new(policy.clone(), config.slices_max),
        })
    }
}

impl Engine {
    /// An engine under `policy`, with what is known of the account in `catalog`.
    pub fn new(policy: PolicySet, catalog: Catalog, config: EngineConfig) -> Self {
        let catalog = catalog.with_functions(policy.settings().functions.clone());
        let world = World::new(&policy, catalog, config);
        Self {
            policy,
            config,
            world,
            live: BTreeMap::new(),
        }
    }

    /// The same, where statements over these connections are decided on by a catalog of their own. What was made ready against a
    /// catalog of the same version stays.
    #[must_use]
    pub fn with_live(&self, catalogs: impl IntoIterator<Item = (String, Catalog)>) -> Self {
        let mut live = self.live.clone();
        for (connection, catalog) in catalogs {
            let known = live.get(&connection);
            if known.is_none_or(|world| world.catalog.version() != catalog.version()) {
                live.insert(connection, World::new(&self.policy, catalog, self.config));
            }
        }
        Self {
            policy: self.policy.clone(),
            config: self.config,
            world: Arc::clone(&self.world),
            live,
        }
    }

    /// The same catalogs, decided on under another policy.
    #[must_use]
    pub fn under(&self, policy: PolicySet) -> Self {
        let world = |world: &Arc<World>| {
            let functions = policy.settings().functions.clone();
            let catalog = Catalog::clone(&world.catalog).with_functions(functions);
            World::new(&policy, catalog, self.config)
        };
        let live = self.live.iter();
        Self {
            config: self.config,
            world: world(&self.world),
            live: live
                .map(|(connection, one)| (connection.clone(), world(one)))
                .collect(),
            policy,
        }
    }

    /// The connections that are decided on by a catalog of their own, with its version.
    pub fn live(&self) -> impl Iterator<Item = (&str, &str)> {
        let live = self.live.iter();
        live.map(|(connection, world)| (connection.as_str(), world.catalog.version()))
    }

    /// The policy it decides under.
    pub const fn policy(&self) -> &PolicySet {
        &self.policy
    }

    /// The catalog of the files.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.world.catalog.clone()
    }

    /// The catalog in force for a connection.
    pub fn catalog_of(&self, connection: &str) -> Arc<Catalog> {
        self.world_of(connection).catalog.clone()
    }

    fn world_of(&self, connection: &str) -> &World {
        self.live.get(connection).unwrap_or(&self.world)
    }

    /// Whether `principal` may open `connection` at all.
    pub fn connect(&self, principal: &Principal, connection: &str, now: TimeNs) -> Admission {
        let world = self.world_of(connection);
        let facts = Facts::at_login(principal, connection, now);
        let question = Question::connect(connection);
        let classes = Classes::new(&world.catalog, self.policy.settings());
        let ruling = Ruling::ask(&world.asker, &facts, &classes, question, &BTreeSet::new());
        let rulings = Rulings::new(&self.policy, vec![ruling]);
        let admitted = rulings.verdict() == Verdict::Allow;
        Admission {
            admitted,
            reasons: if admitted {
                Vec::new()
            } else {
                rulings.reasons(&[])
            },
            policy: PolicyRef {
                hash: self.policy.hash(),
                rules: rulings.rules(),
            },
        }
    }

    /// Analyses and decides. Pure: the same request under the same policy and catalog gives the same outcome.
    pub fn decide(&self, request: &DecisionRequest<'_>) -> Outcome {
        let analysis = analysis::analyze(
            request.statement,
            request.session,
            &self.world_of(request.connection).catalog,
        );
        self.decide_on(request, analysis)
    }

    /// [`Engine::decide`] where the analysis of the same statement in the same session is there already: only how often its
    /// columns were compared before may differ.
    pub fn decide_on(&self, request: &DecisionRequest<'_>, mut analysis: Analysis) -> Outcome {
        let world = self.world_of(request.connection);
        let classes = Classes::new(&world.catalog, self.policy.settings());
        classes.flag(&mut analysis);
        let facts = Facts::of(request, &analysis);
        let compared = questions::counted(&analysis, &classes, request, |question| {
            world.asker.counts(&facts, &classes, question)
        });
        let rule = |approvals: &BTreeSet<String>| {
            let asked = questions::of(&analysis, &classes, request);
            let rulings = asked
                .into_iter()
                .map(|question| Ruling::ask(&world.asker, &facts, &classes, question, approvals));
            let mut rulings = Rulings::new(&self.policy, rulings.collect());
            rulings.guard_unknown(&analysis, &classes);
            rulings
        };
        let mut rulings = rule(&BTreeSet::new());
        if let Some(hold) = rulings.hold() {
            // Nobody is asked to approve what would be refused afterwards.
            let approvals = hold
                .quorum
                .iter()
                .map(|quorum| quorum.group.clone())
                .collect();
            if rulings.refused_though_approved(&rule(&approvals)) {
                rulings = rulings.refuse();
            }
        }
        let masks = masks::plan(&world.asker, &facts, &classes, &self.policy, &analysis);
        let verdict = match rulings.verdict() {
            Verdict::Allow if masks.masks_something() => Verdict::Mask,
            verdict => verdict,
        };
        // What a mask says is reason enough; permits explain only what nothing else does.
        let mut reasons = match verdict {
            Verdict::Mask => Vec::new(),
            Verdict::Allow | Verdict::Hold | Verdict::Deny => rulings.reasons(&analysis.spans),
        };
        reasons.extend(masks.reasons);
        let mut rules = rulings.rules();
        rules.extend(masks.rules);
        rules.sort();
        rules.dedup();
        let decision = Decision::of(Judgement {
            statement: request.statement_id,
            text_digest: Digest::of(request.statement.text.as_bytes()),
            verdict,
            reasons,
            hold: (verdict == Verdict::Hold).then(|| rulings.hold()).flatten(),
            plans: masks.plans,
            binding: binding::of(
                request,
                self.policy.hash(),
                &analysis.catalog_version,
                &analysis,
            ),
            policy: PolicyRef {
                hash: self.policy.hash(),
                rules,
            },
            catalog_version: analysis.catalog_version.clone(),
        });
        Outcome {
            sought: classes.sought_in_text(&analysis),
            analysis,
            decision,
            compared,
        }
    }
}
