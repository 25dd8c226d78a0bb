//! Table functions: `result('statement'[, n])`, `session('id')` and `seen('value'[, 'class'])`.
//!
//! Enters: the parsed SQL, so that recorded results are read before planning needs their columns. Leaves: table functions for one
//! query. Never here: rows that were not recorded; what is missing becomes a notice.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::catalog::{MemTable, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, col, lit};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, FunctionArg, FunctionArgExpr, TableFactor, Value, Visit, Visitor,
};
use event::{SessionId, StatementId};

use crate::catalog::Sightings;
use crate::seen;

/// Which recorded result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ResultCall {
    /// The statement.
    pub statement: StatementId,
    /// Which of a multi-statement, from 0.
    pub result: u32,
}

/// The recorded results that `statement` names. Calls that are not understood are left to planning, which says what is wrong.
pub(crate) fn result_calls(statement: &Statement) -> BTreeSet<ResultCall> {
    let mut calls = Calls::default();
    match statement {
        Statement::Statement(statement) => {
            let _ = statement.visit(&mut calls);
        }
        Statement::Explain(explain) => return result_calls(&explain.statement),
        _ => {}
    }
    calls.0
}

#[derive(Default)]
struct Calls(BTreeSet<ResultCall>);

impl Visitor for Calls {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table {
            name,
            args: Some(args),
            ..
        } = factor
            && name.to_string().eq_ignore_ascii_case("result")
        {
            let texts: Option<Vec<String>> = args.args.iter().map(literal).collect();
            let call = texts.and_then(|texts| parse_call(texts.iter().map(String::as_str)));
            self.0.extend(call);
        }
        ControlFlow::Continue(())
    }
}

fn literal(argument: &FunctionArg) -> Option<String> {
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(SqlExpr::Value(value))) = argument else {
        return None;
    };
    match &value.value {
        Value::SingleQuotedString(text) | Value::Number(text, _) => Some(text.clone()),
        _ => None,
    }
}

fn parse_call<'a>(mut arguments: impl Iterator<Item = &'a str>) -> Option<ResultCall> {
    let statement = arguments.next()?.parse().ok()?;
    let result = match arguments.next() {
        Some(number) => number.parse().ok()?,
        None => 0,
    };
    arguments
        .next()
        .is_none()
        .then_some(ResultCall { statement, result })
}

/// `result(…)` over what was read before.
#[derive(Debug)]
pub(crate) struct ResultFunction {
    pub read: HashMap<ResultCall, Arc<MemTable>>,
}

impl TableFunctionImpl for ResultFunction {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let texts: Option<Vec<String>> = args.exprs().iter().map(constant).collect();
        let call = texts.and_then(|texts| parse_call(texts.iter().map(String::as_str)));
        let Some(call) = call else {
            return plan_err!(
                "result takes a statement id and, for a multi-statement, a number: result('0190…'), result('0190…', 1)"
            );
        };
        match self.read.get(&call) {
            Some(table) => Ok(Arc::clone(table) as Arc<dyn TableProvider>),
            None => plan_err!(
                "no result {} of statement {} is recorded; the view statements lists what is",
                call.result,
                call.statement
            ),
        }
    }
}

/// `session(…)` over `events`.
#[derive(Debug)]
pub(crate) struct SessionFunction {
    pub events: Arc<dyn TableProvider>,
}

impl TableFunctionImpl for SessionFunction {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let session = match args.exprs() {
            [id] => constant(id).and_then(|id| id.parse::<SessionId>().ok()),
            _ => None,
        };
        let Some(session) = session else {
            return plan_err!("session takes a session id: session('0190…')");
        };
        let events = provider_as_source(Arc::clone(&self.events));
        let plan = LogicalPlanBuilder::scan("events", events, None)?
            .filter(col("session_id").eq(lit(session.to_string())))?
            .build()?;
        Ok(Arc::new(ViewTable::new(plan, None)))
    }
}

/// `seen(…)` over what statements met; its argument holds tokens by now.
#[derive(Debug)]
pub(crate) struct SeenFunction {
    pub sightings: Sightings,
}

impl TableFunctionImpl for SeenFunction {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let tokens = match args.exprs() {
            [tokens] => constant(tokens).and_then(|tokens| seen::tokens(&tokens)),
            _ => None,
        };
        let Some(tokens) = tokens else {
            return plan_err!("seen takes one text: seen('…')");
        };
        Ok(Arc::new(ViewTable::new(self.sightings.of(&tokens)?, None)))
    }
}

fn constant(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Literal(ScalarValue::Int64(Some(number)), _) => Some(number.to_string()),
        Expr::Literal(ScalarValue::UInt64(Some(number)), _) => Some(number.to_string()),
        Expr::Literal(text, _) => text.try_as_str().flatten().map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::sql::parser::DFParser;

    #[test]
    fn calls_are_found_wherever_they_stand() {
        let id = "0190f000-0000-7000-8000-000000000001";
        for (sql, want) in [
            (format!("select * from result('{id}')"), vec![0]),
            (format!("select * from RESULT('{id}', 2) r"), vec![2]),
            (
                format!(
                    "with a as (select * from result('{id}')) select * from a join result('{id}', 1) on true"
                ),
                vec![0, 1],
            ),
            (format!("explain select * from result('{id}')"), vec![0]),
            (
                format!("select (select count(*) from result('{id}'))"),
                vec![0],
            ),
            ("select * from result('nonsense')".to_owned(), vec![]),
            (format!("select * from result('{id}', 1, 2)"), vec![]),
            (format!("select result('{id}')"), vec![]),
        ] {
            let statements = DFParser::parse_sql(&sql).unwrap();
            let found: Vec<u32> = result_calls(&statements[0])
                .into_iter()
                .map(|call| call.result)
                .collect();
            assert_eq!(found, want, "{sql}");
        }
    }
}
