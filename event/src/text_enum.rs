//! Enums that are one stable word on the wire, in SQL and on the screen.

/// Declares an enum whose variants read and write as the given words.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every variant, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::IdError;

            fn from_str(text: &str) -> Result<Self, $crate::IdError> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|candidate| candidate.as_str() == text)
                    .ok_or_else(|| $crate::IdError {
                        what: stringify!($name),
                        want: concat!("one of", $(" ", $text),+),
                        got: text.to_owned(),
                    })
            }
        }

        #[cfg(feature = "described")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let words = Self::ALL.iter().map(|word| word.as_str());
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(words))
                    .into()
            }
        }

        #[cfg(feature = "described")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    };
}

/// A word of the record that this build does not say itself. Made by reading alone, so that a known word is never one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherWord(String);

impl OtherWord {
    pub(crate) const fn new(word: String) -> Self {
        Self(word)
    }

    /// The word, as it is recorded.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A word of two parts, the first of which its variant says: `create_` and what is made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PairedWord {
    word: String,
    first_bytes: usize,
}

impl PairedWord {
    pub(crate) const fn new(word: String, first_bytes: usize) -> Self {
        Self { word, first_bytes }
    }

    /// The whole word, as it is recorded.
    pub fn as_str(&self) -> &str {
        &self.word
    }

    /// The part that the variant does not say.
    pub fn rest(&self) -> &str {
        self.word.get(self.first_bytes..).unwrap_or_default()
    }
}

/// Declares an enum whose variants read and write as the given words, for fields that were plain text before: any other word
/// of an old record, or of a newer build's, is read too and written the same again. After `and`, variants that stand for every
/// other word of a beginning, each with a function that makes one of the rest. Values order and hash as their words do.
macro_rules! open_text_enum {
    (
        $(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }
        $(and { $($(#[$fdoc:meta])* $first:ident($make:ident) = $beginning:literal),+ $(,)? })?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            $($($(#[$fdoc])* $first($crate::PairedWord),)+)?
            /// What another build said.
            Other($crate::OtherWord),
        }

        impl $name {
            /// Every variant of one word that this build says, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            $($(
                #[doc = concat!("`", $beginning, "` and `rest`.")]
                pub fn $make(rest: &str) -> Self {
                    Self::from(format!(concat!($beginning, "{}"), rest))
                }
            )+)?

            /// The word of the record.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    $($(Self::$first(word) => word.as_str(),)+)?
                    Self::Other(word) => word.as_str(),
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($text => Self::$variant,)+
                    $($(_ if word.starts_with($beginning) => {
                        Self::$first($crate::PairedWord::new(word, $beginning.len()))
                    })+)?
                    _ => Self::Other($crate::OtherWord::new(word)),
                }
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

pub(crate) use {open_text_enum, text_enum};

#[cfg(test)]
mod tests {
    use crate::payload::{Canceler, Finding, GivenUp, ReplayMode, StatementKind};

    #[test]
    fn a_known_word_is_never_another_and_another_stays_what_it_is() {
        for reason in GivenUp::ALL {
            assert_eq!(&GivenUp::from(reason.to_string()), reason);
        }
        for by in Canceler::ALL {
            assert_eq!(&Canceler::from(by.to_string()), by);
        }
        for mode in ReplayMode::ALL {
            assert_eq!(&ReplayMode::from(mode.to_string()), mode);
        }
        for kind in StatementKind::ALL {
            assert_eq!(&StatementKind::from(kind.to_string()), kind);
        }
        for finding in Finding::ALL {
            assert_eq!(&Finding::from(finding.to_string()), finding);
        }
        for word in ["", "Client", "client ", "operator"] {
            let other = Canceler::from(word.to_owned());
            assert!(matches!(other, Canceler::Other(_)));
            assert_eq!(other.as_str(), word);
        }
    }

    #[test]
    fn a_word_of_two_parts_keeps_both() {
        for (word, rest) in [
            ("create_table", Some("table")),
            ("create_", Some("")),
            ("alter_session", None),
            ("alter_session_policy", Some("session_policy")),
            ("execute_immediate", None),
            ("execute_task", Some("task")),
            ("create", None),
        ] {
            let kind = StatementKind::from(word.to_owned());
            assert_eq!(kind.as_str(), word);
            let said = match &kind {
                StatementKind::Create(word)
                | StatementKind::Alter(word)
                | StatementKind::Execute(word) => Some(word.rest()),
                _ => None,
            };
            assert_eq!(said, rest, "{word}");
        }
        assert_eq!(StatementKind::create("view").as_str(), "create_view");
    }

    #[test]
    fn words_order_as_text() {
        let mut kinds: Vec<StatementKind> = ["zeta", "update", "create_view", "alpha", "call"]
            .map(|word| StatementKind::from(word.to_owned()))
            .into();
        kinds.sort();
        assert_eq!(kinds.join(" "), "alpha call create_view update zeta");
    }
}
