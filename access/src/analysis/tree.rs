//! From tokens to a tree, within bounds.
//!
//! Enters: one statement's tokens, or a query's text. Leaves: its tree, if the parser can read it. Never here: what it means.

use sqlparser::ast::{Query, Statement as Tree};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::bounds::too_much;
use super::dialect::Bounded;
use super::shim;
use super::tokens::{Text, statements};

/// The tree of a statement; forms the parser lacks are bridged only where it failed without.
pub(super) fn tree_of(tokens: &[TokenWithSpan]) -> Option<Tree> {
    let rewritten = shim::rewrite(tokens);
    parse(rewritten.clone()).or_else(|| parse(shim::bridge(&rewritten)?))
}

/// One statement and nothing after it.
fn parse(tokens: Vec<TokenWithSpan>) -> Option<Tree> {
    let dialect = Bounded::new(tokens.len());
    let mut parser = Parser::new(&dialect).with_tokens_with_locations(tokens);
    let tree = parser.parse_statement().ok()?;
    (parser.peek_token_ref().token == Token::EOF).then_some(tree)
}

/// A query's tree, for views.
pub(crate) fn parse_query(sql: &str) -> Option<Query> {
    let text = Text::read(sql)?;
    if too_much(&text.tokens).is_some() {
        return None;
    }
    let mut slices = statements(&text.tokens).into_iter();
    let tokens = slices.next()?;
    if slices.next().is_some() {
        return None;
    }
    match tree_of(tokens)? {
        Tree::Query(query) => Some(*query),
        _ => None,
    }
}
