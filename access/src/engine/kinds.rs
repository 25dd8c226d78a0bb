//! Which actions of the policy a statement kind is.
//!
//! Enters: the words of the analysis. Leaves: [`Acts`]. Never here: a kind that means nothing; what is not known here acts as
//! everything.

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
}

const NOTHING: Acts = Acts {
    write: false,
    ddl: false,
    admin: false,
    egress: false,
    call: false,
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
const EVERYTHING: Acts = Acts {
    write: true,
    ddl: true,
    admin: true,
    egress: true,
    call: true,
};

impl Acts {
    pub const fn and(self, other: Self) -> Self {
        Self {
            write: self.write || other.write,
            ddl: self.ddl || other.ddl,
            admin: self.admin || other.admin,
            egress: self.egress || other.egress,
            call: self.call || other.call,
        }
    }
}

/// What a statement of this kind does.
pub(super) fn acts(kind: &str) -> Acts {
    match kind {
        // `unclassified` asks nothing more: the guard for what is not understood answers it.
        "select" | "show" | "describe" | "explain" | "list" | "use" | "set" | "unset" | "begin"
        | "commit" | "rollback" | "alter_session" | "execute_immediate" | "script" | "empty"
        | "unclassified" => NOTHING,
        "insert" | "update" | "delete" | "merge" | "copy_into_table" | "remove" => WRITE,
        "truncate" | "drop" | "undrop" | "comment" => DDL,
        "grant" | "revoke" => ADMIN,
        "copy_into_location" | "get" | "put" => EGRESS,
        "call" => CALL,
        _ if is_account_object(kind) => DDL.and(ADMIN),
        _ if kind.starts_with("create_") || kind.starts_with("alter_") => DDL,
        _ => EVERYTHING,
    }
}

/// Objects that say who may do what, or where data may go.
fn is_account_object(kind: &str) -> bool {
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
    let object = kind
        .strip_prefix("create_")
        .or_else(|| kind.strip_prefix("alter_"));
    object.is_some_and(|object| object.split('_').any(|word| WORDS.contains(&word)))
}

/// What the findings add to it, wherever in the request they come from.
pub(super) fn flagged(flags: &[String]) -> Acts {
    flags.iter().fold(NOTHING, |acts, flag| {
        acts.and(match flag.as_str() {
            "egress" | "ingress" | "external_location" => EGRESS,
            "privilege" => ADMIN,
            "ddl" | "destructive" => DDL,
            "procedure_call" | "external_function" | "llm_function" => CALL,
            _ => NOTHING,
        })
    })
}

/// Whether every statement of the request only asks.
pub(super) fn is_query(kinds: &[String]) -> bool {
    kinds.iter().all(|kind| {
        matches!(
            kind.as_str(),
            "select" | "show" | "describe" | "explain" | "list"
        )
    })
}
