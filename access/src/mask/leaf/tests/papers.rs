//! Documents in which members beside a number, or around it, say whose paper it is, or what secret.

use super::{check, mask};

#[test]
fn what_stands_beside_a_number_says_which_paper_it_is() {
    check(&[
        (
            r#"{"doc_type":"passport","doc_number":"C51230987"}"#,
            r#"{"doc_type":"passport","doc_number":"[PASSPORT]"}"#,
        ),
        (
            r#"{"documentNumber":"C51230987","documentType":"PASSPORT"}"#,
            r#"{"documentNumber":"[PASSPORT]","documentType":"PASSPORT"}"#,
        ),
        (
            r#"{"type":"passport","name":"n","number":"C51230987"}"#,
            r#"{"type":"passport","name":"n","number":"[PASSPORT]"}"#,
        ),
        (
            r#"{"ids":[{"kind":"PASSPORT","id":"C51230987"},{"kind":"sku","id":"C51230987"}]}"#,
            r#"{"ids":[{"kind":"PASSPORT","id":"[PASSPORT]"},{"kind":"sku","id":"C51230987"}]}"#,
        ),
        (
            r#"{"Othr":[{"Id":"C51230987","SchmeNm":{"Cd":"CCPT"}}]}"#,
            r#"{"Othr":[{"Id":"[PASSPORT]","SchmeNm":{"Cd":"CCPT"}}]}"#,
        ),
        (
            r#"{"identifier":[{"type":{"coding":[{"system":"http://x.example","code":"PPN"}]},"value":"C51230987"}]}"#,
            r#"{"identifier":[{"type":{"coding":[{"system":"http://x.example","code":"PPN"}]},"value":"[PASSPORT]"}]}"#,
        ),
        (
            r#"{"documento":{"tipo":"CC","numero":"1023456789"}}"#,
            r#"{"documento":{"tipo":"CC","numero":"[NATIONAL_ID]"}}"#,
        ),
        (
            r#"{"证件类型":"护照","号码":"E51230987"}"#,
            r#"{"证件类型":"护照","号码":"[PASSPORT]"}"#,
        ),
    ]);
}

#[test]
fn what_stands_around_a_number_says_which_paper_it_is() {
    check(&[
        (
            r#"{"passport":{"id":"C51230987"},"visa":{"id":"C51230987"}}"#,
            r#"{"passport":{"id":"[PASSPORT]"},"visa":{"id":"C51230987"}}"#,
        ),
        (
            r#"{"passport":{"document_no":"C51230987"}}"#,
            r#"{"passport":{"document_no":"[PASSPORT]"}}"#,
        ),
        (
            r#"{"national_ids":{"EE":"40404049996"}}"#,
            r#"{"national_ids":{"EE":"[NATIONAL_ID]"}}"#,
        ),
    ]);
}

#[test]
fn objects_say_which_secret_their_members_are() {
    check(&[
        (
            r#"{"kty":"EC","x":"gI0GAILBdu7T53akrFmMyGcs","d":"jpsQnnGQmL1YBIffH1136crR"}"#,
            r#"{"kty":"EC","x":"gI0GAILBdu7T53akrFmMyGcs","d":"[SECRET]"}"#,
        ),
        (
            r#"{"type":"random_password","name":"db","instances":[{"attributes":{"length":20,"result":"qT7rVw2Zp9KdLx4Nb8Ym"}}]}"#,
            r#"{"type":"random_password","name":"db","instances":[{"attributes":{"length":20,"result":"[SECRET]"}}]}"#,
        ),
    ]);
}

#[test]
fn numbers_of_other_things_stay() {
    for text in [
        r#"{"document":{"id":"51230987"}}"#,
        r#"{"type":"dl","id":"51230987"}"#,
        r#"{"shipment":{"type":"P","number":"C51230987"}}"#,
        r#"{"doc_type":"drawing","doc_number":"51230987"}"#,
        r#"{"type":"random_pet","attributes":{"result":"brave-otter"}}"#,
        r#"{"id":"51230987","name":"passport"}"#,
        r#"{"licence":{"name":"MIT","id":"51230987"}}"#,
    ] {
        assert_eq!(mask(text), None, "{text}");
    }
}
