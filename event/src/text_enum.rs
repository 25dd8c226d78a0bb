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

/// Declares an enum whose variants read and write as the given words, for fields that were plain text before: any other word
/// of an old record, or of a newer build's, is read too and written the same again.
macro_rules! open_text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// What another build said.
            Other($crate::OtherWord),
        }

        impl $name {
            /// Every variant this build says, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of the record.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(word) => word.as_str(),
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($text => Self::$variant,)+
                    _ => Self::Other($crate::OtherWord::new(word)),
                }
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
    use crate::payload::{Canceler, GivenUp, ReplayMode};

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
        for word in ["", "Client", "client ", "operator"] {
            let other = Canceler::from(word.to_owned());
            assert!(matches!(other, Canceler::Other(_)));
            assert_eq!(other.as_str(), word);
        }
    }
}
