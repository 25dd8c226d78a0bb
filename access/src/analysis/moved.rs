//! What the statements of a request change for those behind them: where the session stands, which objects are others by then.
//!
//! Enters: USE, what makes, changes or drops an object, and the temporary tables of earlier requests. Leaves: where names are looked up,
//! and what they stand for by then. Never here: a guess at a branch; what may or may not have run leaves open all that it would have
//! changed.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::findings::{OwnTable, reaches};
use super::run::Run;
use super::scope::Relation;
use super::tokens::{Cursor, is_word};
use crate::catalog::join_name;

/// What the statements so far changed.
#[derive(Default)]
pub(crate) struct Moved {
    /// Inside so many scripting blocks where a statement may run or not, once or often.
    pub(crate) branches: u32,
    /// Inside what runs later, in no session: nobody's temporary tables are there.
    pub(crate) elsewhere: u32,
    /// Tables and views that the request made temporary, by full name, and whether that was done so plainly that what they hold may be kept
    /// for the requests behind.
    pub(crate) temporary: BTreeMap<String, bool>,
    /// Tables that it dropped, as statements of its own.
    pub(crate) dropped: Vec<String>,
    /// What a policy says of functions decided what some value may be.
    pub(crate) declared: bool,
    /// Temporary tables of earlier requests that were read by what those were made of.
    pub(crate) rested: BTreeSet<String>,
    /// Objects that are others by now than the catalog knows, by full name.
    remade: BTreeMap<String, Remade>,
}

/// What an object is by now.
#[derive(Clone)]
pub(crate) enum Remade {
    /// Nobody knows.
    Unknown,
    /// A table whose columns were written out: as much is known of it as of any new one. It may still have the columns it had.
    Defined,
    /// A table or view of what a query gave, or of what another table has; `filled` where more was put in since.
    Of {
        relation: Rc<Relation>,
        filled: bool,
    },
    /// A temporary table of an earlier request, at that place among the session's, which is known by what it was made of.
    Kept { at: usize, filled: bool },
}

impl Moved {
    /// As a request finds its session: what that has of its own is what its names mean, whatever the catalog knows by them.
    pub(crate) fn found(tables: &[OwnTable]) -> Self {
        let remade = tables.iter().enumerate().map(|(at, table)| {
            let known = table.made_of.is_some();
            let remade = if known {
                Remade::Kept { at, filled: false }
            } else {
                Remade::Unknown
            };
            (table.name.clone(), remade)
        });
        Self {
            remade: remade.collect(),
            ..Self::default()
        }
    }

    /// Of what an earlier request made, nobody knows what that is where this may be its name, or that of what it is in.
    pub(crate) fn lose(&mut self, full: &str) {
        for (name, remade) in &mut self.remade {
            if matches!(remade, Remade::Kept { .. }) && reaches(full, name) {
                *remade = Remade::Unknown;
            }
        }
    }

    /// Of what differs from it in case alone, nobody knows whether it is this.
    fn lose_spelled(&mut self, full: &str) {
        for (name, remade) in &mut self.remade {
            if name != full && reaches(full, name) && reaches(name, full) {
                *remade = Remade::Unknown;
            }
        }
    }

    /// Of nothing that an earlier request made, anybody knows what it is.
    pub(crate) fn lose_kept(&mut self) {
        self.lose("?");
    }

    /// What the request made of what is called so, if that is known and nothing more was put in.
    pub(crate) fn made_whole(&self, full: &str) -> Option<Rc<Relation>> {
        match self.remade.get(full)? {
            Remade::Of {
                relation,
                filled: false,
            } => Some(Rc::clone(relation)),
            Remade::Of { .. } | Remade::Kept { .. } | Remade::Defined | Remade::Unknown => None,
        }
    }
}

impl Remade {
    /// Of these columns. However few rows there were, more may be put in.
    pub(crate) fn of(relation: Relation) -> Self {
        let relation = Relation {
            single: false,
            ..relation
        };
        Self::Of {
            relation: Rc::new(relation),
            filled: false,
        }
    }
}

impl Run<'_> {
    /// The session stands there now, in the same database unless another is named.
    pub(crate) fn stand(&mut self, database: Option<String>, schema: String) {
        if self.moved.branches > 0 {
            // The block may have passed it by.
            return self.may_stand(database.as_deref(), &schema);
        }
        if database.is_some() {
            self.context.database = database;
        }
        self.context.schema = Some(schema);
    }

    /// The session stands there now, or where it stood.
    fn may_stand(&mut self, database: Option<&str>, schema: &str) {
        if database.is_some() && database != self.context.database.as_deref() {
            return self.lose_place();
        }
        if self.context.schema.as_deref() != Some(schema) {
            self.context.schema = None;
        }
    }

    /// Something ran of which nobody knows what it did: from here on nobody knows where the session stands, nor what its own tables hold.
    pub(crate) fn lose_place(&mut self) {
        self.stands_nowhere();
        self.moved.lose_kept();
    }

    /// Nobody knows where the session stands.
    pub(crate) fn stands_nowhere(&mut self) {
        self.context.database = None;
        self.context.schema = None;
    }

    /// A database or schema was made: Snowflake stands in it then. One that may have been there leaves it open whether it does.
    pub(crate) fn stand_in(&mut self, object: &str, mut named: Cursor<'_>, was_there: bool) {
        if !is_place(object) {
            return;
        }
        let mut name = self.name(&mut named).unwrap_or_default();
        let (database, schema) = match (name.pop(), name.pop(), object) {
            (Some(database), None, "DATABASE") => (Some(database), "PUBLIC".to_owned()),
            (Some(schema), database, "SCHEMA") => (database, schema),
            _ => return self.lose_place(),
        };
        if was_there {
            self.may_stand(database.as_deref(), &schema);
        } else {
            self.stand(database, schema);
        }
    }

    /// The object a cursor stands at is another from here on.
    pub(crate) fn changes(&mut self, cursor: Cursor<'_>, object: &str) {
        match self.touch(cursor, object) {
            Some(full) => self.becomes(&full, object, Remade::Unknown),
            None if is_place(object) => self.lose_place(),
            None => self.moved.lose_kept(),
        }
    }

    /// The object a cursor stands at is altered, as its words say.
    pub(crate) fn alters(&mut self, cursor: Cursor<'_>, object: &str) {
        if keeps_columns(cursor.rest()) {
            self.touch(cursor, object);
        } else {
            self.changes(cursor, object);
        }
    }

    /// What is called so is another from here on, and so is what is in it. Where it is what the session stood in, nobody knows where
    /// that stands then; another schema may come and go without it.
    pub(crate) fn becomes(&mut self, full: &str, object: &str, remade: Remade) {
        // It may be what it was.
        let maybe = self.moved.branches > 0;
        let remade = match remade {
            Remade::Of { .. } | Remade::Kept { .. } if maybe => Remade::Unknown,
            Remade::Defined if maybe && self.is_remade(full) => Remade::Unknown,
            Remade::Of { .. } | Remade::Kept { .. } | Remade::Defined | Remade::Unknown => remade,
        };
        self.moved.lose(full);
        self.moved.lose_spelled(full);
        self.moved.remade.retain(|known, _| !is_inside(known, full));
        self.moved.remade.insert(full.to_owned(), remade);
        if !is_place(object) {
            return;
        }
        let context = &self.context;
        let here: Vec<String> = context
            .database
            .iter()
            .chain(&context.schema)
            .cloned()
            .collect();
        // In any case: a session may be set to ignore that of quoted names.
        let is_it = |parts: &[String]| join_name(parts).eq_ignore_ascii_case(full);
        if here.get(..1).is_some_and(is_it) {
            self.lose_place();
        } else if here.get(..2).is_some_and(is_it) {
            self.context.schema = None;
        }
    }

    /// What a statement before, in this request or, of a temporary table, in an earlier one, made of what a name stands for, if that is
    /// known; and whether more was put in since.
    pub(crate) fn made_here(&mut self, parts: &[String]) -> Option<(Rc<Relation>, bool)> {
        let (full, text) = self.qualify(parts);
        if full.len() != 3 {
            return None;
        }
        let (at, filled) = match self.moved.remade.get(&text)? {
            Remade::Of { relation, filled } => return Some((Rc::clone(relation), *filled)),
            Remade::Kept { at, filled } => (*at, *filled),
            Remade::Defined | Remade::Unknown => return None,
        };
        let kept = self.kept(at)?;
        Some((Rc::new(kept), filled))
    }

    /// A statement changes the rows of what this request, or an earlier one, made: they are no longer those of the query alone.
    pub(crate) fn fills(&mut self, full: &str) {
        for (name, remade) in &mut self.moved.remade {
            match remade {
                Remade::Of { filled, .. } | Remade::Kept { filled, .. } if reaches(full, name) => {
                    *filled = true;
                }
                Remade::Of { .. } | Remade::Kept { .. } | Remade::Defined | Remade::Unknown => {}
            }
        }
    }

    /// Whether a statement before made something else of a table or of what it is in: the catalog knows what was.
    pub(crate) fn is_remade(&self, full: &str) -> bool {
        match self.moved.remade.get(full) {
            Some(Remade::Unknown | Remade::Of { .. } | Remade::Kept { .. }) => true,
            Some(Remade::Defined) => false,
            None => {
                let mut objects = self.moved.remade.keys();
                objects.any(|object| is_inside(full, object)) || self.is_spelled_as_own(full)
            }
        }
    }

    /// Whether a statement before wrote out the table's columns anew.
    pub(crate) fn is_defined(&self, full: &str) -> bool {
        matches!(self.moved.remade.get(full), Some(Remade::Defined))
    }

    /// Reads what runs later and in no session: its names may be meant where the session stands, or where the object `name` is. It
    /// changes nothing for the statements behind.
    pub(crate) fn later<R>(&mut self, name: &[String], mut read: impl FnMut(&mut Self) -> R) -> R {
        let here = self.context.clone();
        let remade = self.moved.remade.clone();
        self.moved.elsewhere += 1;
        let mut there = here.clone();
        if let [database, schema, _] = self.qualify(name).0.as_slice() {
            there.database = Some(database.clone());
            there.schema = Some(schema.clone());
        }
        let mut result = read(self);
        if there != here {
            self.context = there;
            self.moved.remade.clone_from(&remade);
            result = read(self);
        }
        self.context = here;
        self.moved.remade = remade;
        self.moved.elsewhere -= 1;
        result
    }
}

/// Whether a session stands in objects of this kind.
fn is_place(object: &str) -> bool {
    matches!(object, "DATABASE" | "SCHEMA")
}

/// Whether a full name is that of an object or of something in it.
fn is_inside(full: &str, object: &str) -> bool {
    let inside = full.strip_prefix(object);
    inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether what is altered keeps its name and its columns, and each of those what it holds; further ones may come.
fn keeps_columns(altered: &[TokenWithSpan]) -> bool {
    let mut cursor = Cursor::new(altered);
    let named = cursor.name().is_some();
    let verb = cursor.word().unwrap_or_default();
    let adds = [
        "ADD", "ALTER", "CLUSTER", "MODIFY", "RESUME", "SET", "SUSPEND", "UNSET",
    ];
    let takes = |token: &Token| {
        let words = ["DROP", "RENAME", "SWAP"];
        words.iter().any(|word| is_word(token, word))
    };
    named && adds.contains(&verb.as_str()) && !altered.iter().any(|t| takes(&t.token))
}
