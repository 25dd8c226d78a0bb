//! What a statement moves, as far as its analysis says.
//!
//! Enters: a statement that was decided on. Leaves: the stage and which way, or why files cannot move though a rule lets them. Never
//! here: who may move files; rules say that.

use event::payload::StatementKind;
use serde::{Deserialize, Serialize};

use crate::statement::decide::Decided;
use crate::statement::request::MovesFiles;

/// Which way files go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Way {
    /// PUT: to the stage.
    Upload,
    /// GET: from it.
    Download,
}

impl Way {
    fn of(kind: &StatementKind) -> Option<Self> {
        match kind {
            StatementKind::Put => Some(Self::Upload),
            StatementKind::Get => Some(Self::Download),
            _ => None,
        }
    }

    /// Its statement.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Upload => "PUT",
            Self::Download => "GET",
        }
    }
}

/// Which way a statement moves files, whatever else it does; none where it moves none.
pub(crate) fn way(decided: &Decided) -> Option<Way> {
    let mut kinds = decided.outcome.analysis.all_kinds();
    kinds.find_map(Way::of)
}

/// Which way a statement moves files, and the one stage that it names.
pub(crate) fn moving(decided: &Decided) -> Option<(Way, &str)> {
    let analysis = &decided.outcome.analysis;
    let [kind] = analysis.kinds.as_slice() else {
        return None;
    };
    let way = Way::of(kind)?;
    let named = match way {
        Way::Upload => &analysis.writes,
        Way::Download => &analysis.reads,
    };
    match named.as_slice() {
        [stage] if analysis.inner_kinds.is_empty() => Some((way, stage)),
        _ => None,
    }
}

/// Why files do not move, whatever a rule says; none where they can, or where there are none to move.
pub(crate) fn barred(decided: &Decided) -> Option<(Way, &'static str)> {
    let way = way(decided)?;
    let request = &decided.request;
    let why = match (request.moves, way) {
        (MovesFiles::None, _) => {
            "this door carries no files: use a Snowflake driver, query the data, or insert it with binds"
        }
        (MovesFiles::Uploads, Way::Download) => {
            "this driver cannot fetch files through a gateway: query the data, or use the Python connector"
        }
        (MovesFiles::Uploads | MovesFiles::Both, _) if moving(decided).is_none() => {
            "its stage cannot be told: send it alone, with the stage written out behind the file, as drivers do"
        }
        (MovesFiles::Uploads | MovesFiles::Both, _)
            if request.asynchronous || request.describe_only =>
        {
            "files move while their statement is waited for: send it synchronously"
        }
        (MovesFiles::Uploads | MovesFiles::Both, _) => return None,
    };
    Some((way, why))
}
