//! What Snowflake's own classification found in a table, where nobody made tags of it.
//!
//! Enters: the result as the account keeps it, JSON. Leaves: what is to be taken for a tag of each column. Never here: a tag taken away.

use std::collections::BTreeMap;

use serde_json::Value;

/// What is taken of a recommendation, and the tag it stands for.
const CATEGORIES: [(&str, &str); 2] = [
    ("semantic_category", "SEMANTIC_CATEGORY"),
    ("privacy_category", "PRIVACY_CATEGORY"),
];

/// Columns that were recognized, each with its categories by tag. Nothing of what is not the JSON it should be.
pub(super) fn columns(result: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let result: Value = serde_json::from_str(result).unwrap_or_default();
    // Profiles put the result beside their own settings.
    let columns = result.get("classification_result").unwrap_or(&result);
    let mut found = BTreeMap::new();
    for (column, said) in columns.as_object().into_iter().flatten() {
        let recommended = &said["recommendation"];
        let categories: BTreeMap<String, String> = CATEGORIES
            .iter()
            .filter_map(|(key, tag)| {
                let value = recommended[*key]
                    .as_str()
                    .filter(|value| !value.is_empty())?;
                Some(((*tag).to_owned(), value.to_owned()))
            })
            .collect();
        if !categories.is_empty() {
            found.insert(column.clone(), categories);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn recommendations_are_taken_in_both_shapes() {
        let column = r#"{"alternates": [], "recommendation": {"confidence": "HIGH", "coverage": 1, "details": [],
            "privacy_category": "IDENTIFIER", "semantic_category": "EMAIL"}, "valid_value_ratio": 0.98}"#;
        let none = r#"{"alternates": [], "recommendation": {}, "valid_value_ratio": 1}"#;
        let bare = format!(r#"{{"MAIL": {column}, "ID": {none}}}"#);
        let wrapped = format!(
            r#"{{"classification_profile_config": {{}}, "classification_result": {bare}}}"#
        );
        for result in [bare, wrapped] {
            let found = columns(&result);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found["MAIL"]["SEMANTIC_CATEGORY"], "EMAIL");
            assert_eq!(found["MAIL"]["PRIVACY_CATEGORY"], "IDENTIFIER");
        }
        for odd in ["", "[]", "7", r#"{"MAIL": null}"#, "{\"MAIL\": "] {
            assert!(columns(odd).is_empty(), "{odd}");
        }
    }
}
