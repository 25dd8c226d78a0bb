//! Names of codes that something opens to, and of those that are typed in once, put together of a word for a code and a word for what it
//! opens: `larmkod`, `codigo_taquilla`, `kod_do_sejfu`.
//!
//! Enters: the words of a name. Leaves: yes or no. Never here: cells; names whose one word says so (`secrets.rs`).

use super::index::Index;

/// Words for a code, whole or as the end of a compound.
static CODES: Index = Index::new(
    "\
    code codes kod kodu kody kode koden koder codigo código codice código codi cod codul koodi kodi kodo код коду kód kodas kods \
    combo combination kombination combinacion combinación combinaison combinazione combinatie szyfr cijfercode clave şifre sifre \
    sifresi şifresi",
);
/// Such ends, the longer ones first.
const CODE_ENDS: &[&str] = &[
    "koden", "code", "kode", "kodu", "koodi", "kod", "kód", "код",
];
/// What opens to one: doors, boxes, alarms. What numbers things too, as buildings, rooms and ports, only where no English word does.
static PLACES: Index = Index::new(
    "\
    door doors frontdoor backdoor gate gates safe roomsafe keysafe locker lockers lockbox keypad keybox garage alarm padlock vault intercom \
    duress disarm panic mailbox parcelbox shed barn stable kennel clubhouse cabin deadbolt strongbox \
    porte portail portillon coffre alarme alarma cadenas immeuble casier boiteauxlettres interphone vestiaire \
    tür tuer haustür haustuer tor tresor schloss spind schliessfach schließfach schluesselsafe schlüsselsafe schluesseltresor \
    schlüsseltresor schluesselbox schlüsselbox alarmanlage garagentor tiefgarage \
    puerta portón porton cajafuerte candado garaje taquilla portal portero consigna \
    porta portao portão cofre cadeado armario armário \
    portone cancello cassaforte lucchetto allarme armadietto citofono \
    drzwi sejf sejfu brama bramy furtki domofon domofonu klodka kłódka kłódki alarmu szafki skrytki skrytka paczkomatu \
    deur voordeur kluis kluisje poort sleutelkastje sleutelkluis slagboom \
    dörr dorr larm larmet kassaskåp kassaskap nyckel nyckelskåp nyckelskap nyckelbox skåp porttelefon \
    dør dørs dor safen nøkkelboks nokkelboks nøgleboks nogleboks skab låge port \
    ovi kassakaappi avainlokero halytys hälytys hälyttimen halyttimen lokero lukko \
    dveře dveří dvere dveri trezor trezoru alarmz skříňky \
    ajtó ajto kapu széf szef riaszto riasztó lakat szekreny szekrény \
    ușă usă ușii usii seif seifului lacat lacăt \
    kapı kapi dolap alarmın kilit çelik \
    дверь двери дверей сейф сейфа ворот ворота калитки домофон домофона подъезд подъезда замок замка сигнализации ячейки шкафчика \
    dveri vchoda vkhoda seifa domofona podezda yacheyki \
    pintu brankas gerbang loker",
);
/// Words beside such a code that make it one of a kind or a fault: an alarm's event, a door's colour.
static OTHERS: Index = Index::new(
    "\
    event fault error type kind status class category severity reason count color colour product item part article model sku order \
    shipping airport seaport country currency tax zone area site postal post zip branch supplier vendor customer manufacturer maker unit \
    department dept cost account discount promo coupon campaign store shop warehouse city region state bar qr hs swift bank sort ean",
);
/// What a code is that is typed in once.
static ONCE: Index = Index::new(
    "\
    sms otp verification verify verif verificacion verificación verificacao verificação verifica verificare vérification weryfikacyjny \
    weryfikacji bestätigungs bestaetigungs verifizierungs einmal engangs engångs verifierings bekreftelses bekræftelses bekraeftelses \
    vahvistus verificatie podtverzhdeniya подтверждения проверочный смс підтвердження doğrulama dogrulama verifikasi xacminh xacthuc \
    ověřovací overovaci 2fa mfa tfa twofa twofactor logowania inlog anmelde onetime onetimeuse usounico jednorazowy",
);

/// Whether a name is that of such a code.
pub(super) fn is_code(words: &[String]) -> bool {
    if words.len() > 6 || words.iter().any(|word| OTHERS.has(word)) {
        return false;
    }
    let opens = |word: &str| PLACES.has(word) || ONCE.has(word);
    // `larmkod`, `verifieringskod`
    let fused = |word: &String| {
        CODE_ENDS.iter().any(|end| {
            word.strip_suffix(end)
                .is_some_and(|head| opens(head) && !(head == "port" && *end == "code"))
        })
    };
    if words.iter().any(fused) {
        return true;
    }
    let said = |word: &String| CODES.has(word);
    // Ports of ships have codes, and portals on the web; what a compound of two words is called is told by both.
    let english = words.iter().any(|word| word == "code");
    let port = |word: &String| word == "port" || english && word == "portal";
    let pairs = || words.windows(2).any(|pair| opens(&pair.concat()));
    words.len() > 1
        && words.iter().any(said)
        && (words.iter().any(|word| opens(word) && !port(word)) || pairs())
}

#[cfg(test)]
mod tests {
    use super::super::{hint, is_of_things};
    use crate::Label;

    #[test]
    fn codes_by_what_they_open() {
        for name in [
            "larmkod",
            "DEURCODE",
            "codigo_taquilla",
            "kod_do_sejfu",
            "code_casier",
            "schliessfach_code",
            "stable_code",
            "код_сейфа",
            "codigo_verificacion",
            "engangskode",
            "sms_kod",
            "code_coffre_fort",
        ] {
            assert_eq!(hint(name), Some(Label::Secret), "{name}");
        }
        for name in [
            "port_code",
            "portal_code",
            "garage_postal_code",
            "alarm_event_code",
            "door_color_code",
            "block_code",
            "aggregate_code",
            "delegate_code",
            "transport_kod",
            "postcode",
        ] {
            assert_ne!(hint(name), Some(Label::Secret), "{name}");
            assert!(!is_of_things("larmkod"));
        }
    }
}
