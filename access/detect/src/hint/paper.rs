//! What members beside a number in a document say of it: `{"doc_type": "passport", "doc_number": …}`, `{"tipo": "CC", "numero": …}`,
//! `{"kty": "EC", "d": …}`; and which members are such numbers, and which stand around papers.
//!
//! Enters: members' names, and what is said beside. Leaves: yes or no, or the name that the number has in a table. Never here: the number.

use super::inside::Words;
use crate::Label;

/// Longest code of a kind of papers, bytes.
const CODE_MAX: usize = 16;
/// Longest such name, bytes: as long as names are that hint at something.
const NAME_MAX: usize = 128;

/// First or last words of names of numbers.
static NUMBERS: Words = Words::new(&[
    "number",
    "no",
    "num",
    "nr",
    "nbr",
    "nro",
    "id",
    "identifier",
    "identificacion",
    "identificación",
    "identificador",
    "serial",
    "numero",
    "número",
    "numéro",
    "nummer",
    "numer",
    "numara",
    "cislo",
    "číslo",
    "broj",
    "nomor",
    "номер",
    "番号",
    "号码",
    "號碼",
    "번호",
    "رقم",
    "מספר",
]);

/// Last words of names of papers, under which their number stands: `tipo_documento`, `documento`.
static DOCUMENTS: Words = Words::new(&["doc", "document", "documento", "dokument"]);

/// Words of names around papers, or of their kinds and numbers.
static PAPERS: Words = Words::new(&[
    "doc",
    "docs",
    "document",
    "documents",
    "documento",
    "documentos",
    "documenti",
    "dokument",
    "dokumente",
    "dokumenty",
    "dokumen",
    "doklad",
    "doklady",
    "pièce",
    "piece",
    "identity",
    "identite",
    "identité",
    "identidad",
    "identidade",
    "identita",
    "identità",
    "identitas",
    "identitaet",
    "identität",
    "identification",
    "identificacion",
    "identificación",
    "identificacao",
    "identificação",
    "identificador",
    "identifier",
    "identifiers",
    "national",
    "passport",
    "passports",
    "reisepass",
    "ausweis",
    "ausweise",
    "ausweisdokument",
    "legitimation",
    "kyc",
    "kimlik",
    "proof",
    "paper",
    "papers",
    "permit",
    "licence",
    "license",
    "tax",
    "taxes",
    "health",
    "othr",
    "документ",
    "документы",
    "паспорт",
    "证件",
    "證件",
    "身份",
    "証明書",
    "本人確認",
    "신분증",
    "وثيقة",
    "هوية",
    "הזדהות",
    "תעודה",
    "כרטיס",
]);

/// Codes that say a kind of papers wherever they stand: of HL7, of ISO 20022.
const CODES: &[(&str, &str)] = &[
    ("ppn", "passport"),
    ("ccpt", "passport"),
    ("drlc", "driver_license"),
    ("nidn", "national_id"),
    ("txid", "tax_id"),
    ("arnu", "alien_registration"),
    ("epic", "voter_id"),
];

/// Codes that say it among papers alone: `P` is a part, a parcel and a passport.
const SHORT_CODES: &[(&str, &str)] = &[
    ("p", "passport"),
    ("pp", "passport"),
    ("pas", "passport"),
    ("pass", "passport"),
    ("psp", "passport"),
    ("dl", "driver_license"),
    ("dlic", "driver_license"),
    ("sose", "social_security"),
    ("ss", "social_security"),
    ("id", "national_id"),
    ("idc", "national_id"),
    ("nid", "national_id"),
    ("nni", "national_id"),
    ("ni", "national_id"),
    ("ci", "national_id"),
    ("cc", "national_id"),
    ("ce", "national_id"),
    ("ti", "national_id"),
    ("op", "national_id"),
    ("ic", "national_id"),
    ("cin", "national_id"),
    ("bi", "national_id"),
    ("tc", "national_id"),
    ("national", "national_id"),
    ("nationalid", "national_id"),
    ("dni", "national_id"),
    ("identity", "national_id"),
    ("tax", "tax_id"),
    ("tin", "tax_id"),
    ("mr", "mrn"),
    ("hc", "health_card"),
];

/// What keys of JWK (RFC 7517, 7518) have as their kind, and which members of those are private.
const KEY_KINDS: &[&str] = &["RSA", "EC", "OKP", "oct"];
const KEY_PARTS: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "k"];

/// Calls for each word of a name, as it is written, until one fits. Names stand in every document: bytes will do.
fn any_word(name: &str, mut fits: impl FnMut(&str, bool, bool) -> bool) -> bool {
    let bytes = name.as_bytes();
    let (mut from, mut small, mut first) = (0, false, true);
    for (at, byte) in bytes.iter().enumerate() {
        let sign = byte.is_ascii() && !byte.is_ascii_alphanumeric();
        if sign || small && byte.is_ascii_uppercase() {
            if at > from {
                if fits(name.get(from..at).unwrap_or(""), first, false) {
                    return true;
                }
                first = false;
            }
            from = at + usize::from(sign);
        }
        small = byte.is_ascii_lowercase();
    }
    from < bytes.len() && fits(name.get(from..).unwrap_or(""), first, true)
}

/// Whether a member's name is that of a number whose kind another member says: `doc_number`, `numeroDocumento`, `id`.
fn is_numbered(name: &str) -> bool {
    name.len() <= NAME_MAX
        && any_word(name, |word, first, last| {
            last && DOCUMENTS.has(word) || (first || last) && NUMBERS.has(word)
        })
}

/// Whether papers stand under a member's name, or it is of one: `documents`, `kyc`, `ids`, `doc_number`, `idNo`; not `order_id`.
pub fn is_of_papers(name: &str) -> bool {
    name.len() <= NAME_MAX
        && any_word(name, |word, first, _| {
            PAPERS.has(word) || first && matches!(word, "id" | "ids" | "Id" | "Ids" | "ID" | "IDS")
        })
}

/// Whether the member `key` of `owner` is the number of a paper whose kind another member may say.
pub fn is_number_of_paper(owner: &str, key: &str) -> bool {
    is_numbered(key)
        && (is_of_papers(owner) || !key.eq_ignore_ascii_case("id") && is_of_papers(key))
}

/// Whether a name is a code in place of one: `PL`, `US`.
pub fn is_code(name: &str) -> bool {
    matches!(name.as_bytes(), [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

/// Whether a label is that of papers and numbers which states, insurers and clinics give people.
pub const fn is_papers(label: Label) -> bool {
    matches!(
        label,
        Label::NationalId
            | Label::Passport
            | Label::UsDl
            | Label::UsSsn
            | Label::UsItin
            | Label::UsMbi
            | Label::UsNpi
            | Label::UkNhs
            | Label::UkNino
            | Label::CaSin
            | Label::BrCpf
            | Label::InAadhaar
            | Label::InPan
            | Label::EsNif
            | Label::PlPesel
            | Label::DeSteuerId
            | Label::FrNir
            | Label::ItCf
            | Label::NlBsn
            | Label::SePersonnummer
            | Label::AuTfn
            | Label::AuMedicare
            | Label::KrRrn
            | Label::HealthPlan
            | Label::Mrn
    )
}

/// Whether a card is no card to pay with: `id_card_number`, `health_card_no`.
pub(super) fn is_card(words: &[String], joined: &str) -> bool {
    const OWNERS: &[&str] = &[
        "id",
        "identity",
        "national",
        "citizen",
        "citizenship",
        "resident",
        "residence",
        "health",
        "insurance",
        "medicare",
        "medicaid",
        "social",
        "voter",
        "voters",
        "aadhaar",
        "aadhar",
        "ration",
        "green",
        "immigration",
    ];
    const FUSED: &[&str] = &["identitycard", "nationalcard", "healthcard", "idcardn"];
    words
        .windows(2)
        .any(|pair| pair[1].starts_with("card") && OWNERS.contains(&pair[0].as_str()))
        || FUSED.iter().any(|card| joined.starts_with(card))
}

/// The name that a number has in a table, whose kind is said in a code; `among` papers short codes count.
pub fn kind_of_paper(said: &str, among: bool) -> Option<&'static str> {
    if said.len() > CODE_MAX {
        return None;
    }
    let same = |code: &str| {
        let letters = said.bytes().filter(|byte| !b"_- ./".contains(byte));
        letters
            .map(|byte| byte.to_ascii_lowercase())
            .eq(code.bytes())
    };
    let short = if among { SHORT_CODES } else { &[] };
    let mut codes = CODES.iter().chain(short);
    codes.find(|(code, _)| same(code)).map(|(_, name)| *name)
}

/// The name in a table of what stands under `key`, where a member says what its object is: a private part of a key, a password that
/// Terraform drew.
pub fn part_of_secret(key: &str, said: &str) -> Option<&'static str> {
    if KEY_PARTS.contains(&key) && KEY_KINDS.contains(&said) {
        return Some("private_key");
    }
    (key == "result" && said == "random_password").then_some("password")
}

/// Whether what is said is a kind in two letters, which says it among papers alone.
pub const fn is_short(said: &str) -> bool {
    said.len() <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_numbers_and_of_papers_are_told() {
        for name in [
            "doc_number",
            "numeroDocumento",
            "id",
            "idNo",
            "nro_documento",
            "证件",
        ] {
            assert!(is_of_papers(name), "{name}");
        }
        for name in ["", "orders", "video", "docking", "idle", "taxi", "order_id"] {
            assert!(!is_of_papers(name), "{name}");
        }
        for name in [
            "doc_number",
            "numeroDocumento",
            "num_doc",
            "id",
            "passport_id",
            "номер",
        ] {
            assert!(is_numbered(name), "{name}");
        }
        for name in ["", "document_type", "note", "grid", "a_no_b", "numbers_of"] {
            assert!(!is_numbered(name), "{name}");
        }
        assert!(is_number_of_paper("ids", "id") && is_number_of_paper("", "docNo"));
        assert!(!is_number_of_paper("order", "id") && !is_number_of_paper("", "id"));
        assert!(is_code("PL") && !is_code("pl") && !is_code("P"));
    }

    #[test]
    fn cards_of_people_are_none_to_pay_with() {
        let hint = super::super::hint;
        for name in [
            "id_card_number",
            "IdentityCardNo",
            "national_card_no",
            "idcardnumber",
        ] {
            assert_eq!(hint(name), Some(Label::NationalId), "{name}");
        }
        assert_eq!(hint("health_card.number"), Some(Label::HealthPlan));
        assert_eq!(hint("credit_card_number"), Some(Label::CreditCard));
        assert_eq!(hint("paid_card_no"), Some(Label::CreditCard));
    }

    #[test]
    fn codes_say_a_kind_among_papers() {
        for (said, among, want) in [
            ("PPN", false, Some("passport")),
            ("P", true, Some("passport")),
            ("P", false, None),
            ("C.C.", true, Some("national_id")),
            ("DL", true, Some("driver_license")),
            ("invoice", true, None),
            ("", true, None),
        ] {
            assert_eq!(kind_of_paper(said, among), want, "{said}");
        }
        for (_, name) in CODES.iter().chain(SHORT_CODES) {
            assert!(super::super::hint(name).is_some_and(is_papers), "{name}");
        }
    }

    #[test]
    fn parts_of_secrets_are_told_by_their_object() {
        for (key, said, want) in [
            ("d", "EC", Some("private_key")),
            ("k", "oct", Some("private_key")),
            ("x", "EC", None),
            ("d", "day", None),
            ("result", "random_password", Some("password")),
            ("result", "random_pet", None),
        ] {
            assert_eq!(part_of_secret(key, said), want, "{key} of {said}");
        }
    }
}
