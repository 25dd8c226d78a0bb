//! The versions of the event schema. What was written in one stays readable, and encodes to the same bytes, in every later build.
//!
//! Enters: a version's number, or a payload. Leaves: the types each version has, and which version an event is written in.
//! Never here: an old version's bytes written anew in a newer one.
//!
//! # What needs a new version
//!
//! An event is written in the **lowest version that can say it** ([`Event::version`](crate::Event::version)), and bytes that
//! claim another are refused. So a version is nothing an event chooses: it follows from what the event holds, an old event
//! has its old bytes in every build, and an older build keeps reading whatever a newer one says in the older words.
//!
//! | change | needs |
//! |---|---|
//! | docs, order of declaration, names of Rust types, derives, methods | nothing |
//! | a new kind | its type in the newest unreleased version, and a line in `kind.rs`; its events are of that version, all others keep theirs |
//! | a new field that may be absent | a new version of the type, the field with `serde(default, skip_serializing_if)`, and a [`Wire`](wire::Wire) whose `version` looks at it: events without it keep version and bytes |
//! | a field that is always there, removed, renamed, of another type; a new word of an enum | a new version of the type, with conversions that lose nothing, and a `Wire` that tells which version can say a value |
//! | another meaning of a field | a new field: what differs in meaning must differ in type, or no reader can tell |
//! | the envelope's entries | the same, in `canonical.rs`; [`Event::version`](crate::Event::version) must look at them |
//!
//! A version may still change until the release that brings it ([`Version::since`]) is out; then its folder is frozen.
//! `tests/golden/vN` holds the version's shape, every field and word of every kind, and the bytes of samples:
//! `tests.rs` fails when either changes. Whoever sees it fail for a released version makes a new one; nobody edits the file.
//!
//! How a changed type looks: `versions/v3/` gets the new `StatementDecided`, `v3.rs` re-exports everything else of `v2`, and
//! [`current`] becomes `v3`. Its `Wire::from_value` reads a `v1::StatementDecided` when the version is 1 or 2 and converts it;
//! its `Wire::write` converts back. The archive's row is the current type with NULL where an old event has nothing.

pub mod v1;
pub mod v2;
pub(crate) mod wire;

/// The types this build works with.
pub use v2 as current;

/// A version of the event schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// Thirty kinds, from `session.opened` to `producer.stopped`.
    V1,
    /// `auditor.listed`, `statement.counted`, `finding.raised`, `configuration.*`, `catalog.*`, `sessions.killed`,
    /// `approval.revoked`, `approval.reviewed`, `approval.estimated`, `stage.uploaded`, `stage.downloaded`, `statement.decided` with how
    /// often columns were compared before, `policy.loaded` with what changed, `approval.granted` with what else it covers, and
    /// `statement.submitted` and `response.page` with tokens of values.
    V2,
}

impl Version {
    /// Every version this build reads, oldest first.
    pub const ALL: &'static [Self] = &[Self::V1, Self::V2];
    /// The newest version this build reads.
    pub const NEWEST: Self = Self::V2;

    /// Its number, as it stands in an event and in the archive's `schema_version`.
    pub const fn number(self) -> u16 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
        }
    }

    /// The release that brought it; older ones put its events into quarantine.
    pub const fn since(self) -> &'static str {
        match self {
            Self::V1 => "0.1.0",
            Self::V2 => "0.2.0",
        }
    }

    /// The version of this number, if this build reads it.
    pub fn of_number(number: u64) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|version| u64::from(version.number()) == number)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.number().fmt(f)
    }
}

/// A version that only a later release reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "schema version {number} is newer than this build reads ({}): {reader} reads it",
    Version::NEWEST
)]
pub struct NewerVersion {
    number: u64,
    reader: Reader,
}

/// Which release reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reader {
    /// The event says so itself.
    Since(String),
    /// Nobody says.
    Later,
}

impl std::fmt::Display for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Since(release) => write!(f, "firn {release} or later"),
            Self::Later => write!(f, "a release after {}", env!("CARGO_PKG_VERSION")),
        }
    }
}

impl NewerVersion {
    /// Longest name of a release that is believed, bytes.
    const RELEASE_BYTES_MAX: usize = 32;

    /// Version `number`, which `since` is said to read. That text is whoever's who wrote the event.
    pub fn new(number: u64, since: Option<&str>) -> Self {
        let release = |text: &&str| {
            let fits = (1..=Self::RELEASE_BYTES_MAX).contains(&text.len());
            let known =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
            fits && text.bytes().all(known)
        };
        let since = since.filter(release).map(str::to_owned);
        Self {
            number,
            reader: since.map_or(Reader::Later, Reader::Since),
        }
    }

    /// Its number.
    pub const fn number(&self) -> u64 {
        self.number
    }
}
