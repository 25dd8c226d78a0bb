//! What the policy makes of a statement, for people and for scripts: `firn policy explain`.
//!
//! Enters: an engine, a principal, SQL. Leaves: an [`Explanation`] as text or JSON. Never here: a decision of its own; it shows
//! what [`Engine::decide`] returns.

pub mod batch;
#[cfg(test)]
mod tests;
mod text;
mod underline;

use event::payload::{Context, Finding, MaskOperator, Reason, StatementKind, Verdict};
use event::{Principal, StatementId, TimeNs};
use permit::{Hold, MaskPlan};
use serde::Serialize;

use crate::analysis::{Analysis, Derivation, Provenance, SessionView, Statement};
use crate::engine::{DecisionRequest, Engine, Outcome};

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

/// Asks the engine and keeps what it said. A session that stands nowhere stands where the catalog's first definition does.
pub fn explain(
    engine: &Engine,
    asker: &Asker,
    statement: &Statement<'_>,
    session: &SessionView,
) -> Explanation {
    let session = standing(engine, &asker.connection, session);
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

fn standing(engine: &Engine, connection: &str, session: &SessionView) -> SessionView {
    let mut session = session.clone();
    let catalog = engine.catalog_of(connection);
    if let (None, None, Some((database, schema))) = (
        &session.context.database,
        &session.context.schema,
        catalog.default_context(),
    ) {
        session.context = Context {
            database: Some(database.to_owned()),
            schema: Some(schema.to_owned()),
            ..session.context
        };
    }
    session
}

/// What an agent sees of a column's cells.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Shown {
    /// As they are, detectors too leave them alone.
    Clear,
    /// As they are, unless a detector finds something.
    Detect,
    /// What the operator makes of them.
    #[serde(untagged)]
    Masked(MaskOperator),
}

/// One output column, as `--json` shows it.
#[derive(Debug, Serialize)]
struct OutputColumn<'a> {
    ordinal: usize,
    name: &'a str,
    sources: &'a [String],
    derivation: Derivation,
    unresolved: bool,
    shown: Shown,
    /// Its NULLs are masked too: they would answer a question.
    null_blind: bool,
    rule: Option<&'a str>,
}

#[derive(Serialize)]
struct Json<'a> {
    verdict: Verdict,
    user: &'a str,
    reasons: &'a [Reason],
    hold: Option<&'a Hold>,
    statements: Vec<Statements<'a>>,
    reads: &'a [String],
    writes: &'a [String],
    flags: &'a [Finding],
    rules: &'a [String],
    policy: String,
    catalog: &'a str,
    fingerprint: &'a str,
    binding: String,
}

#[derive(Serialize)]
struct Statements<'a> {
    kind: &'a StatementKind,
    mask_all: bool,
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
        let json = Json {
            verdict: decision.verdict(),
            user: &self.user,
            reasons: decision.reasons(),
            hold: decision.hold(),
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

    fn statements(&self) -> Vec<Statements<'_>> {
        let (analysis, decision) = (&self.outcome.analysis, &self.outcome.decision);
        let kinds = analysis.kinds.iter();
        kinds
            .enumerate()
            .map(|(index, kind)| {
                let plan = decision.plans().get(index);
                Statements {
                    kind,
                    mask_all: plan.is_none_or(|plan| plan.mask_all),
                    columns: columns_of(analysis, index, plan),
                }
            })
            .collect()
    }
}

fn columns_of<'a>(
    analysis: &'a Analysis,
    index: usize,
    plan: Option<&'a MaskPlan>,
) -> Option<Vec<OutputColumn<'a>>> {
    let columns = analysis.outputs.get(index)?.as_ref()?;
    let shown = columns
        .iter()
        .enumerate()
        .map(|(ordinal, column)| shown(ordinal, column, plan));
    Some(shown.collect())
}

fn shown<'a>(
    ordinal: usize,
    column: &'a Provenance,
    plan: Option<&'a MaskPlan>,
) -> OutputColumn<'a> {
    let at = u32::try_from(ordinal).unwrap_or(u32::MAX);
    let masked = plan.and_then(|plan| plan.columns.iter().find(|column| column.ordinal == at));
    let shown = match (masked, plan) {
        (Some(masked), _) => Shown::Masked(masked.operator.word()),
        (None, Some(plan)) if !plan.mask_all && plan.clear.contains(&at) => Shown::Clear,
        (None, Some(plan)) if !plan.mask_all => Shown::Detect,
        (None, _) => Shown::Masked(MaskOperator::Redact),
    };
    // Everything redacted is redacted whether NULL or not.
    let null_blind = plan.is_none_or(|plan| plan.mask_all || plan.null_blind.contains(&at));
    OutputColumn {
        ordinal,
        name: &column.name,
        sources: &column.sources,
        derivation: column.derivation,
        unresolved: column.unresolved,
        shown,
        null_blind,
        rule: masked.map(|masked| masked.rule.as_str()),
    }
}
