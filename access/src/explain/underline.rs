//! The statement with one place of it underlined.
//!
//! Enters: SQL, byte offsets. Leaves: lines fit for a terminal. Never here: a control character of the statement let through.

/// The lines the place touches, each followed by its underline. At most `lines_max` of them.
pub(super) fn underlined(sql: &str, start: usize, end: usize, lines_max: usize) -> Vec<String> {
    let start = start.min(sql.len());
    let end = end.clamp(start, sql.len());
    let mut shown = Vec::new();
    let mut offset = 0;
    for line in sql.split_inclusive('\n') {
        let (from, to) = (offset, offset + line.len());
        offset = to;
        if to <= start || from >= end.max(start.saturating_add(1)) {
            continue;
        }
        if shown.len() >= 2 * lines_max {
            shown.push("…".to_owned());
            break;
        }
        let text = line.trim_end_matches(['\n', '\r']);
        let marks = |until: usize| chars_before(text, until.saturating_sub(from));
        let (left, right) = (marks(start.max(from)), marks(end));
        shown.push(visible(text));
        shown.push(format!(
            "{}{}",
            " ".repeat(left),
            "^".repeat((right - left).max(1))
        ));
    }
    shown
}

fn chars_before(text: &str, byte: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < byte).count()
}

/// Tabs and control characters as one visible character each, so that columns stay columns.
pub(super) fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            // Direction marks would let a statement be shown as another one.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}' => '�',
            c if c.is_control() => '�',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::underlined;

    #[test]
    fn marks_stand_under_what_they_mean() {
        let sql = "SELECT id\n\tFROM t WHERE ä = 'x'\nAND b < 2";
        let place = |text: &str| {
            let start = sql.find(text).unwrap();
            underlined(sql, start, start + text.len(), 9)
        };
        assert_eq!(place("id"), ["SELECT id", "       ^^"]);
        assert_eq!(
            place("ä = 'x'"),
            [" FROM t WHERE ä = 'x'", "              ^^^^^^^"]
        );
        assert_eq!(
            place("'x'\nAND b"),
            [
                " FROM t WHERE ä = 'x'",
                "                  ^^^",
                "AND b < 2",
                "^^^^^"
            ]
        );
        assert_eq!(underlined(sql, 9_999, 9_999, 9), Vec::<String>::new());
        assert_eq!(underlined("a\u{1b}[2Jb\u{202e}", 0, 1, 9), ["a�[2Jb�", "^"]);
    }
}
