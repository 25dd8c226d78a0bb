//! PUT and GET: files between the client's disk and a stage.
//!
//! Enters: the raw text, for to a tokenizer what follows `file://` is a comment; binds, where the stage is one. Leaves: the kind, and
//! the stage by its full name. Never here: a guess at a text that is written otherwise than drivers write it: its stage is unknown.

use event::payload::{Finding, StatementKind};
use sqlparser::tokenizer::TokenWithSpan;

use super::run::{Outcome, Run};

/// How paths of the client's disk begin.
const DISK: &str = "file://";

impl Run<'_> {
    /// `PUT file:///a/b @stage`.
    pub(crate) fn put(&mut self, tokens: &[TokenWithSpan]) -> Outcome {
        self.flag(Finding::Ingress, self.here);
        let raw = self.raw_rest(tokens);
        let target = after_word(&raw, "PUT")
            .and_then(path)
            .and_then(|(_, rest)| target(rest));
        match target.and_then(|(target, _)| self.moved(&target)) {
            Some(stage) => self.writes(&stage),
            None => self.flag(Finding::Unclassified, self.here),
        }
        self.nothing_hidden(&raw);
        Outcome::status(StatementKind::Put)
    }

    /// `GET @stage/a file:///b`.
    pub(crate) fn get(&mut self, tokens: &[TokenWithSpan]) -> Outcome {
        self.flag(Finding::Egress, self.here);
        let raw = self.raw_rest(tokens);
        let target = after_word(&raw, "GET").and_then(target);
        let to_disk = |(target, rest): (String, &str)| path(rest).map(|_| target);
        match target
            .and_then(to_disk)
            .and_then(|target| self.moved(&target))
        {
            Some(stage) => self.reads(&stage),
            None => self.flag(Finding::Unclassified, self.here),
        }
        self.nothing_hidden(&raw);
        Outcome::status(StatementKind::Get)
    }

    /// The full name of the stage that a target names, or that the bind in its place holds.
    fn moved(&mut self, target: &str) -> Option<String> {
        let bound = match target.strip_prefix(['?', ':']) {
            Some("") => Some(self.placeholder_text("?1")?),
            Some(_) => Some(self.placeholder_text(target)?),
            None => None,
        };
        let text = bound.as_deref().unwrap_or(target);
        text.starts_with('@').then_some(())?;
        self.location(text, self.here)
    }

    /// The text from a statement's first byte on.
    fn raw_rest(&self, tokens: &[TokenWithSpan]) -> String {
        let start = tokens
            .first()
            .map(|t| self.text.offset(t.span.start))
            .filter(|_| self.fixed.is_none());
        start
            .and_then(|start| self.text.sql.get(start..))
            .unwrap_or_default()
            .to_owned()
    }

    /// What stands behind `//` of a path was no comment to the server.
    fn nothing_hidden(&mut self, raw: &str) {
        let line = raw
            .split_once("//")
            .map(|(_, rest)| rest.lines().next().unwrap_or_default());
        let hidden = line
            .and_then(|line| line.split_once(';'))
            .is_some_and(|(_, after)| !after.trim().is_empty());
        if hidden {
            self.flag(Finding::Unclassified, self.here);
        }
    }
}

/// What follows the verb, blanks and comments between blanks: drivers write where they put a file from. A comment in which
/// another reader might see the start of one, or its end elsewhere, is none.
fn after_word<'t>(raw: &'t str, verb: &str) -> Option<&'t str> {
    let (word, rest) = raw.split_at_checked(verb.len())?;
    if !word.eq_ignore_ascii_case(verb) {
        return None;
    }
    let mut rest = blanks(rest)?;
    while let Some(comment) = rest.strip_prefix("/*") {
        let (inside, after) = comment.split_once("*/")?;
        let plain = |c: char| !c.is_control() && !matches!(c, '\'' | '"' | '\\');
        if !inside.chars().all(plain) || inside.contains("/*") || inside.contains("//") {
            return None;
        }
        rest = blanks(after)?;
    }
    Some(rest)
}

/// What follows at least one blank.
fn blanks(text: &str) -> Option<&str> {
    text.starts_with(|c: char| c.is_ascii_whitespace())
        .then(|| text.trim_ascii_start())
}

/// The path that a text begins with, and what follows it.
fn path(text: &str) -> Option<(&str, &str)> {
    let is_disk = |path: &str| {
        let begin = path.get(..DISK.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(DISK))
    };
    let (path, rest) = match text.strip_prefix('\'') {
        Some(quoted) => quoted.split_once('\'')?,
        None => text.split_at(blank(text)),
    };
    (is_disk(path) && !path.contains(['\'', '\\']))
        .then(|| apart(rest))
        .flatten()
        .map(|rest| (path, rest))
}

/// The stage, or the bind for one, that a text begins with, and what follows it.
fn target(text: &str) -> Option<(String, &str)> {
    if let Some(quoted) = text.strip_prefix('\'') {
        let (target, rest) = quoted.split_once('\'')?;
        let plain = target.starts_with('@') && !target.contains('\\');
        return plain
            .then(|| Some((target.to_owned(), behind_name(rest)?)))
            .flatten();
    }
    let mut quoted = false;
    let end = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        !quoted && (c.is_ascii_whitespace() || *c == ';')
    });
    let (target, rest) = text.split_at(end.map_or(text.len(), |(at, _)| at));
    // A comment in it would be one to a reader who cuts at it, and a path to another.
    let known = target.starts_with(['@', '?', ':'])
        && !target.contains(['\'', '\\'])
        && !target.contains("/*");
    known
        .then(|| Some((target.to_owned(), behind_name(rest)?)))
        .flatten()
}

/// Where the first blank or semicolon is.
fn blank(text: &str) -> usize {
    text.find(|c: char| c.is_ascii_whitespace() || c == ';')
        .unwrap_or(text.len())
}

/// What follows blanks; none where something stands at once.
fn apart(rest: &str) -> Option<&str> {
    let apart = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_whitespace() || c == ';');
    apart.then(|| rest.trim_ascii_start())
}

/// What follows a stage's name; none where it may be more of the name: a reader that passes over blanks and comments would take what
/// begins with a dot for its next part, and a bracket for that of `IDENTIFIER`.
fn behind_name(rest: &str) -> Option<&str> {
    let rest = apart(rest)?;
    let mut next = rest;
    loop {
        next = next.trim_ascii_start();
        next = if let Some(comment) = next.strip_prefix("/*") {
            comment.split_once("*/")?.1
        } else if next.starts_with("--") || next.starts_with("//") {
            next.split_once('\n').map_or("", |(_, after)| after)
        } else {
            break;
        };
    }
    (!next.starts_with(['.', '('])).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{after_word, path, target};

    #[test]
    fn texts_are_read_as_drivers_write_them() {
        for (text, file, stage) in [
            ("PUT file:///a/b.csv @~", "file:///a/b.csv", "@~"),
            (
                "put 'file:///a b@c.csv' @s/x y=1",
                "file:///a b@c.csv",
                "@s/x",
            ),
            (
                "PUT 'file:///a' '@s/a b' OVERWRITE = TRUE",
                "file:///a",
                "@s/a b",
            ),
            (
                "PUT file://x @\"a b\".s.\"st\"/p",
                "file://x",
                "@\"a b\".s.\"st\"/p",
            ),
            ("PUT 'file:///a' ? parallel=4", "file:///a", "?"),
            (
                "PUT /* Python:write_pandas() */ 'file:///a' @\"s\" PARALLEL=4",
                "file:///a",
                "@\"s\"",
            ),
            ("PUT /*a*/ /*b*/ file:///a @s", "file:///a", "@s"),
            ("PUT file:///a @s/x -- done\n", "file:///a", "@s/x"),
            ("PUT file:///a @s /* . */ x=1", "file:///a", "@s"),
        ] {
            let (read, rest) = after_word(text, "PUT").and_then(path).expect(text);
            assert_eq!(read, file, "{text}");
            assert_eq!(target(rest).expect(text).0, stage, "{text}");
        }
    }

    #[test]
    fn what_could_be_read_otherwise_names_no_stage() {
        for text in [
            "PUT",
            "PUTfile:///a @s",
            "PUT/* x */ file:///a @s",
            "PUT /* x */file:///a @s",
            "PUT /* x file:///a @s",
            "PUT /* /* */ file:///a @s",
            "PUT /* // */ file:///a @s",
            "PUT /* x\n */ file:///a @s",
            "PUT /* it's */ file:///a @s",
            "PUT -- x\n file:///a @s",
            "PUT /a @s",
            "PUT file:///a -- @s",
            "PUT file:///a'b' @s",
            "PUT 'file:///a''b' @s",
            "PUT 'file:///a'@s",
            "PUT file:///a 's'",
            "PUT file:///a $stage",
            "PUT file:///a @d .s.land",
            "PUT file:///a @d /* x */ .s.land",
            "PUT file:///a @d -- x\n// y\n.s.land",
            "PUT file:///a @d/*x*/.s.land",
            "PUT file:///a @d /* x",
            "PUT file:///a '@d' .s.land",
            "PUT file:///a @identifier ('land')",
        ] {
            let read = after_word(text, "PUT").and_then(path);
            let named = read.and_then(|(_, rest)| target(rest));
            assert_eq!(named, None, "{text}");
        }
    }
}
