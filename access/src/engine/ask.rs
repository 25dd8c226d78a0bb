//! Asking Cedar, quickly: per principal, action and resource only the rules that can apply, each answer kept.
//!
//! Enters: a question and the facts of the request. Leaves: an [`Answer`] that depends on nothing but them.
//! Never here: what an answer means for the statement.

mod facts;
mod recent;
mod slice;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cedar_policy::{
    ActionConstraint, Authorizer, EntityUid, PolicyId, PrincipalConstraint, ResourceConstraint,
};
use parking_lot::Mutex;

use crate::limits;
use crate::policy::{PolicySet, Reads, Rule, RuleEffect};

pub(super) use facts::Facts;
use recent::Recent;
use slice::{Ancestry, Slice};

use super::classes::Classes;
use super::questions::Question;

/// What Cedar said, by index into the policy's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub allowed: bool,
    /// Every rule that determined it, in policy order; none for a default denial.
    pub rules: Vec<usize>,
    /// Rules that could not be evaluated: Cedar skips them, we do not.
    pub failed: Vec<usize>,
}

/// Asks Cedar under one policy and one catalog.
pub(super) struct Asker {
    policy: PolicySet,
    by_action: BTreeMap<&'static str, Scopes>,
    index: HashMap<PolicyId, usize>,
    sets: Mutex<HashMap<Vec<usize>, Arc<RuleSet>>>,
    slices: Mutex<Recent<Arc<Slice>>>,
    slices_made: AtomicU64,
    answers: Mutex<Recent<Arc<Answer>>>,
    authorizer: Authorizer,
    /// Some rule tells people of the same groups apart; without one they share what is ready.
    personal: bool,
}

/// The rules of one action, found by the resource their scope names: most of a large policy names one.
#[derive(Default)]
struct Scopes {
    any_resource: Vec<Scope>,
    by_resource: HashMap<EntityUid, Vec<Scope>>,
}

/// A rule, and the principal or group its scope names.
struct Scope {
    rule: usize,
    principal: Option<EntityUid>,
}

impl Scopes {
    fn of<'a>(rules: impl Iterator<Item = (usize, &'a Rule)>) -> Self {
        let mut scopes = Self::default();
        for (rule, scoped) in rules {
            let principal = match scoped.policy.principal_constraint() {
                PrincipalConstraint::Any | PrincipalConstraint::Is(_) => None,
                PrincipalConstraint::Eq(uid)
                | PrincipalConstraint::In(uid)
                | PrincipalConstraint::IsIn(_, uid) => Some(uid),
            };
            let scope = Scope { rule, principal };
            match scoped.policy.resource_constraint() {
                ResourceConstraint::Any | ResourceConstraint::Is(_) => {
                    scopes.any_resource.push(scope);
                }
                ResourceConstraint::Eq(uid)
                | ResourceConstraint::In(uid)
                | ResourceConstraint::IsIn(_, uid) => {
                    scopes.by_resource.entry(uid).or_default().push(scope);
                }
            }
        }
        scopes
    }

    /// Rules whose scope can match, in policy order; one that cannot evaluates to false, so leaving it out changes nothing.
    fn matching(&self, ancestry: &Ancestry) -> Vec<usize> {
        let named = ancestry
            .resource
            .iter()
            .filter_map(|uid| self.by_resource.get(uid))
            .flatten();
        let mut rules: Vec<usize> = self
            .any_resource
            .iter()
            .chain(named)
            .filter(|scope| {
                let principal = scope.principal.as_ref();
                principal.is_none_or(|uid| ancestry.principal.contains(uid))
            })
            .map(|scope| scope.rule)
            .collect();
        rules.sort_unstable();
        rules
    }
}

impl std::fmt::Debug for Asker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asker").finish_non_exhaustive()
    }
}

/// A choice of rules with what they look at.
#[derive(Debug)]
struct RuleSet {
    policies: cedar_policy::PolicySet,
    reads: Reads,
}

/// Actions that only a permit lets through that names them: a policy of before they were there allows them to nobody.
const BY_NAME_ALONE: [&str; 2] = ["upload", "download"];

/// Every action of the schema.
pub(super) const ACTIONS: [&str; 12] = [
    "connect",
    "execute",
    "read",
    "write",
    "ddl",
    "admin",
    "egress",
    "call",
    "upload",
    "download",
    "unmask",
    "filter_by",
];

impl Asker {
    pub fn new(policy: PolicySet, slices_max: usize) -> Self {
        let rules = policy.rules();
        let by_action = ACTIONS
            .iter()
            .map(|action| {
                let all = rules.iter().enumerate();
                let of_action = all.filter(|(_, rule)| may_act(rule, action));
                (*action, Scopes::of(of_action))
            })
            .collect();
        let index = rules
            .iter()
            .enumerate()
            .map(|(index, rule)| (rule.policy.id().clone(), index))
            .collect();
        Self {
            by_action,
            index,
            sets: Mutex::new(HashMap::new()),
            slices: Mutex::new(Recent::new(slices_max)),
            slices_made: AtomicU64::new(0),
            answers: Mutex::new(Recent::new(limits::ANSWERS_MAX)),
            authorizer: Authorizer::new(),
            personal: rules
                .iter()
                .any(|rule| tells_people_apart(&rule.policy.to_string())),
            policy,
        }
    }

    /// Asks one question; `approvals` are the groups that are taken to have approved.
    pub fn ask(
        &self,
        facts: &Facts<'_>,
        classes: &Classes<'_>,
        question: &Question,
        approvals: &BTreeSet<String>,
    ) -> Arc<Answer> {
        let slice = self.slice(facts, classes, question);
        let reads = &slice.rules.reads;
        let said = facts.key(reads, question, approvals);
        let key = (said.len() <= limits::ANSWER_KEY_BYTES_MAX).then(|| slice.key(&said));
        if let Some(answer) = key.as_ref().and_then(|key| self.answers.lock().get(key)) {
            return answer;
        }
        let answer = Arc::new(self.evaluate(&slice, facts, question, approvals));
        if let Some(key) = key {
            self.answers.lock().put(key, answer.clone());
        }
        answer
    }

    /// Whether some rule that can apply looks at how often it was asked.
    pub fn counts(&self, facts: &Facts<'_>, classes: &Classes<'_>, question: &Question) -> bool {
        let slice = self.slice(facts, classes, question);
        slice.rules.reads.reads("range_uses")
    }

    fn evaluate(
        &self,
        slice: &Slice,
        facts: &Facts<'_>,
        question: &Question,
        approvals: &BTreeSet<String>,
    ) -> Answer {
        let refused = Answer {
            allowed: false,
            rules: Vec::new(),
            failed: Vec::new(),
        };
        let Some(request) = slice.request(facts.context(&slice.rules.reads, question, approvals))
        else {
            return refused;
        };
        let policies = &slice.rules.policies;
        let Some(entities) = &slice.entities else {
            return refused;
        };
        let response = self.authorizer.is_authorized(&request, policies, entities);
        let mut rules: Vec<usize> = response
            .diagnostics()
            .reason()
            .filter_map(|id| self.index.get(id).copied())
            .collect();
        rules.sort_unstable();
        let mut failed: Vec<usize> = response
            .diagnostics()
            .errors()
            .filter_map(|error| match error {
                cedar_policy::AuthorizationError::PolicyEvaluationError(error) => {
                    self.index.get(error.policy_id()).copied()
                }
            })
            .collect();
        failed.sort_unstable();
        Answer {
            allowed: response.decision() == cedar_policy::Decision::Allow && failed.is_empty(),
            rules,
            failed,
        }
    }

    fn slice(&self, facts: &Facts<'_>, classes: &Classes<'_>, question: &Question) -> Arc<Slice> {
        let key = format!(
            "{}\u{1f}{}\u{1f}{}\u{1f}{}",
            question.action,
            question.resource.kind.type_name(),
            question.resource.name,
            if self.personal {
                &facts.principal_key
            } else {
                &facts.groups_key
            }
        );
        if let Some(slice) = self.slices.lock().get(&key) {
            return slice;
        }
        let ancestry = Ancestry::of(facts.principal, &question.resource, classes);
        let scopes = self.by_action.get(question.action);
        let chosen = scopes.map_or_else(Vec::new, |scopes| scopes.matching(&ancestry));
        let number = self.slices_made.fetch_add(1, Ordering::Relaxed);
        let rules = self.rule_set(chosen);
        let slice = Arc::new(Slice::new(number, question, ancestry, rules));
        self.slices.lock().put(key, slice.clone());
        slice
    }

    fn rule_set(&self, chosen: Vec<usize>) -> Arc<RuleSet> {
        let mut sets = self.sets.lock();
        if let Some(set) = sets.get(&chosen) {
            return set.clone();
        }
        let mut policies = cedar_policy::PolicySet::new();
        let mut reads = Reads::default();
        for rule in chosen
            .iter()
            .filter_map(|index| self.policy.rules().get(*index))
        {
            // Ids are unique: the load checked it.
            let added = policies.add(rule.policy.clone());
            debug_assert!(added.is_ok(), "rule ids are unique");
            reads.extend(&rule.reads);
        }
        let set = Arc::new(RuleSet { policies, reads });
        if sets.len() >= limits::SLICES_MAX {
            sets.clear();
        }
        sets.insert(chosen, set.clone());
        set
    }
}

/// Whether a rule says more of its principal than which group it is in. Where that cannot be seen, it does.
fn tells_people_apart(rule: &str) -> bool {
    rule.match_indices("principal").any(|(at, word)| {
        let rest = rule.get(at + word.len()..).unwrap_or_default().trim_start();
        let scope = rest.starts_with(',');
        let group = rest
            .strip_prefix("in ")
            .is_some_and(|rest| rest.trim_start().starts_with("Group::"));
        !scope && !group
    })
}

fn may_act(rule: &Rule, action: &str) -> bool {
    let permits = matches!(rule.effect, RuleEffect::Permit { .. });
    let broad = !(permits && BY_NAME_ALONE.contains(&action));
    let is = |uid: &EntityUid| {
        let id: &str = uid.id().unescaped();
        id == action
    };
    match rule.policy.action_constraint() {
        ActionConstraint::Any => broad,
        ActionConstraint::Eq(uid) => is(&uid),
        ActionConstraint::In(uids) => uids.iter().any(is),
    }
}

#[cfg(test)]
mod tests {
    use event::{Agent, Principal, TimeNs};

    use super::*;
    use crate::analysis::Derivation;
    use crate::catalog::Catalog;

    fn agent_for(purpose: &str) -> Principal {
        Principal {
            issuer: "https://idp".to_owned(),
            subject: "agent".to_owned(),
            display: "Agent".to_owned(),
            groups: Vec::new(),
            agent: Some(Agent {
                application: "app".to_owned(),
                version: "1".to_owned(),
                on_behalf_of: None,
                correlation_id: Some(purpose.to_owned()),
            }),
        }
    }

    #[test]
    fn answers_are_kept_by_short_facts_alone() {
        let rule = "@id(\"paid\") permit (principal, action == Action::\"unmask\", resource) when { context.purpose like \"pay*\" };";
        let settings = "groups = []\n[unknown]\nquery = \"deny\"\n";
        let files = [("firn-policy.toml", settings), ("r.cedar", rule)];
        let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let policy = PolicySet::from_files(files.to_vec()).unwrap();
        let asker = Asker::new(policy.clone(), 8);
        let catalog = Catalog::empty();
        let classes = Classes::new(&catalog, policy.settings());
        // The fact is written with its name and length around it.
        let longest = limits::ANSWER_KEY_BYTES_MAX - "purpose=500:;".len();
        let purposes = [
            "pay".to_owned(),
            "pay".repeat(longest),
            "x".repeat(longest),
            "x".repeat(longest + 1),
        ];
        let mut kept = 0;
        for (purpose, allowed, keeps) in [
            (&purposes[0], true, true),
            (&purposes[1], true, false),
            (&purposes[2], false, true),
            (&purposes[3], false, false),
        ] {
            let who = agent_for(purpose);
            let facts = Facts::at_login(&who, "main", TimeNs(0));
            for column in ["A.B.C.D", "A.B.C.E"] {
                let question = Question::unmask(column, Derivation::Identity);
                for _ in 0..2 {
                    let answer = asker.ask(&facts, &classes, &question, &BTreeSet::new());
                    assert_eq!(answer.allowed, allowed, "{} bytes", purpose.len());
                }
                kept += usize::from(keeps);
                assert_eq!(asker.answers.lock().len(), kept, "{} bytes", purpose.len());
            }
        }
    }

    #[test]
    fn only_groups_are_shared() {
        for (rule, apart) in [
            (r#"permit (principal, action, resource);"#, false),
            (
                r#"permit (principal in Group::"a", action, resource);"#,
                false,
            ),
            (
                r#"forbid (principal, action, resource) unless { principal in Group::"a" };"#,
                false,
            ),
            (
                r#"permit (principal == Agent::"i|s", action, resource);"#,
                true,
            ),
            (
                r#"permit (principal, action, resource) when { principal.issuer == "i" };"#,
                true,
            ),
            (
                r#"permit (principal, action, resource) when { principal["issuer"] == "i" };"#,
                true,
            ),
            (
                r#"permit (principal, action, resource) when { principal in [Group::"a"] };"#,
                true,
            ),
        ] {
            assert_eq!(tells_people_apart(rule), apart, "{rule}");
        }
    }
}
