//! Bounds on a statement's tree before it is built.
//!
//! Enters: tokens. Leaves: whether the parser may be asked. Never here: a bound that only time would find.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::tokens::word;
use crate::limits;

/// Words that make a left-leaning tree deeper without a bracket.
const CHAINING: &[&str] = &[
    "AND",
    "OR",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "MINUS",
    "NOT",
    "LIKE",
    "IS",
    "CASE",
    "JOIN",
];

/// Calls the parser reads twice (`POSITION` three times) where the first reading fails, each inside the other.
const REREAD: &[&str] = &[
    "CEIL",
    "FLOOR",
    "CAST",
    "TRY_CAST",
    "SAFE_CAST",
    "SUBSTRING",
    "SUBSTR",
    "EXTRACT",
    "OVERLAY",
    "CONVERT",
    "TRY_CONVERT",
    "IDENTIFIER",
    "TRIM",
];

/// Why these tokens are too much; none if they are not.
pub(crate) fn too_much(tokens: &[TokenWithSpan]) -> Option<&'static str> {
    if tokens.len() > limits::MAX_TOKENS {
        return Some("too_complex");
    }
    let (mut operators, mut rereads) = (0usize, 0usize);
    let mut open: Vec<usize> = Vec::new();
    let mut before: Option<String> = None;
    for token in tokens {
        match &token.token {
            Token::LParen => {
                let cost = before.as_deref().map_or(0, reread_cost);
                rereads += cost;
                open.push(cost);
            }
            Token::LBracket | Token::LBrace => open.push(0),
            Token::RParen | Token::RBracket | Token::RBrace => rereads -= open.pop().unwrap_or(0),
            Token::SemiColon => operators = 0,
            Token::Comma
            | Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::Period
            | Token::Word(_) => {}
            _ => operators += 1,
        }
        before = word(&token.token);
        operators += usize::from(before.as_deref().is_some_and(|w| CHAINING.contains(&w)));
        let deep = open.len() > limits::MAX_NESTING || rereads > limits::MAX_REREADS;
        if deep || operators > limits::MAX_OPERATORS {
            return Some("too_complex");
        }
    }
    None
}

fn reread_cost(word: &str) -> usize {
    match word {
        "POSITION" => 2,
        other => usize::from(REREAD.contains(&other)),
    }
}
