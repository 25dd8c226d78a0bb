//! The statement as words: sqlparser's Snowflake tokens without blanks and comments, and where each began.
//!
//! Enters: SQL text. Leaves: tokens with byte offsets, literals decoded as Snowflake does, cursors over them, statements cut
//! at semicolons. Never here: meaning.

use sqlparser::ast::Ident;
use sqlparser::dialect::SnowflakeDialect;
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer, Whitespace};

use super::literals::decode;

/// A text and its tokens.
pub(crate) struct Text<'a> {
    pub(crate) sql: &'a str,
    pub(crate) tokens: Vec<TokenWithSpan>,
    /// Another reader might cut it into other tokens.
    pub(crate) ambiguous: bool,
    lines: Vec<usize>,
}

impl<'a> Text<'a> {
    /// None where the tokenizer gives up (an unclosed quote, a lone character).
    pub(crate) fn read(sql: &'a str) -> Option<Self> {
        Self::parse(sql).ok()
    }

    /// As `read`; else the line (from 1) at which the tokenizer gave up.
    pub(crate) fn parse(sql: &'a str) -> Result<Self, usize> {
        let dialect = SnowflakeDialect {};
        let mut tokens = Vec::with_capacity(sql.len() / 4);
        let mut ambiguous = false;
        // The tokenizer knows other escapes than Snowflake does: it keeps the texts as they are written.
        let read = Tokenizer::new(&dialect, sql)
            .with_unescape(false)
            .tokenize_with_location();
        let read = read.map_err(|error| usize::try_from(error.location.line).unwrap_or(1))?;
        for token in read {
            ambiguous |= is_ambiguous(&token.token);
            if !matches!(token.token, Token::Whitespace(_)) {
                tokens.push(unescaped(token));
            }
        }
        number_binds(&mut tokens);
        let lines = std::iter::once(0)
            .chain(memchr::memchr_iter(b'\n', sql.as_bytes()).map(|at| at + 1))
            .collect();
        Ok(Self {
            sql,
            tokens,
            ambiguous,
            lines,
        })
    }

    /// The byte a location (line and column in characters, from 1) stands for.
    pub(crate) fn offset(&self, at: Location) -> usize {
        let Some(&start) = usize::try_from(at.line)
            .ok()
            .and_then(|line| line.checked_sub(1))
            .and_then(|line| self.lines.get(line))
        else {
            return 0;
        };
        let column = usize::try_from(at.column.saturating_sub(1)).unwrap_or(usize::MAX);
        let rest = self.sql.get(start..).unwrap_or_default();
        let inside = rest
            .char_indices()
            .nth(column)
            .map_or(rest.len(), |(byte, _)| byte);
        start + inside
    }

    /// First byte and one past the last; none for the empty span of a node that was never written.
    pub(crate) fn range(&self, span: Span) -> Option<(usize, usize)> {
        if span.start.line == 0 {
            return None;
        }
        let (start, end) = (self.offset(span.start), self.offset(span.end));
        Some((start, self.balanced(start, end)))
    }

    /// Nodes of the tree end before the brackets that close them; people want to see those too.
    fn balanced(&self, start: usize, end: usize) -> usize {
        let Some(inside) = self.sql.get(start..end) else {
            return end;
        };
        let opened = inside.matches('(').count();
        let missing = opened.saturating_sub(inside.matches(')').count());
        let rest = self.sql.get(end..).unwrap_or_default();
        let mut reached = end;
        for (at, c) in rest
            .char_indices()
            .filter(|(_, c)| !c.is_whitespace())
            .take(missing)
        {
            if c != ')' {
                break;
            }
            reached = end + at + 1;
        }
        reached
    }
}

/// Tokens that end elsewhere for a reader with other rules: comments that hold a line end or another comment's start, dollar
/// quotes with a tag, prefixed literals.
fn is_ambiguous(token: &Token) -> bool {
    match token {
        Token::Whitespace(Whitespace::SingleLineComment { comment, .. }) => {
            let line = comment.trim_end_matches('\n').trim_end_matches('\r');
            line.contains(['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
        }
        Token::Whitespace(Whitespace::MultiLineComment(comment)) => comment.contains("/*"),
        Token::DollarQuotedString(text) => text.tag.is_some(),
        Token::HexStringLiteral(text) => !text.bytes().all(|b| b.is_ascii_hexdigit()),
        Token::NationalStringLiteral(_)
        | Token::EscapedStringLiteral(_)
        | Token::UnicodeStringLiteral(_)
        | Token::QuoteDelimitedStringLiteral(_)
        | Token::NationalQuoteDelimitedStringLiteral(_)
        | Token::TripleSingleQuotedString(_)
        | Token::TripleDoubleQuotedString(_)
        | Token::SingleQuotedByteStringLiteral(_)
        | Token::DoubleQuotedByteStringLiteral(_)
        | Token::SingleQuotedRawStringLiteral(_)
        | Token::DoubleQuotedRawStringLiteral(_) => true,
        _ => false,
    }
}

/// Literals and quoted names as they are meant. A literal that can be read in two ways becomes one whose content nobody
/// takes: `N'…'`, which Snowflake does not have.
fn unescaped(token: TokenWithSpan) -> TokenWithSpan {
    let TokenWithSpan { token, span } = token;
    let token = match token {
        Token::SingleQuotedString(raw) if raw.contains(['\\', '\'']) => match decode(&raw) {
            Some(text) => Token::SingleQuotedString(text),
            None => Token::NationalStringLiteral(raw),
        },
        Token::Word(mut word) if word.quote_style == Some('"') && word.value.contains('"') => {
            word.value = word.value.replace("\"\"", "\"");
            Token::Word(word)
        }
        other => other,
    };
    TokenWithSpan { token, span }
}

/// Tells `?` apart by its ordinal, as the binds do.
fn number_binds(tokens: &mut [TokenWithSpan]) {
    let mut ordinal = 0;
    for token in tokens {
        if let Token::Placeholder(name) = &mut token.token
            && name == "?"
        {
            ordinal += 1;
            *name = format!("?{ordinal}");
        }
    }
}

/// The word in upper case, if the token is an unquoted word.
pub(crate) fn word(token: &Token) -> Option<String> {
    match token {
        Token::Word(w) if w.quote_style.is_none() => Some(w.value.to_uppercase()),
        _ => None,
    }
}

/// Whether the token is this unquoted word (given in upper case).
pub(crate) fn is_word(token: &Token, expected: &str) -> bool {
    matches!(token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(expected))
}

/// The text of a literal.
pub(crate) fn literal(token: &Token) -> Option<&str> {
    match token {
        Token::SingleQuotedString(text) => Some(text),
        Token::DollarQuotedString(text) => Some(&text.value),
        _ => None,
    }
}

/// An identifier as Snowflake stores it: unquoted is upper case.
pub(crate) fn fold(value: &str, quoted: bool) -> String {
    if quoted {
        value.to_owned()
    } else {
        value.to_uppercase()
    }
}

/// The name an identifier stands for.
pub(crate) fn folded(ident: &Ident) -> String {
    fold(&ident.value, ident.quote_style.is_some())
}

/// A reading position in a run of tokens.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t> {
    pub(crate) tokens: &'t [TokenWithSpan],
    pub(crate) at: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) const fn new(tokens: &'t [TokenWithSpan]) -> Self {
        Self { tokens, at: 0 }
    }

    pub(crate) fn peek(&self) -> Option<&'t Token> {
        self.peek_at(0)
    }

    pub(crate) fn peek_at(&self, ahead: usize) -> Option<&'t Token> {
        self.tokens.get(self.at + ahead).map(|t| &t.token)
    }

    pub(crate) fn rest(&self) -> &'t [TokenWithSpan] {
        self.tokens.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn advance(&mut self) -> Option<&'t Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    pub(crate) fn word(&self) -> Option<String> {
        self.peek().and_then(word)
    }

    pub(crate) fn is(&self, expected: &str) -> bool {
        self.peek().is_some_and(|token| is_word(token, expected))
    }

    /// Steps over the words if all of them come next.
    pub(crate) fn accept(&mut self, words: &[&str]) -> bool {
        let all = words.iter().enumerate().all(|(i, expected)| {
            self.peek_at(i)
                .is_some_and(|token| is_word(token, expected))
        });
        if all {
            self.at += words.len();
        }
        all
    }

    pub(crate) fn accept_token(&mut self, expected: &Token) -> bool {
        let same = self.peek() == Some(expected);
        if same {
            self.at += 1;
        }
        same
    }

    /// Steps over a parenthesised group that begins here; what is inside it.
    pub(crate) fn group(&mut self) -> Option<&'t [TokenWithSpan]> {
        if self.peek() != Some(&Token::LParen) {
            return None;
        }
        let start = self.at + 1;
        let mut depth = 0usize;
        for (i, token) in self.tokens.iter().enumerate().skip(self.at) {
            match token.token {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                _ => continue,
            }
            if depth == 0 {
                self.at = i + 1;
                return self.tokens.get(start..i);
            }
        }
        self.at = self.tokens.len();
        self.tokens.get(start..)
    }

    /// What stands in an `IDENTIFIER(…)` here, if that is one token and the whole name.
    pub(crate) fn generated(&self) -> Option<&'t Token> {
        let whole = self.is_generated()
            && self.peek_at(3) == Some(&Token::RParen)
            && self.peek_at(4) != Some(&Token::Period);
        self.peek_at(2).filter(|_| whole)
    }

    /// Steps over what `generated` found.
    pub(crate) const fn pass_generated(&mut self) {
        self.at += 4;
    }

    fn is_generated(&self) -> bool {
        self.is("IDENTIFIER") && self.peek_at(1) == Some(&Token::LParen)
    }

    /// A dotted name, folded; `IDENTIFIER('…')` of a literal is read as what it names. A double dot leaves an empty part.
    pub(crate) fn name(&mut self) -> Option<Vec<String>> {
        if self.is_generated() {
            let text = self.generated().and_then(literal)?;
            self.pass_generated();
            return split_name(text);
        }
        let mut parts = Vec::new();
        loop {
            match self.peek() {
                // A part that is made of something else.
                Some(Token::Word(_)) if self.is_generated() => return None,
                Some(Token::Word(w)) => {
                    parts.push(fold(&w.value, w.quote_style.is_some()));
                    self.at += 1;
                }
                Some(Token::Period) if !parts.is_empty() => parts.push(String::new()),
                _ => return None,
            }
            if !self.accept_token(&Token::Period) {
                return Some(parts);
            }
        }
    }
}

/// A dotted name inside a literal, as `IDENTIFIER('db."My Schema".t')` has it; none where another reader might cut it otherwise.
pub(crate) fn split_name(text: &str) -> Option<Vec<String>> {
    let inner = Text::read(text.trim()).filter(|inner| !inner.ambiguous)?;
    let mut cursor = Cursor::new(&inner.tokens);
    if cursor.is("IDENTIFIER") {
        return None;
    }
    let name = cursor.name()?;
    cursor.peek().is_none().then_some(name)
}

/// Token runs between commas that are in no bracket.
pub(crate) fn split_commas(tokens: &[TokenWithSpan]) -> Vec<&[TokenWithSpan]> {
    split_at(tokens, &Token::Comma)
}

/// Token runs between `separator`s that are in no bracket.
pub(crate) fn split_at<'t>(
    tokens: &'t [TokenWithSpan],
    separator: &Token,
) -> Vec<&'t [TokenWithSpan]> {
    let mut runs = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (i, token) in tokens.iter().enumerate() {
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
            Token::RParen | Token::RBracket | Token::RBrace => depth = depth.saturating_sub(1),
            other if depth == 0 && other == separator => {
                runs.extend(tokens.get(start..i));
                start = i + 1;
            }
            _ => {}
        }
    }
    runs.extend(tokens.get(start..));
    runs
}

/// Cuts a text into statements. A scripting block (BEGIN … END, DECLARE, a procedure body) runs to the end of the text:
/// what follows it is judged as part of it.
pub(crate) fn statements(tokens: &[TokenWithSpan]) -> Vec<&[TokenWithSpan]> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut i = 0;
    while i < tokens.len() {
        if i == start && begins_block(tokens.get(i..).unwrap_or_default()) {
            i = tokens.len();
            break;
        }
        if tokens.get(i).is_some_and(|t| t.token == Token::SemiColon) {
            found.extend(tokens.get(start..i).filter(|run| !run.is_empty()));
            start = i + 1;
        }
        i += 1;
    }
    found.extend(tokens.get(start..i).filter(|run| !run.is_empty()));
    found
}

/// Whether the statement that starts here holds statements of its own, with semicolons inside.
pub(crate) fn begins_block(tokens: &[TokenWithSpan]) -> bool {
    let mut cursor = Cursor::new(tokens);
    if cursor.is("DECLARE") {
        return true;
    }
    if cursor.accept(&["BEGIN"]) {
        return !matches!(cursor.peek(), None | Some(Token::SemiColon))
            && !["TRANSACTION", "WORK", "NAME"]
                .iter()
                .any(|word| cursor.is(word));
    }
    if !cursor.is("CREATE") && !cursor.is("ALTER") {
        return false;
    }
    tokens
        .iter()
        .take_while(|t| t.token != Token::SemiColon)
        .zip(tokens.iter().skip(1))
        .any(|(a, b)| {
            is_word(&a.token, "AS") && (is_word(&b.token, "BEGIN") || is_word(&b.token, "DECLARE"))
        })
}

/// The stage and path that tokens begin with, exactly as written, and how many tokens they are. A path ends at a blank. In a name a blank
/// or a comment stays in it as a blank, which makes it none: whether Snowflake reads on there is not known.
pub(crate) fn reference(tokens: &[TokenWithSpan]) -> Option<(String, usize)> {
    let (sign, rest) = tokens.split_first()?;
    if sign.token != Token::AtSign {
        return None;
    }
    let mut text = "@".to_owned();
    let (mut end, mut in_path, mut taken) = (sign.span.end, false, 1);
    for token in rest {
        let apart = token.span.start != end;
        let goes_on = !in_path && (token.token == Token::Period || text.ends_with(['@', '.', '%']));
        let Some(piece) = piece(&token.token).filter(|_| !apart || goes_on) else {
            break;
        };
        if apart {
            text.push(' ');
        }
        text.push_str(&piece);
        in_path |= token.token == Token::Div;
        end = token.span.end;
        taken += 1;
    }
    let next = tokens.get(taken).map(|t| &t.token);
    let last = tokens.get(taken - 1);
    // `@IDENTIFIER(…)` is what its brackets say, which no stage is known by.
    if !in_path
        && next == Some(&Token::LParen)
        && last.is_some_and(|last| is_word(&last.token, "IDENTIFIER"))
    {
        text.push('(');
    }
    Some((text, taken))
}

/// A token of a stage's name or path, as written.
fn piece(token: &Token) -> Option<String> {
    if let Token::Word(word) = token
        && word.quote_style == Some('"')
    {
        return Some(format!("\"{}\"", word.value.replace('"', "\"\"")));
    }
    let is_piece = matches!(
        token,
        Token::Word(_)
            | Token::Number(..)
            | Token::Period
            | Token::AtSign
            | Token::Tilde
            | Token::Mod
            | Token::Div
            | Token::Plus
            | Token::Minus
            | Token::Eq
            | Token::Colon
    );
    is_piece.then(|| token.to_string())
}
