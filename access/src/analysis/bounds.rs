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
    let mut chains = Chains::default();
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
        chains.read(&token.token);
        before = word(&token.token);
        operators += usize::from(before.as_deref().is_some_and(|w| CHAINING.contains(&w)));
        let deep = open.len() > limits::MAX_NESTING
            || rereads > limits::MAX_REREADS
            || chains.points + rereads > limits::MAX_POINTS;
        if deep || operators > limits::MAX_OPERATORS {
            return Some("too_complex");
        }
    }
    None
}

/// Points of the chains that are open: what follows a point is read twice where it can not stand there, so a chain of them, or
/// chains inside one another, double the time with each.
#[derive(Default)]
struct Chains {
    /// In all open chains.
    points: usize,
    /// In the innermost chain; and in those around it.
    here: usize,
    around: Vec<usize>,
    after_word: bool,
    after_point: bool,
    /// An operator stood after a point: the statement is refused in the end, and no chain ends before it.
    stuck: bool,
}

impl Chains {
    fn read(&mut self, token: &Token) {
        match token {
            Token::Whitespace(_) => return,
            Token::Period => {
                self.here += 1;
                self.points += 1;
            }
            Token::LParen | Token::LBracket | Token::LBrace => {
                self.around.push(std::mem::take(&mut self.here));
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                self.end();
                self.here = self.around.pop().unwrap_or(0);
            }
            Token::Word(_) if !self.after_word => {}
            Token::SemiColon => {
                self.stuck = false;
                self.end();
            }
            Token::Mul | Token::SingleQuotedString(_) | Token::Placeholder(_)
                if self.after_point => {}
            // What stands right after a point is read as part of the chain, whatever it is, and all that follows it.
            _ if self.after_point => self.stuck = true,
            _ => self.end(),
        }
        self.after_word = matches!(token, Token::Word(_));
        self.after_point = matches!(token, Token::Period);
    }

    fn end(&mut self) {
        if !self.stuck {
            self.points -= std::mem::take(&mut self.here);
        }
    }
}

fn reread_cost(word: &str) -> usize {
    match word {
        "POSITION" => 2,
        other => usize::from(REREAD.contains(&other)),
    }
}
