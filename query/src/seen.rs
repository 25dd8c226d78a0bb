//! `seen('…')`: the value that an auditor looks for becomes tokens before anything else sees the SQL.
//!
//! Enters: SQL as it was asked, whoever knows the keys. Leaves: the same SQL with tokens in place of the value: this is what is planned,
//! logged and recorded. Never here: a value that leaves; SQL with a call that is not understood, which is refused and not recorded as it is.

use std::borrow::Cow;

use crate::error::QueryError;

/// Makes tokens of values; `src` gives what knows the keys.
pub trait Finder: Send + Sync {
    /// Every token the record may have of `value`, as `class` alone if one is named.
    fn tokens(&self, value: &str, class: Option<&str>) -> Result<Vec<u64>, String>;
}

/// The function's name.
const NAME: &str = "seen";
/// Begins what stands in place of a value.
const MARK: &str = "@seen:";
/// What is recorded in place of a call that is not understood, and of all after it.
const HIDDEN: &str = "seen(…)";

/// SQL that may be planned, logged and recorded.
#[derive(Debug)]
pub(crate) struct Hidden<'a> {
    /// With tokens in place of values.
    pub(crate) sql: Cow<'a, str>,
    /// The tokens of each value that is looked for, as they stand there.
    pub(crate) sought: Vec<String>,
}

/// SQL that is not asked.
#[derive(Debug)]
pub(crate) struct Refused {
    /// What may be recorded of it.
    pub(crate) said: String,
    /// What is wrong with it.
    pub(crate) error: QueryError,
}

/// `sql` with tokens in place of the values of `seen('…')`, wherever such a call stands, comments and texts included.
pub(crate) fn hidden<'a>(sql: &'a str, finder: Option<&dyn Finder>) -> Result<Hidden<'a>, Refused> {
    let mut out = String::new();
    let mut sought = Vec::new();
    let mut rest = sql;
    while let Some((before, call)) = next_call(rest) {
        out.push_str(before);
        let tokens = call.map_err(str::to_owned).and_then(|call| {
            let finder = finder.ok_or(
                "no key of tokens is configured here, so no value can be looked for: see [find] keys",
            )?;
            let tokens = finder.tokens(&call.value, call.class.as_deref())?;
            Ok((written(&tokens), call.rest))
        });
        match tokens {
            Ok((tokens, after)) => {
                out.push_str(&in_call(&tokens));
                sought.push(tokens);
                rest = after;
            }
            Err(what) => {
                return Err(Refused {
                    said: out + HIDDEN,
                    error: QueryError::Seen(what),
                });
            }
        }
    }
    if out.is_empty() {
        let sql = Cow::Borrowed(sql);
        return Ok(Hidden { sql, sought });
    }
    out.push_str(rest);
    let sql = Cow::Owned(out);
    Ok(Hidden { sql, sought })
}

/// Whether hidden SQL looks for a value.
pub(crate) fn asks(sql: &str) -> bool {
    sql.contains(MARK)
}

/// The tokens that stand in place of a value; none of another text.
pub(crate) fn tokens(text: &str) -> Option<Vec<i64>> {
    let list = text.strip_prefix(MARK)?;
    let tokens = list.split(',').filter(|token| !token.is_empty());
    tokens
        .map(|token| u64::from_str_radix(token, 16).ok().map(u64::cast_signed))
        .collect()
}

fn written(tokens: &[u64]) -> String {
    let tokens: Vec<String> = tokens.iter().map(|token| format!("{token:016x}")).collect();
    tokens.join(",")
}

fn in_call(tokens: &str) -> String {
    format!("{NAME}('{MARK}{tokens}')")
}

/// A call as it was written.
struct Call<'a> {
    value: String,
    class: Option<String>,
    /// After it.
    rest: &'a str,
}

/// The text before the next call, and the call or what is wrong with it.
fn next_call(sql: &str) -> Option<(&str, Result<Call<'_>, &'static str>)> {
    let part = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '$');
    let bytes = sql.as_bytes();
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| {
        let mut places = rest.windows(NAME.len());
        places.position(|word| word.eq_ignore_ascii_case(NAME.as_bytes()))
    }) {
        let start = from + found;
        from = start + NAME.len();
        // An ASCII word stands between whole characters.
        let (Some(before), Some(after)) = (sql.get(..start), sql.get(from..)) else {
            continue;
        };
        if before.ends_with(part) || after.starts_with(part) {
            continue;
        }
        let quoted = after.strip_prefix(['"', '`']);
        let opened = quoted.unwrap_or(after).trim_start();
        if let Some(inside) = opened.strip_prefix('(') {
            // A quoted name keeps its quote before what takes its place.
            let before = match quoted {
                Some(_) => before.strip_suffix(['"', '`']).unwrap_or(before),
                None => before,
            };
            return Some((before, call(inside)));
        }
        if opened.starts_with("--") || opened.starts_with("/*") {
            return Some((before, Err("no comment may stand in a call of seen")));
        }
    }
    None
}

fn call(inside: &str) -> Result<Call<'_>, &'static str> {
    const WRONG: &str = "seen takes one text, and what it is if that is known: seen('marta@example.com'), seen('4111 1111 1111 1111', 'number')";
    let (value, rest) = text(inside).ok_or(WRONG)?;
    let rest = rest.trim_start();
    let (class, rest) = match rest.strip_prefix(',') {
        None => (None, rest),
        Some(rest) => {
            let (class, rest) = text(rest).ok_or(WRONG)?;
            (Some(class), rest.trim_start())
        }
    };
    let rest = rest.strip_prefix(')').ok_or(WRONG)?;
    Ok(Call { value, class, rest })
}

/// A text in single quotes, and what follows it.
fn text(sql: &str) -> Option<(String, &str)> {
    let mut rest = sql.trim_start().strip_prefix('\'')?;
    let mut value = String::new();
    loop {
        let (part, after) = rest.split_once('\'')?;
        value.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Lengths;

    impl Finder for Lengths {
        fn tokens(&self, value: &str, class: Option<&str>) -> Result<Vec<u64>, String> {
            match class {
                Some("nothing") => Err("there is no such class".to_owned()),
                Some(_) => Ok(vec![value.len() as u64]),
                None => Ok(vec![value.len() as u64, u64::MAX]),
            }
        }
    }

    fn all(sql: &str) -> Result<String, (String, String)> {
        let hidden = hidden(sql, Some(&Lengths)).map(|hidden| hidden.sql.into_owned());
        hidden.map_err(|refused| (refused.said, refused.error.to_string()))
    }

    #[test]
    fn values_become_tokens_wherever_they_stand() {
        let two = "seen('@seen:0000000000000003,ffffffffffffffff')";
        let one = "seen('@seen:0000000000000003')";
        for (sql, want) in [
            ("select * from seen('abc')", format!("select * from {two}")),
            (
                "select * from SEEN ( 'abc' , 'email' ) s",
                format!("select * from {one} s"),
            ),
            (
                "select * from \"seen\"('abc')",
                format!("select * from {two}"),
            ),
            (
                "select * from seen('a''c') join seen('abc')",
                format!("select * from {two} join {two}"),
            ),
            (
                "explain select 1 -- seen('abc')",
                format!("explain select 1 -- {two}"),
            ),
            (
                "select '/*' from seen('abc') -- */",
                format!("select '/*' from {two} -- */"),
            ),
        ] {
            assert_eq!(all(sql), Ok(want), "{sql}");
        }
        assert_eq!(
            tokens("@seen:0000000000000003,ffffffffffffffff"),
            Some(vec![3, -1])
        );
        assert_eq!(tokens("@seen:"), Some(vec![]));
        assert_eq!(tokens("abc"), None);
    }

    /// A query with many values is as many questions.
    #[test]
    fn each_value_is_told_by_its_tokens() {
        let sql = "select * from seen('abc') join seen('abcd', 'email') on true -- seen('abc')";
        let sought = hidden(sql, Some(&Lengths)).unwrap().sought;
        let abc = "0000000000000003,ffffffffffffffff";
        assert_eq!(sought, [abc, "0000000000000004", abc]);
    }

    #[test]
    fn other_words_are_left_alone() {
        for sql in [
            "select last_seen, seen from t where seen = 'abc'",
            "select unseen('abc'), seen_by('abc')",
            "",
            "select '🧊seen'",
        ] {
            let left = hidden(sql, None).unwrap();
            assert!(
                matches!(left.sql, Cow::Borrowed(same) if same == sql),
                "{sql}"
            );
            assert_eq!(left.sought, [""; 0], "{sql}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_and_not_said() {
        for sql in [
            "select * from seen('secret",
            "select * from seen(concat('sec', 'ret'))",
            "select * from seen(E'secret')",
            "select * from seen($$secret$$)",
            "select * from seen /* x */ ('secret')",
            "select * from seen(/* x */ 'secret')",
            "select * from seen('x', 'secret' || 'y')",
            "select * from seen('x') where text = 1 union select * from seen(secret)",
        ] {
            let (said, _) = all(sql).unwrap_err();
            assert!(
                !said.contains("sec") && said.ends_with(HIDDEN),
                "{sql}: {said}"
            );
        }
        let (said, error) = all("select * from seen('secret', 'nothing')").unwrap_err();
        assert!(!said.contains("secret") && error.contains("no such class"));
        let refused = hidden("select * from seen('secret')", None).unwrap_err();
        assert!(
            !refused.said.contains("secret") && refused.error.to_string().contains("[find] keys")
        );
    }

    proptest! {
        #[test]
        fn a_value_is_never_left(before in "[ a-z'(/*-]{0,12}", value in "[A-Z]{6}[ '\\PC]{0,6}", after in "\\PC{0,12}") {
            let sql = format!("{before} seen({}){after}", crate::sessions::literal(&value));
            let said = match hidden(&sql, Some(&Lengths)) {
                Ok(hidden) => {
                    let sought = hidden.sought.join(" ");
                    prop_assert!(sought.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b',' | b' ')), "{}", sought);
                    hidden.sql.into_owned()
                }
                Err(refused) => refused.said,
            };
            let head: String = value.chars().take(6).collect();
            prop_assert!(!said.contains(&head) || after.contains(&head), "{}", said);
        }
    }
}
