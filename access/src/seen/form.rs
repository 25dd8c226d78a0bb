//! How values are written alike before they are hashed, so that a person is found however the value is written.
//!
//! Enters: a value as it stands in a cell, a literal or a question. Leaves: the one form of it. Never here: a value told apart by case,
//! blanks or the marks that people put between digits.
//!
//! | class | form |
//! |---|---|
//! | all | Unicode NFKC first, so that full-width signs are plain ones |
//! | `email` | what is between `<` and `>`, if anything; without `mailto:`; trimmed, lower case |
//! | `number` | its digits, nothing else: `4111-1111 1111 1111` is `4111111111111111`; a country's code stays part of a telephone |
//! | `code` | its letters and digits, lower case: `DE89 3704…` is `de893704…` |
//! | `name` | lower case with `ß` as `ss` and `ς` as `σ`, single blanks; `Doe, Jane` is `jane doe` |
//! | `date` | `YYYY-MM-DD`, whatever the order; `3/4/1990` has the month first, `3.4.1990` the day |
//! | `text` | trimmed, lower case |

use std::borrow::Cow;

use event::payload::SeenClass;
use unicode_normalization::UnicodeNormalization as _;

/// The classes of labels that a catalog, a policy or a detector uses. What is not here is text.
const BY_LABEL: &[(&str, SeenClass)] = &[
    ("EMAIL", SeenClass::Email),
    ("E_MAIL", SeenClass::Email),
    ("PERSON", SeenClass::Name),
    ("NAME", SeenClass::Name),
    ("DATE_OF_BIRTH", SeenClass::Date),
    ("DOB", SeenClass::Date),
    ("BIRTHDATE", SeenClass::Date),
    ("PAN", SeenClass::Number),
    ("CREDIT_CARD", SeenClass::Number),
    ("CARD", SeenClass::Number),
    ("CVV", SeenClass::Number),
    ("SSN", SeenClass::Number),
    ("US_SSN", SeenClass::Number),
    ("US_ITIN", SeenClass::Number),
    ("US_EIN", SeenClass::Number),
    ("US_ABA", SeenClass::Number),
    ("US_BANK_ACCOUNT", SeenClass::Number),
    ("US_NPI", SeenClass::Number),
    ("NPI", SeenClass::Number),
    ("PHONE", SeenClass::Number),
    ("PHONE_NUMBER", SeenClass::Number),
    ("UK_NHS", SeenClass::Number),
    ("CA_SIN", SeenClass::Number),
    ("BR_CPF", SeenClass::Number),
    ("BR_CNPJ", SeenClass::Number),
    ("IN_AADHAAR", SeenClass::Number),
    ("PL_PESEL", SeenClass::Number),
    ("DE_STEUER_ID", SeenClass::Number),
    ("NL_BSN", SeenClass::Number),
    ("SE_PERSONNUMMER", SeenClass::Number),
    ("AU_TFN", SeenClass::Number),
    ("AU_MEDICARE", SeenClass::Number),
    ("ZA_ID", SeenClass::Number),
    ("KR_RRN", SeenClass::Number),
    ("IBAN", SeenClass::Code),
    ("BANK_ACCOUNT", SeenClass::Code),
    ("PASSPORT", SeenClass::Code),
    ("NATIONAL_ID", SeenClass::Code),
    ("US_DL", SeenClass::Code),
    ("US_DEA", SeenClass::Code),
    ("DEA", SeenClass::Code),
    ("US_MBI", SeenClass::Code),
    ("MRN", SeenClass::Code),
    ("HEALTH_PLAN", SeenClass::Code),
    ("MAC", SeenClass::Code),
    ("UK_NINO", SeenClass::Code),
    ("IN_PAN", SeenClass::Code),
    ("ES_NIF", SeenClass::Code),
    ("FR_NIR", SeenClass::Code),
    ("IT_CF", SeenClass::Code),
    ("EU_VAT", SeenClass::Code),
];

/// What values under a label or a tag (`PII=EMAIL`) are; none where it does not say.
pub fn class_of(label: &str) -> Option<SeenClass> {
    let value = label.split_once('=').map_or(label, |(_, value)| value);
    let value = value.trim();
    let mut known = BY_LABEL.iter();
    known
        .find(|(word, _)| word.eq_ignore_ascii_case(value))
        .map(|(_, class)| class.clone())
}

/// The one form of `value`; none where nothing is left of it.
pub fn canonical(class: &SeenClass, value: &str) -> Option<String> {
    let plain: Cow<'_, str> = match value.is_ascii() {
        true => Cow::Borrowed(value),
        // Lowered, some letters with their marks become one sign.
        false => {
            let composed: String = value.nfkc().collect();
            Cow::Owned(composed.to_lowercase().nfkc().collect())
        }
    };
    let form = match class {
        SeenClass::Email => email(&plain),
        SeenClass::Number => plain.chars().filter(char::is_ascii_digit).collect(),
        SeenClass::Code => {
            let signs = plain.chars().filter(|sign| sign.is_alphanumeric());
            signs.flat_map(char::to_lowercase).collect()
        }
        SeenClass::Name => name(&plain),
        SeenClass::Date => date(&plain).unwrap_or_else(|| text(&plain)),
        SeenClass::Text | SeenClass::Other(_) => text(&plain),
    };
    (!form.is_empty()).then_some(form)
}

/// What `value` is besides where a column of numbers has it, which keeps no zeros before it: `012-34-5678` is `12345678` there. For whoever
/// asks: what was recorded stands as it was found.
pub fn without_zeros(class: &SeenClass, value: &str) -> Option<String> {
    if !matches!(class, SeenClass::Number | SeenClass::Code) {
        return None;
    }
    let whole = canonical(class, value)?;
    let short = whole.trim_start_matches('0');
    let number = !short.is_empty() && short.bytes().all(|byte| byte.is_ascii_digit());
    (number && short.len() < whole.len()).then(|| short.to_owned())
}

fn text(value: &str) -> String {
    value.trim().to_lowercase()
}

fn email(value: &str) -> String {
    let inside = value
        .trim()
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'));
    let address = text(inside.map_or(value, |(_, address)| address));
    let mut address = address.as_str();
    while let Some(rest) = address.strip_prefix("mailto:") {
        address = rest.trim();
    }
    address.to_owned()
}

fn name(value: &str) -> String {
    let turned = match value.split_once(',') {
        Some((family, given)) if !given.contains(',') => Cow::Owned(format!("{given} {family}")),
        _ => Cow::Borrowed(value),
    };
    // Blanks first: an end of a word decides how some letters are lowered.
    let words: Vec<&str> = turned.split_whitespace().collect();
    let lowered = words.join(" ").to_lowercase();
    lowered.replace('ß', "ss").replace('ς', "σ")
}

/// A day as `YYYY-MM-DD`; what follows it (a time) does not count.
fn date(value: &str) -> Option<String> {
    let day = value.trim().split(['T', 't', ' ']).next()?;
    let mark = day.chars().find(|sign| matches!(sign, '-' | '/' | '.'));
    let numbers: Vec<&str> = day.split(['-', '/', '.']).collect();
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !numbers.iter().all(digits) {
        return None;
    }
    let (year, month, day) = match (numbers.as_slice(), mark) {
        ([whole], None) if whole.len() == 8 => (whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?),
        ([year, month, day], Some(_)) if year.len() == 4 => (*year, *month, *day),
        ([day, month, year], Some('.')) if year.len() == 4 => (*year, *month, *day),
        ([first, second, year], Some(_)) if year.len() == 4 => {
            // More than twelve months make a day of it.
            match first.parse::<u8>().is_ok_and(|number| number > 12) {
                true => (*year, *second, *first),
                false => (*year, *first, *second),
            }
        }
        _ => return None,
    };
    let (month, day): (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
    let real = (1..=12).contains(&month) && (1..=31).contains(&day);
    real.then(|| format!("{year}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_is_the_same_however_it_is_written() {
        let cases: &[(SeenClass, &str, &[&str])] = &[
            (
                SeenClass::Email,
                "marta@example.com",
                &[
                    " Marta@Example.com\n",
                    "mailto:marta@example.com",
                    "Marta Díaz <MARTA@example.com>",
                    "ｍａｒｔａ＠example.com",
                ],
            ),
            (
                SeenClass::Number,
                "4111111111111111",
                &[
                    "4111 1111 1111 1111",
                    "4111-1111-1111-1111",
                    "４１１１ 1111 1111 1111",
                    "4111\u{a0}1111\u{a0}1111\u{a0}1111",
                ],
            ),
            (
                SeenClass::Code,
                "de89370400440532013000",
                &["DE89 3704 0044 0532 0130 00", "de89-3704-0044-0532-0130-00"],
            ),
            (
                SeenClass::Name,
                "jane strasse doe",
                &[
                    "Jane Straße Doe",
                    "  JANE  STRASSE\tDOE ",
                    "Doe, Jane Straße",
                    "jane straße doe",
                ],
            ),
            (
                SeenClass::Date,
                "1990-03-04",
                &[
                    "1990-03-04",
                    "1990/3/4",
                    "19900304",
                    "4.3.1990",
                    "3/4/1990",
                    "1990-03-04T10:00:00Z",
                    "1990-03-04 00:00:00",
                ],
            ),
            (SeenClass::Date, "1990-12-31", &["31/12/1990", "12/31/1990"]),
            (SeenClass::Date, "unknown", &["Unknown", " unknown "]),
            (SeenClass::Text, "blue car", &["Blue Car", "  blue car "]),
        ];
        for (class, want, values) in cases {
            for value in *values {
                assert_eq!(
                    canonical(class, value).as_deref(),
                    Some(*want),
                    "{class} {value:?}"
                );
            }
        }
    }

    #[test]
    fn nothing_is_no_value() {
        for class in SeenClass::ALL {
            for value in ["", "  ", "\u{3000}"] {
                assert_eq!(canonical(class, value), None, "{class}");
            }
        }
        assert_eq!(canonical(&SeenClass::Number, "n/a"), None);
    }

    #[test]
    fn labels_say_what_their_values_are() {
        for (label, want) in [
            ("PII=EMAIL", Some(SeenClass::Email)),
            ("email", Some(SeenClass::Email)),
            ("PCI=PAN", Some(SeenClass::Number)),
            ("US_SSN", Some(SeenClass::Number)),
            ("IBAN", Some(SeenClass::Code)),
            ("PERSON", Some(SeenClass::Name)),
            ("PII", None),
            ("SENSITIVE", None),
        ] {
            assert_eq!(class_of(label), want, "{label}");
        }
        for label in detect::Label::ALL {
            let word = label.word().unwrap();
            let plain = [
                "CARD_TRACK",
                "CRYPTO",
                "ADDRESS",
                "POSTAL_CODE",
                "IP",
                "DIAGNOSIS",
                "NDC",
                "CPT",
                "SECRET",
            ];
            assert_eq!(class_of(word).is_none(), plain.contains(&word), "{word}");
        }
    }

    proptest! {
        /// Once written alike, it stays so; and what people change about a value changes nothing.
        #[test]
        fn a_form_is_its_own_form(value in "\\PC{0,24}", place in 0..6_usize) {
            let class = &SeenClass::ALL[place];
            if let Some(form) = canonical(class, &value) {
                prop_assert_eq!(canonical(class, &form), Some(form.clone()), "{} {:?}", class, value);
                prop_assert_eq!(canonical(class, &format!("  {value}\n")), Some(form));
            }
        }

        #[test]
        fn marks_between_digits_do_not_count(digits in "[0-9]{4,19}", marks in "[ .()/-]{0,6}", at in any::<prop::sample::Index>()) {
            let at = at.index(digits.len());
            let written = format!("{}{marks}{}", &digits[..at], &digits[at..]);
            prop_assert_eq!(canonical(&SeenClass::Number, &written), Some(digits));
        }

        #[test]
        fn case_does_not_count(value in "[a-zA-Z ]{1,20}") {
            for class in [SeenClass::Email, SeenClass::Name, SeenClass::Text, SeenClass::Code] {
                prop_assert_eq!(canonical(&class, &value.to_uppercase()), canonical(&class, &value.to_lowercase()));
            }
        }
    }
}
