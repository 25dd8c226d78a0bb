//! Scripting blocks, read as words: each statement inside is judged by itself.
//!
//! Enters: the tokens of a block. Leaves: the kinds inside. Never here: trust in what a variable holds; a block's results are
//! unresolved.

use event::payload::{Finding, StatementKind};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::run::{Outcome, Run};
use super::tokens::{Cursor, begins_block, is_word, literal, word};

/// Words that start a statement of SQL.
const VERBS: &[&str] = &[
    "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "CREATE", "ALTER", "DROP",
    "UNDROP", "GRANT", "REVOKE", "COPY", "PUT", "GET", "REMOVE", "RM", "LIST", "LS", "CALL",
    "EXECUTE", "SET", "UNSET", "USE", "SHOW", "DESCRIBE", "DESC", "COMMIT", "ROLLBACK", "EXPLAIN",
    "COMMENT",
];

/// Words that start one in brackets: `ASYNC (DELETE FROM t)`, `r := (TABLE t)`. None that a column is called as.
const BRACKETED: &[&str] = &[
    "FROM", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "CREATE", "ALTER", "DROP",
    "UNDROP", "GRANT", "REVOKE", "COPY", "CALL", "SHOW", "DESCRIBE",
];

/// Words after which a statement may start.
const OPENERS: &[&str] = &[
    "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "DECLARE", "ASYNC", "FOR",
];

/// Words of blocks in which a statement may be passed by, be left half way, or run beside others.
const BRANCHES: &[&str] = &[
    "IF",
    "CASE",
    "EXCEPTION",
    "BREAK",
    "EXIT",
    "CONTINUE",
    "ITERATE",
    "ASYNC",
];

/// Words of blocks in which one may run again.
const LOOPS: &[&str] = &["FOR", "LOOP", "REPEAT", "WHILE"];

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
        let says = |words: &[&str]| {
            let mut said = tokens.iter().filter_map(|t| word(&t.token));
            said.any(|said| words.contains(&said.as_str()))
        };
        let loops = says(LOOPS);
        let branches = u32::from(loops || says(BRANCHES) || leaves_early(tokens));
        self.moved.branches += branches;
        let mut kinds = self.pieces(tokens);
        if loops {
            // What one round leaves, the next one finds.
            let seen = self.inner_kinds.len();
            kinds = self.pieces(tokens);
            self.inner_kinds.truncate(seen);
        }
        self.moved.branches -= branches;
        self.binds = binds;
        kinds
    }

    /// Each statement of a block, one after the other.
    fn pieces(&mut self, tokens: &[TokenWithSpan]) -> Vec<StatementKind> {
        let mut kinds = Vec::new();
        for piece in runs(tokens) {
            let cursor = opened(piece);
            if cursor.word().is_some_and(|w| VERBS.contains(&w.as_str())) && !is_block_rest(&cursor)
            {
                kinds.push(self.slice_one(cursor.rest()).kind);
            } else {
                kinds.extend(self.statements_within(cursor.rest()));
            }
        }
        kinds
    }

    /// What stands in brackets in an assignment, a condition, a result set or a job of its own, and the queries of cursors. The kinds of
    /// what is no query.
    pub(crate) fn statements_within(&mut self, tokens: &[TokenWithSpan]) -> Vec<StatementKind> {
        let mut kinds = Vec::new();
        let mut cursor = Cursor::new(tokens);
        while let Some(token) = cursor.peek() {
            let looped = is_word(token, "FOR") && asks(&cursor, 1);
            if *token == Token::LParen && (asks(&cursor, 1) || acts(&cursor, 1)) {
                if let Some(inner) = cursor.group() {
                    kinds.push(self.slice_one(inner).kind);
                }
            } else if looped || is_word(token, "EXECUTE") {
                cursor.at += usize::from(looped);
                kinds.push(self.slice_one(cursor.rest()).kind);
                break;
            } else {
                cursor.at += 1;
            }
        }
        kinds.retain(|kind| *kind != StatementKind::Select);
        kinds
    }
}

/// Whether a query starts there.
fn asks(cursor: &Cursor<'_>, at: usize) -> bool {
    let is = |text: &str| cursor.peek_at(at).is_some_and(|t| is_word(t, text));
    is("SELECT") || is("WITH")
}

/// Whether another statement does: not what is only called as one is, a function or a column.
fn acts(cursor: &Cursor<'_>, at: usize) -> bool {
    let first = cursor.peek_at(at).and_then(word).unwrap_or_default();
    let next = cursor.peek_at(at + 1);
    let named = matches!(next, Some(Token::Word(_) | Token::Placeholder(_)));
    let stage = match next {
        Some(Token::AtSign) => true,
        Some(token) => literal(token).is_some_and(|text| text.starts_with('@')),
        None => false,
    };
    named && BRACKETED.contains(&first.as_str())
        || stage && matches!(first.as_str(), "FROM" | "LIST" | "LS" | "REMOVE" | "RM")
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

/// Whether statements stand behind a RETURN.
fn leaves_early(tokens: &[TokenWithSpan]) -> bool {
    let mut behind = tokens
        .iter()
        .skip_while(|t| !is_word(&t.token, "RETURN"))
        .skip_while(|t| t.token != Token::SemiColon);
    behind.any(|t| t.token != Token::SemiColon && !is_word(&t.token, "END"))
}

/// A piece behind the words after which a statement may start.
fn opened(piece: &[TokenWithSpan]) -> Cursor<'_> {
    let mut cursor = Cursor::new(piece);
    while cursor.word().is_some_and(|w| OPENERS.contains(&w.as_str())) {
        cursor.at += 1;
    }
    cursor
}

/// `CASE WHEN … THEN` inside a query cuts where nothing starts; what is left begins with no verb.
fn is_block_rest(cursor: &Cursor<'_>) -> bool {
    cursor.is("SET") && cursor.peek_at(1).is_none()
}
