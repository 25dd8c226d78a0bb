//! The fingerprint: equal for statements that differ in literals only.
//!
//! Enters: tokens and what the analysis found. Leaves: a digest. A literal that names a table or is SQL itself changes what is
//! read or done, and so the fingerprint.

use std::borrow::Borrow;

use sha2::{Digest as _, Sha256};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::Analysis;

pub(crate) fn shape(tokens: &[TokenWithSpan]) -> Sha256 {
    let mut hash = Sha256::new();
    let mut last_was_literal = false;
    let mut pending_comma = false;
    for token in tokens {
        let literal = is_literal(&token.token);
        if pending_comma {
            // `IN (1, 2, 3)` has the shape of `IN (1)`.
            if !literal {
                feed(&mut hash, ",");
                last_was_literal = false;
            }
            pending_comma = false;
        }
        if literal {
            if !last_was_literal {
                feed(&mut hash, "?");
            }
            last_was_literal = true;
        } else if last_was_literal && token.token == Token::Comma {
            pending_comma = true;
        } else {
            last_was_literal = false;
            match &token.token {
                Token::Word(word) if word.quote_style.is_none() => {
                    feed(&mut hash, &word.value.to_uppercase())
                }
                other => feed(&mut hash, &other.to_string()),
            }
        }
    }
    hash
}

fn feed(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}

fn feed_all(hash: &mut Sha256, texts: &[impl Borrow<str>]) {
    hash.update((texts.len() as u64).to_be_bytes());
    texts.iter().for_each(|text| feed(hash, text.borrow()));
}

fn is_literal(token: &Token) -> bool {
    match token {
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DollarQuotedString(_)
        | Token::NationalStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::EscapedStringLiteral(_) => true,
        Token::Placeholder(name) => name.starts_with('?'),
        _ => false,
    }
}

/// The shape, and what it does to which tables and columns.
pub(crate) fn seal(mut hash: Sha256, analysis: &Analysis) -> String {
    feed_all(&mut hash, &analysis.kinds);
    feed_all(&mut hash, &analysis.inner_kinds);
    feed_all(&mut hash, &analysis.reads);
    feed_all(&mut hash, &analysis.writes);
    feed_all(&mut hash, &analysis.flags);
    for used in &analysis.columns {
        feed(&mut hash, &used.table);
        feed(&mut hash, &used.column);
        feed(&mut hash, used.usage.as_str());
    }
    hex::encode(hash.finalize().get(..16).unwrap_or_default())
}
