//! Documents whose members' names, and the names around them, say what a value is. The cases follow what FHIR, JSON-LD,
//! MongoDB's Extended JSON, XML turned to JSON and warehouses write; they were written before the code that reads them.

use super::*;

mod papers;

fn mask(text: &str) -> Option<String> {
    LeafMask::default().mask(text, &Detectors::default(), &mut Vec::new())
}

#[test]
fn only_sensitive_leaves_change() {
    let cases = [
        (
            r#"{"a": "x@y.org", "b": 1}"#,
            Some(r#"{"a": "[EMAIL]", "b": 1}"#),
        ),
        (
            r#"{"pan":4111111111111111,"n":[1.50]}"#,
            Some(r#"{"pan":null,"n":[1.50]}"#),
        ),
        (
            r#"{"pan":4.111111111111111e+15,"n":-1.5e+03}"#,
            Some(r#"{"pan":null,"n":-1.5e+03}"#),
        ),
        (r#"{"x@y.org": 3}"#, Some(r#"{"[EMAIL]": 3}"#)),
        (r#"{"a":"\u0078@y.org"}"#, Some(r#"{"a":"[EMAIL]"}"#)),
        (
            r#"{"name":"Zoe Quux","product":{"name":"Blue Lamp"}}"#,
            Some(r#"{"name":"[PERSON]","product":{"name":"Blue Lamp"}}"#),
        ),
        (
            r#"{"ssn":"078051121","order":"078051121"}"#,
            Some(r#"{"ssn":"[US_SSN]","order":"078051121"}"#),
        ),
        (
            r#"{"event":"view","sku":"SKU-123456","ts":1700000000000}"#,
            None,
        ),
    ];
    for (text, want) in cases {
        assert_eq!(mask(text).as_deref(), want, "{text}");
    }
}

#[test]
fn what_is_not_json_is_read_as_text() {
    assert_eq!(
        mask("no json, but a@b.cd").as_deref(),
        Some("no json, but [EMAIL]")
    );
}

fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, want)| {
            let same = mask(text).unwrap_or_else(|| (*text).to_owned());
            (same, want)
        })
        .filter(|(got, want)| got != *want)
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}: {wrong:#?}",
        wrong.len(),
        cases.len()
    );
}

#[test]
fn birthdays_under_their_names() {
    check(&[
        (r#"{"dob":"1985-03-12"}"#, r#"{"dob":"[DOB]"}"#),
        (r#"{"d_o_b":"1985-03-12"}"#, r#"{"d_o_b":"[DOB]"}"#),
        (
            r#"{"DateOfBirth":"1985-03-12T00:00:00Z"}"#,
            r#"{"DateOfBirth":"[DOB]"}"#,
        ),
        (r#"{"birthDate":"12/03/1985"}"#, r#"{"birthDate":"[DOB]"}"#),
        (r#"{"bday":"12 Mar 1985"}"#, r#"{"bday":"[DOB]"}"#),
        (r#"{"bornOn":"12MAR1985"}"#, r#"{"bornOn":"[DOB]"}"#),
        (
            r#"{"dob":"Tue, 12 Mar 1985 00:00:00 +0000"}"#,
            r#"{"dob":"[DOB]"}"#,
        ),
        (r#"{"dob":19850312}"#, r#"{"dob":null}"#),
        (r#"{"dob":"19850312"}"#, r#"{"dob":"[DOB]"}"#),
        (r#"{"dob":5549}"#, r#"{"dob":null}"#),
        (r#"{"dob":479433600}"#, r#"{"dob":null}"#),
        (r#"{"dob":479433600000}"#, r#"{"dob":null}"#),
        (r#"{"dob":-31536000}"#, r#"{"dob":null}"#),
        (
            r#"{"geburtsdatum":"12.03.1985"}"#,
            r#"{"geburtsdatum":"[DOB]"}"#,
        ),
        (
            r#"{"geb_datum":"12. März 1985"}"#,
            r#"{"geb_datum":"[DOB]"}"#,
        ),
        (
            r#"{"geboortedatum":"12-03-1985"}"#,
            r#"{"geboortedatum":"[DOB]"}"#,
        ),
        (
            r#"{"date_naissance":"mardi 12 mars 1985"}"#,
            r#"{"date_naissance":"[DOB]"}"#,
        ),
        (r#"{"fecNac":"12/03/1985"}"#, r#"{"fecNac":"[DOB]"}"#),
        (
            r#"{"dt_nascimento":"12/03/1985"}"#,
            r#"{"dt_nascimento":"[DOB]"}"#,
        ),
        (
            r#"{"data_nascita":"12 marzo 1985"}"#,
            r#"{"data_nascita":"[DOB]"}"#,
        ),
        (r#"{"data_ur":"12.III.1985"}"#, r#"{"data_ur":"[DOB]"}"#),
        (
            r#"{"datum_narozeni":"12. března 1985"}"#,
            r#"{"datum_narozeni":"[DOB]"}"#,
        ),
        (
            r#"{"születési_dátum":"1985. március 12."}"#,
            r#"{"születési_dátum":"[DOB]"}"#,
        ),
        (
            r#"{"fodelsedatum":"1985-03-12"}"#,
            r#"{"fodelsedatum":"[DOB]"}"#,
        ),
        (
            r#"{"syntymaaika":"12.3.1985"}"#,
            r#"{"syntymaaika":"[DOB]"}"#,
        ),
        (
            r#"{"dogum_tarihi":"12 Mart 1985"}"#,
            r#"{"dogum_tarihi":"[DOB]"}"#,
        ),
        (
            r#"{"дата_рождения":"12 марта 1985 г."}"#,
            r#"{"дата_рождения":"[DOB]"}"#,
        ),
        (
            r#"{"ημερομηνία γέννησης":"12 Μαρτίου 1985"}"#,
            r#"{"ημερομηνία γέννησης":"[DOB]"}"#,
        ),
        (
            r#"{"تاريخ الميلاد":"12/03/1985"}"#,
            r#"{"تاريخ الميلاد":"[DOB]"}"#,
        ),
        (
            r#"{"תאריך לידה":"12.03.1985"}"#,
            r#"{"תאריך לידה":"[DOB]"}"#,
        ),
        (r#"{"जन्म तिथि":"12-03-1985"}"#, r#"{"जन्म तिथि":"[DOB]"}"#),
        (r#"{"วันเกิด":"12 มีนาคม 2528"}"#, r#"{"วันเกิด":"[DOB]"}"#),
        (r#"{"ngay_sinh":"12/03/1985"}"#, r#"{"ngay_sinh":"[DOB]"}"#),
        (
            r#"{"tanggal_lahir":"12 Maret 1985"}"#,
            r#"{"tanggal_lahir":"[DOB]"}"#,
        ),
        (r#"{"出生日期":"1985年3月12日"}"#, r#"{"出生日期":"[DOB]"}"#),
        (
            r#"{"生年月日":"昭和60年3月12日"}"#,
            r#"{"生年月日":"[DOB]"}"#,
        ),
        (
            r#"{"생년월일":"1985년 3월 12일"}"#,
            r#"{"생년월일":"[DOB]"}"#,
        ),
    ]);
}

#[test]
fn names_around_a_value_say_what_it_is() {
    check(&[
        (
            r#"{"patient":{"birth":{"date":"1985-03-12"}}}"#,
            r#"{"patient":{"birth":{"date":"[DOB]"}}}"#,
        ),
        (
            r#"{"birth":{"date":"1985-03-12","place":"Rome"},"visit":{"date":"2026-01-02"}}"#,
            r#"{"birth":{"date":"[DOB]","place":"Rome"},"visit":{"date":"2026-01-02"}}"#,
        ),
        (
            r#"{"dob":{"value":"1985-03-12"},"seen":{"value":"2026-01-02"}}"#,
            r#"{"dob":{"value":"[DOB]"},"seen":{"value":"2026-01-02"}}"#,
        ),
        (
            r#"{"dob":{"$date":{"$numberLong":"479433600000"}}}"#,
            r#"{"dob":{"$date":{"$numberLong":"[DOB]"}}}"#,
        ),
        (
            r#"{"dob":{"year":1985,"month":3,"day":12}}"#,
            r#"{"dob":{"year":null,"month":null,"day":null}}"#,
        ),
        (
            r#"{"birth":{"details":{"date":"1985-03-12"}}}"#,
            r#"{"birth":{"details":{"date":"[DOB]"}}}"#,
        ),
        (
            r#"{"dob":["1985-03-12","1990-07-01"]}"#,
            r#"{"dob":["[DOB]","[DOB]"]}"#,
        ),
        (
            r#"{"dob":[1985,3,12],"v":[1985,3,12]}"#,
            r#"{"dob":[null,null,null],"v":[1985,3,12]}"#,
        ),
        (
            r#"{"children":[{"born":"2011-05-06"},{"born":"2014-08-09"}]}"#,
            r#"{"children":[{"born":"[DOB]"},{"born":"[DOB]"}]}"#,
        ),
        (
            r#"{"fields":[{"name":"date_of_birth","value":"1985-03-12"},{"name":"order_date","value":"2026-01-02"}]}"#,
            r#"{"fields":[{"name":"date_of_birth","value":"[DOB]"},{"name":"order_date","value":"2026-01-02"}]}"#,
        ),
        (
            r#"[{"k":"dob","v":"1985-03-12"},{"k":"ssn","v":"078051121"},{"k":"ref","v":"078051121"}]"#,
            r#"[{"k":"dob","v":"[DOB]"},{"k":"ssn","v":"[US_SSN]"},{"k":"ref","v":"078051121"}]"#,
        ),
        (
            r#"{"answers":[{"question":"What is your date of birth?","answer":"12/03/1985"}]}"#,
            r#"{"answers":[{"question":"What is your date of birth?","answer":"[DOB]"}]}"#,
        ),
        (
            r#"{"phones":{"home":"5550142","work":"5550143"},"codes":{"home":"5550142"}}"#,
            r#"{"phones":{"home":"[PHONE]","work":"[PHONE]"},"codes":{"home":"5550142"}}"#,
        ),
        (
            r#"{"phone":{"number":5550142}}"#,
            r#"{"phone":{"number":null}}"#,
        ),
        (
            r#"{"telecom":[{"system":"phone","value":"5550142","use":"home"}]}"#,
            r#"{"telecom":[{"system":"phone","value":"[PHONE]","use":"home"}]}"#,
        ),
        (
            r##"{"ssn":{"#text":"078051121"}}"##,
            r##"{"ssn":{"#text":"[US_SSN]"}}"##,
        ),
        (
            r#"{"name":{"given":["Zoe"],"family":"Quux"}}"#,
            r#"{"name":{"given":["[PERSON]"],"family":"[PERSON]"}}"#,
        ),
        (
            r#"{"passport":{"no":"C1234567"},"part":{"no":"C1234567"}}"#,
            r#"{"passport":{"no":"[PASSPORT]"},"part":{"no":"C1234567"}}"#,
        ),
        (r#"{"n":-4111111111111111}"#, r#"{"n":null}"#),
    ]);
}

#[test]
fn pairs_and_later_members_say_what_a_value_is() {
    check(&[
        (
            r#"{"value":"1985-03-12","kind":"dob"}"#,
            r#"{"value":"[DOB]","kind":"dob"}"#,
        ),
        (
            r#"[["dob","1985-03-12"],["seen","2026-01-02"]]"#,
            r#"[["dob","[DOB]"],["seen","2026-01-02"]]"#,
        ),
        (
            r#"{"rows":[["ssn","078051121"],["ref","078051121"]]}"#,
            r#"{"rows":[["ssn","[US_SSN]"],["ref","078051121"]]}"#,
        ),
        (
            r#"{"dob":{"S":"1985-03-12"},"ssn":{"_":"078051121"}}"#,
            r#"{"dob":{"S":"[DOB]"},"ssn":{"_":"[US_SSN]"}}"#,
        ),
        (
            r#"{"items":[{"a":"12/03/1985","q":"Date of birth?"}]}"#,
            r#"{"items":[{"a":"[DOB]","q":"Date of birth?"}]}"#,
        ),
        (
            r#"{"note":"Zoe, born on 12 March 1985, called"}"#,
            r#"{"note":"Zoe, born on [DOB], called"}"#,
        ),
    ]);
}

#[test]
fn documents_inside_strings_are_documents() {
    check(&[
        (
            r#"{"body":"{\"dob\":\"1985-03-12\",\"n\":1}"}"#,
            r#"{"body":"{\"dob\":\"[DOB]\",\"n\":1}"}"#,
        ),
        (
            r#"["[\"x@y.org\",\"Zoë\"]"]"#,
            r#"["[\"[EMAIL]\",\"Zoë\"]"]"#,
        ),
        (
            r#"{"a":"{\"b\":\"{\\\"ssn\\\":\\\"078051121\\\"}\"}"}"#,
            r#"{"a":"{\"b\":\"{\\\"ssn\\\":\\\"[US_SSN]\\\"}\"}"}"#,
        ),
        (r#"{"a":"[4111111111111111]"}"#, r#"{"a":"[null]"}"#),
    ]);
    let text = r#"{"a":"[4111111111111111]"}"#;
    let mut findings = Vec::new();
    LeafMask::default().mask(text, &Detectors::default(), &mut findings);
    assert_eq!(
        &text[findings[0].start..findings[0].end],
        "4111111111111111"
    );
}

#[test]
fn harmless_documents_stay() {
    for text in [
        r#"{"birth_order":3,"birth_weight":3400,"birth_rate":12.5}"#,
        r#"{"created":"2026-01-02","date":"1985-03-12","published":{"date":"1985-03-12"}}"#,
        r#"{"vec":[1985,3,12],"version":[1,2,3]}"#,
        r#"{"product":{"name":"Blue Lamp","number":"5550142","value":"1985-03-12"}}"#,
        r#"{"name":"order_date","value":"1985-03-12"}"#,
        r#"{"email":{"template":"welcome","number":7},"phone":{"os":"ios","value":"17.1"}}"#,
        r#"{"kind":"born","other":{"value":"x"},"value":"blue"}"#,
        r#"{"password":{"updated_at":"2026-01-02T03:04:05Z"}}"#,
        r#"{"dob":null,"dob_verified":true,"dob_source":"crm"}"#,
    ] {
        assert_eq!(mask(text), None, "{text}");
    }
}

#[test]
fn arrays_that_are_rows_vote_place_by_place() {
    let mut leaves = LeafMask::default();
    let row = |year: u32| format!(r#"{{"r":["A-{year}","{year}-03-12","blue"]}}"#);
    (0..60).for_each(|at| leaves.observe(&row(1941 + at)));
    leaves.settle();
    let masked = leaves.mask(&row(1985), &Detectors::default(), &mut Vec::new());
    assert_eq!(
        masked.as_deref(),
        Some(r#"{"r":["A-1985","[DOB]","blue"]}"#)
    );
}
