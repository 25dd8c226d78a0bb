//! Object names: from what is written to `DATABASE.SCHEMA.TABLE`.
//!
//! Enters: names, IDENTIFIER() and where the session stands. Leaves: full names. Never here: whether they exist.

use event::payload::Finding;
use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, ObjectName, ObjectNamePart, Spanned, Value,
};
use sqlparser::tokenizer::{Span, Token};

use super::run::Run;
use super::tokens::{Cursor, folded, split_name};
use crate::catalog::join_name;

impl Run<'_> {
    /// The name that words begin with, and the cursor behind it. `IDENTIFIER(?)` is what the bind holds, `IDENTIFIER($v)` what the
    /// variable does; none where that is not known, or no name and nothing else.
    pub(crate) fn name(&mut self, cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
        let Some(Token::Placeholder(placeholder)) = cursor.generated() else {
            return cursor.name();
        };
        self.flag(Finding::IdentifierFn, self.here);
        let text = self.placeholder_text(placeholder)?;
        cursor.pass_generated();
        split_name(&text)
    }

    /// As `name`, where a statement is about what it names: that nobody knows which object that is is said.
    pub(crate) fn name_needed(&mut self, cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
        let name = self.name(cursor);
        if name.is_none() {
            self.flag(Finding::UnresolvedTable, self.here);
        }
        name
    }

    /// The parts of a name; none where IDENTIFIER() holds something that is not known here.
    pub(crate) fn parts(&mut self, name: &ObjectName) -> Option<Vec<String>> {
        let mut parts = Vec::with_capacity(name.0.len());
        for part in &name.0 {
            match part {
                ObjectNamePart::Identifier(ident) => parts.push(folded(ident)),
                ObjectNamePart::Function(function) => {
                    self.flag(Finding::IdentifierFn, function.name.span);
                    let text = match function.args.as_slice() {
                        [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => {
                            self.constant_text(expr)
                        }
                        _ => None,
                    };
                    parts.extend(text.as_deref().and_then(split_name)?);
                }
            }
        }
        Some(parts)
    }

    /// The text an expression is known to be: a literal, a bind, a session variable set to a literal.
    pub(crate) fn constant_text(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Value(value) => match &value.value {
                Value::SingleQuotedString(text) => Some(text.clone()),
                Value::DollarQuotedString(text) => Some(text.value.clone()),
                Value::Placeholder(name) => self.placeholder_text(name),
                _ => None,
            },
            Expr::Nested(inner) => self.constant_text(inner),
            Expr::Identifier(ident) if ident.value.starts_with('$') => {
                self.placeholder_text(&ident.value)
            }
            _ => None,
        }
    }

    /// `?3`, `:3`, `:name` from the binds; `$name` from the session's variables, unless this very request sets it: another
    /// statement of the session may set it in between, and nobody is there to look again.
    pub(crate) fn placeholder_text(&self, placeholder: &str) -> Option<String> {
        if let Some(variable) = placeholder.strip_prefix('$') {
            let variable = variable.to_uppercase();
            if self.assigned(&variable) {
                return None;
            }
            let text = self.variables.get(&variable)?.clone();
            self.named_by_variable.set(true);
            return text;
        }
        let name = placeholder.trim_start_matches(['?', ':']);
        let bind = self
            .binds
            .iter()
            .find(|bind| bind.name.eq_ignore_ascii_case(name))?;
        match bind.values.as_slice() {
            [Some(value)] => Some(value.clone()),
            _ => None,
        }
    }

    /// Three parts as far as the session says, and the text they make.
    pub(crate) fn qualify(&self, parts: &[String]) -> (Vec<String>, String) {
        let mut full: Vec<String> = parts.to_vec();
        // `d..t`; a database of files that name none is one without a name.
        for part in full.iter_mut().filter(|part| part.is_empty()) {
            "PUBLIC".clone_into(part);
        }
        match full.len() {
            1 => {
                if let (Some(database), Some(schema)) =
                    (&self.context.database, &self.context.schema)
                {
                    full.insert(0, schema.clone());
                    full.insert(0, database.clone());
                }
            }
            2 => {
                if let Some(database) = &self.context.database {
                    full.insert(0, database.clone());
                }
            }
            _ => {}
        }
        let text = join_name(&full);
        (full, text)
    }

    /// As `qualify`, where something is read, written or defined. That the session does not say in which schema it is, is said: whatever
    /// of that name is known, Snowflake may mean another one, which nobody here need know.
    pub(crate) fn placed(&mut self, parts: &[String], span: Span) -> (Vec<String>, String) {
        let (full, text) = self.qualify(parts);
        if full.len() < 3 {
            self.flag(Finding::UnresolvedTable, span);
        }
        (full, text)
    }

    /// The full name of an object that is written or defined.
    pub(crate) fn object(&mut self, name: &ObjectName) -> String {
        match self.parts(name) {
            Some(parts) => self.placed(&parts, name.span()).1,
            None => "?".to_owned(),
        }
    }

    /// The full name as far as the session says, where nothing more is made of it.
    pub(crate) fn target(&self, parts: &[String]) -> String {
        self.qualify(parts).1
    }
}
