//! What `hint` must do, tried.

use super::*;

#[test]
fn names_hint_at_labels() {
    let cases = [
        ("ssn_raw", Some(Label::UsSsn)),
        ("SOCIAL_SECURITY_NO", Some(Label::UsSsn)),
        ("pan_num", Some(Label::CreditCard)),
        ("paymentCard", Some(Label::CreditCard)),
        ("ROUTING_NUMBER", Some(Label::UsAba)),
        ("account_number", Some(Label::UsBankAccount)),
        ("account_name", None),
        ("custssn", Some(Label::UsSsn)),
        ("businessNumber", None),
        ("reisepassnr", Some(Label::Passport)),
        ("ACCT_NBR", Some(Label::UsBankAccount)),
        ("telefon", Some(Label::Phone)),
        ("prenom", Some(Label::Person)),
        ("kunde_name", Some(Label::Person)),
        ("reisepass_nr", Some(Label::Passport)),
        ("fecha_nacimiento", Some(Label::Dob)),
        ("birth.date", Some(Label::Dob)),
        ("birth_order", None),
        ("birth_weight_g", None),
        ("d_o_b", Some(Label::Dob)),
        ("fecNac", Some(Label::Dob)),
        ("जन्म तिथि", Some(Label::Dob)),
        ("تاريخ الميلاد", Some(Label::Dob)),
        ("phones.home", Some(Label::Phone)),
        ("name.given", Some(Label::Person)),
        ("emailAddress", Some(Label::Email)),
        ("mobile_intl", Some(Label::Phone)),
        ("date_of_birth", Some(Label::Dob)),
        ("client_ip", Some(Label::Ip)),
        ("device_mac", Some(Label::Mac)),
        ("driver_license", Some(Label::UsDl)),
        ("medicare_mbi", Some(Label::UsMbi)),
        ("diagnosis_code", Some(Label::Diagnosis)),
        ("sin", Some(Label::CaSin)),
        ("business", None),
        ("full_name", Some(Label::Person)),
        ("last_first", Some(Label::Person)),
        ("name", Some(Label::Person)),
        ("product_name", None),
        ("mailing_address", Some(Label::Address)),
        ("api_token", Some(Label::Secret)),
        ("aws_secret_key", Some(Label::Secret)),
        ("customer_id", None),
        ("description", None),
        ("shipping_method", None),
        ("created_at", None),
        ("mobile_ts", None),
        ("password_source", None),
        ("ssn_like", None),
        ("phone_model", None),
        ("model", None),
        ("source_ip", Some(Label::Ip)),
    ];
    for (name, want) in cases {
        assert_eq!(hint(name), want, "{name}");
    }
}
