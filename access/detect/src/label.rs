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

        /// The built-in labels without their payload, to count them.
        enum Place {
            $($variant,)+
        }

        impl Label {
            /// Its place among the built-in labels; own detectors have none.
            pub(crate) const fn place(self) -> Option<u8> {
                match self {
                    $(Self::$variant => Some(Place::$variant as u8),)+
                    Self::Own(_) => None,
                }
            }

            /// How many built-in labels there are.
            pub(crate) const COUNT: usize = Self::ALL.len();

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
    /// Magnetic stripe data of a payment card.
    CardTrack = "CARD_TRACK",
    /// Card verification value; by name only.
    Cvv = "CVV",
    /// International bank account number, mod 97.
    Iban = "IBAN",
    /// US bank routing number, 3-7-1.
    UsAba = "US_ABA",
    /// US bank account number.
    UsBankAccount = "US_BANK_ACCOUNT",
    /// Wallet address of a crypto currency.
    Crypto = "CRYPTO",
    /// US social security number.
    UsSsn = "US_SSN",
    /// US individual taxpayer number.
    UsItin = "US_ITIN",
    /// US employer number.
    UsEin = "US_EIN",
    /// US driver licence.
    UsDl = "US_DL",
    /// Passport number.
    Passport = "PASSPORT",
    /// Mail address.
    Email = "EMAIL",
    /// Telephone number.
    Phone = "PHONE",
    /// A person's name.
    Person = "PERSON",
    /// Postal address.
    Address = "ADDRESS",
    /// Postal code; by name only.
    PostalCode = "POSTAL_CODE",
    /// Date of birth.
    Dob = "DOB",
    /// IPv4 or IPv6 address.
    Ip = "IP",
    /// Hardware address.
    Mac = "MAC",
    /// US provider number, Luhn on 80840….
    UsNpi = "US_NPI",
    /// US drug enforcement number.
    UsDea = "US_DEA",
    /// US Medicare beneficiary number.
    UsMbi = "US_MBI",
    /// Medical record number.
    Mrn = "MRN",
    /// Diagnosis code, ICD-10.
    Diagnosis = "DIAGNOSIS",
    /// Drug code, NDC; by name only.
    Ndc = "NDC",
    /// Procedure code, CPT; by name only.
    Cpt = "CPT",
    /// Health plan member number; by name only.
    HealthPlan = "HEALTH_PLAN",
    /// UK NHS number, mod 11.
    UkNhs = "UK_NHS",
    /// UK national insurance number.
    UkNino = "UK_NINO",
    /// Canadian social insurance number, Luhn.
    CaSin = "CA_SIN",
    /// Brazilian taxpayer number of a person.
    BrCpf = "BR_CPF",
    /// Brazilian taxpayer number of a company.
    BrCnpj = "BR_CNPJ",
    /// Indian resident number, Verhoeff.
    InAadhaar = "IN_AADHAAR",
    /// Indian taxpayer number.
    InPan = "IN_PAN",
    /// Spanish NIF or NIE.
    EsNif = "ES_NIF",
    /// Polish resident number.
    PlPesel = "PL_PESEL",
    /// German taxpayer number.
    DeSteuerId = "DE_STEUER_ID",
    /// French social security number.
    FrNir = "FR_NIR",
    /// Italian fiscal code.
    ItCf = "IT_CF",
    /// Dutch citizen number.
    NlBsn = "NL_BSN",
    /// Swedish personal number.
    SePersonnummer = "SE_PERSONNUMMER",
    /// Australian tax file number.
    AuTfn = "AU_TFN",
    /// Australian Medicare number.
    AuMedicare = "AU_MEDICARE",
    /// South African identity number.
    ZaId = "ZA_ID",
    /// Korean resident number.
    KrRrn = "KR_RRN",
    /// European VAT number; by name only.
    EuVat = "EU_VAT",
    /// Key, token, password.
    Secret = "SECRET",
    /// Number that a state gave a person, of states without a label of their own.
    NationalId = "NATIONAL_ID",
    /// Bank account number of other countries than the United States.
    BankAccount = "BANK_ACCOUNT",
}

impl Label {
    /// Its bit in a set of built-in labels; own detectors have none.
    pub(crate) const fn bit(self) -> u64 {
        match self.place() {
            Some(place) => 1 << place,
            None => 0,
        }
    }
}
