//! Scripting blocks, read as words: each statement inside is judged by itself.
//!
//! Enters: the tokens of a block. Leaves: the kinds inside. Never here: trust in what a variable holds; a block's results are
//! unresolved.

use event::payload::{Finding, StatementKind};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::run::{Outcome, Run};
use super::tokens::{Cursor, begins_block, is_word, word};

/// Words that start a statement of SQL.
const VERBS: &[&str] = &[
    "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "CREATE", "ALTER", "DROP",
    "UNDROP", "GRANT", "REVOKE", "COPY", "PUT", "GET", "REMOVE", "RM", "LIST", "LS", "CALL",
    "EXECUTE", "SET", "UNSET", "USE", "SHOW", "DESCRIBE", "DESC", "COMMIT", "ROLLBACK", "EXPLAIN",
    "COMMENT",
];

/// Words after which a statement may start.
const OPENERS: &[&str] = &[
    "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "DECLARE", "ASYNC", "FOR",
];

impl Run<'_> {
    /// A block as a statement of its own.
    pub(crate) fn block(&mut self, tokens: &[TokenWithSpan]) -> Outcome {
        let kinds = self.block_kinds(tokens);
        self.inner_kinds.extend(kinds);
        Outcome::rows(StatementKind::Script, None)
    }

    /// The body of a task: one statement or a block.
    pub(crate) fn block_or_statement(&mut self, tokens: &[TokenWithSpan]) -> Vec<StatementKind> {
        if begins_block(tokens) {
            return self.block_kinds(tokens);
        }
        vec![self.slice_one(tokens).kind]
    }

    fn block_kinds(&mut self, tokens: &[TokenWithSpan]) -> Vec<StatementKind> {
        self.flag(Finding::Scripting, Self::run_span(tokens));
        // `:x` is a variable of the block.
        let binds = std::mem::take(&mut self.binds);
        let mut kinds = Vec::new();
        let pieces = runs(tokens);
        if pieces.iter().any(|piece| may_move(&opened(piece))) {
            // A loop comes back to what stands before it.
            self.lose_place();
        }
        self.moved.branches += 1;
        for piece in pieces {
            let cursor = opened(piece);
            if cursor.word().is_some_and(|w| VERBS.contains(&w.as_str())) && !is_block_rest(&cursor)
            {
                kinds.push(self.slice_one(cursor.rest()).kind);
            } else {
                self.queries_within(cursor.rest());
            }
        }
        self.moved.branches -= 1;
        self.binds = binds;
        kinds
    }

    /// Subqueries of an assignment, a condition, a cursor or a result set.
    fn queries_within(&mut self, tokens: &[TokenWithSpan]) {
        let mut cursor = Cursor::new(tokens);
        while let Some(token) = cursor.peek() {
            let starts = |at: usize| {
                cursor
                    .peek_at(at)
                    .is_some_and(|t| is_word(t, "SELECT") || is_word(t, "WITH"))
            };
            if *token == Token::LParen && starts(1) {
                if let Some(inner) = cursor.group() {
                    let _ = self.slice_one(inner);
                }
            } else if is_word(token, "EXECUTE") || (is_word(token, "FOR") && starts(1)) {
                if is_word(token, "FOR") {
                    cursor.at += 1;
                }
                let _ = self.slice_one(cursor.rest());
                return;
            } else {
                cursor.at += 1;
            }
        }
    }
}

/// Pieces of a block between semicolons, and after words a statement may follow.
fn runs(tokens: &[TokenWithSpan]) -> Vec<&[TokenWithSpan]> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    for (i, token) in tokens.iter().enumerate() {
        let cut = match &token.token {
            Token::LParen => {
                depth += 1;
                false
            }
            Token::RParen => {
                depth = depth.saturating_sub(1);
                false
            }
            Token::SemiColon => true,
            Token::Word(_) if depth == 0 => {
                let opens =
                    word(&token.token).is_some_and(|w| OPENERS.contains(&w.as_str()) && w != "FOR");
                let next_starts = tokens
                    .get(i + 1)
                    .and_then(|t| word(&t.token))
                    .is_some_and(|w| VERBS.contains(&w.as_str()));
                // MERGE … WHEN MATCHED THEN UPDATE is one statement.
                let merging = tokens
                    .get(start)
                    .is_some_and(|t| is_word(&t.token, "MERGE"));
                opens && next_starts && !merging
            }
            _ => false,
        };
        if cut {
            found.extend(tokens.get(start..i).filter(|run| !run.is_empty()));
            start = i + 1;
        }
    }
    found.extend(tokens.get(start..).filter(|run| !run.is_empty()));
    found
}

/// A piece behind the words after which a statement may start.
fn opened(piece: &[TokenWithSpan]) -> Cursor<'_> {
    let mut cursor = Cursor::new(piece);
    while cursor.word().is_some_and(|w| OPENERS.contains(&w.as_str())) {
        cursor.at += 1;
    }
    cursor
}

/// Whether a statement may leave the session elsewhere.
fn may_move(cursor: &Cursor<'_>) -> bool {
    let next = cursor.peek_at(1).and_then(word).unwrap_or_default();
    let elsewhere = !matches!(next.as_str(), "ROLE" | "SECONDARY" | "WAREHOUSE");
    cursor.is("CALL") || cursor.is("USE") && elsewhere
}

/// `CASE WHEN … THEN` inside a query cuts where nothing starts; what is left begins with no verb.
fn is_block_rest(cursor: &Cursor<'_>) -> bool {
    cursor.is("SET") && cursor.peek_at(1).is_none()
}
