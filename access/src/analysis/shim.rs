//! What Snowflake reads and the parser does not, rewritten on tokens: their places in the text stay as they were.
//!
//! Enters: one statement's tokens. Leaves: tokens the parser reads, meaning the same or more. Never here: text that would
//! be sent anywhere.

mod gaps;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Span, Token, TokenWithSpan, Whitespace, Word};

use super::tokens::{Cursor, is_word, reference};
pub(crate) use gaps::bridge;

/// A word where another token stands.
pub(crate) fn keyword(text: &str, like: &TokenWithSpan) -> TokenWithSpan {
    TokenWithSpan {
        token: Token::make_keyword(text),
        span: like.span,
    }
}

/// One statement, ready for the parser.
pub(crate) fn rewrite(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let tokens = leading(tokens);
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut braces: Vec<bool> = Vec::new();
    let mut from = FromClauses::default();
    let mut i = 0;
    while let Some(token) = tokens.get(i) {
        let next = |ahead: usize| tokens.get(i + ahead).map(|t| &t.token);
        from.pass(&token.token);
        match &token.token {
            // FROM $1, and $1.a: the result before, in a chain of `->>`.
            Token::Placeholder(name)
                if is_flow(name)
                    && (out.last().is_some_and(|t| before_table(&t.token))
                        || from.lists(out.last())
                        || qualifies(out.last(), next(1), next(2))) =>
            {
                out.push(result_name(name, token));
            }
            // model!PREDICT(…): a method is a call of a qualified name.
            Token::ExclamationMark
                if matches!(
                    (out.last().map(|t| &t.token), next(1)),
                    (Some(Token::Word(_)), Some(Token::Word(_)))
                ) =>
            {
                out.push(TokenWithSpan {
                    token: Token::Period,
                    span: token.span,
                });
            }
            // {*} and {t.*} are objects of every column.
            Token::LBrace
                if matches!(next(1), Some(Token::Mul))
                    || matches!((next(2), next(3)), (Some(Token::Period), Some(Token::Mul))) =>
            {
                braces.push(true);
                out.push(TokenWithSpan {
                    token: Token::make_word("OBJECT_CONSTRUCT", None),
                    span: token.span,
                });
                out.push(TokenWithSpan {
                    token: Token::LParen,
                    span: token.span,
                });
            }
            Token::LBrace => {
                braces.push(false);
                out.push(token.clone());
            }
            Token::RBrace if braces.pop() == Some(true) => out.push(TokenWithSpan {
                token: Token::RParen,
                span: token.span,
            }),
            // Its name and path are one word, or the parser would cut them by rules of its own.
            Token::AtSign => i += stage(tokens.get(i..).unwrap_or_default(), &mut out),
            _ => out.push(token.clone()),
        }
        i += 1;
    }
    if out.iter().any(|t| t.token == Token::AtSign) {
        spaced(out)
    } else {
        out
    }
}

/// Puts a stage's sign and, as one word, all that is written of it; gives how many tokens that word was.
fn stage(tokens: &[TokenWithSpan], out: &mut Vec<TokenWithSpan>) -> usize {
    let Some(sign) = tokens.first() else {
        return 0;
    };
    out.push(sign.clone());
    let Some((text, taken)) = reference(tokens) else {
        return 0;
    };
    let (Some(last), Some(value)) = (tokens.get(taken - 1), text.strip_prefix('@')) else {
        return 0;
    };
    if !value.is_empty() {
        let word = Word {
            value: value.to_owned(),
            quote_style: None,
            keyword: Keyword::NoKeyword,
        };
        out.push(TokenWithSpan {
            token: Token::Word(word),
            span: Span::new(sign.span.end, last.span.end),
        });
    }
    taken - 1
}

/// A stage path ends at a blank, so the parser must see where blanks were.
fn spaced(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len() * 2);
    for token in tokens {
        if let Some(last) = out.last()
            && last.span.end != token.span.start
        {
            out.push(TokenWithSpan {
                token: Token::Whitespace(Whitespace::Space),
                span: token.span,
            });
        }
        out.push(token);
    }
    out
}

/// `TABLE t`, `FROM t …` and `EXPLAIN USING TEXT …`, which start a statement in a way of their own.
fn leading(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let Some(first) = tokens.first() else {
        return Vec::new();
    };
    let mut cursor = Cursor::new(tokens);
    if cursor.accept(&["EXPLAIN", "USING"]) {
        cursor.at += 1;
        return std::iter::once(first.clone())
            .chain(cursor.rest().iter().cloned())
            .collect();
    }
    let select = || {
        [
            keyword("SELECT", first),
            TokenWithSpan {
                token: Token::Mul,
                span: first.span,
            },
        ]
    };
    if cursor.is("TABLE") && matches!(cursor.peek_at(1), Some(Token::Word(_))) {
        return select()
            .into_iter()
            .chain([keyword("FROM", first)])
            .chain(tokens.iter().skip(1).cloned())
            .collect();
    }
    if cursor.is("FROM") {
        return match depth_zero(tokens, "SELECT", 0) {
            None => select().into_iter().chain(tokens.iter().cloned()).collect(),
            Some(at) => {
                let end = [
                    "WHERE",
                    "GROUP",
                    "HAVING",
                    "QUALIFY",
                    "ORDER",
                    "LIMIT",
                    "OFFSET",
                    "FETCH",
                    "UNION",
                    "EXCEPT",
                    "MINUS",
                    "INTERSECT",
                    "START",
                    "CONNECT",
                ]
                .iter()
                .filter_map(|word| depth_zero(tokens, word, at))
                .min()
                .unwrap_or(tokens.len());
                let part = |from: usize, to: usize| {
                    tokens.get(from..to).unwrap_or_default().iter().cloned()
                };
                part(at, end)
                    .chain(part(0, at))
                    .chain(part(end, tokens.len()))
                    .collect()
            }
        };
    }
    tokens.to_vec()
}

fn depth_zero(tokens: &[TokenWithSpan], word: &str, from: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate() {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            other if depth == 0 && i >= from && is_word(other, word) => return Some(i),
            _ => {}
        }
    }
    None
}

/// An earlier result, as a name nothing else has.
fn result_name(name: &str, like: &TokenWithSpan) -> TokenWithSpan {
    let word = Word {
        value: name.to_owned(),
        quote_style: Some('"'),
        keyword: Keyword::NoKeyword,
    };
    TokenWithSpan {
        token: Token::Word(word),
        span: like.span,
    }
}

/// Whether the tokens stand in a list of tables, for each bracket around them.
#[derive(Default)]
struct FromClauses(Vec<bool>);

impl FromClauses {
    fn pass(&mut self, token: &Token) {
        const ENDS: &[&str] = &[
            "SELECT",
            "WHERE",
            "GROUP",
            "HAVING",
            "QUALIFY",
            "ORDER",
            "LIMIT",
            "UNION",
            "EXCEPT",
            "MINUS",
            "INTERSECT",
            "START",
            "CONNECT",
            "SET",
        ];
        if self.0.is_empty() {
            self.0.push(false);
        }
        match token {
            Token::LParen => self.0.push(false),
            Token::RParen => {
                self.0.pop();
            }
            other if is_word(other, "FROM") => self.set(true),
            other if ENDS.iter().any(|word| is_word(other, word)) => self.set(false),
            _ => {}
        }
    }

    fn set(&mut self, inside: bool) {
        if let Some(last) = self.0.last_mut() {
            *last = inside;
        }
    }

    /// Whether what follows this token is the next of several tables.
    fn lists(&self, before: Option<&TokenWithSpan>) -> bool {
        self.0.last() == Some(&true) && before.is_some_and(|t| t.token == Token::Comma)
    }
}

/// `$1.a`, but not `t.$1.a`.
fn qualifies(before: Option<&TokenWithSpan>, dot: Option<&Token>, name: Option<&Token>) -> bool {
    before.is_none_or(|t| t.token != Token::Period)
        && dot == Some(&Token::Period)
        && matches!(name, Some(Token::Word(_) | Token::Mul))
}

fn before_table(token: &Token) -> bool {
    is_word(token, "FROM") || is_word(token, "JOIN")
}

fn is_flow(name: &str) -> bool {
    name.strip_prefix('$')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}
