//! SQL for the record.
//!
//! Enters: SQL as typed, parseable or not. Leaves: the same with findings replaced. Never here: what goes upstream.

/// The text with every finding replaced by its mark.
pub(super) fn mask(text: &str) -> String {
    super::mask_text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_sensitive_typed_into_sql_is_left() {
        let cases = [
            (
                "SELECT * FROM t WHERE pan = '4111111111111111'",
                "SELECT * FROM t WHERE pan = '[CREDIT_CARD]'",
            ),
            (
                "SELECT 4111111111111111 -- for a@b.com",
                "SELECT [CREDIT_CARD] -- for [EMAIL]",
            ),
            (
                "/* ssn 078-05-1121 */ SELEC 1",
                "/* ssn [US_SSN] */ SELEC 1",
            ),
            (
                "UPDATE t SET x=$$DE89 3704 0044 0532 0130 00$$",
                "UPDATE t SET x=$$[IBAN]$$",
            ),
            (
                "SELECT '+1 212 555 0100', 'it''s'",
                "SELECT '[PHONE]', 'it''s'",
            ),
            ("SELECT a FROM b LIMIT 10", "SELECT a FROM b LIMIT 10"),
        ];
        for (text, want) in cases {
            assert_eq!(mask(text), want);
        }
    }
}
