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
        ("totp_seed", Some(Label::Secret)),
        ("mfaSeed", Some(Label::Secret)),
        ("otp_secret", Some(Label::Secret)),
        ("SCRT", Some(Label::Secret)),
        ("iyzico_key", Some(Label::Secret)),
        ("PG_SERVER_KEY", Some(Label::Secret)),
        ("auth_ticket", Some(Label::Secret)),
        ("support_ticket", None),
        ("db_pass", Some(Label::Secret)),
        ("boarding_pass", None),
        ("contraseña", Some(Label::Secret)),
        ("パスワード", Some(Label::Secret)),
        ("密钥", Some(Label::Secret)),
        ("primary_key", None),
        ("s3_object_key", None),
        ("card_token", None),
        ("next_page_token", None),
        ("password_changed_at", None),
        ("secret_arn", None),
        ("SOC_SEC_NO", Some(Label::UsSsn)),
        ("social_nbr", Some(Label::UsSsn)),
        ("social_media", None),
        ("NUM_CARTAO", Some(Label::CreditCard)),
        ("kart_no", Some(Label::CreditCard)),
        ("银行卡号", Some(Label::CreditCard)),
        ("手机号", Some(Label::Phone)),
        ("المحمول", Some(Label::Phone)),
        ("telefony", Some(Label::Phone)),
        ("dob_epoch_ms", Some(Label::Dob)),
        ("ЕГН", Some(Label::NationalId)),
        ("الرقم_القومي", Some(Label::NationalId)),
        ("mykad_no", Some(Label::NationalId)),
        ("ghana_card", Some(Label::NationalId)),
        ("drv_lic", Some(Label::UsDl)),
        ("prontuario", Some(Label::Mrn)),
        ("estate_id", None),
        ("clinic_no", None),
        ("provider_org_name", None),
        ("patient_clinic_name", None),
        ("clinic_doctor_name", Some(Label::Person)),
        ("hicn", Some(Label::UsSsn)),
        ("my_number", Some(Label::NationalId)),
        ("atm_pin", Some(Label::Cvv)),
        ("keysafe_pin", Some(Label::Secret)),
        ("PIN", Some(Label::Secret)),
        ("EMV_KEY_HEX", Some(Label::Secret)),
        ("wg_private", Some(Label::Secret)),
        ("snmp_community", Some(Label::Secret)),
        ("wallet_secret", Some(Label::Secret)),
        ("two_factor_seed", Some(Label::Secret)),
        ("管理员密码", Some(Label::Secret)),
        ("zigbee_network_key", Some(Label::Secret)),
        ("kek", Some(Label::Secret)),
        ("network_key", None),
        ("site_key", None),
        ("page_token", None),
        ("sync_token", None),
        ("passkey_credential_id", None),
        ("eth_tx_hash", None),
        ("loan_acct", None),
        ("customs_mrn", None),
        ("puk", Some(Label::Secret)),
        ("door_code", Some(Label::Secret)),
        ("recovery_codes", Some(Label::Secret)),
        ("cloud_cred", Some(Label::Secret)),
        ("api_key_id", None),
        ("bitlocker_key_id", None),
        ("gpio_pin", None),
        ("animal_dob", None),
        ("er_ein", None),
        ("ein", Some(Label::UsEin)),
        ("abha_no", Some(Label::HealthPlan)),
        ("menkyo", Some(Label::NationalId)),
        ("perso_nr", Some(Label::NationalId)),
        ("cod_fisc", Some(Label::NationalId)),
        ("pin_code", Some(Label::Secret)),
        ("kundenkennwort", Some(Label::Secret)),
        ("mot_passe_ftp", Some(Label::Secret)),
        ("kullanici_sifresi", Some(Label::Secret)),
        ("email_password", Some(Label::Secret)),
        ("telephone_password", Some(Label::Secret)),
        ("clave_voz", Some(Label::Secret)),
        ("clave_producto", Some(Label::Secret)),
        ("ldap_hash", Some(Label::Secret)),
        ("wiederherstellungscode", Some(Label::Secret)),
        ("接口密钥", Some(Label::Secret)),
        ("content_hash", None),
        ("oauth_code", Some(Label::Secret)),
        ("stripe_sk", Some(Label::Secret)),
        ("customer_sk", None),
        ("hotspot_code", Some(Label::Secret)),
        ("passwort_geaendert_am", None),
        ("sftp_host_key_fp", None),
        ("password_note", None),
        ("kra_pin", Some(Label::NationalId)),
        ("otp", Some(Label::Secret)),
        ("seed", None),
        ("seed_variety", None),
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

#[test]
fn the_last_word_says_what_a_name_is_about() {
    for name in [
        "phone",
        "phone_home",
        "phone2",
        "phones[0]",
        "mobile_landline",
        "customer_phone_number",
        "telefon_privat",
        "telefono_cliente",
        "credit_card",
        "card_number",
        "first_name",
        "customer_name_norm",
        "customer_name",
        "numero_telefono_trabajo",
        "account_number_from",
        "date_of_birth_txt",
        "phone.value",
        "passport_no",
        "driver_license_number",
        "address_line_1",
        "patient.name",
    ] {
        assert!(
            promise(name).is_some_and(|promise| !promise.passing),
            "{name}"
        );
    }
    for name in [
        "telephone_harvest",
        "fax_cartridge",
        "person_attribute",
        "passport_cover_scheme",
        "account_number_scheme",
        "mobile_tower",
    ] {
        assert!(
            promise(name).is_none_or(|promise| promise.passing),
            "{name}"
        );
    }
}

#[test]
fn names_of_things_are_told() {
    for name in [
        "city",
        "store_city",
        "brand_name",
        "VESSEL",
        "stormName",
        "product",
        "colour_2",
    ] {
        assert!(is_of_things(name), "{name}");
    }
    for name in [
        "c_07",
        "name",
        "city_contact",
        "store_manager",
        "surname",
        "notes",
        "",
        "x",
    ] {
        assert!(!is_of_things(name), "{name}");
    }
}

#[test]
fn names_of_secrets_say_how_much_their_cells_must_look_drawn() {
    for (name, bar) in [
        ("password", Bar::Any),
        ("api_key", Bar::Any),
        ("session_token", Bar::Any),
        ("stripe_key", Bar::Key),
        ("clave_sat", Bar::Coined),
        ("scada_pw", Bar::Coined),
        ("db_pw", Bar::Any),
        ("wifi_clave", Bar::Any),
        ("cle_wifi", Bar::Any),
        ("KEY_SAFE", Bar::Any),
        ("safe_combination", Bar::Any),
        ("ilo_pw", Bar::Any),
        ("badge_pin", Bar::Any),
        ("NETZWERKSCHLUESSEL", Bar::Any),
        ("tok3", Bar::Woven),
        ("bitlocker_key", Bar::Any),
        ("pay_key", Bar::Drawn),
        ("deploy_pat", Bar::Key),
        ("token_gateway", Bar::Key),
        ("provider_key", Bar::Drawn),
        ("widget_key", Bar::Drawn),
        ("basic.auth", Bar::Any),
        ("registry.auth", Bar::Drawn),
        ("SNYK_TOKEN", Bar::Unique),
        ("consul_http_token", Bar::Unique),
        ("opsgenie_key", Bar::Unique),
        ("visitor_token", Bar::Key),
        ("scim_bearer", Bar::Key),
        ("sf_session", Bar::Woven),
        ("session", Bar::Drawn),
        ("AccountKey", Bar::Drawn),
        ("oauth_code", Bar::Drawn),
        ("domain_auth_info", Bar::Coined),
        ("stripe_sk", Bar::Key),
    ] {
        let got = promise(name).map(|promise| (promise.label, promise.bar));
        assert_eq!(got, Some((Label::Secret, bar)), "{name}");
    }
    for name in ["document_no", "run", "nid", "lic_no"] {
        let got = promise(name).map(|promise| (promise.label, promise.weak));
        assert_eq!(got, Some((Label::NationalId, true)), "{name}");
    }
}

#[test]
fn states_beside_a_name_make_it_one_of_papers() {
    for (name, weak) in [
        ("nic_lk", false),
        ("ci_uruguay", false),
        ("philippine_tin", false),
        ("nid_no", false),
        ("nic", true),
        ("persnr", true),
        ("documento", true),
        ("num_fiscal", true),
    ] {
        let promise = promise(name).map(|promise| (promise.label, promise.weak));
        assert_eq!(promise, Some((Label::NationalId, weak)), "{name}");
    }
    for name in ["masked_email", "redacted_phone", "id_co", "clinic_lk"] {
        assert_eq!(hint(name), None, "{name}");
    }
    // In Greek a code is called as a password is.
    let bar = promise("κωδικός").map(|promise| promise.bar);
    assert_eq!(bar, Some(Bar::Coined));
}
