//! Names of columns whose cells are written like something of a person and are something else's.
//!
//! Enters: a name. Leaves: yes or no. Never here: the cells; what a name promises.

use super::{uncounted, words};

/// Further things, and codes of banks: numbers and names under these are not those of people.
pub(super) const THINGS: &[&str] = &[
    "center",
    "centre",
    "stok",
    "costcenter",
    "kostenstelle",
    "abi",
    "cab",
    "blz",
    "bsb",
    "ifsc",
    "clearing",
    "sortcode",
    "novel",
    "opera",
    "theorem",
    "rocket",
    "chapel",
    "cathedral",
    "cocktail",
    "cultivar",
    "typeface",
    "deveui",
    "eui",
    "eui64",
    "oui",
    "awb",
    "mawb",
    "hawb",
    "waybill",
    "etkt",
    "eticket",
    "eticketno",
    "mpan",
    "mprn",
    "mark",
    "marks",
    "consignment",
    "pnr",
    "tailnumber",
    "aircraft",
    "railcar",
    "wagon",
    "container",
    "pallet",
];

/// Whose movements of goods have reference numbers that are called `mrn` too.
pub(super) const CUSTOMS: &[&str] = &[
    "customs", "export", "import", "transit", "zoll", "douane", "aduana", "dogana", "ncts",
    "freight", "shipment",
];

/// What of a chain is nobody's address.
pub(super) const ON_CHAIN: &[&str] = &[
    "tx",
    "txn",
    "txid",
    "transaction",
    "hash",
    "block",
    "price",
    "gas",
    "balance",
    "amount",
    "contract",
    "name",
    "fee",
    "usd",
    "volume",
    "supply",
];

/// What has an address on a chain and belongs to nobody.
const CONTRACTS: &[&str] = &[
    "contract",
    "contracts",
    "pool",
    "token",
    "token0",
    "token1",
    "factory",
    "router",
    "oracle",
    "minter",
    "collection",
    "nft",
    "implementation",
    "spender",
];
/// What things are there since: books, firms, houses, machines, laws.
const DAYS: &[&str] = &[
    "edition",
    "published",
    "publication",
    "pub",
    "release",
    "released",
    "premiere",
    "premiered",
    "aired",
    "founded",
    "foundation",
    "established",
    "incorporated",
    "incorporation",
    "inception",
    "built",
    "construction",
    "constructed",
    "completed",
    "commissioned",
    "manufactured",
    "manufacture",
    "production",
    "vintage",
    "launched",
    "launch",
    "opened",
    "opening",
    "inaugurated",
    "discovered",
    "discovery",
    "patented",
    "patent",
    "filed",
    "listing",
    "listed",
    "ipo",
    "enacted",
    "effective",
    "acquired",
    "acquisition",
    "painted",
    "recorded",
    "recording",
    "observed",
    "observation",
    "observado",
    "observada",
    "observé",
    "beobachtet",
    "obs",
    "measured",
    "measurement",
    "sampled",
    "sampling",
    "surveyed",
    "sighted",
    "excavated",
    "photographed",
    "captured",
    "catalogued",
    "cataloged",
    "accessioned",
    "harvested",
    "installed",
    "installation",
    "decommissioned",
    "calibrated",
    "deposited",
    "composed",
    "planted",
    "laid",
    "erected",
    "ersterscheinung",
    "erscheinung",
    "baujahr",
    "gruendung",
    "gründung",
    "parution",
    "fondation",
    "construccion",
    "construcción",
    "fundacion",
    "fundación",
    "publicacion",
    "publicación",
    "lanzamiento",
    "fundação",
    "fundacao",
    "lançamento",
    "uscita",
    "fondazione",
    "pubblicazione",
    "treaty",
    "ratified",
    "battle",
    "war",
    "ruling",
    "judgment",
    "minted",
    "debut",
    "broadcast",
    "incident",
    "eruption",
    "earthquake",
    "eclipse",
    "maiden",
    "flight",
    "voyage",
    "vertrag",
    "traité",
    "tratado",
];
/// Whose days those are then not.
const PEOPLE: &[&str] = &[
    "birth",
    "born",
    "dob",
    "person",
    "patient",
    "member",
    "customer",
    "employee",
    "holder",
    "naissance",
    "nacimiento",
    "geburt",
];

/// Whether addresses on a chain stand there that belong to nobody: `token_contract`, `pool_address`.
pub(crate) fn is_of_contracts(name: &str) -> bool {
    words(name)
        .iter()
        .any(|word| CONTRACTS.contains(&word.as_str()))
}

/// Whether messages are named there, as mail names them: `message_id`, `in_reply_to`, `references`.
pub(crate) fn is_of_messages(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "messageid",
        "msgid",
        "inreplyto",
        "references",
        "contentid",
        "rfc822id",
        "internetmessageid",
        "threadid",
        "mid",
        "cid",
    ];
    let joined = words(name).concat();
    NAMES.iter().any(|known| joined.ends_with(known))
}

/// Whether a name is that of digests or signatures, which are drawn like keys: `sha512`, `integrity`, `public_key`.
pub(crate) fn is_of_digests(name: &str) -> bool {
    const DIGESTS: &[&str] = &[
        "sha",
        "hash",
        "digest",
        "checksum",
        "integrity",
        "etag",
        "signature",
        "fingerprint",
        "thumbprint",
        "public",
        "pubkey",
        "cursor",
        "page",
        "continuation",
        "sitekey",
        "site",
        "gclid",
        "fbclid",
        "click",
        "clid",
        "commit",
        "revision",
        "nonce",
        "vapid",
        "challenge",
        "sig",
        "proof",
        "attestation",
        "thumbnail",
        "fp",
        "publishable",
    ];
    words(name)
        .iter()
        .any(|word| DIGESTS.contains(&uncounted(word)))
}

/// Whether ids stand there, and none of a key: `share_id`.
pub(crate) fn is_of_ids(name: &str) -> bool {
    const IDS: &[&str] = &["id", "ids", "uid", "guid"];
    const OTHERS: &[&str] = &["key", "access", "token", "secret", "credential", "session"];
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    words
        .last()
        .is_some_and(|last| IDS.contains(&last.as_str()))
        && !has(OTHERS)
        && super::hint(name).is_none()
}

/// Words for numbers that schools, clubs and firms give to people and things: none of these is dialled.
const CODES: &[&str] = &[
    "codigo",
    "código",
    "codice",
    "matricula",
    "matrícula",
    "matricule",
    "matrikel",
    "matrikelnr",
    "matrikelnummer",
    "expediente",
    "legajo",
    "folio",
    "carnet",
    "registro",
    "registration",
    "enrolment",
    "enrollment",
    "sku",
    "code",
];

/// Whether codes stand there that are dialled by nobody: `codigo_estudiante`, `matricula`.
pub(crate) fn is_of_codes(name: &str) -> bool {
    let coded = |word: &String| CODES.contains(&word.as_str());
    words(name).iter().any(coded) && super::hint(name) != Some(crate::Label::Phone)
}

/// Whether days stand there on which things came to be: `first_edition`, `built_on`.
pub(crate) fn is_of_other_days(name: &str) -> bool {
    let words = words(name);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    any(DAYS) && !any(PEOPLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_something_else() {
        assert!(is_of_contracts("TOKEN_CONTRACT") && is_of_contracts("poolAddress"));
        assert!(!is_of_contracts("WALLET") && !is_of_contracts("from_address"));
        assert!(
            is_of_messages("MESSAGE_ID")
                && is_of_messages("in-reply-to")
                && is_of_messages("References")
        );
        assert!(!is_of_messages("REPLY_TO") && !is_of_messages("sender"));
        assert!(is_of_other_days("FIRST_EDITION") && is_of_other_days("built_on"));
        assert!(is_of_ids("share_id") && !is_of_ids("php_session_id") && !is_of_ids("idea"));
        assert!(is_of_codes("codigo_estudiante") && is_of_codes("MATRICULA"));
        assert!(!is_of_codes("codigo_telefono") && !is_of_codes("celular"));
        assert!(is_of_other_days("OBSERVED") && !is_of_other_days("patient_observed"));
        assert!(
            !is_of_other_days("BORN")
                && !is_of_other_days("D1")
                && !is_of_other_days("patient_listed_birth")
        );
    }
}
