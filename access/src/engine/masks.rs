//! From lineage to mask plans: `unmask` is asked for every base column that shows in an output column.
//!
//! Enters: the analysis, the policy. Leaves: one [`MaskPlan`] for each statement, and why. Never here: an output column
//! whose lineage is lost left unmasked.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use event::payload::{Finding, Reason, SeenClass};
use permit::{ColumnPlan, MaskPlan, Operator, Sought};

use super::ask::{Asker, Facts};
use super::classes::Classes;
use super::questions::Question;
use super::rulings::{span_of, with_names};
use detect::hint::promise;

use crate::analysis::{Analysis, Answer, Derivation, Provenance};
use crate::limits::HINTS_PER_COLUMN_MAX;
use crate::policy::{PolicySet, Rule, RuleEffect};

/// No rule permits `unmask`.
const DEFAULT: &str = "firn:unmask-default";
/// Lineage is lost.
const UNRESOLVED: &str = "firn:unresolved";

/// The plans of one request and what they rest on.
#[derive(Debug)]
pub(super) struct Masks {
    pub plans: Vec<MaskPlan>,
    pub reasons: Vec<Reason>,
    pub rules: Vec<String>,
}

impl Masks {
    pub fn masks_something(&self) -> bool {
        self.plans
            .iter()
            .any(|plan| plan.mask_all || !plan.columns.is_empty())
    }
}

/// What the policy says of one base column.
enum Sight {
    /// It shows; `clear` also tells the detectors to leave it alone.
    Shown { clear: bool },
    Masked {
        operator: Operator,
        label: String,
        /// Each rule with the base column it masks.
        rules: BTreeSet<(String, String)>,
    },
}

/// Plans every statement's result.
pub(super) fn plan(
    asker: &Asker,
    facts: &Facts<'_>,
    classes: &Classes<'_>,
    policy: &PolicySet,
    analysis: &Analysis,
) -> Masks {
    let mut planner = Planner {
        blind: classes.runs_blind(analysis),
        asker,
        facts,
        classes,
        policy,
        said: BTreeMap::new(),
    };
    let mut plans: Vec<MaskPlan> = Vec::with_capacity(analysis.outputs.len().max(1));
    for (index, output) in analysis.outputs.iter().enumerate() {
        plans.push(match (output, analysis.answers.get(index)) {
            (Some(columns), _) => planner.rows(columns),
            (None, Some(Answer::Metadata | Answer::Status)) => MaskPlan::detect_only(),
            (None, Some(Answer::Rows) | None) => planner.lost(),
        });
    }
    if plans.is_empty() {
        plans.push(planner.lost());
    }
    let withhold = classes.withholds_errors(analysis);
    let labels = classes.sought_labels();
    for plan in &mut plans {
        plan.withhold_errors |= withhold;
        if plan.detect && !plan.mask_all {
            plan.sought_labels.clone_from(&labels);
        }
    }
    let reasons = planner.reasons(&analysis.spans);
    Masks {
        plans,
        reasons,
        rules: planner.said.into_keys().collect(),
    }
}

/// Names of its base columns that hint at something else than its own name does: for the detectors, whom an alias would blind.
fn hints(column: &Provenance) -> impl Iterator<Item = String> {
    let own = LazyCell::new(|| promise(&column.name));
    let mut seen = Vec::new();
    column
        .revealed()
        .filter_map(|source| source.rsplit('.').next())
        // Most columns keep their name, which then says nothing else; to read it costs more than the rest of the plan.
        .filter(|name| *name != column.name)
        .filter(move |name| {
            // One in passing is another one: an alias must not weaken what the base's name says.
            let said = promise(name);
            let new = said.is_some() && said != *own && !seen.contains(&said);
            seen.push(said);
            new
        })
        .map(str::to_owned)
        .take(HINTS_PER_COLUMN_MAX)
}

struct Planner<'a> {
    /// It reads only tables the catalog lacks, and the settings leave those to the detectors.
    blind: bool,
    asker: &'a Asker,
    facts: &'a Facts<'a>,
    classes: &'a Classes<'a>,
    policy: &'a PolicySet,
    /// By rule: the base columns it masked.
    said: BTreeMap<String, BTreeSet<String>>,
}

impl Planner<'_> {
    fn lost(&mut self) -> MaskPlan {
        if self.blind {
            return MaskPlan::detect_only();
        }
        self.said.entry(UNRESOLVED.to_owned()).or_default();
        MaskPlan::redact_all()
    }

    fn rows(&mut self, columns: &[Provenance]) -> MaskPlan {
        let mut plan = MaskPlan {
            expected_columns: u32::try_from(columns.len()).ok(),
            ..MaskPlan::detect_only()
        };
        for (ordinal, column) in (0u32..).zip(columns) {
            plan.sought.extend(self.sought(ordinal, column));
            match self.column(column) {
                Sight::Shown { clear: true } => plan.clear.push(ordinal),
                Sight::Shown { clear: false } => {
                    plan.names.extend(hints(column).map(|name| (ordinal, name)))
                }
                Sight::Masked {
                    operator,
                    label,
                    rules,
                } => {
                    let rule = rules
                        .first()
                        .map(|(rule, _)| rule.clone())
                        .unwrap_or_default();
                    for (rule, column) in rules {
                        self.said.entry(rule).or_default().insert(column);
                    }
                    // Whatever was made of a column may be NULL for another reason than the column's own NULL.
                    if column.tested || column.derivation != Derivation::Identity {
                        plan.null_blind.push(ordinal);
                    }
                    plan.columns.push(ColumnPlan {
                        ordinal,
                        operator,
                        rule,
                        label,
                        sources: column.sources.clone(),
                    });
                }
            }
        }
        plan
    }

    /// What may be looked for of the column: values of base columns that show in it. Of several classes together only the text is left.
    fn sought(&self, ordinal: u32, column: &Provenance) -> Option<Sought> {
        if column.unresolved {
            return None;
        }
        let mut names: Vec<&str> = Vec::new();
        let mut classes: Vec<SeenClass> = Vec::new();
        for source in column.revealed() {
            if let Some(class) = self.classes.sought(source) {
                names.push(source);
                classes.push(class);
            }
        }
        classes.dedup();
        let class = match classes.as_slice() {
            [] => return None,
            [class] => class.clone(),
            _ => SeenClass::Text,
        };
        Some(Sought {
            ordinal,
            class,
            column: names.join(", "),
        })
    }

    /// The strictest that any of its base columns asks for. One that went through an expression is redacted whole: half a
    /// mask of a derived value could be undone.
    fn column(&self, column: &Provenance) -> Sight {
        if column.unresolved && self.blind {
            return Sight::Shown { clear: false };
        }
        if column.unresolved {
            return Sight::Masked {
                operator: Operator::Redact,
                label: "UNRESOLVED".to_owned(),
                rules: [(UNRESOLVED.to_owned(), column.name.clone())].into(),
            };
        }
        let mut operators: BTreeSet<Operator> = BTreeSet::new();
        let mut labels: BTreeSet<String> = BTreeSet::new();
        let mut rules: BTreeSet<(String, String)> = BTreeSet::new();
        let mut clear = true;
        let mut sources = 0usize;
        for source in column.revealed() {
            sources += 1;
            match self.source(source, column.derivation) {
                Sight::Shown { clear: shown } => clear &= shown,
                Sight::Masked {
                    operator,
                    label,
                    rules: said,
                } => {
                    operators.insert(operator);
                    labels.insert(label);
                    rules.extend(said);
                }
            }
        }
        if rules.is_empty() {
            return Sight::Shown {
                clear: clear && sources > 0,
            };
        }
        let several = operators.len() > 1 || labels.len() > 1;
        let operator = match operators.pop_last() {
            Some(Operator::Nullify) => Operator::Nullify,
            // Beside a literal, whatever equal values keep in common tells which of them equals it.
            Some(operator) if !several && column.is_untouched() => operator,
            _ => Operator::Redact,
        };
        Sight::Masked {
            operator,
            label: labels.into_iter().next().unwrap_or_default(),
            rules,
        }
    }

    /// Asks `unmask` for one base column.
    fn source(&self, source: &str, derivation: Derivation) -> Sight {
        let question = Question::unmask(source, derivation);
        let answer = self
            .asker
            .ask(self.facts, self.classes, &question, &BTreeSet::new());
        let rules = answer.rules.iter().chain(&answer.failed);
        let rules: Vec<&Rule> = rules
            .filter_map(|index| self.policy.rules().get(*index))
            .collect();
        if answer.allowed {
            let silent = |rule: &&Rule| matches!(rule.effect, RuleEffect::Permit { detect: false });
            return Sight::Shown {
                clear: self.classes.is_sensitive(source) || rules.iter().any(silent),
            };
        }
        let (default, label) = self.classes.default_mask(source);
        let asked = rules.iter().filter_map(|rule| match &rule.effect {
            RuleEffect::Forbid { mask, .. } => mask.clone(),
            RuleEffect::Permit { .. } => None,
        });
        let operator = if answer.failed.is_empty() {
            asked.max().unwrap_or(default)
        } else {
            Operator::Redact
        };
        let named = |id: &str| (id.to_owned(), source.to_owned());
        let rules = if rules.is_empty() {
            BTreeSet::from([named(DEFAULT)])
        } else {
            rules.iter().map(|rule| named(&rule.id)).collect()
        };
        Sight::Masked {
            operator,
            label,
            rules,
        }
    }

    fn reasons(&self, spans: &[(Finding, u64, u64)]) -> Vec<Reason> {
        self.said
            .iter()
            .map(|(id, columns)| {
                let text = match id.as_str() {
                    DEFAULT => "no rule permits showing it",
                    UNRESOLVED => "where it comes from could not be told, so it is redacted",
                    id => {
                        let mut rules = self.policy.rules().iter();
                        rules
                            .find(|rule| rule.id == id)
                            .map_or("", |rule| &rule.reason)
                    }
                };
                let names: Vec<&str> = columns.iter().map(String::as_str).collect();
                let span = span_of(spans, std::iter::empty(), std::iter::once("unmask"));
                Reason {
                    rule: id.clone(),
                    text: with_names(text, &names),
                    span_start: span.map(|(start, _)| start),
                    span_end: span.map(|(_, end)| end),
                }
            })
            .collect()
    }
}
