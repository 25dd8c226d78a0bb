//! Words that say what comes next: `passport number`, `DOB`, `src=`.
//!
//! Enters: a word. Leaves: what it announces. Never here: the value announced.

use super::Label;

/// What a word says about the next value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// A value of that label.
    Value(Label),
    /// A person, surely.
    Person,
    /// A person, unless it begins a title: `Customer Success Lead`, `Nurse Practitioner`, `Dear Sir`.
    PersonOrTitle,
    /// A person, perhaps.
    PersonPerhaps,
    /// Nothing by itself: what was said before still holds (`number`, `is`).
    Filler,
}

/// Longest word that says anything.
const LONGEST: usize = 14;

/// What the word says, whatever its case.
pub(super) fn says(word: &[u8]) -> Option<Says> {
    if word.len() > LONGEST || word.len() < 2 {
        return None;
    }
    let mut lower = [0_u8; LONGEST];
    for (to, from) in lower.iter_mut().zip(word) {
        *to = from.to_ascii_lowercase();
    }
    Some(match lower.get(..word.len())? {
        b"no" | b"nr" | b"num" | b"number" | b"is" | b"was" | b"id" | b"code" | b"address"
        | b"addr" | b"key" | b"security" => Says::Filler,
        b"passport" => Says::Value(Label::Passport),
        b"ssn" | b"social" => Says::Value(Label::UsSsn),
        b"npi" => Says::Value(Label::UsNpi),
        b"dea" => Says::Value(Label::UsDea),
        b"dx" | b"diagnosis" | b"diagnosed" | b"icd" | b"icd10" => Says::Value(Label::Diagnosis),
        b"mrn" => Says::Value(Label::Mrn),
        b"acct" | b"account" => Says::Value(Label::UsBankAccount),
        b"routing" | b"aba" => Says::Value(Label::UsAba),
        b"license" | b"licence" => Says::Value(Label::UsDl),
        b"nhs" => Says::Value(Label::UkNhs),
        b"pesel" => Says::Value(Label::PlPesel),
        b"cpf" => Says::Value(Label::BrCpf),
        b"aadhaar" | b"aadhar" => Says::Value(Label::InAadhaar),
        b"bsn" => Says::Value(Label::NlBsn),
        b"ip" | b"src" | b"dst" | b"client" | b"host" | b"peer" => Says::Value(Label::Ip),
        b"phone" | b"tel" | b"mobile" | b"cell" | b"fax" | b"telefon" | b"handy" | b"mobil"
        | b"telefono" | b"telefone" | b"celular" | b"movil" | b"whatsapp" | b"gsm" | b"tlf"
        | b"sms" => Says::Value(Label::Phone),
        b"cvv" | b"cvc" => Says::Value(Label::Cvv),
        b"password" | b"passwd" | b"pwd" | b"passphrase" | b"passcode" | b"bearer"
        | b"passwort" | b"kennwort" | b"senha" | b"passe" | b"wachtwoord" | b"token"
        | b"secret" => Says::Value(Label::Secret),
        b"patient" | b"caller" | b"cardholder" | b"named" | b"attn" => Says::Person,
        b"customer" | b"dear" | b"nurse" | b"employee" | b"name" | b"frau" | b"herr" | b"herrn"
        | b"madame" | b"monsieur" => Says::PersonOrTitle,
        b"pt" | b"hello" | b"hi" | b"hallo" | b"hola" | b"bonjour" | b"with" | b"by" | b"for"
        | b"from" | b"to" | b"contact" => Says::PersonPerhaps,
        word if BIRTHS.iter().any(|known| known.as_bytes() == word) => Says::Value(Label::Dob),
        _ => return None,
    })
}

/// Words before a birthday, or that call one so.
const BIRTHS: &[&str] = &[
    "dob",
    "born",
    "birth",
    "birthdate",
    "birthday",
    "birthdt",
    "bornon",
    "bday",
    "dateofbirth",
    "geb",
    "gebdat",
    "gebdatum",
    "geboren",
    "geburt",
    "geburtsdatum",
    "geburtstag",
    "geboorte",
    "geboortedatum",
    "geboortedag",
    "nacido",
    "nacida",
    "nacimiento",
    "nac",
    "fecnac",
    "cumpleanos",
    "cumpleaños",
    "naissance",
    "naiss",
    "né",
    "née",
    "nascita",
    "nato",
    "nata",
    "compleanno",
    "nascimento",
    "nasc",
    "nascido",
    "nascida",
    "aniversario",
    "naixement",
    "nascut",
    "nascuda",
    "nastere",
    "naștere",
    "naşterii",
    "nasterii",
    "născut",
    "născută",
    "urodzony",
    "urodzona",
    "urodzenia",
    "urodziny",
    "urodz",
    "ur",
    "narozen",
    "narozena",
    "narozeni",
    "narození",
    "nar",
    "narodenia",
    "narodený",
    "narodená",
    "rojen",
    "rojena",
    "rojstva",
    "roden",
    "rodena",
    "rođen",
    "rođena",
    "rođenja",
    "született",
    "szuletett",
    "szül",
    "szuletesi",
    "születési",
    "syntynyt",
    "syntymäaika",
    "syntymaaika",
    "synt",
    "född",
    "fodd",
    "fødd",
    "født",
    "fodt",
    "fødselsdato",
    "fodselsdato",
    "födelsedatum",
    "fodelsedatum",
    "fæddur",
    "fædd",
    "sündinud",
    "dzimis",
    "dzimusi",
    "gimęs",
    "gimusi",
    "dogum",
    "doğum",
    "doğumlu",
    "lahir",
    "sinh",
];

/// Whether any word of that length and first letter says something: one look-up instead of thirty comparisons.
pub(super) const fn may_say(word: &[u8]) -> bool {
    /// Lengths of the words above by first letter, a bit each.
    const LENGTHS: [u32; 26] = lengths();
    match word {
        [first, _, ..] if word.len() <= LONGEST && first.is_ascii_alphabetic() => {
            let letter = (first.to_ascii_lowercase() - b'a') as usize;
            LENGTHS[letter] >> word.len() & 1 == 1
        }
        _ => false,
    }
}

/// Every other word that says something.
const WORDS: &[&str] = &[
    "no",
    "nr",
    "num",
    "number",
    "is",
    "was",
    "id",
    "code",
    "address",
    "addr",
    "key",
    "passport",
    "ssn",
    "npi",
    "dea",
    "dx",
    "diagnosis",
    "diagnosed",
    "icd",
    "icd10",
    "mrn",
    "acct",
    "account",
    "routing",
    "aba",
    "license",
    "licence",
    "nhs",
    "pesel",
    "cpf",
    "aadhaar",
    "aadhar",
    "bsn",
    "ip",
    "src",
    "dst",
    "client",
    "host",
    "peer",
    "phone",
    "tel",
    "mobile",
    "cell",
    "fax",
    "cvv",
    "cvc",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "bearer",
    "passwort",
    "kennwort",
    "senha",
    "passe",
    "wachtwoord",
    "token",
    "secret",
    "patient",
    "caller",
    "customer",
    "cardholder",
    "named",
    "attn",
    "dear",
    "nurse",
    "employee",
    "name",
    "frau",
    "herr",
    "herrn",
    "madame",
    "monsieur",
    "telefon",
    "handy",
    "mobil",
    "telefono",
    "telefone",
    "celular",
    "movil",
    "whatsapp",
    "gsm",
    "tlf",
    "sms",
    "social",
    "security",
    "pt",
    "hello",
    "hi",
    "hallo",
    "hola",
    "bonjour",
    "with",
    "by",
    "for",
    "from",
    "to",
    "contact",
];

const fn lengths() -> [u32; 26] {
    let mut lengths = [0_u32; 26];
    let lists = [WORDS, BIRTHS];
    let mut list = 0;
    while list < lists.len() {
        let mut at = 0;
        while at < lists[list].len() {
            let word = lists[list][at].as_bytes();
            lengths[(word[0] - b'a') as usize] |= 1 << word.len();
            at += 1;
        }
        list += 1;
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_look_never_misses_a_word() {
        for word in [
            "Passport",
            "NPI",
            "dob",
            "with",
            "to",
            "cardholder",
            "aadhaar",
            "ICD10",
            "address",
        ] {
            assert!(
                says(word.as_bytes()).is_some() && may_say(word.as_bytes()),
                "{word}"
            );
        }
        for word in ["passports", "x", "", "thenumber", "Ünit"] {
            assert!(says(word.as_bytes()).is_none(), "{word}");
        }
    }
}
