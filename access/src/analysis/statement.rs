//! Statements: from the parser's tree to an outcome.
//!
//! Enters: a parsed statement. Leaves: its kind, answer and output columns. Never here: a wildcard arm; a new kind of
//! statement must be judged before it compiles.

use event::payload::{Finding, StatementKind};
use sqlparser::ast::{Expr, Function, FunctionArguments, Set, Spanned, Statement};
use sqlparser::tokenizer::Span;

use super::functions::{Class, class_of, sends_out};
use super::prov::Prov;
use super::run::{Outcome, Run};
use super::scope::Scope;
use super::{Answer, Provenance};

impl Run<'_> {
    pub(crate) fn statement(&mut self, statement: &Statement) -> Outcome {
        match statement {
            Statement::Query(query) => {
                let relation = self.query(query, None);
                let outputs = self.outputs(&relation, query.body.span());
                let everything = relation.everything();
                let metadata = relation.open.as_ref().is_some_and(|open| open.settled)
                    && !self.bases.sensitive(&everything.revealed)
                    && !everything.unresolved;
                self.last = relation;
                let answer = if metadata {
                    Answer::Metadata
                } else {
                    Answer::Rows
                };
                Outcome {
                    answer,
                    ..Outcome::rows(StatementKind::Select, outputs)
                }
            }
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            Statement::Merge(merge) => self.merge(merge),
            Statement::CopyIntoSnowflake { .. } => self.copy_into(statement),
            Statement::Call(call) => self.call(call),
            Statement::Set(set) => self.set(set),
            Statement::Execute { .. } => self.execute(statement),
            Statement::Explain {
                statement: inner, ..
            } => self.explain(inner),
            Statement::Return(_)
            | Statement::Case(_)
            | Statement::If(_)
            | Statement::While(_)
            | Statement::Raise(_)
            | Statement::Open(_)
            | Statement::Close { .. }
            | Statement::Fetch { .. }
            | Statement::Declare { .. } => {
                // Scripting is read as words (`script.rs`), where blocks are whole.
                self.flag(Finding::Scripting, self.here);
                self.unclassified()
            }
            // Read as words before the parser is asked (`command.rs`); what comes here has a form that reader did not take.
            Statement::CreateView(_)
            | Statement::CreateTable(_)
            | Statement::CreateVirtualTable { .. }
            | Statement::CreateIndex(_)
            | Statement::CreateRole(_)
            | Statement::CreateSecret { .. }
            | Statement::CreateServer(_)
            | Statement::CreatePolicy(_)
            | Statement::CreateConnector(_)
            | Statement::CreateOperator(_)
            | Statement::CreateOperatorFamily(_)
            | Statement::CreateOperatorClass(_)
            | Statement::CreateExtension(_)
            | Statement::CreateCollation(_)
            | Statement::CreateSchema { .. }
            | Statement::CreateDatabase { .. }
            | Statement::CreateFunction(_)
            | Statement::CreateTrigger(_)
            | Statement::CreateProcedure { .. }
            | Statement::CreateMacro { .. }
            | Statement::CreateStage { .. }
            | Statement::CreateSequence { .. }
            | Statement::CreateDomain(_)
            | Statement::CreateType { .. }
            | Statement::CreateUser(_)
            | Statement::AlterTable(_)
            | Statement::AlterSchema(_)
            | Statement::AlterIndex { .. }
            | Statement::AlterView { .. }
            | Statement::AlterFunction(_)
            | Statement::AlterType(_)
            | Statement::AlterCollation(_)
            | Statement::AlterOperator(_)
            | Statement::AlterOperatorFamily(_)
            | Statement::AlterOperatorClass(_)
            | Statement::AlterRole { .. }
            | Statement::AlterPolicy(_)
            | Statement::AlterConnector { .. }
            | Statement::AlterSession { .. }
            | Statement::AlterUser(_)
            | Statement::RenameTable(_)
            | Statement::Drop { .. }
            | Statement::DropFunction(_)
            | Statement::DropDomain(_)
            | Statement::DropProcedure { .. }
            | Statement::DropSecret { .. }
            | Statement::DropPolicy(_)
            | Statement::DropConnector { .. }
            | Statement::DropTrigger(_)
            | Statement::DropExtension(_)
            | Statement::DropOperator(_)
            | Statement::DropOperatorFamily(_)
            | Statement::DropOperatorClass(_)
            | Statement::Truncate(_)
            | Statement::Grant(_)
            | Statement::Revoke(_)
            | Statement::Deny(_)
            | Statement::Use(_)
            | Statement::Comment { .. }
            | Statement::StartTransaction { .. }
            | Statement::Commit { .. }
            | Statement::Rollback { .. }
            | Statement::Savepoint { .. }
            | Statement::ReleaseSavepoint { .. }
            | Statement::ExplainTable { .. }
            | Statement::List(_)
            | Statement::Remove(_)
            | Statement::ShowFunctions { .. }
            | Statement::ShowVariable { .. }
            | Statement::ShowStatus { .. }
            | Statement::ShowVariables { .. }
            | Statement::ShowCreate { .. }
            | Statement::ShowColumns { .. }
            | Statement::ShowCatalogs { .. }
            | Statement::ShowDatabases { .. }
            | Statement::ShowProcessList { .. }
            | Statement::ShowSchemas { .. }
            | Statement::ShowCharset(_)
            | Statement::ShowObjects(_)
            | Statement::ShowTables { .. }
            | Statement::ShowViews { .. }
            | Statement::ShowCollation { .. } => self.unclassified(),
            // Not Snowflake's.
            Statement::Analyze(_)
            | Statement::Msck(_)
            | Statement::Install { .. }
            | Statement::Load { .. }
            | Statement::Directory { .. }
            | Statement::Copy { .. }
            | Statement::AttachDatabase { .. }
            | Statement::AttachDuckDBDatabase { .. }
            | Statement::DetachDuckDBDatabase { .. }
            | Statement::Flush { .. }
            | Statement::Discard { .. }
            | Statement::Assert { .. }
            | Statement::Deallocate { .. }
            | Statement::Prepare { .. }
            | Statement::Kill { .. }
            | Statement::Cache { .. }
            | Statement::UNCache { .. }
            | Statement::Pragma { .. }
            | Statement::Lock(_)
            | Statement::LockTables { .. }
            | Statement::UnlockTables
            | Statement::Unload { .. }
            | Statement::OptimizeTable { .. }
            | Statement::LISTEN { .. }
            | Statement::UNLISTEN { .. }
            | Statement::NOTIFY { .. }
            | Statement::LoadData { .. }
            | Statement::RaisError { .. }
            | Statement::Throw(_)
            | Statement::Print(_)
            | Statement::WaitFor(_)
            | Statement::ExportData(_)
            | Statement::Vacuum(_)
            | Statement::Reset(_) => self.unclassified(),
        }
    }

    /// Nobody knows what it does: the policy holds or refuses it.
    pub(crate) fn unclassified(&mut self) -> Outcome {
        self.flag(Finding::Unclassified, self.here);
        Outcome {
            kind: StatementKind::Unclassified,
            answer: Answer::Rows,
            outputs: None,
        }
    }

    pub(crate) fn call(&mut self, call: &Function) -> Outcome {
        let span = call.span();
        self.flag(Finding::ProcedureCall, span);
        let parts = self.parts(&call.name).unwrap_or_default();
        let scope = Scope::default();
        let mut held = Prov::default();
        match &call.args {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(query) => held.merge(&self.query(query, None).everything()),
            FunctionArguments::List(_) => {
                held.merge(&self.plain_arguments(call, &scope));
            }
        }
        let name = parts.last().map(String::as_str).unwrap_or_default();
        match class_of(&parts) {
            Class::System => {
                self.flag(Finding::SystemFunction, span);
                if sends_out(name) {
                    self.flag(Finding::Egress, span);
                }
            }
            Class::Egress => self.flag(Finding::Egress, span),
            Class::Model => self.flag(Finding::LlmFunction, span),
            _ => {}
        }
        if self.bases.sensitive(&held.revealed) {
            self.flag(Finding::SensitiveArgument, span);
        }
        if class_of(&parts) == Class::Unknown
            && let Some(duty) = self.duty(&parts)
        {
            return self.answers_of(&duty, held, span);
        }
        self.uses(&held.revealed, event::payload::Use::Output);
        // It may move the session.
        self.lose_place();
        Outcome::rows(StatementKind::Call, None)
    }

    fn set(&mut self, set: &Set) -> Outcome {
        self.flag(Finding::SessionVariable, self.here);
        let (variables, values) = match set {
            Set::SingleAssignment {
                scope: _,
                hivevar: _,
                variable,
                values,
            } => (std::slice::from_ref(variable), values.as_slice()),
            Set::ParenthesizedAssignments { variables, values } => {
                (variables.as_slice(), values.as_slice())
            }
            Set::MultipleAssignments { .. }
            | Set::SetSessionAuthorization(_)
            | Set::SetSessionParam(_)
            | Set::SetRole { .. }
            | Set::SetTimeZone { .. }
            | Set::SetNames { .. }
            | Set::SetNamesDefault {}
            | Set::SetTransaction { .. } => return self.unclassified(),
        };
        for value in values {
            let prov = self.expr(value, &Scope::default());
            self.persists(&prov, value.span());
            if prov.unresolved {
                self.flag(Finding::UnresolvedOutput, value.span());
            }
        }
        for (i, variable) in variables.iter().enumerate() {
            let name = self
                .parts(variable)
                .and_then(|mut parts| parts.pop())
                .unwrap_or_default();
            let value = if variables.len() == values.len() {
                values.get(i).and_then(|value| self.literal_of(value))
            } else {
                None
            };
            self.assigns(name, value);
        }
        Outcome::status(StatementKind::Set)
    }

    /// A literal's text, numbers and booleans too. What another variable holds is not known when this one is read.
    fn literal_of(&self, expr: &Expr) -> Option<String> {
        use sqlparser::ast::Value;
        match expr {
            Expr::Identifier(ident) if ident.value.starts_with('$') => None,
            Expr::Value(value) => match &value.value {
                Value::Placeholder(name) if name.starts_with('$') => None,
                Value::Number(text, _) => Some(text.clone()),
                Value::Boolean(truth) => Some(truth.to_string().to_uppercase()),
                _ => self.constant_text(expr),
            },
            other => self.constant_text(other),
        }
    }

    fn execute(&mut self, statement: &Statement) -> Outcome {
        let Statement::Execute {
            name,
            parameters,
            immediate,
            using,
            ..
        } = statement
        else {
            return self.unclassified();
        };
        if !*immediate {
            return self.unclassified();
        }
        self.flag(Finding::DynamicSql, self.here);
        let scope = Scope::default();
        for value in using {
            let prov = self.expr(&value.expr, &scope);
            self.persists(&prov, value.expr.span());
        }
        let (text, span) = match (name, parameters.as_slice()) {
            (None, [code]) => (self.constant_text(code), code.span()),
            (Some(name), []) => (None, name.span()),
            _ => (None, self.here),
        };
        if let Some(text) = text {
            return self.inner_sql(&text, span);
        }
        for code in parameters {
            let prov = self.expr(code, &scope);
            self.uses(&prov.revealed, event::payload::Use::Output);
        }
        self.flag(Finding::OpaqueCode, span);
        self.lose_place();
        Outcome::rows(StatementKind::ExecuteImmediate, None)
    }

    fn explain(&mut self, inner: &Statement) -> Outcome {
        // A plan shows literals, names and estimates, no rows; what it would read and compare is still said.
        let written = self.written_so_far();
        (self.quiet, self.explained) = (self.quiet + 1, self.explained + 1);
        let outcome = self.statement(inner);
        (self.quiet, self.explained) = (self.quiet - 1, self.explained - 1);
        self.restore_written(written);
        self.inner_kinds.push(outcome.kind);
        self.flag(Finding::Metadata, self.here);
        Outcome::metadata(StatementKind::Explain)
    }

    /// Statements inside a literal, as EXECUTE IMMEDIATE runs them. Findings point at the literal.
    pub(crate) fn inner_sql(&mut self, sql: &str, span: Span) -> Outcome {
        let outer = self.fixed;
        self.fixed = outer.or_else(|| self.text.range(span));
        // Its placeholders are not the request's.
        let binds = std::mem::take(&mut self.binds);
        let outcomes = self.sql(sql);
        self.binds = binds;
        self.fixed = outer;
        let mut outputs: Option<Vec<Provenance>> = None;
        let mut answer = Answer::Rows;
        let single = outcomes.len() == 1;
        for outcome in outcomes {
            if single {
                outputs.clone_from(&outcome.outputs);
                answer = outcome.answer;
            }
            self.inner_kinds.push(outcome.kind);
        }
        Outcome {
            kind: StatementKind::ExecuteImmediate,
            answer,
            outputs,
        }
    }

    fn plain_arguments(&mut self, call: &Function, scope: &Scope<'_>) -> Prov {
        use sqlparser::ast::{FunctionArg, FunctionArgExpr};
        let mut held = Prov::default();
        if let FunctionArguments::List(list) = &call.args {
            for argument in &list.args {
                let (FunctionArg::Named { arg, .. }
                | FunctionArg::ExprNamed { arg, .. }
                | FunctionArg::Unnamed(arg)) = argument;
                match arg {
                    FunctionArgExpr::Expr(expr) => held.merge(&self.expr(expr, scope)),
                    FunctionArgExpr::QualifiedWildcard(_)
                    | FunctionArgExpr::Wildcard
                    | FunctionArgExpr::WildcardWithOptions(_) => held.unresolved = true,
                }
            }
        }
        held
    }
}
