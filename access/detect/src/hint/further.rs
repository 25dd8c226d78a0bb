//! Further words of columns' names: telephones in more languages, firms, and what has numbers and is no person.
//!
//! Enters: the words of a name. Leaves: yes or no. Never here: cells; what a name promises.

use super::index::Index;
use super::uncounted;

/// Words for telephones beside those of `lists.rs`: what airlines, exchanges, small languages and the Nordic countries write.
static PHONES: Index = Index::new(
    "\
    ctcm ctch ctcb mobiltlf mobiltel mobilnr mobitel tlfnr handynr telefonnr rufnr talrunis tālrunis mobilais telefonas mobilusis \
    mobilus mobiil sími simi farsími farsimi símanúmer simanumer telepon telpon telp notelp bimbit simu fono fonos celu celnr \
    telefoni kännykkä kannykka puh ddi viber kinito τηλ κιν моб anumber bnumber aparty bparty anum bnum calledno callingno \
    durchwahl telefonoa mòbil telèfon phonenbr mobiles",
);

/// The same, as parts of a name that lines may divide: Greek in capitals has no accents.
static PHONE_PARTS: Index = Index::new(
    "\
    κινητο κινητα τηλεφωνο mobitel mobiltlf talrun tālrun telefonnr telefonnum telefoonnum directdial directline durchwahl \
    lignedirecte lineadirecta phoneno phonenbr mobilephone callingparty calledparty dialednum dialledn ტელეფონი მობილური \
    հեռախոս ফোন தொலைபேசி فون ስልክ утасныдугаар",
);

/// Whose number is dialled, where `no` or `number` stands behind.
static CALLED: Index = Index::new(
    "contact kontakt contacto contatto emergency caller called calling callee callback dial dialled dialed dialing sms wa reach",
);
/// Words for a number.
const NUMBERS: &[&str] = &[
    "no", "num", "number", "nr", "nbr", "nummer", "numero", "número", "numer",
];
/// What ends as a telephone does and is none.
const OTHER_PHONES: &[&str] = &[
    "micro", "head", "ear", "mega", "saxo", "xylo", "smart", "gramo", "i", "pay", "franco", "anglo",
];

/// Firms whose number is theirs, not somebody's: `cuit_empleador`, `adoszam_ceg`.
static FIRMS: Index = Index::new(
    "\
    company employer corporate enterprise ceg cég cege cége empleador empleadora empresa empregador employeur entreprise \
    société societe azienda impresa firma firmy unternehmen arbeitgeber bedrijf werkgever spółki spolki społki spółka spolka \
    společnosti spolecnosti firme virksomhed virksomhet företag foretag yritys yrityksen şirket sirket işveren isveren \
    perusahaan nghiep nghiệp doanhnghiep организации компании юрлица предприятия підприємства фирмы εταιρείας εταιρειας \
    εργοδοτη חברה מעסיק شركة شرکت 公司 企业 企業 会社 회사",
);

/// What has numbers and names of its own: papers of trade, firms by what registers call their numbers, ships, tariffs, stores. Columns that
/// are called an `invoice_no` in English hold people often enough.
static THINGS: Index = Index::new(
    "\
    ik nghiep nghiệp doanhnghiep ספק חברה فاکتور فاتورة facture factura fattura fatura faktura faktúra faktur factuur rechnung \
    rechnungsnr auftrag auftrags bestell vertrag vertrags policen zaehler zähler sendungs lieferschein beleg belegs inventar serien \
    chargen fatture bollettino polizza poliza póliza apolice apólice contrato contrat contratto umowa umowy smlouva szerződés \
    szamla számla lasku arve sąskaita saskaita фактура накладная 发票 發票 請求書 송장 orgnr \
    organisationsnr organisasjonsnr siret siren kvk rsin cvr ico ičo regon krs edrpou едрпоу огрн окпо uen abn acn ceg cég \
    empleador empresa firma paket paketa paketti \
    paquete pakiet tarifa tarif taryfa proizvod artikal brod schip laiva laivan statek statku nave navio barco gemi hajó hajo \
    fartyg skib kapal loď lod deposito depósito almacen almacén entrepot entrepôt magazzino magazyn sklad lager depo gudang \
    склад raktár raktar varasto hylly bestellung bestelling pedido commande ordine zamowienie zamówienie \
    objednavka objednávka tilaus ordre beställning narudzba sipariş siparis pesanan donhang заказ заказа замовлення 訂單 订单 \
    注文 주문 ondernemings onderneming entreprise enterprise kbo bce btw tva ogm ortsnetzstation trafostation umspannwerk teile ersatzteil \
    artikel part spare oem material bauteil mededeling",
);

/// Words for addresses beside those of `lists.rs`: of the Nordic and Baltic countries, Greece, the Caucasus.
static ADDRESSES: Index = Index::new(
    "\
    heimilisfang lögheimili logheimili heimili aadress adrese adresas bopæl bopael bostadsadress gatuadress postadress gateadresse \
    bydlisko bydliste bydliště lakóhely lakohely ikametgah διευθυνση οδος οδοσ მისამართი հասցե ünvan unvan manzil мекенжай \
    мекенжайы хаяг helbide helbidea adreça adreca cyfeiriad seoladh",
);

/// Whether a name says that telephones stand under it: `ctcm`, `mobiltlf`, `contact_no`, `custphone`.
pub(super) fn is_phone(words: &[String], joined: &str) -> bool {
    let fused = |word: &str| {
        word.strip_suffix("phone")
            .or_else(|| word.strip_suffix("phones"))
            .is_some_and(|head| !head.is_empty() && !OTHER_PHONES.contains(&head))
    };
    let known = |word: &String| PHONES.has(word) || PHONES.has(uncounted(word)) || fused(word);
    let numbered = matches!(
        words,
        [.., who, number] if NUMBERS.contains(&number.as_str()) && CALLED.has(who)
    );
    numbered || words.iter().any(known) || PHONES.has(joined) || PHONE_PARTS.is_part_of(joined)
}

/// Whether a number is named that is a firm's: `empleador`, `doanh_nghiep`.
pub(super) fn is_of_firm(words: &[String]) -> bool {
    words.iter().any(|word| FIRMS.has(word))
}

/// The word without what says that it numbers: `factuurnr`.
pub(super) fn unnumbered(word: &str) -> &str {
    const ENDS: &[&str] = &[
        "nummer", "number", "numero", "numer", "num", "nbr", "nr", "no",
    ];
    ENDS.iter()
        .find_map(|end| word.strip_suffix(*end))
        .filter(|head| head.chars().count() >= 3)
        .unwrap_or(word)
}

/// Whether a word is that of a thing, perhaps with `nr` behind it: `factuurnr`.
pub(super) fn is_thing(word: &str) -> bool {
    THINGS.has(word) || THINGS.has(unnumbered(word))
}

/// Whether a word is one for an address.
pub(super) fn is_address(words: &[String]) -> bool {
    words.iter().any(|word| ADDRESSES.has(word))
}

/// Whether goods stand there: shelves of a store have streets and numbers too (`rua_deposito`).
pub(super) fn is_of_shelves(words: &[String]) -> bool {
    const STORES: &[&str] = &[
        "deposito",
        "depósito",
        "almacen",
        "almacén",
        "entrepot",
        "entrepôt",
        "magazzino",
        "magazyn",
        "sklad",
        "skladu",
        "lager",
        "depo",
        "gudang",
        "склад",
        "raktár",
        "raktar",
        "varasto",
        "shelf",
        "rack",
        "aisle",
        "bin",
        "slot",
        "warehouse",
        "armazem",
        "armazém",
        "estoque",
        "stock",
    ];
    words.iter().any(|word| STORES.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use crate::Label;
    use crate::hint::{hint, is_of_things};

    #[test]
    fn telephones_in_more_languages() {
        for name in [
            "CTCM",
            "MOBILTLF",
            "SIMI",
            "TALRUNIS",
            "ΚΙΝΗΤΟ",
            "ΤΗΛΕΦΩΝΟ_ΠΕΛΑΤΗ",
            "DIRECT_DIAL",
            "contact_no",
            "callerNumber",
            "custphone",
            "broj_mobitela",
            "CALLED_PARTY",
            "mobilnr2",
            "EMERGENCY_CONTACT_NUMBER",
            "NoTelp",
        ] {
            assert_eq!(hint(name), Some(Label::Phone), "{name}");
        }
        for name in [
            "microphone",
            "headphones",
            "hotel_no",
            "contact_notes",
            "caller",
            "dial_color",
            "order_number",
            "CEP",
        ] {
            assert_ne!(hint(name), Some(Label::Phone), "{name}");
        }
    }

    #[test]
    fn numbers_of_firms_and_papers_of_trade() {
        for name in ["CUIT_EMPLEADOR", "ADOSZAM_CEG", "RUA_DEPOSITO"] {
            assert_eq!(hint(name), None, "{name}");
        }
        for name in [
            "FACTUURNR",
            "ORGNR",
            "IK_NUMMER",
            "MST_DOANH_NGHIEP",
            "PAKET_IME",
            "شماره_فاکتور",
            "ח_פ_ספק",
        ] {
            assert!(is_of_things(name), "{name} is of no thing");
        }
        for name in ["NAVN", "cliente_nome", "PHONE_NO", "casino", "ime"] {
            assert!(!is_of_things(name), "{name}");
        }
        assert_eq!(hint("HEIMILISFANG"), Some(Label::Address));
    }
}
