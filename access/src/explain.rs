//! What the policy makes of a statement, for people and for scripts: `firn policy explain`.
//!
//! Enters: an engine, a principal, SQL. Leaves: an [`Explanation`] as text or JSON. Never here: a decision of its own; it shows
//! what [`Engine::decide`] returns.

pub mod batch;
mod outputs;
#[cfg(test)]
mod tests;
mod text;
mod underline;

use std::collections::BTreeSet;

use event::payload::{Finding, Quorum, Reason, StatementKind, Verdict};
use event::{Agent, Principal, StatementId, TimeNs};
use permit::Hold;
use serde::Serialize;
use utoipa::ToSchema;

use crate::analysis::{SessionView, Statement, analyze};
use crate::catalog::Catalog;
use crate::engine::{DecisionRequest, Engine, Outcome};
pub use outputs::{OutputColumn, Shown, outputs};

/// Who asks and from where: what a driver's login would say.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The principal.
    pub principal: Principal,
    /// The named connection.
    pub connection: String,
    /// The moment the rules see.
    pub now: TimeNs,
}

impl Asker {
    /// A principal by name and groups, as `--as USER --groups A,B` gives them.
    pub fn named(user: &str, groups: &[String], connection: &str, now: TimeNs) -> Self {
        let mut groups = groups.to_vec();
        groups.sort();
        groups.dedup();
        Self {
            principal: Principal {
                issuer: "firn policy explain".to_owned(),
                subject: user.to_owned(),
                display: user.to_owned(),
                groups,
                agent: None,
            },
            connection: connection.to_owned(),
            now,
        }
    }

    /// The same by a program, and for somebody: what a driver and a token's claim say. Empty words are no words.
    #[must_use]
    pub fn acting(mut self, program: &str, on_behalf_of: &str) -> Self {
        if program.is_empty() && on_behalf_of.is_empty() {
            return self;
        }
        self.principal.agent = Some(Agent {
            application: program.to_owned(),
            version: String::new(),
            on_behalf_of: (!on_behalf_of.is_empty()).then(|| on_behalf_of.to_owned()),
            correlation_id: None,
        });
        self
    }
}

/// One statement explained.
#[derive(Clone, Debug)]
pub struct Explanation {
    sql: String,
    user: String,
    outcome: Outcome,
    /// Rule id → where it stands, `file:line`.
    places: Vec<(String, String)>,
}

/// Asks the engine and keeps what it said. A session that stands nowhere, of which a live one's names would be nobody's, is taken to stand
/// where the catalog's files do, else where what the statement names is.
pub fn explain(
    engine: &Engine,
    asker: &Asker,
    statement: &Statement<'_>,
    session: &SessionView,
) -> Explanation {
    let session = standing(&engine.catalog_of(&asker.connection), statement, session);
    let outcome = engine.decide(&DecisionRequest {
        statement_id: StatementId::from_uuid(uuid::Uuid::nil()),
        statement: *statement,
        session: &session,
        principal: &asker.principal,
        connection: &asker.connection,
        now: asker.now,
        describe_only: false,
    });
    let rules = engine.policy().rules().iter();
    Explanation {
        sql: statement.text.to_owned(),
        user: asker.principal.display.clone(),
        outcome,
        places: rules
            .map(|rule| (rule.id.clone(), format!("{}:{}", rule.file, rule.line)))
            .collect(),
    }
}

fn standing(catalog: &Catalog, statement: &Statement<'_>, session: &SessionView) -> SessionView {
    let mut session = session.clone();
    let context = &session.context;
    match (context.database.is_some(), context.schema.is_some()) {
        (true, true) => {}
        // As Snowflake has it.
        (true, false) => session.context.schema = Some("PUBLIC".to_owned()),
        (false, _) => {
            if let Some((database, schema)) = place(catalog, statement, &session) {
                session.context.database = Some(database);
                session.context.schema.get_or_insert(schema);
            }
        }
    }
    session
}

/// Where the catalog's files stand, else the only schema with tables that the statement may speak of. Where there is none, a place of no
/// account: what is not known is explained as that. Where there are several, nowhere.
fn place(
    catalog: &Catalog,
    statement: &Statement<'_>,
    session: &SessionView,
) -> Option<(String, String)> {
    if let Some((database, schema)) = catalog.default_context() {
        return Some((database.to_owned(), schema.to_owned()));
    }
    let analysis = analyze(*statement, session, catalog);
    if !analysis.has(&Finding::UnresolvedTable) {
        return None;
    }
    let named = analysis.reads.iter().chain(&analysis.writes);
    let places: BTreeSet<(&str, &str)> = named
        .filter_map(|name| catalog.table(name))
        .map(|table| (table.database.as_str(), table.schema.as_str()))
        .collect();
    let mut places = places.into_iter();
    match (places.next(), places.next()) {
        (None, _) => Some(("DATABASE".to_owned(), "SCHEMA".to_owned())),
        (Some((database, schema)), None) => Some((database.to_owned(), schema.to_owned())),
        (Some(_), Some(_)) => None,
    }
}

/// What the policy makes of a statement, as JSON.
#[derive(Serialize, ToSchema)]
pub struct Explained<'a> {
    /// What would happen to it.
    verdict: Verdict,
    /// Who would ask.
    user: &'a str,
    /// Every rule that determined it, and where in the statement.
    reasons: &'a [Reason],
    /// Who would have to agree, and how long is waited, where it is held.
    #[schema(required)]
    hold: Option<ExplainedHold<'a>>,
    /// Each statement of the text, in order.
    statements: Vec<ExplainedStatement<'a>>,
    /// Tables read, sorted.
    reads: &'a [String],
    /// Tables written, sorted.
    writes: &'a [String],
    /// Findings of the analysis, sorted.
    #[schema(value_type = Vec<String>)]
    flags: &'a [Finding],
    /// Ids of the rules that determined it, sorted.
    rules: &'a [String],
    /// The policy's hash.
    policy: String,
    /// The version of the catalog.
    catalog: &'a str,
    /// Equal for statements that differ in literals only.
    fingerprint: &'a str,
    /// What an approval of it would be bound to.
    binding: String,
}

/// Who would have to agree to a statement, and how long is waited.
#[derive(Serialize, ToSchema)]
pub struct ExplainedHold<'a> {
    /// Groups and how many distinct people of each.
    quorum: &'a [Quorum],
    /// How long it would wait for people, nanoseconds.
    approval_ttl_ns: u64,
    /// How long a yes would wait for its execution, nanoseconds.
    execution_ttl_ns: u64,
}

impl<'a> From<&'a Hold> for ExplainedHold<'a> {
    fn from(hold: &'a Hold) -> Self {
        Self {
            quorum: &hold.quorum,
            approval_ttl_ns: hold.approval_ttl_ns,
            execution_ttl_ns: hold.execution_ttl_ns,
        }
    }
}

/// One statement of a text, and what would show of its result.
#[derive(Serialize, ToSchema)]
pub struct ExplainedStatement<'a> {
    /// `select`, `update` …
    #[schema(value_type = String)]
    kind: &'a StatementKind,
    /// Every column of its result is masked.
    mask_all: bool,
    /// The columns of its result; none where they are not known.
    #[schema(required)]
    columns: Option<Vec<OutputColumn<'a>>>,
}

impl Explanation {
    /// What the engine said.
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The whole answer as one JSON object.
    pub fn json(&self) -> serde_json::Value {
        let (analysis, decision) = (&self.outcome.analysis, &self.outcome.decision);
        let json = Explained {
            verdict: decision.verdict(),
            user: &self.user,
            reasons: decision.reasons(),
            hold: decision.hold().map(ExplainedHold::from),
            statements: self.statements(),
            reads: &analysis.reads,
            writes: &analysis.writes,
            flags: &analysis.flags,
            rules: &decision.policy().rules,
            policy: decision.policy_hash().to_string(),
            catalog: decision.catalog_version(),
            fingerprint: &analysis.fingerprint,
            binding: decision.binding().to_string(),
        };
        // Every field serializes: texts, numbers, lists of them.
        serde_json::to_value(json).unwrap_or_default()
    }

    fn statements(&self) -> Vec<ExplainedStatement<'_>> {
        let (analysis, decision) = (&self.outcome.analysis, &self.outcome.decision);
        let kinds = analysis.kinds.iter().zip(outputs(&self.outcome));
        kinds
            .enumerate()
            .map(|(index, (kind, columns))| {
                let plan = decision.plans().get(index);
                ExplainedStatement {
                    kind,
                    mask_all: plan.is_none_or(|plan| plan.mask_all),
                    columns,
                }
            })
            .collect()
    }
}
