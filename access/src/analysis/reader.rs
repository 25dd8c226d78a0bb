//! The reading of one request: limits, tokens, statements, and what to do when the parser gives up.
//!
//! Enters: a statement as sent. Leaves: an [`Analysis`], always. Never here: a failure that allows anything; what cannot be
//! read is unclassified.

use std::rc::Rc;

use event::payload::{Finding, StatementKind};
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName,
    Statement as Tree,
};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::bounds::too_much;
use super::prov::Prov;
use super::run::{Outcome, Run};
use super::scope::Relation;
use super::tokens::{Text, begins_block, is_word, split_at, statements};
use super::tree::tree_of;
use super::{Analysis, Answer, SessionView, Statement, fingerprint, lexical};
use crate::catalog::Catalog;
use crate::limits;

/// What a request reads, writes and reveals. Never fails: what cannot be read is `unclassified`.
pub fn analyze(statement: Statement<'_>, session: &SessionView, catalog: &Catalog) -> Analysis {
    if statement.text.len() > limits::MAX_STATEMENT_BYTES {
        return lexical::unclassified(statement.text, catalog, Finding::TooLong);
    }
    let Some(text) = Text::read(statement.text) else {
        return lexical::unclassified(statement.text, catalog, Finding::Unreadable);
    };
    if let Some(reason) = too_much(&text.tokens) {
        return lexical::unclassified(statement.text, catalog, reason);
    }
    let mut run = Run::new(catalog, session, statement.binds, &text);
    if !session.unsettled.is_empty() {
        run.stands_nowhere();
    }
    if text.ambiguous {
        run.here = Run::run_span(&text.tokens);
        run.flag(Finding::AmbiguousText, run.here);
        let _ = run.unclassified();
    }
    let outcomes = run.read(&text.tokens);
    outcomes.into_iter().for_each(|outcome| run.push(outcome));
    render_trap(&mut run, &text.tokens);
    let shape = fingerprint::shape(&text.tokens);
    let mut analysis = run.finish(String::new());
    analysis.fingerprint = fingerprint::seal(shape, &analysis);
    analysis
}

/// A literal that ends in a backslash would end elsewhere if the tree were printed again: only the original bytes may travel.
fn render_trap(run: &mut Run<'_>, tokens: &[TokenWithSpan]) {
    for token in tokens {
        if let Token::SingleQuotedString(text) = &token.token
            && text.ends_with('\\')
        {
            run.flag(Finding::RenderTrap, token.span);
        }
    }
}

impl Run<'_> {
    /// Every statement of a text. A text without one is refused by Snowflake itself.
    fn read(&mut self, tokens: &[TokenWithSpan]) -> Vec<Outcome> {
        let slices = statements(tokens);
        if slices.is_empty() && self.depth == 0 {
            return vec![Outcome::status(StatementKind::Empty)];
        }
        if slices.len() > 1 {
            self.flag(Finding::MultiStatement, Self::run_span(tokens));
        }
        if slices.len() > limits::MAX_STATEMENTS {
            self.here = Self::run_span(tokens);
            self.flag(Finding::TooComplex, self.here);
            return vec![self.unclassified()];
        }
        let mut outcomes = Vec::new();
        for slice in slices {
            let read = self.slice(slice);
            if self.depth == 0 {
                self.done.extend(read.iter().map(Outcome::seen));
            }
            outcomes.extend(read);
        }
        outcomes
    }

    /// The statements of a text inside the statement.
    pub(crate) fn sql(&mut self, sql: &str) -> Vec<Outcome> {
        if self.depth >= limits::MAX_EXPANSION_DEPTH || !self.step(1) {
            return vec![self.unclassified()];
        }
        let Some(text) = Text::read(sql).filter(|text| too_much(&text.tokens).is_none()) else {
            return vec![self.unclassified()];
        };
        if text.ambiguous {
            self.flag(Finding::AmbiguousText, self.here);
            let _ = self.unclassified();
        }
        self.depth += 1;
        let outcomes = self.read(&text.tokens);
        self.depth -= 1;
        outcomes
    }

    /// One statement, or a chain of them tied by `->>`.
    fn slice(&mut self, tokens: &[TokenWithSpan]) -> Vec<Outcome> {
        let links = split_at(tokens, &Token::LongArrow);
        if links.len() < 2 {
            return vec![self.slice_one(tokens)];
        }
        self.flag(Finding::FlowOperator, Self::run_span(tokens));
        self.flag(Finding::MultiStatement, Self::run_span(tokens));
        let mut outcomes = Vec::new();
        let before = std::mem::take(&mut self.flow);
        for link in links {
            self.last = Relation::default();
            let outcome = self.slice_one(link);
            let result = std::mem::take(&mut self.last);
            let known = outcome.kind == StatementKind::Select;
            let metadata = outcome.answer == Answer::Metadata;
            self.flow.push(Rc::new(if known {
                result
            } else if metadata {
                Relation::metadata(None)
            } else {
                Relation::opaque(Prov::unknown())
            }));
            outcomes.push(outcome);
        }
        self.flow = before;
        outcomes
    }

    /// One statement.
    pub(crate) fn slice_one(&mut self, tokens: &[TokenWithSpan]) -> Outcome {
        let outer = std::mem::replace(&mut self.here, Self::run_span(tokens));
        let outcome = self.judge_tokens(tokens);
        let outcome = if self.exhausted() {
            self.unclassified()
        } else {
            outcome
        };
        if outcome.kind == StatementKind::Unclassified {
            // It may have moved the session.
            self.lose_place();
        }
        self.here = outer;
        outcome
    }

    fn judge_tokens(&mut self, tokens: &[TokenWithSpan]) -> Outcome {
        if self.depth >= limits::MAX_EXPANSION_DEPTH || !self.step(tokens.len() as u64) {
            return self.unclassified();
        }
        self.depth += 1;
        // A long chain of operators is a deep tree: printing it, walking it and dropping it all recurse.
        let outcome = if tokens.len() > limits::DEEP_TOKENS {
            stacker::grow(limits::DEEP_STACK_BYTES, || self.judge_within(tokens))
        } else {
            self.judge_within(tokens)
        };
        self.depth -= 1;
        outcome
    }

    fn judge_within(&mut self, tokens: &[TokenWithSpan]) -> Outcome {
        let starts_block = tokens
            .first()
            .is_some_and(|t| is_word(&t.token, "BEGIN") || is_word(&t.token, "DECLARE"));
        if starts_block && begins_block(tokens) {
            return self.block(tokens);
        }
        if let Some(outcome) = self.command(tokens) {
            return outcome;
        }
        if let Some(tree) = tree_of(tokens) {
            return self.statement(&tree);
        }
        if let Some(outcome) = self.copy_by_words(tokens) {
            return outcome;
        }
        lexical::names_read(self, tokens);
        self.unclassified()
    }

    /// The relation of a query given as tokens, for CREATE … AS.
    pub(crate) fn query_tokens(&mut self, tokens: &[TokenWithSpan]) -> Relation {
        match tree_of(tokens) {
            Some(Tree::Query(query)) => self.query(&query, None),
            _ => {
                lexical::names_read(self, tokens);
                let _ = self.unclassified();
                Relation::opaque(Prov::unknown())
            }
        }
    }
}

/// The table an argument `TABLE(name)` speaks of.
pub(crate) fn table_argument(call: &Function) -> Option<ObjectName> {
    let FunctionArguments::List(list) = &call.args else {
        return None;
    };
    let idents: Vec<Ident> = match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(ident)))] => {
            vec![ident.clone()]
        }
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::CompoundIdentifier(parts)))] => {
            parts.clone()
        }
        _ => return None,
    };
    Some(ObjectName::from(idents))
}
