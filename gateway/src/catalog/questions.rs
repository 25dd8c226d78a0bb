//! The questions that firn asks an account, as SQL.
//!
//! Enters: names as Snowflake stores them. Leaves: questions whose columns stand as `access::catalog::live::Survey` reads them. Never
//! here: an answer; a name that is not quoted as it must be.

use access::catalog::live::{parts_of, written};

use crate::upstream::own::Question;

/// Which tables of a database: all, or some by schema and name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which<'a> {
    All,
    These(&'a [[String; 2]]),
}

impl Which<'_> {
    fn condition(self) -> String {
        match self {
            Self::All => String::new(),
            Self::These(tables) => {
                let each = tables.iter().map(|[schema, name]| {
                    format!(
                        "(TABLE_SCHEMA = {} AND TABLE_NAME = {})",
                        literal(schema),
                        literal(name)
                    )
                });
                format!(" AND ({})", each.collect::<Vec<_>>().join(" OR "))
            }
        }
    }
}

/// Tables and views with what tells whether they are defined as before.
pub(super) fn tables(database: &str, which: Which<'_>) -> Question {
    asked(format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, IS_DYNAMIC, TO_VARCHAR(LAST_DDL), TO_VARCHAR(CREATED) \
         FROM {}.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA'{}",
        name(database),
        which.condition()
    ))
}

/// Views with their texts.
pub(super) fn views(database: &str, which: Which<'_>) -> Question {
    asked(format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION, TO_VARCHAR(LAST_DDL) \
         FROM {}.INFORMATION_SCHEMA.VIEWS WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA'{}",
        name(database),
        which.condition()
    ))
}

/// The columns of a schema's tables.
pub(super) fn columns(database: &str, schema: &str, which: Which<'_>) -> Question {
    asked(format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, TO_VARCHAR(ORDINAL_POSITION), DATA_TYPE, \
         TO_VARCHAR(CHARACTER_MAXIMUM_LENGTH), TO_VARCHAR(NUMERIC_PRECISION), TO_VARCHAR(NUMERIC_SCALE) \
         FROM {}.INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = {}{}",
        name(database),
        literal(schema),
        which.condition()
    ))
}

/// The tags in effect on the columns of these, each row with the place of its table.
pub(super) fn tags(tables: &[String]) -> Question {
    let each = tables.iter().enumerate().map(|(at, table)| {
        let database = parts_of(table, 3).and_then(|parts| parts.into_iter().next());
        format!(
            "SELECT '{at}', COLUMN_NAME, TAG_NAME, TAG_VALUE \
             FROM TABLE({}.INFORMATION_SCHEMA.TAG_REFERENCES_ALL_COLUMNS({}, 'table'))",
            name(&database.unwrap_or_default()),
            literal(table)
        )
    });
    asked(each.collect::<Vec<_>>().join(" UNION ALL "))
}

/// The texts of these views, or dynamic tables where it says so, each row with its place.
pub(super) fn definitions(views: &[(String, bool)]) -> Question {
    let each = views.iter().enumerate().map(|(at, (view, dynamic))| {
        let kind = if *dynamic { "TABLE" } else { "VIEW" };
        format!("SELECT '{at}', GET_DDL('{kind}', {}, TRUE)", literal(view))
    });
    asked(each.collect::<Vec<_>>().join(" UNION ALL "))
}

/// Functions with their texts, as far as they are shown.
pub(super) fn functions(database: &str) -> Question {
    asked(format!(
        "SELECT FUNCTION_SCHEMA, FUNCTION_NAME, ARGUMENT_SIGNATURE, FUNCTION_LANGUAGE, FUNCTION_DEFINITION, IS_EXTERNAL \
         FROM {}.INFORMATION_SCHEMA.FUNCTIONS WHERE FUNCTION_SCHEMA <> 'INFORMATION_SCHEMA'",
        name(database)
    ))
}

/// Procedures with their texts, as far as they are shown.
pub(super) fn procedures(database: &str) -> Question {
    asked(format!(
        "SELECT PROCEDURE_SCHEMA, PROCEDURE_NAME, ARGUMENT_SIGNATURE, PROCEDURE_LANGUAGE, PROCEDURE_DEFINITION, 'NO' \
         FROM {}.INFORMATION_SCHEMA.PROCEDURES WHERE PROCEDURE_SCHEMA <> 'INFORMATION_SCHEMA'",
        name(database)
    ))
}

/// What Snowflake's classification last found in tables of these databases.
pub(super) fn classified(databases: &[String]) -> Question {
    let databases: Vec<String> = databases.iter().map(|one| literal(one)).collect();
    asked(format!(
        "SELECT DATABASE_NAME, SCHEMA_NAME, TABLE_NAME, TO_JSON(RESULT) \
         FROM SNOWFLAKE.ACCOUNT_USAGE.DATA_CLASSIFICATION_LATEST WHERE DATABASE_NAME IN ({})",
        databases.join(", ")
    ))
}

const fn asked(text: String) -> Question {
    Question::new(text)
}

fn name(part: &str) -> String {
    written(&[part.to_owned()])
}

/// A text as Snowflake reads it: a backslash escapes.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_end_their_quotes() {
        let odd = r#"it's "\" odd"#;
        let these = [["S".to_owned(), odd.to_owned()]];
        let asked = tables(odd, Which::These(&these));
        let text = asked.text();
        assert!(
            text.contains(r#"FROM "it's ""\"" odd".INFORMATION_SCHEMA.TABLES"#),
            "{text}"
        );
        assert!(text.contains(r#"TABLE_NAME = 'it''s "\\" odd'"#), "{text}");
    }

    #[test]
    fn tags_are_asked_for_many_tables_at_once() {
        let tables = ["D.S.T".to_owned(), r#""d".S."t'""#.to_owned()];
        assert_eq!(
            tags(&tables).text(),
            "SELECT '0', COLUMN_NAME, TAG_NAME, TAG_VALUE FROM TABLE(D.INFORMATION_SCHEMA.TAG_REFERENCES_ALL_COLUMNS('D.S.T', 'table')) \
             UNION ALL SELECT '1', COLUMN_NAME, TAG_NAME, TAG_VALUE \
             FROM TABLE(\"d\".INFORMATION_SCHEMA.TAG_REFERENCES_ALL_COLUMNS('\"d\".S.\"t''\"', 'table'))"
        );
    }
}
