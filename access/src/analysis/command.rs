//! Commands read as words: SHOW, USE, GRANT, DROP, ALTER, transactions, and whatever the parser has no form for.
//!
//! Enters: one statement's tokens. Leaves: its kind, what it touches, what it means for the account. Never here: a verb
//! that is not listed; those stay unclassified.

use event::payload::{Finding, StatementKind};
use sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use super::moved::Remade;
use super::object::{is_policy, is_privilege, object_words};
use super::run::{Outcome, Run};
use super::stage::stage_at;
use super::tokens::{Cursor, is_word, literal, word};

/// Session parameters that change what later statements mean or how many there may be.
pub const GUARDED_PARAMETERS: &[&str] = &[
    "MULTI_STATEMENT_COUNT",
    "QUOTED_IDENTIFIERS_IGNORE_CASE",
    "SEARCH_PATH",
    "SIMULATED_DATA_SHARING_CONSUMER",
    "ENABLE_UNREDACTED_QUERY_SYNTAX_ERROR",
    "ENABLE_UNREDACTED_SECURE_OBJECT_ERROR",
    "PYTHON_PROFILER_TARGET_STAGE",
    "S3_STAGE_VPCE_DNS_NAME",
];

impl Run<'_> {
    /// The outcome of a command; none for queries, DML and what only the parser can tell.
    pub(crate) fn command(&mut self, tokens: &[TokenWithSpan]) -> Option<Outcome> {
        let mut cursor = Cursor::new(tokens);
        let verb = cursor.word()?;
        cursor.at += 1;
        let outcome = match verb.as_str() {
            "CREATE" => return self.create(tokens, cursor),
            "ALTER" => return self.alter(cursor),
            "DROP" => return self.drop(cursor),
            "UNDROP" => self.undrop(cursor)?,
            "TRUNCATE" => self.truncate(cursor)?,
            "GRANT" | "REVOKE" => {
                self.flag(Finding::Privilege, self.here);
                Outcome::status(verb.to_lowercase().into())
            }
            "SHOW" => {
                self.flag(Finding::Metadata, self.here);
                Outcome::metadata(StatementKind::Show)
            }
            "DESC" | "DESCRIBE" => return self.describe(cursor),
            "USE" => self.use_context(cursor)?,
            "COMMENT" => {
                self.flag(Finding::Ddl, self.here);
                Outcome::status(StatementKind::Comment)
            }
            "PUT" => self.put(tokens),
            "GET" => self.get(tokens),
            "LIST" | "LS" => self.list_files(cursor)?,
            "REMOVE" | "RM" => self.remove_files(cursor)?,
            "BEGIN" | "START" => self.begin(cursor)?,
            "COMMIT" | "ROLLBACK" => Outcome::status(verb.to_lowercase().into()),
            "SAVEPOINT" | "ABORT" => Outcome::status(StatementKind::Transaction),
            "COPY" if cursor.accept(&["FILES", "INTO"]) => self.copy_files(cursor)?,
            "COPY" if into_quoted_stage(cursor) => self.copy_by_words(tokens)?,
            "UNSET" => {
                self.flag(Finding::SessionVariable, self.here);
                for name in cursor.rest().iter().filter_map(|t| word(&t.token)) {
                    self.assigns(name, None);
                }
                Outcome::status(StatementKind::Unset)
            }
            "EXECUTE" => return self.execute_object(cursor),
            "WITH" => return self.anonymous_procedure(cursor),
            "BULK" | "VACUUM" | "ANALYZE" => return None,
            _ => return None,
        };
        Some(outcome)
    }

    fn undrop(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        let object = object_words(&mut cursor)?;
        self.flag(Finding::Ddl, self.here);
        self.flag(Finding::TimeTravel, self.here);
        self.changes(cursor, &object);
        self.stand_in(&object, cursor, true);
        Some(Outcome::status(StatementKind::Undrop))
    }

    fn truncate(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        let _ = cursor.accept(&["TABLE"]) || cursor.accept(&["MATERIALIZED", "VIEW"]);
        let _ = cursor.accept(&["IF", "EXISTS"]);
        self.flag(Finding::Destructive, self.here);
        let name = self.name(&mut cursor)?;
        let name = self.known_name(&name);
        self.writes(&name);
        Some(Outcome::status(StatementKind::Truncate))
    }

    fn begin(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        let _ = cursor.accept(&["TRANSACTION"]) || cursor.accept(&["WORK"]);
        if cursor.accept(&["NAME"]) {
            cursor.name()?;
        }
        cursor
            .peek()
            .is_none()
            .then(|| Outcome::status(StatementKind::Begin))
    }

    fn describe(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        self.flag(Finding::Metadata, self.here);
        if cursor.accept(&["RESULT"]) {
            return Some(Outcome::metadata(StatementKind::Describe));
        }
        let object = object_words(&mut cursor).unwrap_or_else(|| "TABLE".to_owned());
        if matches!(
            object.as_str(),
            "PROCEDURE" | "FUNCTION" | "VIEW" | "TASK" | "USER"
        ) {
            self.flag(Finding::Definition, self.here);
        }
        Some(Outcome::metadata(StatementKind::Describe))
    }

    fn use_context(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        self.flag(Finding::SessionChange, self.here);
        if cursor.accept(&["ROLE"]) {
            if !self.is_own_role(cursor) {
                self.flag(Finding::Privilege, self.here);
            }
            return Some(Outcome::status(StatementKind::Use));
        }
        if cursor.accept(&["SECONDARY"]) {
            self.flag(Finding::Privilege, self.here);
            return Some(Outcome::status(StatementKind::Use));
        }
        if cursor.accept(&["WAREHOUSE"]) {
            return Some(Outcome::status(StatementKind::Use));
        }
        let schema = cursor.accept(&["SCHEMA"]);
        let _ = !schema && cursor.accept(&["DATABASE"]);
        let mut name = self.name(&mut cursor)?;
        match (name.pop(), name.pop()) {
            (Some(schema), Some(database)) => self.stand(Some(database), schema),
            (Some(inner), None) if schema => self.stand(None, inner),
            (Some(database), None) => self.stand(Some(database), "PUBLIC".to_owned()),
            (None, _) => {}
        }
        Some(Outcome::status(StatementKind::Use))
    }

    /// Whether the role named is the one the session has.
    fn is_own_role(&self, mut cursor: Cursor<'_>) -> bool {
        let own = self.context.role.as_deref();
        match cursor.name().as_deref() {
            Some([name]) => cursor.peek().is_none() && own == Some(name.as_str()),
            _ => false,
        }
    }

    /// EXECUTE TASK, EXECUTE NOTEBOOK …; EXECUTE IMMEDIATE of a literal is left to the parser.
    fn execute_object(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        if cursor.accept(&["IMMEDIATE"]) {
            return self.execute_text(cursor);
        }
        let object = cursor.word()?;
        let known = [
            "TASK", "ALERT", "NOTEBOOK", "SERVICE", "JOB", "MANAGED", "DBT",
        ];
        if !known.contains(&object.as_str()) {
            return None;
        }
        self.flag(Finding::ScheduledCode, self.here);
        self.flag(Finding::OpaqueCode, self.here);
        Some(Outcome::status(StatementKind::execute(
            &object.to_lowercase(),
        )))
    }

    /// The forms of EXECUTE IMMEDIATE the parser does not read: from a stage, of a subquery.
    fn execute_text(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        if cursor.accept(&["FROM"]) {
            self.flag(Finding::DynamicSql, self.here);
            self.flag(Finding::OpaqueCode, self.here);
            self.flag(Finding::StageRead, self.here);
            if let Some(text) = stage_at(&mut cursor) {
                self.reads_location(&text, self.here);
            }
            self.lose_place();
            return Some(Outcome::rows(StatementKind::ExecuteImmediate, None));
        }
        let inner = cursor.group()?;
        if inner
            .first()
            .is_some_and(|t| is_word(&t.token, "SELECT") || is_word(&t.token, "WITH"))
        {
            self.flag(Finding::DynamicSql, self.here);
            self.flag(Finding::OpaqueCode, self.here);
            let outcome = self.slice_one(inner);
            if let Some(outputs) = outcome.outputs {
                self.forget_outputs(&outputs);
            }
            self.lose_place();
            return Some(Outcome::rows(StatementKind::ExecuteImmediate, None));
        }
        None
    }

    /// `WITH p AS PROCEDURE (…) … CALL p(…)`.
    fn anonymous_procedure(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        cursor.name()?;
        (cursor.accept(&["AS", "PROCEDURE"])).then_some(())?;
        self.flag(Finding::ProcedureCall, self.here);
        self.flag(Finding::OpaqueCode, self.here);
        self.lose_place();
        Some(Outcome::rows(StatementKind::Call, None))
    }

    fn alter(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        let mut session = cursor;
        if session.accept(&["SESSION"]) && (session.is("SET") || session.is("UNSET")) {
            self.flag(Finding::SessionChange, self.here);
            let rest = session.rest();
            let guarded = (0..rest.len()).any(|at| is_guarded(rest, at));
            if guarded {
                self.flag(Finding::SessionGuard, self.here);
                self.flag(Finding::Privilege, self.here);
            }
            return Some(Outcome::status(StatementKind::AlterSession));
        }
        let object = object_words(&mut cursor)?;
        self.flag(Finding::Ddl, self.here);
        let _ = cursor.accept(&["IF", "EXISTS"]);
        let rest = cursor.rest();
        let has = |words: &[&str]| {
            rest.windows(words.len())
                .any(|run| run.iter().zip(words).all(|(t, w)| is_word(&t.token, w)))
        };
        if is_policy(&object)
            || (has(&["POLICY"]) || has(&["POLICIES"]))
                && (has(&["UNSET"]) || has(&["DROP"]) || has(&["SET"]) || has(&["ADD"]))
        {
            self.flag(Finding::PolicyEvasion, self.here);
        }
        let relation = object.ends_with("TABLE") || object.ends_with("VIEW");
        if relation
            && (has(&["RENAME"])
                || has(&["SWAP", "WITH"])
                || has(&["UNSET", "TAG"])
                || has(&["SET", "TAG"])
                || has(&["UNSET", "SECURE"]))
        {
            self.flag(Finding::PolicyEvasion, self.here);
        }
        self.object_flags(&object, rest);
        self.redefines(&object, rest);
        if matches!(object.as_str(), "WAREHOUSE" | "COMPUTE_POOL") {
            self.flag(Finding::Cost, self.here);
        }
        let swap = rest.windows(2).position(
            |run| matches!(run, [a, b] if is_word(&a.token, "SWAP") && is_word(&b.token, "WITH")),
        );
        if let Some(at) = swap {
            let other = Cursor {
                tokens: rest,
                at: at + 2,
            };
            self.changes(other, &object);
        }
        if has(&["RENAME", "TO"]) {
            let at = rest
                .iter()
                .position(|t| is_word(&t.token, "TO"))
                .map_or(rest.len(), |at| at + 1);
            let mut renamed = Cursor { tokens: rest, at };
            if let Some(name) = self.name_needed(&mut renamed) {
                let name = self.object_name(&object, &name);
                self.defines(&name);
                self.becomes(&name, &object, Remade::Unknown);
            }
        }
        self.alters(cursor, &object);
        let kind = StatementKind::alter(&object.to_lowercase());
        Some(Outcome::status(kind))
    }

    fn drop(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        let object = object_words(&mut cursor)?;
        self.flag(Finding::Destructive, self.here);
        if is_policy(&object) {
            self.flag(Finding::PolicyEvasion, self.here);
        }
        if is_policy(&object) || is_privilege(&object) {
            self.flag(Finding::Privilege, self.here);
        }
        let _ = cursor.accept(&["IF", "EXISTS"]);
        let mut named = cursor;
        if object == "TABLE"
            && self.depth == 1
            && let Some(name) = self.name(&mut named)
        {
            let full = self.target(&name);
            self.moved.dropped.push(full);
        }
        self.changes(cursor, &object);
        Some(Outcome::status(StatementKind::Drop))
    }

    /// The span of a token run.
    pub(crate) fn run_span(tokens: &[TokenWithSpan]) -> Span {
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => Span::empty(),
        }
    }
}

/// Whether a guarded parameter stands here, unless it is set to what the analysis takes for granted anyway.
fn is_guarded(tokens: &[TokenWithSpan], at: usize) -> bool {
    let Some(Token::Word(name)) = tokens.get(at).map(|t| &t.token) else {
        return false;
    };
    let Some(parameter) = GUARDED_PARAMETERS
        .iter()
        .find(|parameter| name.value.eq_ignore_ascii_case(parameter))
    else {
        return false;
    };
    let off = |token: &Token| match token {
        Token::Word(w) => w.value.eq_ignore_ascii_case("FALSE"),
        Token::SingleQuotedString(text) => text.eq_ignore_ascii_case("FALSE"),
        _ => false,
    };
    let value = tokens.get(at + 2).map(|t| &t.token);
    let usual = match *parameter {
        "MULTI_STATEMENT_COUNT" => matches!(value, Some(Token::Number(n, _)) if n == "1"),
        "QUOTED_IDENTIFIERS_IGNORE_CASE"
        | "ENABLE_UNREDACTED_QUERY_SYNTAX_ERROR"
        | "ENABLE_UNREDACTED_SECURE_OBJECT_ERROR" => value.is_some_and(off),
        _ => false,
    };
    let set = tokens.get(at + 1).is_some_and(|t| t.token == Token::Eq);
    !(set && usual)
}

/// `COPY INTO '@stage'`: to the parser that is a table, and what is copied into one it reads otherwise.
fn into_quoted_stage(mut cursor: Cursor<'_>) -> bool {
    let into = cursor.accept(&["INTO"]);
    let text = cursor.peek().and_then(literal);
    into && text.is_some_and(|text| text.starts_with('@'))
}
