//! Columns under names that say nothing: what they are voted, and what they must not be.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;

/// Cells of a column that match a pattern and pass a test, from a fixed seed.
fn cells(pattern: &str, count: usize, keep: impl Fn(&str) -> bool) -> Vec<String> {
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    let strategy = proptest::string::string_regex(pattern).unwrap();
    let mut cells = Vec::new();
    while cells.len() < count {
        let cell = strategy.new_tree(&mut runner).unwrap().current();
        if keep(&cell) {
            cells.push(cell);
        }
    }
    cells
}

fn digits(text: &str) -> Vec<u8> {
    text.bytes()
        .filter(u8::is_ascii_digit)
        .map(|byte| byte - b'0')
        .collect()
}

fn voted(name: &str, cells: &[String]) -> Option<Label> {
    let mut vote = Vote::new(name, true);
    cells.iter().for_each(|cell| vote.observe(cell));
    vote.settle();
    vote.label().map(|(label, _)| label)
}

#[test]
fn check_digits_of_a_whole_column_tell_what_it_is() {
    use crate::national_id as id;
    type Case = (Label, &'static str, fn(&[u8]) -> bool);
    let cases: &[Case] = &[
        (Label::UsAba, "0[1-9][0-9]{7}", id::is_aba),
        (Label::UsNpi, "1[0-9]{9}", crate::health::is_npi),
        (Label::UkNhs, "[4679][0-9]{9}", id::is_nhs),
        (Label::CaSin, "[1-7][0-9]{8}", id::is_sin),
        (Label::InAadhaar, "[2-9][0-9]{11}", id::is_aadhaar),
        (
            Label::PlPesel,
            "[4-9][0-9]0[1-9][0-2][1-8][0-9]{5}",
            id::is_pesel,
        ),
        (Label::BrCpf, "[0-9]{11}", id::is_cpf),
        (Label::NlBsn, "[1-9][0-9]{8}", id::is_bsn),
    ];
    for (label, pattern, check) in cases {
        let column = cells(pattern, 40, |cell| check(&digits(cell)));
        assert_eq!(voted("c_07", &column), Some(*label), "{label:?}");
        let few = column.get(..8).unwrap();
        assert_ne!(
            voted("c_07", few),
            Some(*label),
            "{label:?}: eight cells prove little"
        );
        let random = cells(pattern, 200, |_| true);
        assert_ne!(
            voted("c_07", &random),
            Some(*label),
            "{label:?}: the same form without check digits"
        );
    }
}

#[test]
fn forms_of_a_whole_column_tell_what_it_is() {
    let mut passports = cells("[A-H][0-9]{8}", 30, |_| true);
    passports.extend(cells("[1-6][0-9]{8}", 12, |_| true));
    let mut licences = cells("[A-Z][0-9]{7}", 20, |_| true);
    licences.extend(cells("[A-Z][0-9]{12}", 20, |_| true));
    licences.extend(cells("[0-9]{8}", 20, |_| true));
    let mut accounts = cells("[1-9][0-9]{9}", 20, |_| true);
    accounts.extend(cells("[1-9][0-9]{10}", 20, |_| true));
    accounts.extend(cells("[1-9][0-9]{11}", 20, |_| true));
    let cases = [
        (Label::Passport, passports),
        (Label::UsDl, licences),
        (Label::UsBankAccount, accounts),
        (
            Label::UsSsn,
            cells("[0-8][0-9]{8}", 80, |cell| {
                crate::national_id::is_ssn(&digits(cell))
            }),
        ),
        (
            Label::Dob,
            cells("19[3-9][0-9]-0[1-9]-[0-2][1-8]", 60, |_| true),
        ),
        (
            Label::Diagnosis,
            cells("[A-T][0-9]{2}\\.[0-9]", 60, |_| true),
        ),
        (
            Label::Person,
            cells(
                "(Jane|John|Maria|Ahmed|Zoe) (Smith|Garcia|Okonkwo|Quux)",
                60,
                |_| true,
            ),
        ),
        (
            Label::Person,
            cells("(Smith|Garcia|Jones), (Jane|John|Maria)", 60, |_| true),
        ),
        (
            Label::Ip,
            cells("[1-9][0-9]\\.[0-9]{2}\\.1[0-9]{2}\\.[1-9]", 30, |_| true),
        ),
    ];
    for (label, column) in cases {
        assert_eq!(voted("c_07", &column), Some(label), "{label:?} {column:?}");
    }
}

#[test]
fn look_alikes_are_voted_nothing() {
    for pattern in [
        "[1-8][0-9]{8}",
        "[2-9][0-9]{9}",
        "1[5-7][0-9]{8}",
        "[1-9][0-9]{11}",
        "1?[0-9]\\.[12]?[0-9]\\.[1-3][0-9]\\.[1-9][0-9]",
        "202[2-5]-0[1-9]-1[0-9]",
        "(Jordan|Paris|Madison|Lincoln|Grant) (Retro|Desk|Leather|Fountain) (Sneaker|Lamp|Sofa|Pen)",
        "(Wells Fargo|Goldman Sachs|Eli Lilly|Ben & Jerry's|Harley-Davidson)",
        "QD[0-9]{6}[EFGH]",
        "(PENDING|SHIPPED|RETURNED)",
        "(USD|EUR|GBP)",
        "[0-9a-f]{40}",
        "SKU-[A-Z]{3}-[0-9]{4}",
        "(N/A|none|-|)",
        "(Charlotte|Florence|Victoria|Madison|Jackson|Houston|Austin|Orlando|Adelaide|Lincoln)",
        "(San Diego|Fort Wayne|Santa Clara|San Juan|Saint Paul|El Paso|Santa Rosa|Port Elizabeth)",
        "(Ruby|Jasmine|Amber|Sage|Ivory|Scarlet|Violet|Ginger|Basil|Poppy)",
        "(Jasmine|Olive|Rosemary|Ruby|Grace) (Soap|Candle|Carpet|Blanket|Kettle)",
        "4[0-9]{3}-[0-9]{3}-[0-9]{3}",
        "[0-9]{3}-[0-9]{4}-[0-9]{3}",
        "[1-9][0-9]{1,2} [1-9][0-9] [1-9][0-9]{3}",
        "[1-8][0-9]{2} [1-9][0-9] [1-9][0-9]{3}",
        "000[0-9]{7}",
        "K[0-9]{7}|K[0-9]{12}|4[0-9]{7}",
        "R[0-9]{8}|3[0-9]{8}",
        "2026[0-9]{8}|100[0-9]{7}|7[0-9]{10}",
    ] {
        let column = cells(pattern, 120, |_| true);
        assert_eq!(voted("c_07", &column), None, "{pattern} {column:?}");
    }
}

#[test]
fn a_name_counts_if_half_of_the_cells_bear_it_out() {
    let bad = cells("(000|666)-[0-9]{2}-[0-9]{4}", 30, |_| true);
    assert_eq!(voted("ssn_like", &bad), None);
    let good = cells("[1-5][0-9]{2}-[1-9][0-9]-[1-9][0-9]{3}", 2, |_| true);
    assert_eq!(
        voted("ssn", &good),
        Some(Label::UsSsn),
        "two cells are enough with a name"
    );
    assert_eq!(voted("name", &cells("Widget [A-Z]", 30, |_| true)), None);
    let mut codes = cells("[1-9][0-9]{4}-[0-9]{4}-[0-9]{2}", 30, |_| true);
    assert_eq!(voted("phone", &codes), None, "grouped as no number is");
    codes = cells("CS-2026-[0-9]{6}", 30, |_| true);
    assert_eq!(
        voted("telephone", &codes),
        None,
        "letters before the digits"
    );
    codes = cells("SN-[0-9]{4}-[0-9]{4}", 30, |_| true);
    assert_eq!(voted("account_number", &codes), None);
    let states = cells("(Pending|Paid|Shipped|Returned|Cancelled)", 30, |_| true);
    assert_eq!(voted("full_name", &states), None, "words and no names");
    assert_eq!(
        voted("password", &cells("[a-z]{4}[0-9]{4}", 30, |_| true)),
        Some(Label::Secret)
    );
}

#[test]
fn a_name_that_speaks_of_something_else_in_the_end_promises_less() {
    let moods = cells("(Calm|Happy|Tired|Cheerful|Anxious|Potassium)", 30, |_| {
        true
    });
    assert_eq!(voted("person_mood", &moods), None);
    let people = cells("(Jane|John|Maria) (Smith|Garcia|Jones)", 30, |_| true);
    assert_eq!(voted("person_harvest", &people), Some(Label::Person));
    let runs = cells("[1-9][0-9]{7}", 30, |_| true);
    assert_eq!(voted("telephone_harvest", &runs), None);
    assert_eq!(voted("account_number_scheme", &runs), None);
    assert_eq!(voted("account_number", &runs), Some(Label::UsBankAccount));
    let dialled = cells("06 [1-7][0-9] [0-9]{2} [0-9]{2} [0-9]{2}", 30, |_| true);
    assert_eq!(voted("telephone_harvest", &dialled), Some(Label::Phone));
    let few = runs.get(..5).unwrap();
    assert_eq!(
        voted("telephone_harvest", few),
        Some(Label::Phone),
        "few cells do not speak against a name"
    );
}

#[test]
fn single_names_under_a_name_of_things_are_things() {
    let storms = cells(
        "(Katrina|Harvey|Irma|Sandy|Andrew|Camille|Hugo|Maria)",
        60,
        |_| true,
    );
    assert_eq!(voted("storm_name", &storms), None);
    assert_eq!(voted("c_07", &storms), None, "few different names");
    let mut vote = Vote::new("brand", true);
    vote.also_named("first_name");
    storms.iter().for_each(|cell| vote.observe(cell));
    vote.settle();
    assert_eq!(
        vote.label().map(|(label, _)| label),
        Some(Label::Person),
        "an alias takes nothing from what the base's name says"
    );
    let people = "(Jane|John|Maria|Ahmed|Zoe|Olga|Peter|Anna|Paul|Laura) \
                  (Smith|Garcia|Okonkwo|Jones|Weber|Rossi|Novak|Kim|Silva|Hansen)";
    let people = cells(people, 60, |_| true);
    assert_eq!(voted("brand", &people), Some(Label::Person));
}

#[test]
fn numbers_in_use_tell_telephones_by_what_chance_would_not_do() {
    for pattern in [
        "06 [1-7][0-9] [0-9]{2} [0-9]{2} [0-9]{2}",
        "0151 [1-9][0-9]{7}",
        "(60[1-9]|51[0-9]|66[0-9]) [0-9]{3} [0-9]{3}",
        "(212|415|646|312|503) [2-9][0-9]{2} [0-9]{4}",
        "0(20|161) (7946|4960) 0[0-9]{3}",
        "336[1-7][0-9]{7}",
    ] {
        let column = cells(pattern, 60, |_| true);
        let want = (pattern != "336[1-7][0-9]{7}").then_some(Label::Phone);
        assert_eq!(voted("c_07", &column), want, "{pattern}");
    }
}

#[test]
fn a_label_once_voted_stays() {
    let mut vote = Vote::new("c", true);
    cells("[a-z]{5}@example\\.org", 20, |_| true)
        .iter()
        .for_each(|cell| vote.observe(cell));
    vote.settle();
    let voted = vote.label();
    assert!(voted.is_some());
    for _ in 0..3 {
        cells("[a-z]{5}", 200, |_| true)
            .iter()
            .for_each(|cell| vote.observe(cell));
        vote.settle();
        assert_eq!(vote.label(), voted);
    }
}

#[test]
fn few_different_names_are_things_and_what_stands_in_few_cells_is_there_by_chance() {
    let spared = |name: &str, column: &[String], text: &str| {
        let mut vote = Vote::new(name, true);
        column.iter().for_each(|cell| vote.observe(cell));
        vote.settle();
        let mut findings = Vec::new();
        crate::Detectors::default().find(text, &mut findings);
        let found = findings.len();
        vote.spare(text, 0, &mut findings);
        (vote.label().is_none(), found, findings.len())
    };
    let methods = cells(
        "(Karl Fischer|Bradford|Winkler titration|Soxhlet)",
        40,
        |_| true,
    );
    assert_eq!(spared("c_07", &methods, "Karl Fischer"), (true, 1, 0));
    let titles = cells("(The|A|My) [a-z]{4,8} [A-Z][a-z]{5}", 40, |_| true);
    assert_eq!(
        spared("book_title", &titles, "Das Leben der Clara Schmidt"),
        (true, 1, 0)
    );
    assert_eq!(
        spared("notes", &titles, "Das Leben der Clara Schmidt"),
        (true, 1, 1)
    );
    let codes = cells("[1-9][0-9]{3}\\.[0-9]{2}\\.[0-9]{4}", 40, |_| true);
    assert_eq!(spared("c_07", &codes, "06 12 34 56 78"), (true, 1, 0));
    assert_eq!(spared("c_07", &codes, "+33 6 12 34 56 78"), (true, 1, 1));
    let words = cells("[a-z]{4} [a-z]{3} [a-z]{7}", 40, |_| true);
    assert_eq!(spared("c_07", &words, "06 12 34 56 78"), (true, 1, 1));
    let few = methods.get(..8).unwrap();
    assert_eq!(
        spared("c_07", few, "Karl Fischer"),
        (true, 1, 1),
        "eight cells say little"
    );
}

#[test]
fn roles_in_a_name_need_names_in_the_cells() {
    let people = cells(
        "(Jane|John|Maria|Ahmed|Zoe|Olga) (Smith|Garcia|Okonkwo|Jones|Weber)",
        40,
        |_| true,
    );
    let firms = cells(
        "(Northwind|Globex|Initech) (Parts|Tools|Works) [A-Z]",
        40,
        |_| true,
    );
    for name in ["passenger", "line_manager", "embossed_name", "next_of_kin"] {
        assert_eq!(voted(name, &people), Some(Label::Person), "{name}");
        assert_eq!(voted(name, &firms), None, "{name}");
    }
}

#[test]
fn states_numbers_and_accounts_are_told_by_column_or_name() {
    let turkish = cells("[1-9][0-9]{10}", 40, |cell| {
        crate::national_id::world::is_checked(&digits(cell))
    });
    assert_eq!(voted("c_07", &turkish), Some(Label::NationalId));
    let passports = cells("[A-Z][0-9]{8}|[0-9]{2}[A-Z]{2}[0-9]{5}", 40, |_| true);
    assert_eq!(
        voted("identity_number", &passports),
        Some(Label::NationalId)
    );
    let accounts = cells("[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{8}", 40, |_| true);
    assert_eq!(voted("c_07", &accounts), Some(Label::BankAccount));
}

#[test]
fn social_security_numbers_however_people_part_them() {
    let layouts: &[&str] = &[
        "[1-5][0-9]{2}_[0-9]{2}_[1-9][0-9]{3}",
        "[0-5][1-9]{2} - [0-9][1-9] - [1-9][0-9]{3}",
        "SS# [1-5][0-9]{2}[0-9][1-9][1-9][0-9]{3}",
        "[0-5][1-9]{2} [0-9][1-9] [1-9][0-9]{3}",
    ];
    let ssn = |cell: &str| crate::national_id::is_ssn(&digits(cell));
    let mixed: Vec<String> = layouts
        .iter()
        .flat_map(|layout| cells(layout, 10, ssn))
        .collect();
    assert_eq!(voted("tp_id_txt", &mixed), Some(Label::UsSsn));
    // Codes whose middle is of a few years, and bare numbers that nothing names.
    let codes = cells("[1-8][1-9]{2}_(24|25|26)_[1-9][0-9]{3}", 40, |_| true);
    assert_ne!(voted("order_no", &codes), Some(Label::UsSsn));
    let ships = cells("SS [1-5][0-9]{2}[0-9][1-9][1-9][0-9]{3}", 40, |_| true);
    assert_ne!(voted("ship", &ships), Some(Label::UsSsn));
}

#[test]
fn keys_of_64_bytes_are_digests_under_names_of_digests() {
    let keys = cells("[A-Za-z0-9+/]{85}[AQgw]==", 30, |_| true);
    assert_eq!(voted("value", &keys), Some(Label::Secret));
    for name in ["sha512_b64", "integrity", "signature"] {
        assert_eq!(voted(name, &keys), None, "{name}");
        let mut vote = Vote::new(name, true);
        keys.iter().for_each(|cell| vote.observe(cell));
        vote.settle();
        let mut findings = Vec::new();
        for cell in &keys {
            crate::walk::walk(cell, &mut findings);
            vote.spare(cell, 0, &mut findings);
        }
        assert_eq!(findings, [], "{name}");
    }
}

#[test]
fn keys_and_papers_under_names_that_may_mean_others_are_told_by_their_cells() {
    let keys = cells("[A-Z][a-z][0-9][A-Za-z0-9]{25}", 30, |cell| {
        crate::secret::drawn(cell.as_bytes()) == crate::hint::Bar::Drawn
    });
    assert_eq!(voted("widget_key", &keys), Some(Label::Secret));
    let hex = cells("[0-9][a-f][0-9a-f]{30}", 30, |_| true);
    assert_eq!(
        voted("widget_key", &hex),
        None,
        "surrogate keys are in hex too"
    );
    assert_eq!(voted("psp_key", &hex), Some(Label::Secret));
    let slugs = cells("(orders|items)-2024-[0-9]{8}", 30, |_| true);
    assert_eq!(voted("partner_key", &slugs), None);
    let stands = cells("tok_[A-Z][a-z][0-9][A-Za-z0-9]{20}", 30, |_| true);
    assert_eq!(voted("pay_token", &stands), None, "what stands for a card");
    let papers = cells("[A-Z]{2}[0-9]{6}", 30, |_| true);
    assert_eq!(voted("document_no", &papers), Some(Label::NationalId));
    let vouchers = cells("(RE|IN)[0-9]{6}", 30, |_| true);
    assert_eq!(voted("document_no", &vouchers), None);
    let numbers = cells("1800[0-9]{6}", 30, |_| true);
    assert_eq!(voted("document_no", &numbers), None);
}

#[test]
fn names_and_numbers_of_things_are_left_alone() {
    for (name, pattern) in [
        ("SHIP_NAME", "(Maria Reina|Anna Sofie|Walter Scott)"),
        ("PAKET_IME", "(Tesla|Nikola|Ana) (Max|Flex|Start)"),
        ("ORGNR", "9[0-9]{2} [0-9]{3} [0-9]{3}"),
        ("IK_NUMMER", "26[0-9]{7}"),
        ("FACTUURNR", "202[2-5]-[1-9][0-9]{4}"),
        ("شماره_فاکتور", "140[0-4]/[1-9][0-9]{4}"),
        ("SPRAWA_NR", "KYC/202[0-5]/[1-9][0-9]{4}"),
        ("RG_NO", "(19|2[0-5])/[1-9][0-9]{4}"),
        ("ADOSZAM_CEG", "[1-9][0-9]{7}-[12]-(15|41)"),
        ("OBSERVED", "(19[3-9]|200)[0-9]-0[1-9]-1[0-9]"),
        ("RUA_DEPOSITO", "Rua 1[0-9], nível [1-5], posição [1-9]{3}"),
    ] {
        assert_eq!(voted(name, &cells(pattern, 30, |_| true)), None, "{name}");
    }
}

#[test]
fn names_in_further_languages_are_borne_out() {
    let word = "(maple|cobalt|gravel|fjord|velvet|ember)";
    let phrase = format!("{word}-{word}-{word}-{word}");
    for (name, pattern, want) in [
        ("WIFI_CLAVE", phrase.as_str(), Label::Secret),
        ("KEYSAFE", "[1-9][0-9]{3}", Label::Secret),
        ("BITLOCKER_KEY", "([0-9]{6}-){7}[0-9]{6}", Label::Secret),
        ("ΚΙΝΗΤΟ", "69[0-9] [0-9]{3} [0-9]{4}", Label::Phone),
        ("DIRECT_DIAL", "478-555-0[1-9]{3} x[1-9]{3}", Label::Phone),
        ("CTCM", "4922147[1-9]{5}", Label::Phone),
    ] {
        let column = cells(pattern, 30, |_| true);
        assert_eq!(voted(name, &column), Some(want), "{name}");
    }
}
