//! Functions and procedures of an account, as it shows them.
//!
//! Enters: rows of its information schema. Leaves: routines with their texts. Never here: a duty. What a text says is for people, who
//! say in `[functions]` what a routine does; one that nobody described stays unknown.

use serde::{Deserialize, Serialize};

use crate::catalog::join_name;
use crate::limits::ROUTINE_TEXT_BYTES_MAX;

/// What a routine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutineKind {
    /// It stands in a query.
    Function,
    /// It is called.
    Procedure,
}

impl RoutineKind {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Procedure => "procedure",
        }
    }
}

/// One overload of a function or procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routine {
    /// What it is.
    pub kind: RoutineKind,
    /// Its database, as stored.
    pub database: String,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its arguments with their types, `(X NUMBER, Y VARCHAR)`.
    pub arguments: String,
    /// What its text is written in; empty where the account does not say.
    pub language: String,
    /// Whether its arguments leave the account.
    pub external: bool,
    /// Its text, where it is shown and not too long to be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Routine {
    /// Of a row: schema, name, arguments, language, text, whether it is external; none where it has another shape.
    pub(super) fn of(kind: RoutineKind, database: &str, row: &[Option<String>]) -> Option<Self> {
        let [
            Some(schema),
            Some(name),
            arguments,
            language,
            text,
            external,
        ] = row
        else {
            return None;
        };
        let short = |text: &String| !text.is_empty() && text.len() <= ROUTINE_TEXT_BYTES_MAX;
        Some(Self {
            kind,
            database: database.to_owned(),
            schema: schema.clone(),
            name: name.clone(),
            arguments: arguments.clone().unwrap_or_else(|| "()".to_owned()),
            language: language.clone().unwrap_or_default().to_uppercase(),
            external: external.as_deref() == Some("YES"),
            text: text.clone().filter(short),
        })
    }

    /// `DATABASE.SCHEMA.NAME(X NUMBER)`: overloads are different ones.
    pub fn full_name(&self) -> String {
        let path = [&self.database, &self.schema, &self.name].map(String::clone);
        format!("{}{}", join_name(&path), self.arguments)
    }
}
