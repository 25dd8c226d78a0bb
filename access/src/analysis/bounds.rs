//! Bounds on a statement's tree before it is built.
//!
//! Enters: tokens. Leaves: whether the parser may be asked. Never here: a bound that only time would find.

use event::payload::Finding;
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

/// Why these tokens are too much; none if they are not.
pub(crate) fn too_much(tokens: &[TokenWithSpan]) -> Option<Finding> {
    if tokens.len() > limits::MAX_TOKENS {
        return Some(Finding::TooComplex);
    }
    let (mut operators, mut open) = (0usize, 0usize);
    for token in tokens {
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => open += 1,
            Token::RParen | Token::RBracket | Token::RBrace => open = open.saturating_sub(1),
            Token::SemiColon => operators = 0,
            Token::Comma
            | Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::NationalStringLiteral(_)
            | Token::Period
            | Token::Word(_) => {}
            _ => operators += 1,
        }
        operators +=
            usize::from(word(&token.token).is_some_and(|w| CHAINING.contains(&w.as_str())));
        if open > limits::MAX_NESTING || operators > limits::MAX_OPERATORS {
            return Some(Finding::TooComplex);
        }
    }
    None
}
