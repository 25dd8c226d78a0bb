//! What a column's name promises.
//!
//! Enters: a name (of a column, a JSON member, the left side of a comparison). Leaves: a label that half of the cells must
//! bear out before it counts. Never here: a label from a name alone.

use super::Label;
use births::{BIRTH_OTHERS, BIRTH_WORDS, BIRTHS};
use further::unnumbered;
use lists::{
    ACCOUNTS, ADDRESSES, CARDS, HEADS, KINDS, PASSPORTS, PEOPLE, PHONE_PARTS, PHONES, PLANS,
    SHORT_NAMES, SOCIALS,
};
use person::{
    is_bank_account, is_documents_number, is_persons_name, is_persons_number, is_radio_cell,
    is_state_number, person,
};
use tails::TAILS;
use things::THING_NAMES;

pub use inside::{is_day_part, is_kind, is_naming, is_plain};
pub(crate) use other::is_of_digests;
pub use paper::{
    is_code, is_number_of_paper, is_of_papers, is_papers, is_short, kind_of_paper, part_of_secret,
};
pub use secrets::Bar;

mod births;
mod further;
mod index;
mod inside;
mod lists;
mod opens;
pub(crate) mod other;
mod paper;
mod people;
mod person;
mod secrets;
mod tails;
mod things;
mod vendors;

/// What a name promises of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// That they are this.
    pub label: Label,
    /// In passing: its last word is of something else (`telephone_order`).
    pub passing: bool,
    /// A name of a person that says no name follows (`passenger`, `name`): the dictionaries must bear it out. A number of documents of
    /// people or of goods (`document_no`): its cells must be written as states write theirs. A network address of whomever (`ip`): private
    /// ones are those of machines. A bare pin.
    pub weak: bool,
    /// How much its cells must look drawn, where it is a name of secrets.
    pub bar: Bar,
}

/// The name's words, lower case: parted by anything that is no letter or digit, and where a capital follows a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut small_before = false;
    // Marks of their own: of `İ` in small letters, of accents that were not joined to their letters.
    let mark = |letter: &char| matches!(letter, '\u{300}'..='\u{36f}');
    for character in name.chars().filter(|letter| !mark(letter)) {
        let new = character.is_uppercase() && small_before;
        if (new || !character.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase().filter(|letter| !mark(letter)));
        }
        small_before = character.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The label a name hints at.
pub fn hint(name: &str) -> Option<Label> {
    said(name).map(|(label, _)| label)
}

/// What a name says, and the words that it says it by: counted (`phone2`) it says what it says once.
fn said(name: &str) -> Option<(Label, Vec<String>)> {
    let words = words(name);
    let once: Vec<String> = words
        .iter()
        .map(|word| uncounted(word).to_owned())
        .collect();
    if once != words
        && let Some(label) = label_of(&once)
    {
        return Some((label, once));
    }
    if is_documents_number(name) {
        return Some((Label::NationalId, words));
    }
    label_of(&words).map(|label| (label, words))
}

/// The word without the digits behind it, unless it is nothing else.
fn uncounted(word: &str) -> &str {
    match word.trim_end_matches(|character: char| character.is_ascii_digit()) {
        "" => word,
        bare => bare,
    }
}

/// The same, and whether it is what the name is about.
pub fn promise(name: &str) -> Option<Promise> {
    let (label, words) = said(name)?;
    // A place (`phones[0]`) says nothing.
    let place = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let last = words.iter().rposition(|word| !place(word)).unwrap_or(0);
    let says = |words: &[String]| label_of(words) == Some(label);
    let tail = |word: &String| is_tail(word) || says(std::slice::from_ref(word));
    let before = words.get(..last).unwrap_or_default();
    let passing = words.get(last).is_some_and(|word| !tail(word))
        && (1..=before.len()).any(|count| before.get(..count).is_some_and(says));
    // `cell` alone is a radio network's as often as a telephone.
    let passing = passing || words.iter().map(|word| uncounted(word)).eq(["cell"]);
    let weak = match label {
        Label::Person => !is_persons_name(&words),
        Label::NationalId => {
            !is_state_number(&words, &words.concat()) && !is_documents_number(name)
        }
        Label::Secret => secrets::is_bare_pin(&words) && !secrets::is_pin(&words),
        Label::Ip => !words.iter().any(|word| OWNERS.contains(&word.as_str())),
        _ => false,
    };
    let bar = match label {
        Label::Secret => secrets::secret(&words, &words.concat()).unwrap_or(Bar::Any),
        _ => Bar::Any,
    };
    Some(Promise {
        label,
        passing,
        weak,
        bar,
    })
}

/// Whether a name's last word leaves it what it is: `phone_home`, `name_txt`, `ssn_x`.
fn is_tail(word: &str) -> bool {
    word.chars().count() <= 2
        || is_plain(word)
        || [TAILS, PEOPLE, PHONES, ADDRESSES, SHORT_NAMES]
            .iter()
            .any(|list| list.contains(&word))
}

/// Whether a name is that of things, of which single words could be names of people too: `city`, `brand_name`.
pub fn is_of_things(name: &str) -> bool {
    let words = words(name);
    let listed = |word: &str| {
        THING_NAMES.contains(&word) || other::THINGS.contains(&word) || further::is_thing(word)
    };
    let thing =
        |word: &str| listed(word) || listed(uncounted(word)) || listed(unnumbered(uncounted(word)));
    let silent = |word: &str| {
        word.chars().count() <= 2
            || is_plain(word)
            || is_naming(word)
            || SHORT_NAMES.contains(&word)
    };
    let mut told = words
        .iter()
        .rev()
        .skip_while(|word| silent(word) && !thing(word));
    told.next().is_some_and(|word| thing(word))
}

/// The last word says that the name is of something else, or the first that values are left out (`masked_email`).
fn is_of_another(words: &[String], joined: &str) -> bool {
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // `dob_epoch_ms` is a birthday still, and `auth_ticket` opens what a ticket of the help desk does not.
    let kept = |last: &str| {
        MOMENTS.contains(&last)
            && !any(BIRTH_OTHERS)
            && any(&["dob", "birthdate", "birthday", "birth"])
            || last == "ticket" && secrets::secret(words, joined) == Some(Bar::Any)
    };
    matches!(words, [_, .., last] if HEADS.contains(&last.as_str()) && !kept(last))
        || matches!(words, [first, _, ..] if MASKED.contains(&first.as_str()))
}

/// What names of mail addresses hold.
const MAILS: &[&str] = &["email", "mailaddress", "correoelectronico", "courriel"];

fn label_of(words: &[String]) -> Option<Label> {
    let has = |word: &str| words.iter().any(|have| have == word);
    let any = |list: &[&str]| list.iter().any(|word| has(word));
    let joined = words.concat();
    let part = |list: &[&str]| list.iter().any(|piece| joined.contains(piece));
    if any(KINDS) || is_of_another(words, &joined) {
        // `address_type` is a kind of address, `email_status` no address.
        return None;
    }
    if secrets::is_password(words) {
        return Some(Label::Secret);
    }
    let numbered = any(&["number", "no", "num", "nbr", "nr", "id", "code"]) || words.len() == 1;

    Some(
        if SOCIALS.is_part_of(&joined) && !has("media")
            || has("ss") && any(&["number", "no", "num", "nbr", "nr"])
            || words.iter().any(|word| is_ssn(word))
        {
            Label::UsSsn
        } else if has("itin") {
            Label::UsItin
        } else if has("iban") {
            Label::Iban
        } else if is_cards_code(&any, &part) {
            Label::Cvv
        } else if secrets::is_pin(words) || secrets::is_bare_pin(words) {
            Label::Secret
        } else if has("pan") && any(&["india", "in", "tax"]) {
            Label::InPan
        } else if has("pan") || CARDS.is_part_of(&joined) && !paper::is_card(words, &joined) {
            Label::CreditCard
        } else if part(&["routing"]) || any(&["aba", "rtn"]) {
            Label::UsAba
        } else if part(ACCOUNTS) {
            Label::UsBankAccount
        } else if is_bank_account(words, &joined) {
            Label::BankAccount
        } else if part(MAILS) || (has("mail") && words.len() <= 2) {
            Label::Email
        } else if (any(PHONES) && !is_radio_cell(words))
            || PHONE_PARTS.is_part_of(&joined) && !is_radio_cell(words)
            || further::is_phone(words, &joined)
        {
            Label::Phone
        } else if joined == "dob" || (any(BIRTH_WORDS) || part(BIRTHS)) && !any(BIRTH_OTHERS) {
            Label::Dob
        } else if (any(&["mac"]) || part(&["macaddress", "hwaddr"])) && any(OWNERS) {
            Label::Mac
        } else if (any(&["ip", "ip4", "ip6", "ipv4", "ipv6"])
            || part(&["ipaddress", "ipaddr", "remoteaddr"]))
            && !any(MACHINES)
        {
            Label::Ip
        } else if part(PASSPORTS) {
            Label::Passport
        } else if (any(&["dl", "licence", "license", "lic"])
            && any(&["driver", "drivers", "driving", "dl", "drv", "drvr"]))
            || part(&["driverlic", "driverslic", "drivinglic", "drvlic"])
        {
            Label::UsDl
        } else {
            return health(&any, &part)
                .or_else(|| state(words, &any, &part, numbered))
                .or_else(|| is_persons_number(words, &joined).then_some(Label::NationalId))
                .or_else(|| person(words));
        },
    )
}

/// First words of names whose values are left out of them.
const MASKED: &[&str] = &[
    "masked",
    "redacted",
    "obfuscated",
    "scrubbed",
    "anonymized",
    "anonymised",
];

/// `ssn`, `ssnraw`, `patientssn`; not `reisepassnr`, not `businessnumber`.
fn is_ssn(word: &str) -> bool {
    // An ISSN is a periodical's.
    matches!(word, "hicn" | "hic")
        || word != "issn" && (word.starts_with("ssn") || word.ends_with("ssn"))
}

/// Parts of names of diagnoses.
const DIAGNOSES: &[&str] = &[
    "diagnosis",
    "diagnoses",
    "diagnose",
    "diagnostico",
    "diagnóstico",
    "diagnosi",
    "rozpoznanie",
    "диагноз",
    "διάγνωση",
    "診断",
    "诊断",
    "진단",
    "تشخيص",
    "אבחנה",
    "निदान",
];

/// Parts of names of numbers of medical records.
const MEDICAL_RECORDS: &[&str] = &[
    "medicalrecord",
    "medrec",
    "chartnumber",
    "chartno",
    "chartnum",
    "historiaclinica",
    "dossiermedical",
    "cartellaclinica",
    "hospitalnumber",
    "hospitalno",
    "病历号",
    "病歷號",
    "カルテ番号",
];

/// Numbers that health services give.
const HEALTH_NUMBERS: &[&str] = &[
    "cns", "kvnr", "ehic", "ihi", "nhi", "abha", "ohip", "ramq", "phn", "hcn", "chi", "taj", "cmu",
    "sus",
];

/// The code of a card or what is typed in with it.
fn is_cards_code(any: Test<'_>, part: Test<'_>) -> bool {
    any(&["cvv", "cvc", "cvv2", "cvc2"])
        || part(&["cardsecuritycode", "cardverif", "cvccode", "cvvcode"])
        || any(&["pin"]) && any(&["card", "atm", "debit", "credit"])
}

/// Firms whose number it is: `payer_ein`, `er_ein`.
const FIRMS: &[&str] = &[
    "payer", "employer", "er", "company", "vendor", "supplier", "org", "issuer", "merchant",
    "agency", "filer", "emisor", "emitente", "corp", "business", "firm", "bank",
];

/// How a moment is written.
const MOMENTS: &[&str] = &[
    "ts",
    "ms",
    "ns",
    "us",
    "epoch",
    "timestamp",
    "seconds",
    "secs",
];

/// Whose hardware or network address it is, if it is a person's.
const OWNERS: &[&str] = &[
    "client",
    "customer",
    "user",
    "device",
    "visitor",
    "guest",
    "subscriber",
    "patient",
    "employee",
    "member",
    "phone",
    "mobile",
    "owner",
    "person",
    "personal",
];

/// What has network addresses and is no person.
const MACHINES: &[&str] = &[
    "management",
    "mgmt",
    "gateway",
    "router",
    "switch",
    "loopback",
    "dns",
    "ntp",
    "subnet",
    "prefix",
    "netmask",
    "mask",
    "pool",
    "interface",
    "vip",
    "cluster",
    "pod",
    "node",
    "server",
    "proxy",
    "balancer",
    "upstream",
    "backend",
    "printer",
    "sensor",
    "camera",
    "plc",
    "machine",
    "version",
    "oid",
];

type Test<'a> = &'a dyn Fn(&[&str]) -> bool;

fn health(any: Test<'_>, part: Test<'_>) -> Option<Label> {
    Some(if any(&["npi"]) {
        Label::UsNpi
    } else if any(&["dea"]) {
        Label::UsDea
    } else if any(&["mbi"]) || part(&["medicarembi", "medicareid", "medicarebeneficiary"]) {
        Label::UsMbi
    } else if any(&["mrn", "prontuario", "prontuário", "nhc"]) && !any(other::CUSTOMS)
        || part(MEDICAL_RECORDS)
    {
        Label::Mrn
    } else if any(&["icd", "icd10", "icd9", "dx", "injury"]) || part(DIAGNOSES) {
        Label::Diagnosis
    } else if any(&["ndc"]) && any(OWNERS) {
        Label::Ndc
    } else if any(&["cpt", "hcpcs"]) && any(OWNERS) {
        Label::Cpt
    } else if part(PLANS) || any(HEALTH_NUMBERS) {
        Label::HealthPlan
    } else {
        return None;
    })
}

fn is_of_wallet(any: Test<'_>, part: Test<'_>) -> bool {
    any(&["btc", "bitcoin", "wallet", "eth", "ethereum"]) || part(&["walletaddress"])
}

fn state(words: &[String], any: Test<'_>, part: Test<'_>, numbered: bool) -> Option<Label> {
    Some(if any(&["nhs"]) {
        Label::UkNhs
    } else if any(&["nino"]) || part(&["nationalinsurance"]) {
        Label::UkNino
    } else if any(&["sin"]) && numbered || part(&["socialinsurance"]) {
        Label::CaSin
    } else if any(&["cpf"]) {
        Label::BrCpf
    } else if any(&["cnpj"]) {
        Label::BrCnpj
    } else if any(&["aadhaar", "aadhar", "uidai"]) {
        Label::InAadhaar
    } else if any(&["nif", "dni", "nie"]) {
        Label::EsNif
    } else if any(&["pesel"]) {
        Label::PlPesel
    } else if any(&["steuerid", "idnr"]) || part(&["steueridentifikation", "steuerid"]) {
        Label::DeSteuerId
    } else if any(&["nir"]) || part(&["numerosecu", "securitesociale"]) {
        Label::FrNir
    } else if any(&["codicefiscale"]) || part(&["codicefiscale"]) {
        Label::ItCf
    } else if any(&["bsn"]) || part(&["burgerservice"]) {
        Label::NlBsn
    } else if part(&["personnummer"]) {
        Label::SePersonnummer
    } else if any(&["tfn"]) || part(&["taxfile"]) {
        Label::AuTfn
    } else if part(&["medicarenumber", "medicareno", "medicarecard"]) {
        Label::AuMedicare
    } else if any(&["rrn"]) || part(&["residentregistration"]) {
        Label::KrRrn
    } else if any(&["vat", "vatin", "ustid"]) && any(OWNERS) {
        Label::EuVat
    } else if any(&["ein"]) && !any(FIRMS) || part(&["employeridentification"]) {
        Label::UsEin
    } else if is_of_wallet(any, part) && secrets::secret(words, &words.concat()).is_none() {
        if any(other::ON_CHAIN) {
            return None;
        }
        Label::Crypto
    } else if secrets::secret(words, &words.concat()).is_some() {
        Label::Secret
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests;
