//! Stages by name: from what a statement writes to `@DATABASE.SCHEMA.STAGE`, and the commands that are about nothing else.
//!
//! Enters: a location as written, and where the session stands. Leaves: the one name that the policy is asked about, whichever
//! statement speaks of it. Never here: a guess; a name that another reader might cut elsewhere, or that the session does not complete,
//! is unresolved.

use event::payload::{Finding, StatementKind};
use sqlparser::ast::{Function, Ident, ObjectName};
use sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use super::create::top_level;
use super::object::is_external;
use super::predicate::call_arguments;
use super::prov::Prov;
use super::run::{Outcome, Run};
use super::scope::Relation;
use super::tokens::{Cursor, is_word, literal, reference};
use crate::catalog::{join_name, quote};

/// The stage that each user has.
const OWN: &str = "@~";

/// A stage as far as what is written names it.
#[derive(Debug, PartialEq, Eq)]
enum Written {
    Own,
    Named { parts: Vec<String>, of_table: bool },
}

impl Run<'_> {
    /// The name that the policy is asked about for a location: `@DATABASE.SCHEMA.STAGE`, `@DATABASE.SCHEMA.%TABLE`, `@~`; a place
    /// outside (and `snow://…`) is its URL in quotes, as it is. None where it cannot be read, which is said.
    pub(crate) fn location(&mut self, text: &str, span: Span) -> Option<String> {
        if !text.starts_with('@') && is_external(text) {
            return Some(format!("'{text}'"));
        }
        match written(text) {
            Some(Written::Own) => Some(OWN.to_owned()),
            Some(Written::Named { parts, of_table }) => Some(self.stage(&parts, of_table, span)),
            None => {
                self.flag(Finding::UnresolvedTable, span);
                None
            }
        }
    }

    /// The full name of the stage of these parts, or of the table's. Where the session does not say in which schema it is, that is
    /// said: a rule on one stage of that name would not see it.
    pub(crate) fn stage(&mut self, parts: &[String], of_table: bool, span: Span) -> String {
        let (full, _) = self.qualify(parts);
        if full.len() != 3 {
            self.flag(Finding::UnresolvedTable, span);
        }
        joined(&full, of_table)
    }

    /// Notes a location as read, and that files are.
    pub(crate) fn reads_location(&mut self, text: &str, span: Span) {
        self.flag(Finding::StageRead, span);
        if is_external(text) {
            self.flag(Finding::ExternalLocation, span);
        }
        if let Some(name) = self.location(text, span) {
            self.reads(&name);
        }
    }

    /// Notes a location as written.
    pub(crate) fn writes_location(&mut self, text: &str, span: Span) {
        if is_external(text) {
            self.flag(Finding::ExternalLocation, span);
        }
        if let Some(name) = self.location(text, span) {
            self.writes(&name);
        }
    }

    /// Rows of files: nobody knows what is in them.
    pub(crate) fn files_at(&mut self, text: &str, span: Span) -> Relation {
        self.reads_location(text, span);
        if !self.loading {
            self.flag(Finding::UnknownLineage, span);
        }
        Relation::opaque(Prov::unknown())
    }

    /// Stages in the literals that a function of files is given: what it gives leads to what is in them.
    pub(crate) fn stages_given(&mut self, call: &Function, span: Span) {
        for argument in call_arguments(call) {
            let text = self.constant_text(argument);
            if let Some(text) = text.filter(|text| text.starts_with('@'))
                && let Some(name) = self.location(&text, span)
            {
                self.reads(&name);
            }
        }
    }

    /// What an external table or a stream reads whenever it is used: the stage at its location, the stage it is on.
    pub(crate) fn made_of_stages(&mut self, object: &str, rest: &[TokenWithSpan]) {
        let mut cursor = Cursor::new(rest);
        while object == "EXTERNAL_TABLE" && cursor.peek().is_some() {
            if cursor.accept(&["LOCATION"])
                && cursor.accept_token(&Token::Eq)
                && let Some(text) = location_at(&mut cursor)
            {
                self.reads_location(&text, self.here);
            } else {
                cursor.at += 1;
            }
        }
        let on = top_level(rest, "ON").filter(|_| object == "STREAM");
        let stage = |at: &usize| rest.get(at + 1).is_some_and(|t| is_word(&t.token, "STAGE"));
        if let Some(at) = on.filter(stage) {
            let mut source = Cursor {
                tokens: rest,
                at: at + 2,
            };
            if let Some(parts) = self.name_needed(&mut source) {
                let name = self.stage(&parts, false, self.here);
                self.flag(Finding::StageRead, self.here);
                self.reads(&name);
            }
        }
    }

    /// LIST.
    pub(crate) fn list_files(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        self.flag(Finding::Metadata, self.here);
        let text = stage_at(&mut cursor)?;
        if let Some(name) = self.location(&text, self.here) {
            self.reads(&name);
        }
        Some(Outcome::metadata(StatementKind::List))
    }

    /// REMOVE.
    pub(crate) fn remove_files(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        self.flag(Finding::Destructive, self.here);
        let text = stage_at(&mut cursor)?;
        self.writes_location(&text, self.here);
        Some(Outcome::status(StatementKind::Remove))
    }

    /// COPY FILES INTO.
    pub(crate) fn copy_files(&mut self, mut cursor: Cursor<'_>) -> Option<Outcome> {
        self.flag(Finding::Egress, self.here);
        self.flag(Finding::StageRead, self.here);
        let target = stage_at(&mut cursor)?;
        self.writes_location(&target, self.here);
        // What goes on from there was read where it comes from.
        let tokens = cursor.rest();
        let at = top_level(tokens, "FROM")? + 1;
        let source = self.source_by_words(&mut Cursor { tokens, at })?;
        self.carries_all(&source, self.here);
        Some(Outcome::status(StatementKind::CopyFiles))
    }
}

/// The location that a cursor stands at, and steps over: a stage, or a literal that is a stage or a place outside. Nothing else is
/// stepped over.
pub(crate) fn location_at(cursor: &mut Cursor<'_>) -> Option<String> {
    if let Some(text) = cursor.peek().and_then(literal) {
        let is_location = text.starts_with('@') || is_external(text);
        cursor.at += usize::from(is_location);
        return is_location.then(|| text.to_owned());
    }
    let (text, taken) = reference(cursor.rest())?;
    cursor.at += taken;
    Some(text)
}

/// As `location_at`, but for places outside.
pub(crate) fn stage_at(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut ahead = *cursor;
    let text = location_at(&mut ahead).filter(|text| text.starts_with('@'))?;
    *cursor = ahead;
    Some(text)
}

/// The location that a name of the tree is: a stage, which the shim made one word, or a literal, which can be nothing else there.
pub(crate) fn location_of(name: &ObjectName) -> Option<String> {
    let parts = name.0.iter().map(|part| part.as_ident());
    let parts: Vec<&Ident> = parts.collect::<Option<_>>()?;
    let first = parts.first()?;
    if first.quote_style.is_none() && first.value.starts_with('@') {
        let parts: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
        return Some(parts.join("."));
    }
    let is_literal = parts.len() == 1 && first.quote_style == Some('\'');
    is_literal.then(|| first.value.clone())
}

/// The stage at the start of a location; its path, from the first slash that is in no quotes, says nothing of which stage it is.
fn written(location: &str) -> Option<Written> {
    let (name, _) = cut(location.strip_prefix('@')?, '/')?;
    if name == "~" {
        return Some(Written::Own);
    }
    let mut parts = split(name)?;
    let last = parts.last_mut()?;
    let of_table = last.starts_with('%');
    if of_table {
        last.remove(0);
    }
    let parts: Option<Vec<String>> = parts.iter().map(|part| folded(part)).collect();
    let parts = parts?;
    // `@d..s` leaves the schema out; nothing else can be.
    let left_out = |(at, part): (usize, &String)| part.is_empty() && (at, parts.len()) != (1, 3);
    if parts.iter().enumerate().any(left_out) {
        return None;
    }
    Some(Written::Named { parts, of_table })
}

/// The full name, of as many parts as there are.
fn joined(full: &[String], of_table: bool) -> String {
    let Some((last, place)) = full.split_last() else {
        return "@".to_owned();
    };
    let dot = if place.is_empty() { "" } else { "." };
    let sign = if of_table { "%" } else { "" };
    format!("@{}{dot}{sign}{}", join_name(place), quote(last))
}

/// A stage or place as a policy must write it to be asked about it: the same text where it does, with `DATABASE` and `SCHEMA` for
/// what it leaves out.
pub(crate) fn stage_in_full(name: &str) -> String {
    let url = name
        .strip_prefix('\'')
        .and_then(|url| url.strip_suffix('\''));
    if url.is_some_and(|url| is_external(url) && !url.starts_with('@')) {
        return name.to_owned();
    }
    if !name.starts_with('@') && is_external(name) {
        return format!("'{name}'");
    }
    let signed = if name.starts_with('@') { "" } else { "@" };
    match written(&format!("{signed}{name}")) {
        Some(Written::Own) => OWN.to_owned(),
        Some(Written::Named { parts, of_table }) => {
            let missing = 3_usize.saturating_sub(parts.len());
            let before = ["DATABASE", "SCHEMA"].iter().take(missing);
            let mut full: Vec<String> = before.map(|&part| part.to_owned()).collect();
            full.extend(parts);
            for part in full.iter_mut().filter(|part| part.is_empty()) {
                "PUBLIC".clone_into(part);
            }
            joined(&full, of_table)
        }
        None => "@DATABASE.SCHEMA.STAGE".to_owned(),
    }
}

/// A text up to the first `at` outside double quotes, and the rest; none where a quote stays open.
fn cut(text: &str, at: char) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (place, c) in text.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if c == at && !quoted {
            return Some((text.get(..place)?, text.get(place + c.len_utf8()..)?));
        }
    }
    (!quoted).then_some((text, ""))
}

/// The parts between dots outside double quotes: one to three.
fn split(name: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = name;
    loop {
        let (part, more) = cut(rest, '.')?;
        parts.push(part.to_owned());
        if part.len() == rest.len() {
            break;
        }
        rest = more;
    }
    (parts.len() <= 3).then_some(parts)
}

/// A part as stored: upper case unless it is quoted. An empty one is left out.
fn folded(part: &str) -> Option<String> {
    if let Some(quoted) = part.strip_prefix('"') {
        let inner = quoted.strip_suffix('"')?;
        // A quote that is not doubled ends it.
        let whole = !inner.is_empty() && !inner.replace("\"\"", "").contains('"');
        return whole.then(|| inner.replace("\"\"", "\""));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    part.chars().all(plain).then(|| part.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::{Written, reference, stage_in_full, written};
    use crate::analysis::tokens::Text;

    fn named(parts: &[&str], of_table: bool) -> Option<Written> {
        Some(Written::Named {
            parts: parts.iter().map(|&part| part.to_owned()).collect(),
            of_table,
        })
    }

    #[test]
    fn the_path_names_no_stage() {
        for (text, expected) in [
            ("@~", Some(Written::Own)),
            ("@~/a b/\"c", Some(Written::Own)),
            ("@land", named(&["LAND"], false)),
            ("@land/x.y/z", named(&["LAND"], false)),
            ("@land/x://y", named(&["LAND"], false)),
            ("@d.s.land//x", named(&["D", "S", "LAND"], false)),
            ("@d..land", named(&["D", "", "LAND"], false)),
            ("@\"La/n\"\"d.\"/x", named(&["La/n\"d."], false)),
            ("@%t", named(&["T"], true)),
            ("@d.s.%\"o %/t\"/x", named(&["D", "S", "o %/t"], true)),
            ("@\"%t\"", named(&["%t"], false)),
            ("@\"~\"", named(&["~"], false)),
            ("@", None),
            ("@/x", None),
            ("@~x", None),
            ("@s.~", None),
            ("@%", None),
            ("@%s.t", None),
            ("@.s.land", None),
            ("@d.s.", None),
            ("@a.b.c.d", None),
            ("@land /x", None),
            ("@d .s.land", None),
            ("@\"land", None),
            ("@\"\"", None),
            ("@\"a\"b", None),
            ("@\"a\"b\"c\"", None),
            ("@länd", None),
            ("@identifier(", None),
            ("land", None),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn tokens_are_taken_up_to_where_a_path_ends() {
        for (text, stage, left) in [
            ("@land t", "@land", 1),
            ("@land/a.csv (x)", "@land/a.csv", 3),
            (
                "@d.\"S\"\".\".land/x=1/y@z-2 f",
                "@d.\"S\"\".\".land/x=1/y@z-2",
                1,
            ),
            ("@%t)", "@%t", 1),
            ("@~/2020.5x, y", "@~/2020.5x", 2),
            ("@land/*x*/ t", "@land", 1),
            ("@d /*x*/ . s.land", "@d . s.land", 0),
            ("@d/*x*/.s.land t", "@d .s.land", 1),
            ("@ land", "@ land", 0),
            ("@land/a .b", "@land/a", 2),
            ("@IDENTIFIER('x')", "@IDENTIFIER(", 3),
            ("@", "@", 0),
        ] {
            let tokens = Text::read(text).expect(text).tokens;
            let (read, taken) = reference(&tokens).expect(text);
            assert_eq!(
                (read.as_str(), tokens.len() - taken),
                (stage, left),
                "{text}"
            );
        }
    }

    #[test]
    fn a_policy_is_told_what_to_write() {
        for whole in [
            "@~",
            "@D.S.LAND",
            "@D.\"s 2\".%T",
            "'s3://b/x'",
            "'snow://x/y'",
        ] {
            assert_eq!(stage_in_full(whole), whole);
        }
        for (name, wanted) in [
            ("@LAND", "@DATABASE.SCHEMA.LAND"),
            ("@S.%t", "@DATABASE.S.%T"),
            ("@d..land/x", "@D.PUBLIC.LAND"),
            ("D.S.LAND", "@D.S.LAND"),
            ("s3://b/x", "'s3://b/x'"),
            ("@a b", "@DATABASE.SCHEMA.STAGE"),
        ] {
            assert_eq!(stage_in_full(name), wanted, "{name}");
        }
    }
}
