//! What is wrong with a policy folder, said so that a person can mend it.
//!
//! Enters: findings of the parser, the validator and the lint. Leaves: [`PolicyError`] with file, line, column and a hint.
//! Never here: a guess at what was meant that changes the policy.

use std::fmt;

use miette::Diagnostic;

/// One thing wrong at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name inside the folder.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// The rule's `@id`, where it has one.
    pub rule: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if let Some(rule) = &self.rule {
            write!(f, "rule {rule:?}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Why a policy folder is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read the policy at {path}: {error}")]
    Read {
        /// Folder or file.
        path: String,
        /// Why not.
        error: std::io::Error,
    },
    /// No `*.cedar` file in it: that would block everything.
    #[error("no rule in {path}: put at least one *.cedar file there, deploy/policy is a start")]
    Empty {
        /// The folder.
        path: String,
    },
    /// The rules themselves are wrong.
    #[error("{}", listed(.0))]
    Rules(Vec<Problem>),
}

impl PolicyError {
    /// Every problem with its place; empty if the folder could not be read at all.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Rules(problems) => problems,
            Self::Read { .. } | Self::Empty { .. } => &[],
        }
    }
}

fn listed(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}

/// A text with its name, to turn byte offsets into lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Place<'_> {
    /// Line and column (from 1, in characters) of a byte offset; the end where it lies beyond.
    pub fn line_column(&self, offset: usize) -> (u32, u32) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(..end).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (clamp(line), clamp(column))
    }

    pub fn problem(
        &self,
        offset: usize,
        rule: Option<&str>,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> Problem {
        let (line, column) = self.line_column(offset);
        Problem {
            file: self.file.to_owned(),
            line,
            column,
            rule: rule.map(str::to_owned),
            message: message.into(),
            hint,
        }
    }

    /// A finding of Cedar; `base` is where the text Cedar saw starts in the file.
    pub fn cedar(&self, base: usize, rule: Option<&str>, finding: &dyn Diagnostic) -> Problem {
        let label = finding.labels().and_then(|mut labels| labels.next());
        let offset = base + label.as_ref().map_or(0, miette::LabeledSpan::offset);
        let detail = label.as_ref().and_then(|label| label.label());
        let message = finding.to_string().replace('\n', " ");
        // The problem names file and rule itself.
        let message = match message
            .strip_prefix("for policy `")
            .and_then(|rest| rest.split_once("`, "))
        {
            Some((_, message)) => message.to_owned(),
            None => message,
        };
        let hint = finding
            .help()
            .map(|help| help.to_string().replace('\n', " "))
            .or_else(|| detail.map(str::to_owned));
        self.problem(offset, rule, message, hint)
    }
}
