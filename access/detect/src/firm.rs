//! Names of firms: what tells them from names of people.
//!
//! Enters: one cell. Leaves: whether it is written like a firm's name. Never here: a list of firms.

/// Words of legal forms and trades that end (or, in some languages, begin) a firm's name; lower case, without full stops.
const WORDS: &[&str] = &[
    "inc",
    "incorporated",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "plc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "kgaa",
    "ohg",
    "ug",
    "ev",
    "sa",
    "sas",
    "sasu",
    "sarl",
    "eurl",
    "sci",
    "snc",
    "srl",
    "spa",
    "sl",
    "slu",
    "ltda",
    "lda",
    "eireli",
    "bv",
    "nv",
    "vof",
    "ab",
    "aktiebolag",
    "asa",
    "aps",
    "oy",
    "oyj",
    "tmi",
    "sro",
    "spol",
    "zrt",
    "kft",
    "bt",
    "sp",
    "zoo",
    "ood",
    "eood",
    "ad",
    "dd",
    "doo",
    "ооо",
    "оао",
    "зао",
    "пао",
    "ао",
    "ип",
    "тов",
    "πλδ",
    "αε",
    "επε",
    "оод",
    "tic",
    "şti",
    "aş",
    "pty",
    "pvt",
    "bhd",
    "sdn",
    "pte",
    "kk",
    "pt",
    "tbk",
    "cv",
    "jsc",
    "tnhh",
    "group",
    "groupe",
    "gruppe",
    "grupo",
    "gruppo",
    "holding",
    "holdings",
    "partners",
    "associates",
    "consulting",
    "solutions",
    "systems",
    "technologies",
    "industries",
    "enterprises",
    "logistics",
    "foods",
    "labs",
    "software",
    "bank",
    "insurance",
    "pharma",
    "motors",
    "electronics",
    "energy",
    "airlines",
    "brothers",
    "bros",
    "sons",
    "söhne",
    "fils",
    "figli",
    "hermanos",
    "hijos",
    "filhos",
    "cie",
    "stiftung",
    "foundation",
    "university",
    "hospital",
    "clinic",
    "store",
    "shop",
    "studio",
    "media",
    "agency",
    "services",
    "international",
    "global",
    "ventures",
    "capital",
    "trading",
    "supply",
];

/// What East Asian firms carry in front or at the end.
const PIECES: &[&str] = &[
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "有限公司",
    "公司",
    "集团",
    "集團",
    "企业",
    "주식회사",
    "(주)",
    "유한회사",
    "บริษัท",
    "จำกัด",
    "شركة",
    "חברת",
    "בע\"מ",
    "प्राइवेट",
    "लिमिटेड",
];

/// Longest of those words, bytes.
const LONGEST: usize = {
    let (mut longest, mut place) = (0, 0);
    while place < WORDS.len() {
        if WORDS[place].len() > longest {
            longest = WORDS[place].len();
        }
        place += 1;
    }
    longest
};

/// Whether the cell is written like a firm's name.
pub(super) fn is_firm(text: &str) -> bool {
    let word = |word: &str| {
        let kept = |byte: &u8| !matches!(byte, b'.' | b',' | b'/');
        let mut small = [0; LONGEST];
        let length = word.bytes().filter(kept).count();
        if let Some(small) = small.get_mut(..length)
            && word.is_ascii()
        {
            for (slot, byte) in small.iter_mut().zip(word.bytes().filter(kept)) {
                *slot = byte.to_ascii_lowercase();
            }
            return is_form(small);
        }
        if word.is_ascii() {
            return false;
        }
        let small: String = word
            .chars()
            .filter(|character| !matches!(character, '.' | ',' | '/'))
            .flat_map(char::to_lowercase)
            .collect();
        is_form(small.as_bytes())
    };
    let mut words = text.split([' ', '-', ',']).filter(|word| !word.is_empty());
    let (first, last) = (words.next(), words.next_back());
    let named = last.is_some_and(word) || (last.is_some() && first.is_some_and(word));
    named
        || text.contains(" & ")
        || text.contains(" and ")
        || (!text.is_ascii() && PIECES.iter().any(|piece| text.contains(piece)))
}

/// Whether a word in small letters, without full stops, is one of those.
fn is_form(word: &[u8]) -> bool {
    let first = word.first();
    let alike = |known: &&[u8]| known.len() == word.len() && known.first() == first;
    let mut forms = WORDS.iter().map(|known| known.as_bytes());
    forms.any(|known| alike(&known) && known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_and_trades_make_a_firm() {
        for firm in [
            "Müller GmbH",
            "Smith & Sons",
            "Smith, Jones and Brown",
            "ООО Ромашка",
            "株式会社佐藤",
            "Hughes PLC",
            "Rossi S.p.A.",
        ] {
            assert!(is_firm(firm), "{firm}");
        }
        for person in ["Müller", "John Smith", "佐藤太郎", "AB", "San Juan"] {
            assert!(!is_firm(person), "{person}");
        }
    }
}
