//! One text: cleaned, measured, cut, wrapped.
//!
//! Enters: any text. Leaves: text without a character that moves the cursor, changes colours or reorders its neighbours.
//! Never here: a byte of an escape sequence that still is one.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::limits::TAB_WIDTH;

/// What stands for a cut.
const ELLIPSIS: &str = "…";

/// What is shown in place of `character`; none where it is harmless.
///
/// C0 and DEL become their Unicode pictures; C1, bidirectional controls, line separators and invisible format
/// characters their escapes, so that what is read is what was recorded.
fn stand_in(character: char) -> Option<Cow<'static, str>> {
    let code = u32::from(character);
    match code {
        0x00..=0x1f => char::from_u32(0x2400 + code).map(|picture| picture.to_string().into()),
        0x7f => Some("\u{2421}".into()),
        0x80..=0x9f
        | 0xad
        | 0x61c
        | 0x180e
        | 0x200b..=0x200f
        | 0x2028..=0x202e
        | 0x2060..=0x206f
        | 0xfeff
        | 0xfff9..=0xfffb
        | 0xe0000..=0xe007f => Some(format!("\\u{{{code:x}}}").into()),
        _ => None,
    }
}

/// `text` on one line: line breaks become `⏎`, tabs a space, control characters their pictures.
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().all(|character| stand_in(character).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' => out.push('⏎'),
            '\t' => out.push(' '),
            other => push_clean(&mut out, other),
        }
    }
    Cow::Owned(out)
}

/// `text` as lines: breaks kept, tabs expanded, every other control character shown as its picture.
pub fn block(text: &str) -> Vec<String> {
    text.split('\n')
        .map(|one| {
            let one = one.strip_suffix('\r').unwrap_or(one);
            let mut out = String::with_capacity(one.len());
            for character in one.chars() {
                match character {
                    '\t' => {
                        let stop = TAB_WIDTH - width(&out) % TAB_WIDTH;
                        out.extend(std::iter::repeat_n(' ', stop));
                    }
                    other => push_clean(&mut out, other),
                }
            }
            out
        })
        .collect()
}

fn push_clean(out: &mut String, character: char) {
    match stand_in(character) {
        Some(text) => out.push_str(&text),
        None => out.push(character),
    }
}

/// Terminal cells that `text` takes; wide characters take two.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` cut to at most `cells` terminal cells, the cut marked with `…`.
pub fn fit(text: &str, cells: usize) -> Cow<'_, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::new();
    let mut used = 0;
    for character in text.chars() {
        let wide = character.width().unwrap_or(0);
        if used + wide > cells - 1 {
            break;
        }
        used += wide;
        out.push(character);
    }
    out.push_str(ELLIPSIS);
    Cow::Owned(out)
}

/// `text` cut or filled with spaces to exactly `cells`.
pub fn pad(text: &str, cells: usize, right: bool) -> String {
    let text = fit(text, cells);
    let fill = " ".repeat(cells.saturating_sub(width(&text)));
    if right {
        format!("{fill}{text}")
    } else {
        format!("{text}{fill}")
    }
}

/// `text`, already clean, broken into lines of at most `cells`, at spaces where there are any.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for word in text.split_inclusive(' ') {
        let wide = width(word.trim_end());
        if used > 0 && used + wide > cells {
            lines.push(std::mem::take(&mut current).trim_end().to_owned());
            used = 0;
        }
        for character in word.chars() {
            let one = character.width().unwrap_or(0);
            if used > 0 && used + one > cells {
                if character == ' ' {
                    continue;
                }
                lines.push(std::mem::take(&mut current));
                used = 0;
            }
            used += one;
            current.push(character);
        }
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(current.trim_end().to_owned());
    }
    lines
}
