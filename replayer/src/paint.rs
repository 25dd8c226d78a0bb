//! What a piece of text is, apart from how it is coloured.
//!
//! Enters: cleaned text. Leaves: styled lines; ANSI for a terminal, bare text for a pipe. Never here: text of the record that was
//! not cleaned (`screen` does that).

use display::screen::Mark;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Ordinary text.
    Plain,
    /// Of less weight: times, lines, hints.
    Dim,
    /// Names and heads.
    Strong,
    /// SQL.
    Sql,
    /// It went well.
    Good,
    /// It waits, or deserves a look.
    Warn,
    /// It was refused or failed.
    Bad,
    /// A mask made it.
    Masked,
    /// Where the reader stands.
    Selected,
}

impl Style {
    /// The SGR parameters (ECMA-48 §8.3.117).
    const fn sgr(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Dim => "2",
            Self::Strong => "1",
            Self::Sql => "36",
            Self::Good => "32",
            Self::Warn => "33",
            Self::Bad => "1;31",
            Self::Masked => "35;7",
            Self::Selected => "7",
        }
    }

    /// `text` in this style for a terminal.
    pub fn ansi(self, text: &str) -> String {
        match self.sgr() {
            "" => text.to_owned(),
            sgr => format!("\u{1b}[{sgr}m{text}\u{1b}[0m"),
        }
    }
}

impl From<Mark> for Style {
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::Head => Self::Strong,
            Mark::Plain => Self::Plain,
            Mark::Null | Mark::Rule => Self::Dim,
            Mark::Masked => Self::Masked,
        }
    }
}

/// A line in pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(pub Vec<(Style, String)>);

impl Line {
    /// One piece.
    pub fn of(style: Style, text: impl Into<String>) -> Self {
        Self(vec![(style, text.into())])
    }

    /// One piece more.
    #[must_use]
    pub fn and(mut self, style: Style, text: impl Into<String>) -> Self {
        self.0.push((style, text.into()));
        self
    }

    /// Without colours.
    pub fn plain(&self) -> String {
        let text: String = self.0.iter().map(|(_, text)| text.as_str()).collect();
        text.trim_end().to_owned()
    }

    /// Terminal cells that it takes.
    pub fn width(&self) -> usize {
        let pieces = self.0.iter();
        pieces.map(|(_, text)| display::screen::width(text)).sum()
    }

    /// Cut to `cells`.
    #[must_use]
    pub fn fit(self, cells: usize) -> Self {
        let mut left = cells;
        let mut pieces = Vec::with_capacity(self.0.len());
        for (style, text) in self.0 {
            if left == 0 {
                break;
            }
            let fitting = display::screen::fit(&text, left).into_owned();
            left -= display::screen::width(&fitting).min(left);
            pieces.push((style, fitting));
        }
        Self(pieces)
    }

    /// `right` beside this, which takes exactly `cells`.
    #[must_use]
    pub fn beside(self, cells: usize, right: Self) -> Self {
        let mut line = self.fit(cells);
        let fill = cells.saturating_sub(line.width());
        if fill > 0 {
            line = line.and(Style::Plain, " ".repeat(fill));
        }
        line.0.extend(right.0);
        line
    }

    /// Cut to `cells`, with colours.
    pub fn ansi(&self, cells: usize) -> String {
        let mut left = cells;
        let mut out = String::new();
        for (style, text) in &self.0 {
            let fitting = display::screen::fit(text, left);
            left -= display::screen::width(&fitting).min(left);
            out.push_str(&style.ansi(&fitting));
        }
        out
    }
}
