//! What the owners of functions and procedures say theirs do.
//!
//! Enters: lists of full names. Leaves: one duty for each. Never here: a name that could mean two functions, or a function
//! without an entry taken for harmless.

use std::collections::BTreeMap;

use super::join_name;
use crate::analysis::tokens::split_name;

/// What a function or procedure does beside what its name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Its value comes from its arguments alone; it reads no table and sends nothing.
    Pure,
    /// Its arguments leave the warehouse.
    External,
    /// Its arguments go to a language model.
    Llm,
    /// A table function whose rows come from its arguments alone.
    Table,
    /// Its value may show these base columns, `DATABASE.SCHEMA.TABLE.COLUMN`, besides its arguments.
    Reveals(Vec<String>),
}

/// Why an entry is not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FunctionsError {
    /// Not three parts.
    #[error("{0:?} is no full name of a function: write DATABASE.SCHEMA.NAME")]
    Name(String),
    /// Not four parts.
    #[error("{0:?} is no full name of a column: write DATABASE.SCHEMA.TABLE.COLUMN")]
    Column(String),
    /// In two lists.
    #[error("{0:?} is listed twice: a function has one duty")]
    Twice(String),
}

/// Functions and procedures by `DATABASE.SCHEMA.NAME`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Functions(BTreeMap<String, Duty>);

impl Functions {
    /// Adds one; every overload of the name does the same.
    pub fn add(&mut self, name: &str, duty: Duty) -> Result<(), FunctionsError> {
        let full = full_name(name, 3).ok_or_else(|| FunctionsError::Name(name.to_owned()))?;
        let duty = match duty {
            Duty::Reveals(columns) => {
                let columns = columns
                    .into_iter()
                    .map(|column| full_name(&column, 4).ok_or(FunctionsError::Column(column)));
                Duty::Reveals(columns.collect::<Result<_, _>>()?)
            }
            other => other,
        };
        match self.0.insert(full, duty) {
            None => Ok(()),
            Some(_) => Err(FunctionsError::Twice(name.to_owned())),
        }
    }

    /// By `DATABASE.SCHEMA.NAME`.
    pub fn get(&self, full_name: &str) -> Option<&Duty> {
        self.0.get(full_name)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is said of any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn full_name(text: &str, parts: usize) -> Option<String> {
    split_name(text)
        .filter(|found| found.len() == parts && found.iter().all(|part| !part.is_empty()))
        .map(|found| join_name(&found))
}

#[cfg(test)]
mod tests {
    use super::{Duty, Functions, FunctionsError};

    #[test]
    fn names_are_read_as_snowflake_stores_them() {
        let mut functions = Functions::default();
        functions.add("shop.public.mask_mail", Duty::Pure).unwrap();
        functions
            .add(
                r#"SHOP."Lower".f"#,
                Duty::Reveals(vec!["shop.public.t.c".to_owned()]),
            )
            .unwrap();
        assert_eq!(functions.get("SHOP.PUBLIC.MASK_MAIL"), Some(&Duty::Pure));
        assert_eq!(
            functions.get(r#"SHOP."Lower".F"#),
            Some(&Duty::Reveals(vec!["SHOP.PUBLIC.T.C".to_owned()]))
        );
        assert_eq!(functions.len(), 2);
    }

    #[test]
    fn half_names_and_second_entries_are_refused() {
        let mut functions = Functions::default();
        let name = |text: &str| FunctionsError::Name(text.to_owned());
        assert_eq!(functions.add("f", Duty::Pure), Err(name("f")));
        assert_eq!(functions.add("a..f", Duty::Pure), Err(name("a..f")));
        assert_eq!(functions.add("a.b.f", Duty::Llm), Ok(()));
        assert_eq!(
            functions.add("A.B.F", Duty::Pure),
            Err(FunctionsError::Twice("A.B.F".to_owned()))
        );
        assert_eq!(
            functions.add("a.b.g", Duty::Reveals(vec!["t.c".to_owned()])),
            Err(FunctionsError::Column("t.c".to_owned()))
        );
    }
}
