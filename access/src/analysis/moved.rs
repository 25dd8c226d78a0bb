//! What the statements of a request change for those behind them: where the session stands, which objects are others by then.
//!
//! Enters: USE, and what makes, changes or drops an object. Leaves: where names are looked up, and which are nobody's. Never here: a guess
//! at a branch; what may or may not have run leaves the session nowhere.

use std::collections::BTreeSet;

use super::run::Run;
use super::tokens::Cursor;

/// What the statements so far changed.
#[derive(Default)]
pub(crate) struct Moved {
    /// Inside so many scripting blocks, where a statement may run or not, once or often.
    pub(crate) branches: u32,
    /// Objects that are others by now than the catalog knows, by full name.
    remade: BTreeSet<String>,
}

impl Run<'_> {
    /// The session stands there now, in the same database unless another is named.
    pub(crate) fn stand(&mut self, database: Option<String>, schema: String) {
        if self.moved.branches > 0 {
            // The block may have passed it by.
            return self.lose_place();
        }
        if database.is_some() {
            self.context.database = database;
        }
        self.context.schema = Some(schema);
    }

    /// From here on nobody knows where the session stands.
    pub(crate) fn lose_place(&mut self) {
        self.context.database = None;
        self.context.schema = None;
    }

    /// A database or schema was made: Snowflake stands in it then. One that may have been there leaves it open whether it does.
    pub(crate) fn stand_in(&mut self, object: &str, mut named: Cursor<'_>, was_there: bool) {
        let is_place = matches!(object, "DATABASE" | "SCHEMA");
        if !is_place {
            return;
        }
        let mut name = self.name(&mut named).unwrap_or_default();
        match (name.pop(), name.pop(), object) {
            (Some(database), None, "DATABASE") if !was_there => {
                self.stand(Some(database), "PUBLIC".to_owned());
            }
            (Some(schema), database, "SCHEMA") if !was_there => self.stand(database, schema),
            _ => self.lose_place(),
        }
    }

    /// The object a cursor stands at is another from here on. A database or schema may have been where the session stood.
    pub(crate) fn changes(&mut self, cursor: Cursor<'_>, object: &str) {
        if let Some(full) = self.touch(cursor, object) {
            self.remakes(&full);
        }
        if matches!(object, "DATABASE" | "SCHEMA") {
            self.lose_place();
        }
    }

    /// What is called so is another from here on, and so is what is in it.
    pub(crate) fn remakes(&mut self, full: &str) {
        self.moved.remade.insert(full.to_owned());
    }

    /// Whether a statement before, in this request, made something else of a table or of what it is in: the catalog knows what was.
    pub(crate) fn is_remade(&self, full: &str) -> bool {
        self.moved.remade.iter().any(|object| {
            let inside = full.strip_prefix(object.as_str());
            inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}
