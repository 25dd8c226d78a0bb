//! Words that number something else than a telephone.
//!
//! Enters: the word before digits. Leaves: yes or no. Never here: the digits.

/// Words before digits that number something else than a telephone.
const NUMBERED: &[&str] = &[
    "order",
    "ref",
    "reference",
    "invoice",
    "inv",
    "ticket",
    "case",
    "claim",
    "policy",
    "account",
    "acct",
    "acc",
    "item",
    "batch",
    "serial",
    "sku",
    "barcode",
    "ean",
    "upc",
    "tracking",
    "parcel",
    "shipment",
    "contract",
    "meter",
    "part",
    "po",
    "id",
    "code",
    "kod",
    "rechnung",
    "auftrag",
    "konto",
    "pedido",
    "factura",
    "commande",
    "facture",
    "bestelling",
    "ordine",
    "fattura",
    "zamowienie",
    "awb",
    "isbn",
    "vin",
    "imei",
    "version",
    "build",
    "job",
    "no",
    "ndc",
    "gtin",
    "lot",
    "zahlung",
    "sendung",
    "paket",
    "vorgang",
    "beleg",
    "payment",
    "paiement",
    "pago",
    "colis",
    "envio",
    "guia",
    "zending",
    "forsendelse",
    "paczka",
];

/// How such words end in compounds: `Artikelnummer`, `Rechnungsnr`.
const NUMBERED_ENDS: &[&[u8]] = &[
    b"artikelnummer",
    b"artikelnr",
    b"teilenummer",
    b"teilenr",
    b"bestellnummer",
    b"bestellnr",
    b"auftragsnummer",
    b"auftragsnr",
    b"rechnungsnummer",
    b"rechnungsnr",
    b"seriennummer",
    b"vorgangsnummer",
    b"kundennummer",
    b"ordernummer",
    b"factuurnummer",
    b"referenz",
    b"fakturanummer",
];

/// Whether the word is one of those.
pub(super) fn is_numbered(word: &[u8]) -> bool {
    NUMBERED
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

/// Whether the word is a compound that ends in one.
pub(super) fn ends_numbered(word: &[u8]) -> bool {
    NUMBERED_ENDS.iter().any(|end| {
        word.len() >= end.len()
            && word
                .get(word.len() - end.len()..)
                .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    })
}
