//! A file cut into statements, scripting blocks and all.
//!
//! Enters: the tokens of a file. Leaves: one run of tokens for each statement. Never here: the rest of a file taken for the
//! body of the block before it; a block without an end is an error at the block.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::analysis::tokens::{begins_block, is_word};

/// The statements; the first token of a block that has no end, where there is one.
pub(super) fn statements(
    tokens: &[TokenWithSpan],
) -> Result<Vec<&[TokenWithSpan]>, &TokenWithSpan> {
    let mut found = Vec::new();
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        let end = if begins_block(rest) {
            end_of_block(rest).ok_or(first)?
        } else {
            rest.iter()
                .position(|t| t.token == Token::SemiColon)
                .unwrap_or(rest.len())
        };
        found.extend(rest.get(..end).filter(|run| !run.is_empty()));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    Ok(found)
}

/// Where the statement with the block ends: at the semicolon after the END of its first BEGIN, or at the end of the file.
fn end_of_block(tokens: &[TokenWithSpan]) -> Option<usize> {
    const CLOSED_BY_NAME: &[&str] = &["IF", "LOOP", "FOR", "WHILE", "REPEAT"];
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|t| is_word(&t.token, word));
    let mut depth = 0usize;
    let mut at = 0;
    while at < tokens.len() {
        if is(at, "BEGIN") && !opens_transaction(tokens, at) || is(at, "CASE") {
            depth += 1;
        } else if is(at, "END") && CLOSED_BY_NAME.iter().any(|word| is(at + 1, word)) {
            at += 1;
        } else if is(at, "END") {
            depth = depth.checked_sub(1)?;
            if is(at + 1, "CASE") {
                at += 1;
            }
            if depth == 0 {
                return after_end(tokens, at + 1);
            }
        }
        at += 1;
    }
    None
}

/// `BEGIN;` and `BEGIN TRANSACTION;` inside a block.
fn opens_transaction(tokens: &[TokenWithSpan], at: usize) -> bool {
    match tokens.get(at + 1).map(|t| &t.token) {
        None | Some(Token::SemiColon) => true,
        Some(next) => ["TRANSACTION", "WORK", "NAME"]
            .iter()
            .any(|word| is_word(next, word)),
    }
}

/// A label may follow END, nothing else may.
fn after_end(tokens: &[TokenWithSpan], at: usize) -> Option<usize> {
    let at = match tokens.get(at).map(|t| &t.token) {
        Some(Token::Word(_)) => at + 1,
        _ => at,
    };
    match tokens.get(at).map(|t| &t.token) {
        None => Some(tokens.len()),
        Some(Token::SemiColon) => Some(at),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::statements;
    use crate::analysis::tokens::Text;

    fn count(sql: &str) -> Option<usize> {
        let text = Text::read(sql).unwrap();
        statements(&text.tokens).ok().map(|runs| runs.len())
    }

    #[test]
    fn a_block_ends_where_its_end_is() {
        for (sql, runs) in [
            ("SELECT 1; SELECT 2", Some(2)),
            ("BEGIN; SELECT 1; COMMIT; SELECT 2;", Some(4)),
            ("BEGIN SELECT 1; END; SELECT 2", Some(2)),
            (
                "CREATE TASK t AS BEGIN INSERT INTO a SELECT 1; END; SELECT 2;",
                Some(2),
            ),
            (
                "CREATE PROCEDURE p() RETURNS INT LANGUAGE SQL AS DECLARE x INT; BEGIN
                   BEGIN TRANSACTION; x := CASE WHEN 1 = 1 THEN 1 END;
                   IF (x = 1) THEN SELECT 1; ELSE SELECT 2; END IF;
                   FOR i IN 1 TO 3 DO BEGIN SELECT 1; END; END FOR;
                   CASE (x) WHEN 1 THEN SELECT 1; END CASE;
                   COMMIT; RETURN x;
                 EXCEPTION WHEN OTHER THEN ROLLBACK; END;
                 SELECT 2",
                Some(2),
            ),
            ("CREATE TASK t AS BEGIN SELECT 1; SELECT 2", None),
            ("BEGIN SELECT 1; END SELECT 2; SELECT 3", None),
        ] {
            assert_eq!(count(sql), runs, "{sql}");
        }
    }
}
