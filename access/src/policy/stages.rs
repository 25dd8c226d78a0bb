//! `[stages]` of `firn-policy.toml`: what becomes of a file that a rule lets through, by what is in it.
//!
//! Enters: TOML; what was found in a file. Leaves: whether the file goes on, and how. Never here: who may move files; rules say that.

use std::collections::BTreeSet;

use event::payload::{FileContent, FileFinding};
use serde::Deserialize;

/// Stands for every class.
const ANY: &str = "*";

/// What becomes of files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StageRules {
    /// Classes, as detectors call them, of which no uploaded file may hold a value; `*` is any.
    pub refuse: BTreeSet<String>,
    /// A file that is uploaded and is no text, JSON or Parquet.
    pub unread_upload: Unread,
    /// A file that is downloaded and holds values that detectors find.
    pub download: Download,
    /// A file that is downloaded and is no text, JSON or Parquet; without a word it is refused.
    pub unread_download: Option<Unread>,
}

/// What becomes of a file that nobody can look into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// It goes on as it is, and the record says so.
    #[default]
    Pass,
    /// It does not.
    Refuse,
}

/// What becomes of a file on its way to an agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Download {
    /// What is found is masked; where it cannot be (Parquet), the file is refused.
    #[default]
    Mask,
    /// The file is refused.
    Refuse,
    /// It goes on as it is, and the record says what was found.
    Pass,
}

/// Why a file does not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileRefused {
    /// It holds what it may not.
    #[error("the file holds {0}, which [stages] of the policy refuses")]
    Holds(String),
    /// Nobody can look into it.
    #[error(
        "the file is no text, JSON or Parquet that can be looked into, which [stages] of the policy refuses"
    )]
    Unread,
    /// What is in it cannot be masked.
    #[error("the file holds {0}, and a file of this kind cannot be masked")]
    Unmaskable(String),
}

impl StageRules {
    /// Whether a file with this in it may go to a stage.
    pub fn upload(&self, content: FileContent, found: &[FileFinding]) -> Result<(), FileRefused> {
        if content == FileContent::Unread {
            return match self.unread_upload {
                Unread::Pass => Ok(()),
                Unread::Refuse => Err(FileRefused::Unread),
            };
        }
        let all = self.refuse.contains(ANY);
        let named = |class: &String| {
            self.refuse
                .iter()
                .any(|one| one.eq_ignore_ascii_case(class))
        };
        let refused = |one: &&FileFinding| all || named(&one.class);
        match told(found.iter().filter(refused)) {
            Some(classes) => Err(FileRefused::Holds(classes)),
            None => Ok(()),
        }
    }

    /// Whether a file with this in it may go to an agent; if so, whether what was found is to be masked.
    pub fn download(
        &self,
        content: FileContent,
        found: &[FileFinding],
    ) -> Result<bool, FileRefused> {
        if content == FileContent::Unread {
            return match self.unread_download {
                Some(Unread::Pass) => Ok(false),
                Some(Unread::Refuse) | None => Err(FileRefused::Unread),
            };
        }
        let Some(classes) = told(found.iter()) else {
            return Ok(false);
        };
        match (self.download, content) {
            (Download::Pass, _) => Ok(false),
            (Download::Refuse, _) => Err(FileRefused::Holds(classes)),
            (Download::Mask, FileContent::Text | FileContent::Json) => Ok(true),
            (Download::Mask, FileContent::Parquet | FileContent::Unread) => {
                Err(FileRefused::Unmaskable(classes))
            }
        }
    }
}

/// `CREDIT_CARD (3), EMAIL (1)`; none where nothing was found.
fn told<'f>(found: impl Iterator<Item = &'f FileFinding>) -> Option<String> {
    let each: Vec<String> = found
        .map(|one| format!("{} ({})", one.class, one.cells))
        .collect();
    (!each.is_empty()).then(|| each.join(", "))
}

#[cfg(test)]
mod tests {
    use event::payload::{FileContent, FileFinding};

    use super::{FileRefused, StageRules};

    fn rules(text: &str) -> StageRules {
        toml::from_str(text).expect(text)
    }

    fn mail() -> Vec<FileFinding> {
        vec![FileFinding {
            class: "EMAIL".to_owned(),
            cells: 2,
        }]
    }

    #[test]
    fn what_is_in_a_file_decides() {
        let holds = || FileRefused::Holds("EMAIL (2)".to_owned());
        for (written, content, upload, download) in [
            ("", FileContent::Text, Ok(()), Ok(true)),
            ("", FileContent::Unread, Ok(()), Err(FileRefused::Unread)),
            (
                "",
                FileContent::Parquet,
                Ok(()),
                Err(FileRefused::Unmaskable("EMAIL (2)".to_owned())),
            ),
            (
                "refuse = [\"EMAIL\"]",
                FileContent::Json,
                Err(holds()),
                Ok(true),
            ),
            (
                "refuse = [\"*\"]",
                FileContent::Text,
                Err(holds()),
                Ok(true),
            ),
            (
                "refuse = [\"Email\"]",
                FileContent::Text,
                Err(holds()),
                Ok(true),
            ),
            ("refuse = [\"IBAN\"]", FileContent::Text, Ok(()), Ok(true)),
            (
                "download = \"refuse\"",
                FileContent::Text,
                Ok(()),
                Err(holds()),
            ),
            (
                "download = \"pass\"",
                FileContent::Parquet,
                Ok(()),
                Ok(false),
            ),
            (
                "unread_upload = \"refuse\"\nunread_download = \"pass\"",
                FileContent::Unread,
                Err(FileRefused::Unread),
                Ok(false),
            ),
        ] {
            let rules = rules(written);
            let told = format!("{written:?} {content:?}");
            assert_eq!(rules.upload(content, &mail()), upload, "{told}");
            assert_eq!(rules.download(content, &mail()), download, "{told}");
        }
        assert_eq!(rules("").download(FileContent::Parquet, &[]), Ok(false));
        assert!(toml::from_str::<StageRules>("refuse_all = true").is_err());
    }
}
