//! Bounds on SQL before anything of it is planned.
//!
//! Enters: SQL, then its tree. Leaves: whether it may go on. Never here: a bound that time or memory would find: planning is not interrupted
//! by a timeout, and a tree that is too deep ends the process when it is copied, printed or dropped, each of which recurses.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::{Query, TableFactor, Visit, Visitor};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use crate::error::QueryError;
use crate::limits::{EXPLAIN_LINKS, LINKS_MAX, NAME_PARTS_MAX, NESTING_MAX, RELATIONS_MAX};

/// Words that make a left-leaning tree deeper without a bracket.
const LINKING: [&str; 24] = [
    "AND",
    "AT",
    "BETWEEN",
    "COLLATE",
    "DIV",
    "EXCEPT",
    "ILIKE",
    "IN",
    "INTERSECT",
    "IS",
    "ISNULL",
    "JOIN",
    "LIKE",
    "MINUS",
    "NOT",
    "NOTNULL",
    "OR",
    "OVERLAPS",
    "PIVOT",
    "REGEXP",
    "RLIKE",
    "SIMILAR",
    "UNION",
    "UNPIVOT",
];

/// Refuses what would become too deep a tree.
pub(crate) fn deep(sql: &str) -> Result<(), QueryError> {
    // What is no SQL, the parser says.
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, sql).tokenize() else {
        return Ok(());
    };
    let mut depth = Depth::default();
    let words = tokens
        .iter()
        .filter(|token| !matches!(token, Token::Whitespace(_)));
    for token in words {
        depth.take(token)?;
    }
    Ok(())
}

#[derive(Default)]
struct Depth {
    links: usize,
    open: usize,
    /// Parts of the name that is read, and whether a dot came last.
    parts: usize,
    dotted: bool,
}

impl Depth {
    fn take(&mut self, token: &Token) -> Result<(), QueryError> {
        self.name(token);
        match token {
            Token::LParen => self.open += 1,
            Token::LBracket | Token::LBrace => {
                self.open += 1;
                self.links += 1;
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                self.open = self.open.saturating_sub(1);
            }
            Token::Word(word) if word.quote_style.is_none() => {
                let word = word.value.to_ascii_uppercase();
                self.links += usize::from(LINKING.contains(&word.as_str()));
                if word == "EXPLAIN" {
                    self.links += EXPLAIN_LINKS;
                }
            }
            Token::Comma
            | Token::Period
            | Token::SemiColon
            | Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::Word(_) => {}
            _ => self.links += 1,
        }
        let what = if self.links > LINKS_MAX {
            format!("it has more than {LINKS_MAX} operators")
        } else if self.open > NESTING_MAX {
            format!("more than {NESTING_MAX} brackets are open at once")
        } else if self.parts > NAME_PARTS_MAX {
            format!("a name has more than {NAME_PARTS_MAX} parts")
        } else {
            return Ok(());
        };
        Err(QueryError::TooComplex(what))
    }

    fn name(&mut self, token: &Token) {
        match token {
            Token::Period => {
                self.parts += 1;
                self.dotted = true;
            }
            Token::Word(_) | Token::Number(..) if self.dotted => self.dotted = false,
            _ => (self.parts, self.dotted) = (0, false),
        }
    }
}

/// Refuses what would name more relations than are planned: each name of a WITH query stands for all that this one names.
pub(crate) fn broad(statement: &Statement) -> Result<(), QueryError> {
    let mut relations = Relations::default();
    let found = match statement {
        Statement::Statement(statement) => statement.visit(&mut relations),
        Statement::Explain(explain) => return broad(&explain.statement),
        Statement::CopyTo(copy) => match &copy.source {
            CopyToSource::Query(query) => query.visit(&mut relations),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        Statement::CreateExternalTable(_) | Statement::Reset(_) => ControlFlow::Continue(()),
    };
    match found {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => {
            let what = format!("it names more than {RELATIONS_MAX} relations");
            Err(QueryError::TooComplex(what))
        }
    }
}

/// How many relations each name of a WITH stands for; of two equal names, the larger.
#[derive(Default)]
struct Relations(HashMap<String, u64>);

impl Relations {
    fn of(&self, query: &Query) -> u64 {
        let mut named = Named {
            relations: self,
            found: 0,
        };
        let _ = query.visit(&mut named);
        named.found
    }
}

impl Visitor for Relations {
    type Break = ();

    // Those inside have had their turn.
    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let found = self.of(&cte.query);
            let name = folded(&cte.alias.name.value);
            let known = self.0.entry(name).or_default();
            *known = found.max(*known);
        }
        if self.of(query) > RELATIONS_MAX {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

struct Named<'a> {
    relations: &'a Relations,
    found: u64,
}

impl Visitor for Named<'_> {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        let known = match factor {
            TableFactor::Table { name, .. } => {
                self.relations.0.get(&folded(&name.to_string())).copied()
            }
            _ => None,
        };
        self.found = self.found.saturating_add(known.unwrap_or(1).max(1));
        ControlFlow::Continue(())
    }
}

fn folded(name: &str) -> String {
    name.trim_matches(['"', '`']).to_lowercase()
}

#[cfg(test)]
mod tests {
    use datafusion::sql::parser::DFParser;

    use super::*;

    #[test]
    fn chains_are_bounded_and_lists_are_not() {
        let many = LINKS_MAX + 1;
        let more = |part: &str| format!("select x{}", part.repeat(many));
        for deep_one in [
            more(" + 1"),
            more(" or true"),
            more(" is null"),
            more("::int"),
            more("[1]"),
            more(" in (1)"),
            more(" union select 1"),
            more(".x"),
            format!("select (x){}", ".x".repeat(many)),
            format!("select {}1", "- ".repeat(many)),
            format!("select {}1{}", "(".repeat(many), ")".repeat(many)),
            format!("{}select 1", "explain ".repeat(many)),
            format!("select 1 from t{}", " join t on true".repeat(many)),
        ] {
            let said = deep(&deep_one).unwrap_err();
            assert!(matches!(said, QueryError::TooComplex(_)), "{said}");
        }
        let list = vec!["'a'"; 20_000].join(", ");
        for plain in [
            format!("select * from events where session_id in ({list})"),
            format!("select {}", vec!["t.a"; 20_000].join(", ")),
            "explain analyze select -1 from a.b.c x join d on x.e = d.f where g like '+++'"
                .to_owned(),
            "select 'not closed".to_owned(),
        ] {
            assert!(deep(&plain).is_ok());
        }
    }

    #[test]
    fn with_queries_count_as_often_as_they_are_named() {
        let of = |sql: &str| broad(&DFParser::parse_sql(sql).unwrap()[0]);
        let doubled = |times: usize| {
            let next = |n: usize| format!("a{} as (select 1 from a{n} x, a{n} y)", n + 1);
            let all: Vec<String> = (0..times).map(next).collect();
            format!(
                "with a0 as (select 1 from events), {} select 1 from a{times}",
                all.join(", ")
            )
        };
        assert!(of(&doubled(3)).is_ok());
        for sql in [
            doubled(40),
            format!("explain {}", doubled(40)),
            format!("copy ({}) to 'x'", doubled(40)),
            format!("select * from ({}) x", doubled(40)),
            format!("with b as ({}) select 1 from b", doubled(40)),
            format!(
                "select 1 from {}",
                vec!["events"; 1_000].join(" cross join ")
            ),
        ] {
            let said = of(&sql).unwrap_err();
            assert!(matches!(said, QueryError::TooComplex(_)), "{said}");
        }
        assert!(of("with a as (select 1) select * from \"A\", statements").is_ok());
    }
}
