//! Which actions of the policy a statement kind is.
//!
//! Enters: the words of the analysis. Leaves: [`Acts`]. Never here: a kind that means nothing; what is not known here acts as
//! everything.

use event::payload::{Finding, StatementKind};

use crate::analysis::{Analysis, only_asks};

/// The actions a request takes besides being executed and reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a set of actions, each there or not"
)]
pub(super) struct Acts {
    pub write: bool,
    pub ddl: bool,
    pub admin: bool,
    pub egress: bool,
    pub call: bool,
    pub upload: bool,
    pub download: bool,
}

const NOTHING: Acts = Acts {
    write: false,
    ddl: false,
    admin: false,
    egress: false,
    call: false,
    upload: false,
    download: false,
};
const WRITE: Acts = Acts {
    write: true,
    ..NOTHING
};
const DDL: Acts = Acts {
    ddl: true,
    ..NOTHING
};
const ADMIN: Acts = Acts {
    admin: true,
    ..NOTHING
};
const EGRESS: Acts = Acts {
    egress: true,
    ..NOTHING
};
const CALL: Acts = Acts {
    call: true,
    ..NOTHING
};
const UPLOAD: Acts = Acts {
    upload: true,
    ..EGRESS
};
const DOWNLOAD: Acts = Acts {
    download: true,
    ..EGRESS
};
/// Everything that a statement of SQL alone can do.
const EVERYTHING: Acts = Acts {
    write: true,
    ddl: true,
    admin: true,
    egress: true,
    call: true,
    ..NOTHING
};

impl Acts {
    pub const fn and(self, other: Self) -> Self {
        Self {
            write: self.write || other.write,
            ddl: self.ddl || other.ddl,
            admin: self.admin || other.admin,
            egress: self.egress || other.egress,
            call: self.call || other.call,
            upload: self.upload || other.upload,
            download: self.download || other.download,
        }
    }
}

/// What a statement of this kind does.
pub(super) fn acts(kind: &StatementKind) -> Acts {
    use StatementKind::{
        Alter, AlterSession, Begin, Call, Comment, Commit, CopyFiles, CopyIntoLocation,
        CopyIntoTable, Create, Delete, Describe, Drop, Empty, Execute, ExecuteImmediate, Explain,
        Get, Grant, Insert, List, Merge, Other, Put, Remove, Revoke, Rollback, Script, Select, Set,
        Show, Transaction, Truncate, Unclassified, Undrop, Unset, Update, Use,
    };
    match kind {
        // `unclassified` asks nothing more: the guard for what is not understood answers it.
        Select | Show | Describe | Explain | List | Use | Set | Unset | Begin | Commit
        | Rollback | AlterSession | ExecuteImmediate | Script | Empty | Unclassified => NOTHING,
        Insert | Update | Delete | Merge | CopyIntoTable | Remove => WRITE,
        Truncate | Drop | Undrop | Comment => DDL,
        Grant | Revoke => ADMIN,
        CopyIntoLocation => EGRESS,
        Put => UPLOAD,
        Get => DOWNLOAD,
        Call => CALL,
        Create(object) | Alter(object) if is_account_object(object.rest()) => DDL.and(ADMIN),
        Create(_) | Alter(_) => DDL,
        CopyFiles | Transaction | Execute(_) | Other(_) => EVERYTHING,
    }
}

/// Objects that say who may do what, or where data may go.
fn is_account_object(object: &str) -> bool {
    const WORDS: [&str; 8] = [
        "role",
        "user",
        "policy",
        "integration",
        "share",
        "account",
        "secret",
        "network",
    ];
    object.split('_').any(|word| WORDS.contains(&word))
}

/// What the findings add to it, wherever in the request they come from.
pub(super) fn flagged(flags: &[Finding]) -> Acts {
    let found = |any: &[Finding]| flags.iter().any(|finding| any.contains(finding));
    Acts {
        write: false,
        ddl: found(&[Finding::Ddl, Finding::Destructive]),
        admin: found(&[Finding::Privilege]),
        egress: found(&[Finding::Egress, Finding::Ingress, Finding::ExternalLocation]),
        call: found(&[
            Finding::ProcedureCall,
            Finding::ExternalFunction,
            Finding::LlmFunction,
        ]),
        upload: false,
        download: false,
    }
}

/// Whether the request moves files and does nothing else: then nothing leaves but what the gateway carries.
pub(super) fn only_moves_files(analysis: &Analysis) -> bool {
    matches!(
        analysis.kinds.as_slice(),
        [StatementKind::Put | StatementKind::Get]
    ) && analysis.inner_kinds.is_empty()
}

/// Whether every statement of the request only asks.
pub(super) fn is_query(kinds: &[StatementKind]) -> bool {
    kinds.iter().all(only_asks)
}
