//! What is asked of the policy about one request.
//!
//! Enters: the analysis. Leaves: one [`Question`] for each action on each object and column. Never here: an answer.

use std::collections::{BTreeMap, BTreeSet};

use event::payload::Compared;

use crate::analysis::{Analysis, Comparison, Derivation, Predicate};

use super::classes::Classes;
use super::kinds::{self, Acts};
use super::request::DecisionRequest;
use super::resource::{Resource, ResourceKind};

/// May this principal do `action` to `resource`?
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub action: &'static str,
    pub resource: Resource,
    pub extra: Extra,
}

/// What only some actions are asked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    None,
    Unmask {
        derivation: &'static str,
    },
    Filter {
        comparison: &'static str,
        same_tag: bool,
        range_uses: u32,
    },
}

impl Question {
    pub fn connect(connection: &str) -> Self {
        Self::on_connection("connect", connection)
    }

    pub fn unmask(column: &str, derivation: Derivation) -> Self {
        Self {
            action: "unmask",
            resource: Resource {
                kind: ResourceKind::Column,
                name: column.to_owned(),
            },
            extra: Extra::Unmask {
                derivation: match derivation {
                    Derivation::Identity => "identity",
                    Derivation::Reversible => "reversible",
                    Derivation::Lossy => "lossy",
                    Derivation::Aggregate => "aggregate",
                },
            },
        }
    }

    fn on_connection(action: &'static str, connection: &str) -> Self {
        Self {
            action,
            resource: Resource {
                kind: ResourceKind::Connection,
                name: connection.to_owned(),
            },
            extra: Extra::None,
        }
    }

    fn filter_by(
        predicate: &Predicate,
        classes: &Classes<'_>,
        request: &DecisionRequest<'_>,
    ) -> Self {
        let uses = &request.session.range_uses;
        let range_uses = uses
            .iter()
            .find(|(column, _)| *column == predicate.column)
            .map_or(0, |(_, uses)| *uses);
        Self {
            action: "filter_by",
            resource: Resource {
                kind: ResourceKind::Column,
                name: predicate.column.clone(),
            },
            extra: Extra::Filter {
                comparison: match predicate.comparison {
                    Comparison::Join => "join",
                    Comparison::NullTest => "null_test",
                    Comparison::Group => "group",
                    Comparison::Equality => "equality",
                    Comparison::Order => "order",
                    Comparison::Range => "range",
                    Comparison::Failure => "failure",
                },
                same_tag: classes.same_tag(predicate),
                range_uses,
            },
        }
    }
}

/// How often each column that `counts` is compared so that it tells something; sorted by column. A join tells nothing if its
/// sides are of one class.
pub(super) fn counted(
    analysis: &Analysis,
    classes: &Classes<'_>,
    request: &DecisionRequest<'_>,
    counts: impl Fn(&Question) -> bool,
) -> Vec<Compared> {
    let mut counted = BTreeMap::<&String, u32>::new();
    for predicate in &analysis.predicates {
        let join = predicate.comparison == Comparison::Join;
        let tells = predicate.comparison.tells() || (join && !classes.same_tag(predicate));
        if tells && counts(&Question::filter_by(predicate, classes, request)) {
            let times = counted.entry(&predicate.column).or_default();
            *times = times.saturating_add(predicate.times);
        }
    }
    let compared = counted.into_iter().map(|(column, times)| Compared {
        column: column.clone(),
        times,
    });
    compared.collect()
}

/// Every question of a request, in a fixed order: the request itself, objects, columns in conditions.
pub(super) fn of(
    analysis: &Analysis,
    classes: &Classes<'_>,
    request: &DecisionRequest<'_>,
) -> Vec<Question> {
    let mut asked = vec![Question::on_connection("execute", request.connection)];
    let kinds = analysis.all_kinds();
    let acts = kinds.fold(Acts::default(), |acts, kind| acts.and(kinds::acts(kind)));
    let mut acts = acts.and(kinds::flagged(&analysis.flags));
    // Files that move through the gateway are asked about as such.
    acts.egress &= !kinds::only_moves_files(analysis);
    let mut on = |action: &'static str, names: &[String]| {
        let names: BTreeSet<&String> = names.iter().collect();
        if names.is_empty() {
            asked.push(Question::on_connection(action, request.connection));
        }
        asked.extend(names.into_iter().map(|name| Question {
            action,
            resource: Resource {
                kind: classes.object_kind(name),
                name: name.clone(),
            },
            extra: Extra::None,
        }));
    };
    if !analysis.reads.is_empty() {
        on("read", &analysis.reads);
    }
    // What DDL, exports and uploads write is asked as such.
    let as_such = acts.ddl || acts.egress || acts.upload;
    if acts.write || (!analysis.writes.is_empty() && !as_such) {
        on("write", &analysis.writes);
    }
    if acts.ddl {
        on(
            "ddl",
            if analysis.defines.is_empty() {
                &analysis.writes
            } else {
                &analysis.defines
            },
        );
    }
    if acts.admin {
        on("admin", &[]);
    }
    if acts.egress {
        on("egress", &analysis.writes);
    }
    if acts.call {
        on("call", &[]);
    }
    if acts.upload {
        on("upload", &analysis.writes);
    }
    if acts.download {
        on("download", &analysis.reads);
    }
    let filters = analysis.predicates.iter();
    asked.extend(filters.map(|predicate| Question::filter_by(predicate, classes, request)));
    asked
}
