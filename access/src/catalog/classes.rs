//! From tags and names to classes.
//!
//! Enters: a tag with its value, a column name. Leaves: the labels that make a column sensitive. Never here: values of rows.

use super::Column;

/// The label of what identifies only together with more (a ZIP code): not sensitive by itself.
pub const QUASI: &str = "QUASI";

/// The label of what is sensitive, where nothing says which class.
pub(super) const SENSITIVE: &str = "SENSITIVE";

/// Tag names that classify: any value but a "no" makes the column sensitive.
const CLASSIFYING: &[&str] = &[
    "PII",
    "PCI",
    "PHI",
    "SENSITIV",
    "CLASS",
    "PRIVACY",
    "SEMANTIC_CATEGORY",
    "CONFIDENTIAL",
    "SECRET",
    "GDPR",
    "HIPAA",
    "MASK",
];

/// Values that say a classifying tag does not apply.
const HARMLESS: &[&str] = &[
    "",
    "FALSE",
    "NO",
    "NONE",
    "N",
    "0",
    "PUBLIC",
    "INSENSITIVE",
    "NON_SENSITIVE",
    "NOT_SENSITIVE",
    "INTERNAL",
];

/// Values that only say a classifying tag applies.
const YES: &[&str] = &["TRUE", "YES", "Y", "1"];

/// The class a column name tells, for catalogs that say only that a column is sensitive.
const BY_NAME: &[(&str, &str)] = &[
    ("SSN", "SSN"),
    ("SOCIAL_SECURITY", "SSN"),
    ("EMAIL", "EMAIL"),
    ("E_MAIL", "EMAIL"),
    ("PHONE", "PHONE"),
    ("MOBILE", "PHONE"),
    ("DOB", "DATE_OF_BIRTH"),
    ("BIRTH", "DATE_OF_BIRTH"),
    ("CARD", "PAN"),
    ("PAN", "PAN"),
    ("CVV", "CVV"),
    ("AUTH_CODE", "PAYMENT_SECRET"),
    ("IBAN", "IBAN"),
    ("ADDRESS", "ADDRESS"),
    ("ZIP", "ZIP"),
    ("NPI", "NPI"),
    ("DEA", "DEA"),
    ("MRN", "MRN"),
    ("INSURANCE", "HEALTH_PLAN"),
    ("ICD10", "ICD10"),
    ("SECRET", "SECRET"),
    ("PASSWORD", "SECRET"),
    ("TOKEN", "SECRET"),
    ("API_KEY", "SECRET"),
    ("NOTE", "FREE_TEXT"),
    ("PROFILE", "FREE_TEXT"),
    ("NAME", "PERSON"),
    ("SALARY", "SALARY"),
    ("PASSPORT", "PASSPORT"),
];

/// The class a column's name tells.
pub fn label_of_name(name: &str) -> Option<&'static str> {
    let upper = name.to_uppercase();
    BY_NAME
        .iter()
        .find(|(part, _)| {
            upper.split('_').any(|word| word == *part) || (part.len() > 3 && upper.contains(part))
        })
        .map(|(_, label)| *label)
}

/// The label a tag gives; none if it does not classify.
pub(super) fn label_of_tag(tag: &str, value: &str) -> Option<String> {
    let (tag, value) = (tag.to_uppercase(), value.trim().to_uppercase());
    if !CLASSIFYING.iter().any(|part| tag.contains(part)) || HARMLESS.contains(&value.as_str()) {
        return None;
    }
    if tag == "PRIVACY_CATEGORY" {
        return Some(if value == "QUASI_IDENTIFIER" {
            QUASI.to_owned()
        } else {
            SENSITIVE.to_owned()
        });
    }
    Some(if YES.contains(&value.as_str()) {
        tag
    } else {
        value
    })
}

impl Column {
    /// Whether any class makes it sensitive.
    pub fn is_sensitive(&self) -> bool {
        self.labels.iter().any(|label| label != QUASI)
    }

    /// Adds the labels its tags give.
    pub(super) fn classify(&mut self) {
        let labels: Vec<String> = self
            .tags
            .iter()
            .filter_map(|(tag, value)| label_of_tag(tag, value))
            .collect();
        labels.into_iter().for_each(|label| self.add_label(label));
    }

    pub(super) fn add_label(&mut self, label: String) {
        if let Err(at) = self.labels.binary_search(&label) {
            self.labels.insert(at, label);
        }
    }
}
