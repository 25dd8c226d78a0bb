//! What a column's name says of people: that names stand under it, or numbers that a state or a bank gave them.
//!
//! Enters: the words of a name. Leaves: a label, or yes or no. Never here: the lists of words; the cells.

use super::further;
use super::lists::{ADDRESSES, NAMES, PEOPLE, SHORT_NAMES, THINGS};
use super::people::{
    BANKS, COUNTRIES, DOCUMENTS, ROLES, SHORT_ROLES, STATE_NUMBERS, STATE_WEAK, STATE_WORDS,
};
use super::things::THING_NAMES;
use super::uncounted;
use crate::Label;

/// Words that a name's last word may be, where it is about a name.
const NAME_WORDS: &[&str] = &["name", "names", "nm", "person", "contact"];

/// What else has names.
const NAMED: &[&str] = &[
    "account",
    "gl",
    "scheme",
    "bucket",
    "metric",
    "feature",
    "param",
    "parameter",
    "variable",
    "env",
    "key",
    "page",
    "screen",
    "form",
    "report",
    "job",
    "task",
    "step",
    "rule",
    "policy",
    "topic",
    "stream",
    "partition",
    "view",
    "function",
    "image",
    "container",
    "device",
    "sensor",
    "generic",
    "common",
    "scientific",
    "short",
    "code",
    "type",
    "sheet",
    "tab",
    "folder",
    "dir",
    "path",
    "option",
    "flag",
    "setting",
    "layer",
    "property",
    "attribute",
];

/// Firms and houses whose own name it is, where one of these words stands right before `name`.
const FIRMS: &[&str] = &[
    "org",
    "organization",
    "organisation",
    "facility",
    "clinic",
    "hospital",
    "practice",
    "pharmacy",
    "laboratory",
    "lab",
    "school",
    "university",
    "bank",
    "agency",
    "firm",
    "business",
    "institution",
    "institute",
    "charity",
    "foundation",
    "department",
    "dept",
    "branch",
    "company",
    "corp",
    "legal",
    "trade",
    "trading",
    "entity",
    "einrichtung",
    "firma",
];

/// `provider_org_name`: the name of a firm, whoever it is named beside.
fn is_firms_name(words: &[String]) -> bool {
    matches!(words, [.., owner, last]
        if NAME_WORDS.contains(&last.as_str()) && FIRMS.contains(&owner.as_str()))
}

pub(super) fn person(words: &[String]) -> Option<Label> {
    let has = |list: &[&str]| {
        list.iter()
            .any(|word| words.iter().any(|have| have == word))
    };
    if (has(ADDRESSES) || further::is_address(words))
        && !has(&["web", "url", "contract", "mac", "ip"])
        && !further::is_of_shelves(words)
    {
        return Some(Label::Address);
    }
    if has(&["zip", "zipcode", "postcode", "postal", "plz"]) {
        return Some(Label::PostalCode);
    }
    // `first_name_of_storm`
    if matches!(words, [_, .., of, last] if of == "of" && THING_NAMES.contains(&last.as_str())) {
        return None;
    }
    let thing = has(THINGS)
        || words
            .iter()
            .any(|word| THING_NAMES.contains(&word.as_str()));
    if is_firms_name(words) {
        return None;
    }
    // `embossed_name`, `passenger`, `line_manager`, `next_of_kin`: perhaps.
    let named = has(NAME_WORDS) && !thing && !has(NAMED);
    let role = words
        .iter()
        .rfind(|word| !word.bytes().all(|byte| byte.is_ascii_digit()))
        .is_some_and(|word| ROLES.has(uncounted(word)));
    // `signed_by`, `collected_by`.
    let doer = matches!(words, [_, last] if last == "by");
    (is_persons_name(words) || named || doer || role && !thing).then_some(Label::Person)
}

/// Whether a name says that people's names stand under it: `first_name`, `cust_nm`, `stud_ln`, `passenger_name`.
pub(super) fn is_persons_name(words: &[String]) -> bool {
    let has = |list: &[&str]| {
        list.iter()
            .any(|word| words.iter().any(|have| have == word))
    };
    let joined = words.concat();
    let fused = NAMES.iter().any(|name| joined.contains(name));
    let thing = words
        .last()
        .is_some_and(|last| THING_NAMES.contains(&last.as_str()));
    // `paket_ime`, `hotel_naam`
    let of_thing = matches!(words, [thing, _] if is_thing(thing));
    let short = has(SHORT_NAMES) && !has(THINGS) && !thing && !of_thing;
    let person = has(PEOPLE) || words.iter().any(|word| ROLES.has(word));
    let named = has(NAME_WORDS) && words.len() > 1 && person && !has(THINGS);
    let abbreviated = words.iter().any(|word| SHORT_ROLES.has(word))
        && has(&[
            "fn", "ln", "mn", "nm", "fnm", "lnm", "fname", "lname", "name",
        ])
        && (has(&["fn", "ln", "nm", "fnm", "lnm"]) || !has(THINGS) && !of_thing);
    fused || short || named || abbreviated
}

fn is_thing(word: &str) -> bool {
    THING_NAMES.contains(&word) || further::is_thing(word)
}

/// A number that a state gave somebody: `national_id`, `document.number`, `curp`.
pub(super) fn is_state_number(words: &[String], joined: &str) -> bool {
    STATE_NUMBERS.is_part_of(joined)
        || STATE_WORDS.has(joined)
        || words.iter().any(|word| STATE_WORDS.has(word))
        || is_of_country(words)
}

/// `nic_lk`, `ci_uruguay`, `philippine_tin`: what is a state's number or something else, beside a state.
fn is_of_country(words: &[String]) -> bool {
    const WEAK: &[&str] = &[
        "nic", "ci", "tin", "nid", "cin", "cc", "run", "rc", "id", "nis",
    ];
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let state = |word: &&String| COUNTRIES.has(word);
    // `id_co` is of a company, `run_co` of a job.
    let named = words.iter().filter(state).any(|word| word.len() > 2);
    let certain = named || !any(&["id", "run"]) || any(&["cl"]);
    words.len() <= 3 && any(WEAK) && words.iter().any(|word| COUNTRIES.has(word)) && certain
}

/// A number that a state gave somebody, surely or perhaps, and no firm: `curp`, `document_no`; not `cuit_empleador`.
pub(super) fn is_persons_number(words: &[String], joined: &str) -> bool {
    let state = is_state_number(words, joined) || may_be_state_number(words, joined);
    state && !further::is_of_firm(words)
}

/// The same, perhaps: `document_no`, `run`; the cells must say so themselves.
pub(super) fn may_be_state_number(words: &[String], joined: &str) -> bool {
    const SILENT: &[&str] = &[
        "no", "num", "number", "nr", "nbr", "id", "value", "text", "raw", "code", "the", "of",
    ];
    let silent = |word: &str| SILENT.contains(&word);
    let mut told = words.iter().filter(|word| !silent(word)).peekable();
    let bare = told.peek().is_some() && told.all(|word| STATE_WEAK.has(word));
    bare || DOCUMENTS.is_part_of(joined)
}

/// An account of a bank: `payout_acct`, `clabe`, `acct`; not the account of a user.
pub(super) fn is_bank_account(words: &[String], joined: &str) -> bool {
    let last = words.last().map_or("", String::as_str);
    let other = [
        "user", "login", "customer", "service", "aws", "cloud", "gl", "ledger", "ui", "sui",
        "suta", "tax", "employer", "loan", "loans", "mortgage", "utility", "lease",
    ];
    BANKS.is_part_of(joined)
        || matches!(last, "acct" | "konto" | "bankacc" | "accnt")
            && !words.iter().any(|word| other.contains(&word.as_str()))
}

/// `cell_id`, `cell.tower`: of a radio network, no telephone.
pub(super) fn is_radio_cell(words: &[String]) -> bool {
    let others = [
        "id", "ids", "site", "tower", "lac", "sector", "radio", "rf", "lte", "gsm", "culture",
        "line", "solar", "fuel", "battery",
    ];
    words.iter().any(|word| word == "cell")
        && words.iter().any(|word| others.contains(&word.as_str()))
}

/// The number of a person's document in JSON: `{"document": {"type": "national", "number": …}}`.
pub(super) fn is_documents_number(name: &str) -> bool {
    let Some((owner, key)) = name.rsplit_once('.') else {
        return false;
    };
    let owners = ["document", "identification", "identity", "iddocument", "id"];
    let keys = ["number", "no", "num", "nr", "value", "id"];
    // The id of a document is its record's.
    let record = key.eq_ignore_ascii_case("id")
        && ["document", "id", "iddocument"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(owner));
    !record
        && owners.iter().any(|known| known.eq_ignore_ascii_case(owner))
        && keys.iter().any(|known| known.eq_ignore_ascii_case(key))
}
