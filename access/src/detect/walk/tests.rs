//! What `walk` must do, tried.

use super::*;

fn found(text: &str) -> Vec<(&str, &str)> {
    let mut findings = Vec::new();
    walk(text, &mut findings);
    findings
        .iter()
        .map(|finding| {
            (
                &text[finding.start..finding.end],
                finding.label.word().unwrap(),
            )
        })
        .collect()
}

#[test]
fn prose_logs_and_cells() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        (
            "Spoke with John Smith re: refund, call back at (212) 555-0100.",
            &[("John Smith", "PERSON"), ("(212) 555-0100", "PHONE")],
        ),
        (
            "Card 4111-1111-1111-1111 declined twice, order 4111111111111112 on hold",
            &[("4111-1111-1111-1111", "CREDIT_CARD")],
        ),
        (
            "Verified identity with SSN 078-05-1121 and DOB 01/31/1950.",
            &[("078-05-1121", "US_SSN"), ("01/31/1950", "DOB")],
        ),
        (
            "Ship to 742 Evergreen Terrace Apt. 3, Springfield, IL 62704 instead, leave at door",
            &[(
                "742 Evergreen Terrace Apt. 3, Springfield, IL 62704",
                "ADDRESS",
            )],
        ),
        (
            "Patient Edna Krabappel (MRN-00123456) presents with chest pain, dx E11.9",
            &[
                ("Edna Krabappel", "PERSON"),
                ("MRN-00123456", "MRN"),
                ("E11.9", "DIAGNOSIS"),
            ],
        ),
        (
            "Rx by Dr. Hibbert, NPI 1234567893 DEA AB1234563",
            &[
                ("Hibbert", "PERSON"),
                ("1234567893", "US_NPI"),
                ("AB1234563", "US_DEA"),
            ],
        ),
        (
            "Caller Ned Flanders travelled with passport number C12345678",
            &[("Ned Flanders", "PERSON"), ("C12345678", "PASSPORT")],
        ),
        (
            "Agent restarted router, firmware 3.14.15.92, ticket closed",
            &[],
        ),
        (
            "login user=joe@example.org src=12.4.31.9 ua=Mozilla/5.0",
            &[("joe@example.org", "EMAIL"), ("12.4.31.9", "IP")],
        ),
        (
            "could not connect postgres://app:p#w1@db1.example.net/prod",
            &[("postgres://app:p#w1@db1.example.net/prod", "SECRET")],
        ),
        (
            "delivered 550e8400-e29b-41d4-a716-446655440000 on 2025-03-11",
            &[],
        ),
        (
            "00:1a:2b:3c:4d:5e fe80::1",
            &[("00:1a:2b:3c:4d:5e", "MAC"), ("fe80::1", "IP")],
        ),
        ("2025-06-01 12:33:44.123 +0000", &[]),
        ("12.345678,-98.765432", &[]),
        ("https://cdn.example.com/img/1/abcdef012345.png", &[]),
        ("SKU-ABC-1234", &[]),
        ("0.4111111111111111", &[]),
        (
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            &[("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "SECRET")],
        ),
        (
            "4155550100@example.org",
            &[("4155550100@example.org", "EMAIL")],
        ),
        ("529.982.247-25", &[("529.982.247-25", "BR_CPF")]),
    ];
    for (text, want) in cases {
        assert_eq!(found(text), *want, "{text}");
    }
}

#[test]
fn a_longer_finding_leaves_nothing_of_the_one_it_overlaps() {
    let text = "4111 1111 1111 1111 rue Voltaire, 75011 Paris";
    assert_eq!(found(text), [(text, "ADDRESS")]);
    assert_eq!(
        found("to Lindenstraße 12, 10969 Berlin."),
        [("Lindenstraße 12, 10969 Berlin", "ADDRESS")]
    );
    let mut findings = Vec::new();
    walk("x 212-555-0100", &mut findings);
    walk("2125550100@example.org", &mut findings);
    assert_eq!(findings.len(), 2, "findings of another text stay");
}

#[test]
fn addresses_of_machines_by_their_surroundings() {
    for (text, want) in [
        ("192.168.217.101", Some("192.168.217.101")),
        ("10.1.2.3 - - [14/Mar/2026]", Some("10.1.2.3")),
        ("client_ip=10.1.2.3 ok", Some("10.1.2.3")),
        ("to 10.1.2.3:8080", Some("10.1.2.3")),
        ("version 10.1.2.3 - stable", None),
    ] {
        let first = found(text).first().map(|found| found.0);
        assert_eq!(first, want, "{text}");
    }
}

#[test]
fn every_detector_passes_its_own_gate() {
    for text in [
        "a@b.cd",
        "078-05-1121",
        "203.0.113.9",
        "4111111111111111",
        "12345678Z",
        "AB123456C",
        "Dr. Who",
        "I am Jane Smith",
    ] {
        assert_eq!(found(text).len(), 1, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn findings_are_in_order_inside_the_text_and_on_its_characters(text in "\\PC*|[0-9@.+(): a-zA-Z/-]{0,80}") {
        let mut findings = Vec::new();
        walk(&text, &mut findings);
        let mut end = 0;
        for finding in findings {
            proptest::prop_assert!(finding.start >= end && finding.start < finding.end);
            proptest::prop_assert!(text.get(finding.start..finding.end).is_some());
            end = finding.end;
        }
    }
}
