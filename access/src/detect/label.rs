//! The names of what detectors find.
//!
//! Enters, leaves: stable words of the record and of rules. Never here: how something is found.

macro_rules! labels {
    ($($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        /// What a value is. The word is stable: records and rules carry it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Label {
            $($(#[$doc])* $variant,)+
            /// The configuration's own detector, by its place.
            Own(u8),
        }

        impl Label {
            /// Every built-in label.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable word; own detectors have theirs in the configuration.
            pub const fn word(self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => Some($word),)+
                    Self::Own(_) => None,
                }
            }

            /// The built-in label of that word.
            pub fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

labels! {
    /// Payment card number: network prefix, length and Luhn.
    CreditCard = "CREDIT_CARD",
    /// US social security number.
    UsSsn = "US_SSN",
    /// US individual taxpayer number.
    UsItin = "US_ITIN",
    /// International bank account number, mod 97.
    Iban = "IBAN",
    /// Mail address.
    Email = "EMAIL",
    /// Telephone number.
    Phone = "PHONE",
}
