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

/// What of a text is found under one label.
pub(crate) fn labelled(text: &str, label: Label) -> Vec<&str> {
    let mut findings = Vec::new();
    walk(text, &mut findings);
    let those = findings.iter().filter(|finding| finding.label == label);
    those
        .map(|finding| &text[finding.start..finding.end])
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
        ("0-469-53772-8", &[]),
        ("route 2001:db8::/32 via fe80::1", &[("fe80::1", "IP")]),
        ("MD5:9c:e4:16:70:fd:e4:2e:f7:96:f0:75:9d:22:75:e2:98", &[]),
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
fn fields_of_messages_between_hospitals() {
    let text = "MSH|^~\\&|LAB|H|EHR|H|20260112||ORU^R01|1|P|2.5\rPID|1||77-1^^^H^MR||DOE^JANE^Q||19850312|F|||12 ELM ST^^YORK^NY^10001||5550142\rOBX|1|NM|K||4.1|mmol/L";
    assert_eq!(
        found(text),
        [
            ("77-1^^^H^MR", "MRN"),
            ("DOE^JANE^Q", "PERSON"),
            ("19850312", "DOB"),
            ("12 ELM ST^^YORK^NY^10001", "ADDRESS"),
            ("5550142", "PHONE"),
        ]
    );
    for text in ["PID|4711|running", "the PID|x", "XPID|1||2||3||4|5|6|7|8"] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn birthdays_that_words_call_so() {
    let cases: &[(&str, Option<&str>)] = &[
        (
            "Patient was born on 12 March 1985 in Leeds.",
            Some("12 March 1985"),
        ),
        (
            "born March 12th, 1985, two siblings",
            Some("March 12th, 1985"),
        ),
        ("born on the 12th of March 1985", Some("12th of March 1985")),
        ("D.O.B.: 12/03/85", Some("12/03/85")),
        ("DOB=12-Mar-1985;", Some("12-Mar-1985")),
        ("dob: 1985-03-12T00:00:00Z", Some("1985-03-12T00:00:00Z")),
        ("date of birth 12. 3. 1985", Some("12. 3. 1985")),
        ("12 March 1985 (date of birth)", Some("12 March 1985")),
        ("Mar 12, 1985 (DOB)", Some("Mar 12, 1985")),
        ("12.03.1985 (Geburtsdatum)", Some("12.03.1985")),
        ("12. März 1985 [geb.]", Some("12. März 1985")),
        ("geb. am 12. März 1985 in Graz", Some("12. März 1985")),
        ("geboren 12 maart 1985", Some("12 maart 1985")),
        (
            "né le mardi 12 mars 1985 à Lyon",
            Some("mardi 12 mars 1985"),
        ),
        ("née le 12/03/1985", Some("12/03/1985")),
        ("date de naissance : 12 mars 1985", Some("12 mars 1985")),
        ("nacida el 12 de marzo de 1985", Some("12 de marzo de 1985")),
        ("F. nac.: 12/03/1985", Some("12/03/1985")),
        ("nato il 12 marzo 1985", Some("12 marzo 1985")),
        (
            "nascido em 12 de março de 1985",
            Some("12 de março de 1985"),
        ),
        ("ur. 12 marca 1985 r.", Some("12 marca 1985")),
        ("narozena 12. března 1985", Some("12. března 1985")),
        ("született: 1985. március 12.", Some("1985. március 12")),
        ("född 12 mars 1985", Some("12 mars 1985")),
        ("syntynyt 12.3.1985", Some("12.3.1985")),
        ("doğum tarihi 12 Mart 1985", Some("12 Mart 1985")),
        ("дата рождения: 12 марта 1985", Some("12 марта 1985")),
        ("Родилась 12.03.1985 в Омске", Some("12.03.1985")),
        ("12.03.1985 г.р.", Some("12.03.1985")),
        (
            "ημερομηνία γέννησης 12 Μαρτίου 1985",
            Some("12 Μαρτίου 1985"),
        ),
        ("تاريخ الميلاد: 12/03/1985", Some("12/03/1985")),
        ("תאריך לידה 12.03.1985", Some("12.03.1985")),
        ("出生日期1985年3月12日，已核对", Some("1985年3月12日")),
        ("生年月日：1985年3月12日", Some("1985年3月12日")),
        ("1985年3月12日生まれの患者", Some("1985年3月12日")),
        ("생년월일 1985년 3월 12일 확인", Some("1985년 3월 12일")),
        ("วันเกิด 12 มีนาคม 2528", Some("12 มีนาคม 2528")),
        ("sinh ngày 12/03/1985", Some("12/03/1985")),
        ("the app was born in a garage in 1985", None),
        (
            "born digital, and in its tenth year released 2026-01-02",
            None,
        ),
        ("nato summit of 12 countries", None),
        ("shipped 12 March 1985 (on time)", None),
        ("заказ от 12 марта 2026", None),
        ("発売日2026年3月12日", None),
        ("2026-01-12 10:00:00 (UTC)", None),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, want)| {
            let days = found(text).into_iter().filter(|(_, label)| *label == "DOB");
            (text, want, days.map(|(day, _)| day).collect::<Vec<_>>())
        })
        .filter(|(_, want, got)| want.as_slice() != got.as_slice())
        .collect();
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
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

proptest::proptest! {
    #[test]
    fn nothing_is_found_in_a_place(text in "-?[0-9]{1,4}[.][0-9]{1,12},[ ]?-?[0-9]{1,4}[.][0-9]{1,12}") {
        let mut found = Vec::new();
        super::Walk::over(text.as_bytes(), &mut found);
        proptest::prop_assert!(!crate::gate::is_place(text.as_bytes()) || found.is_empty(), "{}", text);
    }
}

#[test]
fn magnetic_stripes() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        (
            "%B4628335494912367^PRICE/JOLENE^21011019418?",
            &[
                ("4628335494912367", "CREDIT_CARD"),
                ("PRICE/JOLENE", "PERSON"),
            ],
        ),
        (
            "swipe %B379816217054321^HENDRICKS/TYLER Q.        ^29011016826? ok",
            &[
                ("379816217054321", "CREDIT_CARD"),
                ("HENDRICKS/TYLER Q.", "PERSON"),
            ],
        ),
        (
            "%B4628335494912367^ /^21011019418?;4628335494912367=21011019418?",
            &[
                ("4628335494912367", "CREDIT_CARD"),
                ("4628335494912367", "CREDIT_CARD"),
            ],
        ),
        // No check digit, no expiry, not a stripe.
        ("%B4628335494912368^PRICE/JOLENE^21011019418?", &[]),
        ("B4628335494912367^PRICE/JOLENE", &[]),
        ("part B4628335494912367 x^2^3", &[]),
    ];
    for (text, want) in cases {
        assert_eq!(found(text), *want, "{text}");
    }
}

#[test]
fn short_words_by_what_is_beside_them() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("SS# 492767084 on file", &[("492767084", "US_SSN")]),
        ("his ss#492-76-7084", &[("492-76-7084", "US_SSN")]),
        ("SS 492767084 sailed", &[]),
        ("SS# 000767084", &[]),
        (
            "use pw Sturn43 for the staging box",
            &[("Sturn43", "SECRET")],
        ),
        ("the new PW: RockCanyon18", &[("RockCanyon18", "SECRET")]),
        ("rent 500 pw FLAT12B", &[]),
        ("use pw manager for the staging box", &[]),
        (
            "Spouse Ashlyn Hendricks, 500 02 9119, call after 5",
            &[("Ashlyn Hendricks", "PERSON"), ("500 02 9119", "US_SSN")],
        ),
        (
            "Spouse Ashlyn Hendricks, 500 02 9119 pcs",
            &[("Ashlyn Hendricks", "PERSON")],
        ),
        (
            "Spouse Ashlyn Hendricks, 000 02 9119, call",
            &[("Ashlyn Hendricks", "PERSON")],
        ),
        (
            "arn:aws:secretsmanager:eu-west-1:000000000000:secret:etl-DTR766",
            &[],
        ),
        ("Rack sizes, 500 02 9119, to be cut", &[]),
    ];
    for (text, want) in cases {
        assert_eq!(found(text), *want, "{text}");
    }
}

#[test]
fn what_is_drawn_like_secrets_and_numbers_but_is_none() {
    for text in [
        "commit=e75307e22021a584d6e512fd03e31c0b2fcea69d merged",
        "https://git.example.net/reset/tree?ref=e75307e22021a584d6e512fd03e31c0b2fcea69d",
        "https://cdn.example.net/app.css?v=e75307e22021a584d6e512fd03e31c0b",
        "ISBN 978-3-070-53939-7",
        "order 500 02 9119, shipped",
        "order 251_52_5908",
        "serial B4628335494912367 rev 2",
        "device=67LUN7IUMKXPB67A5CLKPRPZMJ3EIJP6",
        "trace=e75307e22021a584d6e512fd03e31c0b span=2fcea69d8cbe2507",
        "uid=e75307e22021a584d6e512fd03e31c0b; theme=dark",
        "PMAK-12 shelf",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn blocks_of_lines_and_stored_passwords() {
    let line = "Zxl1xLah6wcsbpiOg1L7SCeSKvn2M6dXbgLPHD2eQaB3dE5gH7jK9mN1pQ2sT4v/";
    let last = "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8xC0/R5u7tY9iA";
    for title in ["CERTIFICATE", "PUBLIC KEY", "PGP SIGNATURE"] {
        let text =
            format!("-----BEGIN {title}-----\n{line}\n{line}\n{last}\n-----END {title}-----");
        assert!(labelled(&text, Label::Secret).is_empty(), "{title}");
        let beside = format!("{text}\nand beside it {last}");
        assert_eq!(labelled(&beside, Label::Secret), [last], "{title}");
    }
    // What is no block of lines hides nothing.
    let short = format!("-----BEGIN CERTIFICATE-----\n{last}\n-----END CERTIFICATE-----");
    assert_eq!(labelled(&short, Label::Secret), [last]);
    let hex = "e75307e22021a584d6e512fd03e31c0b";
    let capitals = "E75307E22021A584D6E512FD03E31C0BE7530712";
    for stored in [
        format!("*{capitals}"),
        format!("md5{hex}"),
        format!("0x0100{capitals}E75307E2"),
        format!("aad3b435b51404eeaad3b435b51404ee:{hex}"),
        format!("sha512$aB3dE5gH${hex}{hex}{hex}{hex}"),
        format!("SHA-256:10000:Zxl1xLah6wcsbpiOg1L7SA==:{hex}"),
    ] {
        let text = format!("{stored} of the old system");
        assert_eq!(
            labelled(&text, Label::Secret),
            [stored.as_str()],
            "{stored}"
        );
    }
    for other in [format!("{capitals} of a file"), format!("md5 {hex}")] {
        assert!(labelled(&other, Label::Secret).is_empty(), "{other}");
    }
}
