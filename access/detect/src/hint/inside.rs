//! Names inside documents that say too little by themselves: `value`, `data`, `$date`; and those whose values name another.
//!
//! Enters: a member's name. Leaves: yes or no. Never here: what a name promises.

/// Longest such name, bytes.
const LONGEST: usize = 24;

/// Names of values, of boxes around them, and of the one among several; beside those of pieces.
static PLAIN: Words = Words::new(&[
    "value",
    "values",
    "val",
    "v",
    "antwort",
    "respuesta",
    "resposta",
    "réponse",
    "reponse",
    "risposta",
    "antwoord",
    "odpowiedź",
    "ответ",
    "答案",
    "回答",
    "contenido",
    "contenu",
    "inhalt",
    "text",
    "txt",
    "data",
    "date",
    "content",
    "contents",
    "answer",
    "response",
    "string",
    "str",
    "s",
    "t",
    "a",
    "ans",
    "int",
    "long",
    "double",
    "float",
    "number",
    "no",
    "num",
    "nr",
    "nbr",
    "raw",
    "full",
    "original",
    "formatted",
    "display",
    "iso",
    "iso8601",
    "epoch",
    "numberlong",
    "numberint",
    "numberdecimal",
    "timestamp",
    "ts",
    "datetime",
    "details",
    "detail",
    "info",
    "item",
    "items",
    "attributes",
    "fields",
    "properties",
    "primary",
    "secondary",
    "main",
    "default",
    "current",
    "home",
    "work",
    "mobile",
    "private",
    "personal",
    "business",
    "office",
    "other",
    "alternate",
    "emergency",
    "first",
    "last",
    "given",
    "family",
    "middle",
    "wert",
    "datum",
    "valor",
    "fecha",
    "valeur",
    "valore",
    "numero",
    "nummer",
    "número",
    "numéro",
    "numer",
    "numera",
    "číslo",
    "cislo",
    "szám",
    "szam",
    "numara",
    "broj",
    "nomor",
    "nombor",
    "numri",
    "αριθμός",
    "номера",
    "رقم",
    "الرقم",
    "מספר",
    "значение",
    "дата",
    "номер",
    "值",
    "日期",
    "号码",
    "値",
    "日付",
    "番号",
    "값",
    "날짜",
    "번호",
]);
/// Pieces of a birthday.
static DAY_PARTS: Words = Words::new(&[
    "year",
    "month",
    "day",
    "yyyy",
    "mm",
    "dd",
    "y",
    "m",
    "d",
    "jahr",
    "monat",
    "tag",
    "año",
    "mes",
    "dia",
    "día",
    "année",
    "annee",
    "mois",
    "jour",
    "anno",
    "mese",
    "giorno",
    "ano",
    "mês",
    "rok",
    "miesiąc",
    "dzień",
    "год",
    "месяц",
    "день",
    "年",
    "月",
    "日",
]);
/// Names whose values say what the value beside them is.
static NAMING: Words = Words::new(&[
    "kind",
    "type",
    "name",
    "key",
    "label",
    "field",
    "attribute",
    "attr",
    "property",
    "prop",
    "code",
    "question",
    "q",
    "prompt",
    "frage",
    "pregunta",
    "pergunta",
    "domanda",
    "vraag",
    "pytanie",
    "вопрос",
    "问题",
    "質問",
    "title",
    "element",
    "column",
    "tag",
    "system",
    "param",
    "parameter",
    "header",
    "k",
    "n",
    "what",
    "art",
    "typ",
    "rodzaj",
    "druh",
    "soort",
    "slag",
    "jenis",
    "tyyppi",
    "típus",
    "tipus",
    "vrsta",
    "documento",
    "dokument",
    "feld",
    "clave",
    "campo",
    "tipo",
    "nom",
    "nome",
    "nombre",
    "champ",
    "clé",
    "вид",
    "тип",
    "поле",
    "类型",
    "字段",
    "種類",
    "項目",
    "종류",
    "항목",
    "种类",
    "סוג",
    "نوع",
    "النوع",
    "tür",
    "nature",
    "natura",
    "category",
    "categoria",
    "class",
    "scheme",
    "schmenm",
    "cd",
    "kty",
]);
/// How other such names end: `fieldName`, `attribute_key`.
const NAMING_ENDS: &[&str] = &[
    "name", "key", "type", "label", "code", "kind", "tipo", "class", "类型", "類型", "種類", "종류",
];
/// How they begin, where a mark or a capital follows: `tipo_documento`, `typeDocument`.
const NAMING_STARTS: &[&str] = &["tipo", "type", "typ", "rodzaj", "jenis", "тип"];

/// Words, looked up by length and first letter before any is compared.
pub(super) struct Words {
    list: &'static [&'static str],
    /// Lengths of the words by the low bits of their first byte, a bit each.
    lengths: [u32; 32],
}

impl Words {
    pub const fn new(list: &'static [&'static str]) -> Self {
        let mut lengths = [0_u32; 32];
        let mut at = 0;
        while at < list.len() {
            let word = list[at].as_bytes();
            lengths[(word[0] & 31) as usize] |= 1 << word.len();
            at += 1;
        }
        Self { list, lengths }
    }

    /// Whether the name, without signs in front (`$date`, `#text`, `@value`), is one of them, whatever its case.
    pub fn has(&self, name: &str) -> bool {
        if name.len() > LONGEST {
            return false;
        }
        let name = name.trim_start_matches(['$', '#', '@', '_']);
        let Some(first) = name.bytes().next() else {
            return false;
        };
        self.lengths[usize::from(first & 31)] >> name.len() & 1 == 1
            && self
                .list
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Whether a name says little of its value, so that what is around it counts: `value`, `$date`, `valueString`, `home`.
pub fn is_plain(name: &str) -> bool {
    let value = |place: usize| {
        name.get(place..place + 5)
            .is_some_and(|part| part.eq_ignore_ascii_case("value"))
    };
    // `_`, `#`, `$`: what XML's text is called that was turned to JSON.
    let signs = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_punctuation());
    signs
        || PLAIN.has(name)
        || DAY_PARTS.has(name)
        || name.len() <= LONGEST && (value(0) || name.len() > 5 && value(name.len() - 5))
}

/// Whether a name is one of a birthday's pieces: `year`, `mm`.
pub fn is_day_part(name: &str) -> bool {
    DAY_PARTS.has(name)
}

/// Whether what stands under a name says what the member beside it is: `{"kind": "phone", "value": …}`.
pub fn is_naming(name: &str) -> bool {
    let ends = |end: &&str| {
        name.len() > end.len()
            && name
                .get(name.len() - end.len()..)
                .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    let starts = |start: &&str| {
        name.get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start))
            && name
                .as_bytes()
                .get(start.len())
                .is_some_and(|byte| *byte == b'_' || byte.is_ascii_uppercase())
    };
    NAMING.has(name)
        || name.len() <= LONGEST
            && (may_end(name) && NAMING_ENDS.iter().any(ends)
                || may_start(name) && NAMING_STARTS.iter().any(starts))
}

/// Whether any of those ends, or of those beginnings, has the last or the first letter.
fn may_end(name: &str) -> bool {
    let last = name.bytes().next_back().unwrap_or(0);
    matches!(last | 0x20, b'e' | b'y' | b'l' | b'd' | b'o' | b's') || !last.is_ascii()
}

fn may_start(name: &str) -> bool {
    let first = name.bytes().next().unwrap_or(0);
    matches!(first | 0x20, b't' | b'r' | b'j') || !first.is_ascii()
}

/// Whether what stands under a name is the kind of its object, perhaps in a box: `type`, `doc_type`, `"coding": [{"code": …}]`.
pub fn is_kind(name: &str) -> bool {
    const KINDS: [&str; 4] = ["kind", "scheme", "schmenm", "coding"];
    let typed = name
        .len()
        .checked_sub(4)
        .and_then(|from| name.get(from..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case("type"));
    typed || KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_little_are_told_from_others() {
        for name in [
            "value",
            "$date",
            "#text",
            "valueString",
            "stringValue",
            "Home",
            "日付",
            "numer",
            "yyyy",
            "mês",
            "_",
            "S",
        ] {
            assert!(is_plain(name), "{name}");
        }
        for name in [
            "",
            "email",
            "dob",
            "order_date",
            "devaluation",
            "valuation_of_the_whole_firm",
        ] {
            assert!(!is_plain(name), "{name}");
        }
        assert!(is_naming("fieldName") && is_naming("k") && !is_naming("value") && !is_naming(""));
        for name in [
            "tipo_documento",
            "typeDocument",
            "doc_class",
            "证件类型",
            "סוג",
        ] {
            assert!(is_naming(name), "{name}");
        }
        for end in NAMING_ENDS {
            assert!(is_naming(&format!("x{end}")), "{end}");
        }
        for start in NAMING_STARTS {
            assert!(is_naming(&format!("{start}_x")), "{start}");
        }
        assert!(!is_naming("typed") && !is_naming("typo_count"));
        assert!(is_kind("docType") && is_kind("SchmeNm") && !is_kind("name") && !is_kind("é"));
        assert!(is_day_part("yyyy") && is_day_part("día") && !is_day_part("today"));
    }
}
