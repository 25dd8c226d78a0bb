//! Codes told by whose they are or what they open: `Your Example code is 422222`, `Le code de la porte est 2252A`, `lockbox, combo 4471`.
//!
//! Enters: the text before a code in small letters, what stands between cut off. Leaves: yes or no. Never here: where the code ends.

/// What a code is called.
pub(super) const CODES: &[&str] = &[
    "code",
    "kod",
    "kodu",
    "kodunuz",
    "codice",
    "código",
    "codigo",
    "codi",
    "kód",
    "kóda",
    "koodi",
    "koodisi",
    "kode",
    "kodi",
    "код",
    "pin",
    "pincode",
    "passcode",
    "otp",
    "cod",
    "codul",
    "koden",
    "kodas",
    "kods",
    "κωδικός",
    "mã",
    "combo",
    "combination",
    "kombination",
    "combinación",
    "combinazione",
    "combinaison",
    "combinatie",
    "clave",
    "szyfr",
    "cijfercode",
    "zahlencode",
    "ziffernfolge",
];
/// Words that say whose it is.
const WHOSE: &[&str] = &[
    "your", "tu", "tú", "su", "votre", "ton", "dein", "deine", "ihr", "ihre", "tuo", "suo",
    "vostro", "seu", "teu", "twój", "twoj", "ваш", "твой", "твій", "din", "ditt", "uw", "je",
    "jouw", "váš", "vas", "tvůj", "tvoj", "vaš", "anda", "sinun", "σας", "của", "el teu",
];
/// What else has codes of its own, which open nothing: right before the word.
const OTHERS: &[&str] = &[
    "order",
    "booking",
    "promo",
    "promotion",
    "discount",
    "coupon",
    "voucher",
    "referral",
    "postal",
    "post",
    "zip",
    "area",
    "dial",
    "dialling",
    "country",
    "error",
    "product",
    "parcel",
    "tracking",
    "ticket",
    "member",
    "membership",
    "customer",
    "reference",
    "ref",
    "invite",
    "invitation",
    "course",
    "class",
    "department",
    "cost",
    "tax",
    "gift",
    "bar",
    "qr",
    "source",
    "dress",
    "reservation",
    "part",
    "item",
    "article",
    "batch",
    "lot",
    "model",
    "color",
    "colour",
    "paint",
    "fault",
    "status",
    "exit",
    "reason",
    "currency",
    "airport",
    "station",
    "bank",
    "sort",
    "branch",
    "swift",
    "iban",
    "store",
    "shop",
    "offer",
    "campaign",
    "team",
    "group",
    "game",
    "project",
    "partner",
    "affiliate",
    "friend",
    "response",
    "result",
    "hs",
    "icd",
    "upc",
    "ean",
    "sku",
    "subject",
    "building",
    "unit",
    "alarm-event",
    "de commande",
    "commande",
    "réduction",
    "promo",
    "postale",
    "descuento",
    "cupón",
    "pedido",
    "reserva",
    "desconto",
    "sconto",
    "ordine",
    "promocyjny",
    "rabatowy",
    "pocztowy",
    "rabatt",
    "bestell",
    "gutschein",
];
/// What is opened: whole words, and beginnings of compounds that need no blank.
pub(super) const PLACES: &[&str] = &[
    "door",
    "gate",
    "safe",
    "locker",
    "lockbox",
    "keypad",
    "keybox",
    "garage",
    "alarm",
    "entrance",
    "padlock",
    "lock",
    "vault",
    "porte",
    "portail",
    "coffre",
    "alarme",
    "cadenas",
    "boîte",
    "tür",
    "tor",
    "tresor",
    "schloss",
    "schlüsselkasten",
    "schlüsselsafe",
    "alarmanlage",
    "haustür",
    "garagentor",
    "spind",
    "puerta",
    "portal",
    "caja",
    "candado",
    "garaje",
    "alarma",
    "taquilla",
    "porta",
    "portão",
    "cofre",
    "cadeado",
    "portone",
    "cancello",
    "cassaforte",
    "lucchetto",
    "allarme",
    "drzwi",
    "sejf",
    "sejfu",
    "bramy",
    "domofon",
    "domofonu",
    "kłódka",
    "alarmu",
    "deur",
    "voordeur",
    "kluis",
    "poort",
    "sleutelkluis",
    "schlüsseltresor",
    "larm",
    "larmet",
    "nyckel",
    "building",
    "sleutelkastje",
    "dörr",
    "dörren",
    "porten",
    "kassaskåpet",
    "dør",
    "døren",
    "safen",
    "ovi",
    "oven",
    "kassakaappi",
    "dveře",
    "dveří",
    "trezor",
    "trezoru",
    "ajtó",
    "kapu",
    "széf",
    "ușa",
    "ușii",
    "seif",
    "seifului",
    "kapı",
    "kasa",
    "kasanın",
    "дверь",
    "двери",
    "сейф",
    "сейфа",
    "ворота",
    "ворот",
    "домофон",
    "подъезд",
    "подъезда",
    "замок",
    "pintu",
    "brankas",
];
/// How compounds of a place and a word for a code end.
pub(super) const ENDS: &[&str] = &["code", "kode", "koden", "kod", "koodi"];
/// Little words between a code and what it opens.
const LITTLE: &[&str] = &[
    "de", "la", "le", "du", "l", "del", "della", "do", "da", "od", "till", "til", "av", "van",
    "het", "der", "des", "zum", "zur", "für", "от", "la'",
];
/// What stands between a code and its word though it is no link.
pub(super) const WHEN: &[&str] = &[
    "today",
    "now",
    "tonight",
    "heute",
    "jetzt",
    "aujourd'hui",
    "hoy",
    "ahora",
    "oggi",
    "hoje",
    "dziś",
    "dzis",
    "vandaag",
    "idag",
    "сегодня",
    "currently",
    "again",
    "still",
];
/// Verbs that lead to a code right away.
pub(super) const OPENS: &[&str] = &[
    "opens with",
    "unlocks with",
    "open with",
    "öffnet mit",
    "s'ouvre avec",
    "se abre con",
    "si apre con",
    "abre com",
    "otwiera się kodem",
    "opent met",
    "åpnes med",
    "öppnas med",
];
/// Most words between whose it is and its name.
const NAMES_MAX: usize = 2;

/// Whether the text tells of a code behind it; `linked` if a link (`is`, `:`) was cut off.
pub(super) fn is_told(text: &str, linked: bool) -> bool {
    let text = WHEN
        .iter()
        .find_map(|when| text.strip_suffix(when)?.strip_suffix(' '))
        .unwrap_or(text);
    if OPENS.iter().any(|verb| text.ends_with(verb)) {
        return has_place(text);
    }
    let mut words = text
        .rsplit(|sign: char| !(sign.is_alphanumeric() || sign == '\''))
        .filter(|word| !word.is_empty());
    let Some(last) = words.next() else {
        return false;
    };
    if is_code(last) {
        let before: Vec<&str> = words.take(NAMES_MAX + 1).collect();
        let other = |word: &&str| OTHERS.contains(word);
        if before.first().is_some_and(other) {
            return false;
        }
        let whose = before.iter().position(|word| WHOSE.contains(word));
        let yours = whose.is_some() && (linked || last != "pin");
        return yours || has_place(text) || last == "kodunuz" || last == "koodisi";
    }
    // `deurcode 1351`, `ovikoodi 3704`
    let is_fused = |word: &str| {
        ENDS.iter().any(|end| {
            word.strip_suffix(end)
                .is_some_and(|head| PLACES.contains(&head))
        })
    };
    // `nyckelkod till klubbhuset: 6672`
    if is_fused(last) || linked && words.clone().any(is_fused) {
        return true;
    }
    // `code portail 5940`, `clave de la alarma 1448`
    let mut before = words.clone().skip_while(|word| LITTLE.contains(word));
    if PLACES.contains(&last)
        && before
            .next()
            .is_some_and(|word| is_code(word) && word != "pin")
    {
        return true;
    }
    // `The keypad code for the garage is 4471`
    if !linked || !PLACES.contains(&last) {
        return false;
    }
    let told = |word: &str| is_code(word) && word != "pin" && word != "mã";
    text.split(|sign: char| !(sign.is_alphanumeric() || sign == '\''))
        .any(told)
}

/// Whether the word is one for codes, or a compound of one: `Türcode`.
fn is_code(word: &str) -> bool {
    CODES.contains(&word)
}

fn has_place(text: &str) -> bool {
    text.split(|sign: char| !(sign.is_alphanumeric() || sign == '\''))
        .any(|word| {
            let bare = word.rsplit('\'').next().unwrap_or(word);
            PLACES.contains(&bare)
        })
}
