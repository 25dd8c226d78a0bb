//! What prose of many scripts tells, tried.

use super::*;
use crate::Detectors;

fn found(text: &str) -> Vec<(&str, Label)> {
    let mut findings = Vec::new();
    Detectors::default().find(text, &mut findings);
    findings
        .iter()
        .map(|finding| (&text[finding.start..finding.end], finding.label))
        .collect()
}

#[test]
fn introductions_and_honorifics_tell_names_of_every_script() {
    for (text, name) in [
        ("Здравствуйте, меня зовут Агата Кружкина.", "Агата Кружкина"),
        ("Γεια σας, ονομάζομαι Μάνος Κρασάκης και", "Μάνος Κρασάκης"),
        ("مرحبا، اسمي زياد الكرملي ورقم الطلب", "زياد الكرملي"),
        ("שלום, שמי ארנונה קפלנסקי, אפשר", "ארנונה קפלנסקי"),
        ("नमस्ते, मेरा नाम सुभाष केलकर है।", "सुभाष केलकर"),
        ("ดิฉันชื่อ มาลินี ดวงใจดี เบอร์", "มาลินี ดวงใจดี"),
        ("您好，我叫司马建国，请尽快发货。", "司马建国"),
        ("小笠原健太郎と申します。", "小笠原健太郎"),
        ("안녕하세요, 김민준입니다.", "김민준"),
    ] {
        assert_eq!(found(text), [(name, Label::Person)], "{text}");
    }
}

#[test]
fn roles_alone_make_no_name() {
    for text in [
        "العميل طلب تغيير العنوان",
        "我是新用户，请问怎么退货",
        "배송 문의입니다.",
        "お客様へのお知らせです",
        "Клиент Банк недоступен",
        "אני רוצה לבטל את ההזמנה",
        "ลูกค้า แจ้งว่าของยังไม่มา",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn words_before_a_number_say_what_it_is() {
    for (text, number) in [
        ("手机号138 9635 2324，收货", "138 9635 2324"),
        (
            "перезвонить по номеру 8 916 492-93-09, адрес",
            "8 916 492-93-09",
        ),
    ] {
        assert_eq!(found(text), [(number, Label::Phone)], "{text}");
    }
}

#[test]
fn words_before_a_password_say_what_it_is() {
    for (text, password) in [
        ("비밀번호를 Hwaseong@61? 로 바꿨어요", "Hwaseong@61?"),
        ("пароль от почты: Zima2024! не подходит", "Zima2024!"),
        ("パスワードはNishiki2031!です", "Nishiki2031!"),
    ] {
        assert_eq!(found(text), [(password, Label::Secret)], "{text}");
    }
    for text in [
        "пароль от почты не подходит",
        "密码错误，请重试",
        "비밀번호 재설정 완료 (3회)",
        "パスワードはemailで届きます",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}
