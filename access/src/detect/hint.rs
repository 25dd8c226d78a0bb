//! What a column's name promises.
//!
//! Enters: a name (of a column, a JSON member, the left side of a comparison). Leaves: a label that half of the cells must
//! bear out before it counts. Never here: a label from a name alone.

use super::Label;

/// The name's words, lower case: parted by anything that is no letter or digit, and where a capital follows a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut small_before = false;
    for character in name.chars() {
        let new = character.is_uppercase() && small_before;
        if (new || !character.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        small_before = character.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The label a name hints at.
pub fn hint(name: &str) -> Option<Label> {
    let words = words(name);
    let has = |word: &str| words.iter().any(|have| have == word);
    let any = |list: &[&str]| list.iter().any(|word| has(word));
    let joined = words.concat();
    let part = |list: &[&str]| list.iter().any(|piece| joined.contains(piece));
    let numbered = any(&["number", "no", "num", "nbr", "nr", "id", "code"]) || words.len() == 1;

    Some(
        if part(&["socialsecurity"]) || words.iter().any(|word| is_ssn(word)) {
            Label::UsSsn
        } else if has("itin") {
            Label::UsItin
        } else if has("iban") {
            Label::Iban
        } else if any(&["cvv", "cvc", "cvv2", "cvc2"]) {
            Label::Cvv
        } else if has("pan") && any(&["india", "in", "tax"]) {
            Label::InPan
        } else if has("pan")
            || part(&[
                "creditcard",
                "cardnumber",
                "cardno",
                "paymentcard",
                "ccnum",
                "debitcard",
                "cardpan",
                "cardnbr",
                "kreditkarte",
                "tarjetacredito",
                "tarjetadecredito",
                "cartecredit",
                "cartedecredit",
                "cartebancaire",
                "cartaocredito",
                "cartaodecredito",
            ])
        {
            Label::CreditCard
        } else if part(&["routing"]) || any(&["aba", "rtn"]) {
            Label::UsAba
        } else if part(&[
            "accountnumber",
            "accountno",
            "acctno",
            "acctnum",
            "acctnumber",
            "acctnbr",
            "accountnbr",
            "kontonummer",
            "kontonr",
            "cuentabancaria",
            "numerocuenta",
            "numerodecuenta",
            "comptebancaire",
            "bankaccount",
            "bankacct",
        ]) {
            Label::UsBankAccount
        } else if part(&["email", "mailaddress", "correoelectronico", "courriel"])
            || (has("mail") && words.len() <= 2)
        {
            Label::Email
        } else if any(&[
            "phone",
            "telephone",
            "tel",
            "mobile",
            "cell",
            "fax",
            "msisdn",
            "handy",
            "handynummer",
            "mobil",
            "movil",
            "celular",
            "telefon",
            "telefono",
            "telefone",
            "telefonnummer",
            "rufnummer",
        ]) || part(&["phonenumber", "mobileno"])
        {
            Label::Phone
        } else if any(&["dob", "birthday", "birthdate"])
            || part(&[
                "dateofbirth",
                "birthdate",
                "birthdt",
                "dateborn",
                "geburtsdatum",
                "geburtstag",
                "fechanacimiento",
                "fechadenacimiento",
                "datenaissance",
                "datedenaissance",
                "datanascimento",
                "datadenascimento",
                "datanascita",
                "datadinascita",
            ])
        {
            Label::Dob
        } else if any(&["mac"]) || part(&["macaddress", "hwaddr"]) {
            Label::Mac
        } else if any(&["ip", "ip4", "ip6", "ipv4", "ipv6"])
            || part(&["ipaddress", "ipaddr", "remoteaddr"])
        {
            Label::Ip
        } else if part(&[
            "passport",
            "reisepass",
            "pasaporte",
            "passeport",
            "passaporto",
            "paspoort",
        ]) {
            Label::Passport
        } else if (any(&["dl", "licence", "license"])
            && any(&["driver", "drivers", "driving", "dl"]))
            || part(&["driverlicen", "driverslicen", "drivinglicen"])
        {
            Label::UsDl
        } else {
            return health(&any, &part)
                .or_else(|| state(&any, &part, numbered))
                .or_else(|| person(&words));
        },
    )
}

/// `ssn`, `ssnraw`, `patientssn`; not `reisepassnr`, not `businessnumber`.
fn is_ssn(word: &str) -> bool {
    word.starts_with("ssn") || word.ends_with("ssn")
}

type Test<'a> = &'a dyn Fn(&[&str]) -> bool;

fn health(any: Test<'_>, part: Test<'_>) -> Option<Label> {
    Some(if any(&["npi"]) {
        Label::UsNpi
    } else if any(&["dea"]) {
        Label::UsDea
    } else if any(&["mbi", "hicn"]) || part(&["medicarembi", "medicareid", "medicarebeneficiary"]) {
        Label::UsMbi
    } else if any(&["mrn"]) || part(&["medicalrecord", "chartnumber"]) {
        Label::Mrn
    } else if any(&["icd", "icd10", "icd9", "dx", "diagnosis", "diagnoses"]) {
        Label::Diagnosis
    } else if any(&["ndc"]) {
        Label::Ndc
    } else if any(&["cpt", "hcpcs"]) {
        Label::Cpt
    } else if part(&[
        "healthplan",
        "insurancemember",
        "policyholderid",
        "subscriberid",
        "memberid",
    ]) {
        Label::HealthPlan
    } else {
        return None;
    })
}

fn state(any: Test<'_>, part: Test<'_>, numbered: bool) -> Option<Label> {
    Some(if any(&["nhs"]) {
        Label::UkNhs
    } else if any(&["nino"]) || part(&["nationalinsurance"]) {
        Label::UkNino
    } else if any(&["sin"]) && numbered || part(&["socialinsurance"]) {
        Label::CaSin
    } else if any(&["cpf"]) {
        Label::BrCpf
    } else if any(&["cnpj"]) {
        Label::BrCnpj
    } else if any(&["aadhaar", "aadhar", "uidai"]) {
        Label::InAadhaar
    } else if any(&["nif", "dni", "nie"]) {
        Label::EsNif
    } else if any(&["pesel"]) {
        Label::PlPesel
    } else if any(&["steuerid", "idnr"]) || part(&["steueridentifikation", "steuerid"]) {
        Label::DeSteuerId
    } else if any(&["nir"]) || part(&["numerosecu", "securitesociale"]) {
        Label::FrNir
    } else if any(&["codicefiscale"]) || part(&["codicefiscale"]) {
        Label::ItCf
    } else if any(&["bsn"]) || part(&["burgerservice"]) {
        Label::NlBsn
    } else if part(&["personnummer"]) {
        Label::SePersonnummer
    } else if any(&["tfn"]) || part(&["taxfile"]) {
        Label::AuTfn
    } else if part(&["medicarenumber", "medicareno", "medicarecard"]) {
        Label::AuMedicare
    } else if any(&["rrn"]) || part(&["residentregistration"]) {
        Label::KrRrn
    } else if any(&["vat", "vatin", "ustid"]) && numbered || part(&["vatid", "vatnumber"]) {
        Label::EuVat
    } else if any(&["ein"]) || part(&["employeridentification"]) {
        Label::UsEin
    } else if any(&["btc", "bitcoin", "wallet", "eth", "ethereum"]) || part(&["walletaddress"]) {
        Label::Crypto
    } else if any(&[
        "password",
        "passwd",
        "pwd",
        "secret",
        "apikey",
        "passphrase",
        "credential",
        "credentials",
        "privatekey",
    ]) || part(&[
        "apikey",
        "apitoken",
        "accesstoken",
        "authtoken",
        "refreshtoken",
        "secretkey",
        "accesskey",
        "privatekey",
        "bearertoken",
        "clientsecret",
    ]) {
        Label::Secret
    } else {
        return None;
    })
}

fn person(words: &[String]) -> Option<Label> {
    let has = |list: &[&str]| {
        list.iter()
            .any(|word| words.iter().any(|have| have == word))
    };
    const THINGS: &[&str] = &[
        "product", "file", "host", "table", "column", "event", "company", "vendor", "brand",
        "item", "app", "service", "role", "database", "schema", "class", "field", "store", "city",
        "country", "state", "region", "street", "plan", "team", "group", "project", "user",
        "display", "domain", "server", "node", "cluster", "index", "campaign",
    ];
    const PEOPLE: &[&str] = &[
        "full",
        "first",
        "last",
        "middle",
        "given",
        "family",
        "customer",
        "patient",
        "contact",
        "cardholder",
        "holder",
        "employee",
        "member",
        "client",
        "person",
        "owner",
        "legal",
        "maiden",
        "beneficiary",
        "guardian",
        "doctor",
        "physician",
        "provider",
        "student",
        "recipient",
        "sender",
        "passenger",
        "guest",
        "driver",
        "spouse",
        "mother",
        "father",
        "child",
        "manager",
        "agent",
        "author",
        "kunde",
        "kunden",
        "cliente",
        "paciente",
        "mitarbeiter",
        "empleado",
        "employe",
        "titular",
        "inhaber",
        "ansprechpartner",
        "contacto",
        "arzt",
        "medico",
        "medecin",
    ];
    let joined = words.concat();
    let fused = [
        "firstname",
        "lastname",
        "fullname",
        "surname",
        "middlename",
        "givenname",
        "familyname",
        "forename",
        "nachname",
        "vorname",
        "lastfirst",
        "apellido",
        "nombre",
        "prenom",
        "nomdefamille",
        "nomcomplet",
        "cognome",
        "sobrenome",
        "achternaam",
        "voornaam",
        "fornamn",
        "efternamn",
        "nazwisko",
    ]
    .iter()
    .any(|name| joined.contains(name));
    if has(&[
        "address",
        "addr",
        "street",
        "adresse",
        "direccion",
        "anschrift",
        "strasse",
        "straße",
        "domicilio",
        "indirizzo",
        "endereco",
    ]) && !has(&["web", "url", "contract"])
    {
        return Some(Label::Address);
    }
    if has(&["zip", "zipcode", "postcode", "postal", "plz"]) {
        return Some(Label::PostalCode);
    }
    let named = has(&["name", "names", "nm"]) && (words.len() == 1 || has(PEOPLE)) && !has(THINGS);
    (fused || named).then_some(Label::Person)
}

#[cfg(test)]
mod tests {
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
        ];
        for (name, want) in cases {
            assert_eq!(hint(name), want, "{name}");
        }
    }
}
