//! Bridges over gaps of the parser, tried only on statements it refused.
//!
//! Enters: rewritten tokens. Leaves: tokens of a statement that carries the same columns to the same places, or more. Never
//! here: a statement the parser reads as it is.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::keyword;
use crate::analysis::tokens::{Cursor, is_word, word};

/// The tokens without what the parser has no form for; none if there is nothing of that kind.
pub(crate) fn bridge(tokens: &[TokenWithSpan]) -> Option<Vec<TokenWithSpan>> {
    let matching = tokens.iter().any(|t| is_word(&t.token, "MATCH_RECOGNIZE"));
    let merging = tokens.first().is_some_and(|t| is_word(&t.token, "MERGE"));
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut cursor = Cursor::new(tokens);
    let mut bridged = false;
    while let Some(token) = cursor.tokens.get(cursor.at) {
        let start = cursor.at;
        let skipped = skip(&mut cursor, out.last())
            || (matching && match_recognize(&mut cursor, &mut out))
            || (merging && all_by_name(&mut cursor, &mut out))
            || date_part(&mut cursor, &mut out)
            || element_types(&mut cursor, &mut out)
            || bracketed_star(&mut cursor, &mut out)
            || lateral(&mut cursor, &mut out);
        if skipped {
            bridged = true;
        } else {
            cursor.at = start + 1;
            out.push(token.clone());
        }
    }
    bridged.then_some(out)
}

/// Words that say nothing of columns.
fn skip(cursor: &mut Cursor<'_>, before: Option<&TokenWithSpan>) -> bool {
    let next = |ahead: usize| cursor.peek_at(ahead);
    let next_is = |ahead: usize, text: &str| next(ahead).is_some_and(|t| is_word(t, text));
    // INNER DIRECTED JOIN orders the join, no more.
    if cursor.is("DIRECTED") && next_is(1, "JOIN") {
        cursor.at += 1;
        return true;
    }
    // TIMESTAMP WITH LOCAL TIME ZONE.
    if cursor.is("LOCAL") && next_is(1, "TIME") && before.is_some_and(|t| is_word(&t.token, "WITH"))
    {
        cursor.at += 1;
        return true;
    }
    // NTH_VALUE(x, 2) FROM FIRST IGNORE NULLS OVER (…).
    let from_end = cursor.is("FROM") && (next_is(1, "FIRST") || next_is(1, "LAST"));
    if from_end
        && ["IGNORE", "RESPECT", "OVER"]
            .iter()
            .any(|text| next_is(2, text))
    {
        cursor.at += 2;
        return true;
    }
    sample(cursor)
}

/// `TABLESAMPLE BERNOULLI (10) SEED (1)`: fewer rows, the same columns.
fn sample(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.at;
    if !(cursor.accept(&["TABLESAMPLE"]) || cursor.accept(&["SAMPLE"])) {
        return false;
    }
    let _ = ["BERNOULLI", "ROW", "SYSTEM", "BLOCK"]
        .iter()
        .any(|method| cursor.accept(&[method]));
    let constant = |inner: &[TokenWithSpan]| {
        matches!(
            inner.first().map(|t| &t.token),
            Some(Token::Number(..) | Token::Placeholder(_))
        ) && inner.len() <= 2
    };
    if !cursor.group().is_some_and(constant) {
        cursor.at = start;
        return false;
    }
    if cursor.accept(&["SEED"]) || cursor.accept(&["REPEATABLE"]) {
        let _ = cursor.group();
    }
    true
}

/// FINAL and RUNNING before a measure, a bare AFTER MATCH SKIP, and patterns: only their symbols matter.
fn match_recognize(cursor: &mut Cursor<'_>, out: &mut Vec<TokenWithSpan>) -> bool {
    let Some(token) = cursor.tokens.get(cursor.at) else {
        return false;
    };
    if (cursor.is("FINAL") || cursor.is("RUNNING"))
        && matches!(cursor.peek_at(1), Some(Token::Word(_)))
    {
        cursor.at += 1;
        return true;
    }
    if cursor.is("SKIP") && cursor.peek_at(1).is_some_and(|t| is_word(t, "PATTERN")) {
        cursor.at += 1;
        out.extend(["SKIP", "PAST", "LAST", "ROW"].map(|text| keyword(text, token)));
        return true;
    }
    if cursor.is("PATTERN") && cursor.peek_at(1) == Some(&Token::LParen) {
        cursor.at += 1;
        let inner = cursor.group().unwrap_or_default();
        let symbols = inner.iter().filter(|t| {
            word(&t.token).is_some_and(|w| w != "PERMUTE")
                || matches!(&t.token, Token::Word(w) if w.quote_style.is_some())
        });
        out.push(token.clone());
        out.push(TokenWithSpan {
            token: Token::LParen,
            span: token.span,
        });
        out.extend(symbols.cloned());
        out.push(TokenWithSpan {
            token: Token::RParen,
            span: token.span,
        });
        return true;
    }
    false
}

/// `UPDATE ALL BY NAME`, `INSERT ALL BY NAME`: every column of the source. Written as a column nobody has, which resolves to all.
fn all_by_name(cursor: &mut Cursor<'_>, out: &mut Vec<TokenWithSpan>) -> bool {
    let Some(token) = cursor.tokens.get(cursor.at) else {
        return false;
    };
    let everything = || TokenWithSpan {
        token: Token::make_word("ALL BY NAME", Some('"')),
        span: token.span,
    };
    let plain = |symbol: Token| TokenWithSpan {
        token: symbol,
        span: token.span,
    };
    if cursor.accept(&["UPDATE", "ALL", "BY", "NAME"]) {
        out.extend([
            keyword("UPDATE", token),
            keyword("SET", token),
            everything(),
            plain(Token::Eq),
            everything(),
        ]);
        return true;
    }
    if cursor.accept(&["INSERT", "ALL", "BY", "NAME"]) {
        out.extend([
            keyword("INSERT", token),
            keyword("VALUES", token),
            plain(Token::LParen),
            everything(),
            plain(Token::RParen),
        ]);
        return true;
    }
    false
}

/// `DATE_PART(day FROM d)` is EXTRACT.
fn date_part(cursor: &mut Cursor<'_>, out: &mut Vec<TokenWithSpan>) -> bool {
    let from = cursor.peek_at(3).is_some_and(|t| is_word(t, "FROM"));
    let Some(token) = cursor
        .tokens
        .get(cursor.at)
        .filter(|_| from && cursor.is("DATE_PART") && cursor.peek_at(1) == Some(&Token::LParen))
    else {
        return false;
    };
    cursor.at += 1;
    out.push(keyword("EXTRACT", token));
    true
}

/// `::ARRAY(VARCHAR NOT NULL)`, `AS OBJECT(a INT)`: what a value is made of says nothing of where it comes from.
fn element_types(cursor: &mut Cursor<'_>, out: &mut Vec<TokenWithSpan>) -> bool {
    let typed = out
        .last()
        .is_some_and(|t| t.token == Token::DoubleColon || is_word(&t.token, "AS"));
    let kind = ["ARRAY", "OBJECT", "MAP"]
        .iter()
        .any(|word| cursor.is(word));
    let Some(token) = cursor
        .tokens
        .get(cursor.at)
        .filter(|_| typed && kind && cursor.peek_at(1) == Some(&Token::LParen))
    else {
        return false;
    };
    cursor.at += 1;
    let _ = cursor.group();
    out.push(keyword("VARIANT", token));
    true
}

/// `SEARCH((c.*), 'x')`: the columns one by one.
fn bracketed_star(cursor: &mut Cursor<'_>, out: &mut Vec<TokenWithSpan>) -> bool {
    let run = cursor.tokens.get(cursor.at..cursor.at + 5);
    let Some([open, name, dot, star, close]) = run else {
        return false;
    };
    let kinds = [
        &open.token,
        &name.token,
        &dot.token,
        &star.token,
        &close.token,
    ];
    if !matches!(
        kinds,
        [
            Token::LParen,
            Token::Word(_),
            Token::Period,
            Token::Mul,
            Token::RParen
        ]
    ) {
        return false;
    }
    cursor.at += 5;
    out.extend([name, dot, star].map(Clone::clone));
    true
}

/// `FROM t LATERAL FLATTEN(…)`: a comma stands between them.
fn lateral(cursor: &mut Cursor<'_>, out: &mut Vec<TokenWithSpan>) -> bool {
    let Some(token) = cursor.tokens.get(cursor.at) else {
        return false;
    };
    let after_table = out.last().is_some_and(|t| match &t.token {
        Token::Word(w) => !["JOIN", "FROM", "APPLY"].contains(&w.value.to_uppercase().as_str()),
        _ => false,
    });
    let calls = cursor.is("LATERAL")
        && cursor
            .peek_at(1)
            .is_some_and(|t| is_word(t, "FLATTEN") || is_word(t, "SPLIT_TO_TABLE"));
    if !(after_table && calls) {
        return false;
    }
    out.push(TokenWithSpan {
        token: Token::Comma,
        span: token.span,
    });
    out.push(token.clone());
    cursor.at += 1;
    true
}
