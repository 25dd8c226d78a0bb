//! What `issued` must do, tried.

use super::*;

#[test]
fn every_issuer_is_found_by_its_first_bytes_and_its_own_rule() {
    let body: Vec<u8> = b"aB3dE5fA7bC9d0E1f2A4b6C8"
        .iter()
        .copied()
        .cycle()
        .take(2048)
        .collect();
    for rule in ISSUED {
        let fitting: Vec<u8> = body
            .iter()
            .map(|byte| {
                if (rule.allowed)(*byte) {
                    *byte
                } else {
                    byte.to_ascii_lowercase()
                }
            })
            .map(|byte| {
                if (rule.allowed)(byte) {
                    byte
                } else {
                    byte.to_ascii_uppercase()
                }
            })
            .take(rule.least)
            .collect();
        let token = [rule.prefix, &fitting].concat();
        let text = [&token[..], b" was leaked"].concat();
        assert!(
            issued_at(&text).is_some_and(|length| length >= token.len().min(length)),
            "{:?}",
            String::from_utf8_lossy(rule.prefix)
        );
        assert_eq!(issued_at(rule.prefix), None);
    }
    for text in [
        "sk-learn is a library of some thirty letters",
        "live_updates_of_the_dashboard_in_the_evening",
        "api-gateway-of-the-northern-region-eu",
        "hf_transformers_are_models_of_language_today",
    ] {
        assert_eq!(issued_at(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn forms_without_a_prefix() {
    let hex: String = "0123456789abcdef".repeat(2);
    assert_eq!(shaped_at(format!("{hex}-us12").as_bytes(), 32), Some(37));
    let bot = format!("123456789:A{}", "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8xC0eR5u");
    assert_eq!(bot_at(bot.as_bytes(), 9), Some(bot.len()));
    let hash = format!(
        "$2b$12${}",
        "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8aB3dE5gH7jK9mN1pQ2sT4vW6y"
    );
    assert_eq!(crypted_at(hash.as_bytes()), Some(hash.len()));
    assert_eq!(crypted_at(b"$25.00"), None);
    let azure = format!("x1_8Q~{}", "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8aB3dE5");
    assert_eq!(shaped_at(azure.as_bytes(), 5), Some(azure.len()));
}

#[test]
fn tokens_cut_short_are_tokens_still() {
    let hex = "0a1b2c3d4e5f60718293a4b5";
    let cases = [
        (format!("PMAK-{hex}"), true),
        (format!("PMAK-{hex}-{hex}0123456789"), true),
        ("PMAK-0a1b2c".to_owned(), false),
        ("glsa_aB3dE5gH7jK9mN1pQ2sT4vW6yZ8aB3dE".to_owned(), true),
        (
            "glsa_aB3dE5gH7jK9mN1pQ2sT4vW6yZ8aB3dE_0a1b2c3d".to_owned(),
            true,
        ),
        ("glsa_dashboards_of_the_team".to_owned(), false),
    ];
    for (text, token) in cases {
        let want = token.then_some(text.len());
        assert_eq!(issued_at(text.as_bytes()), want, "{text}");
    }
}
