//! Tokens that say who issued them: a prefix, and what may follow it.
//!
//! Enters: bytes at a word's start. Leaves: how long the token is there. Never here: entropy; the prefix is the evidence.

use std::sync::LazyLock;

use further::FURTHER;
use recent::RECENT;

mod further;
mod named;
mod recent;
mod shaped;

pub(super) use named::is_named;
pub(super) use shaped::{crypted_at, shaped_at, stored_at};

/// An issuer's prefix, what may follow it, and how much of that.
struct Issued {
    prefix: &'static [u8],
    allowed: fn(u8) -> bool,
    least: usize,
    most: usize,
}

const fn alnum(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}
const fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}
const fn hex(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')
}
const fn lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}
const fn hex_dashed(byte: u8) -> bool {
    hex(byte) || byte == b'-'
}
const fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
const fn dashed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
const fn dotted(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte == b'.'
}
const fn base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=' | b'.')
}
const fn upper_dashed(byte: u8) -> bool {
    upper(byte) || byte == b'-'
}
const fn dollared(byte: u8) -> bool {
    word(byte) || byte == b'$'
}
const fn hashed(byte: u8) -> bool {
    base64(byte) || matches!(byte, b'$' | b':' | b',')
}
const fn bech32(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

const fn issued(
    prefix: &'static [u8],
    allowed: fn(u8) -> bool,
    least: usize,
    most: usize,
) -> Issued {
    Issued {
        prefix,
        allowed,
        least,
        most,
    }
}

/// Prefixes as their issuers document them, and as the scanners of source code know them (gitleaks, MIT, has most of these kinds).
const ISSUED: &[Issued] = &[
    // Clouds.
    issued(b"AKIA", upper, 16, 16),
    issued(b"ASIA", upper, 16, 16),
    issued(b"ABIA", upper, 16, 16),
    issued(b"ACCA", upper, 16, 16),
    issued(b"A3T", upper, 17, 17),
    issued(b"ABSK", base64, 100, 300),
    issued(b"bedrock-api-key-", base64, 16, 2048),
    issued(b"amzn.mws.", hex_dashed, 36, 36),
    issued(b"AIza", dashed, 35, 35),
    issued(b"GOCSPX-", dashed, 28, 28),
    issued(b"ya29.", dashed, 20, 1024),
    issued(b"1//0", dashed, 30, 200),
    issued(b"LTAI", alnum, 12, 30),
    issued(b"AKID", alnum, 32, 32),
    issued(b"dop_v1_", hex, 64, 64),
    issued(b"doo_v1_", hex, 64, 64),
    issued(b"dor_v1_", hex, 64, 64),
    issued(b"v1.0-", hex_dashed, 100, 200),
    issued(b"HRKU-", dashed, 36, 80),
    issued(b"pscale_tkn_", dotted, 32, 64),
    issued(b"pscale_pw_", dotted, 32, 64),
    issued(b"pscale_oauth_", dotted, 32, 64),
    issued(b"fo1_", dashed, 43, 43),
    issued(b"fm1a_", base64, 40, 2048),
    issued(b"fm1r_", base64, 40, 2048),
    issued(b"fm2_", base64, 40, 2048),
    issued(b"FlyV1 ", base64, 40, 2048),
    issued(b"AQVN", dashed, 35, 38),
    issued(b"YCAJ", dashed, 20, 40),
    issued(b"tk-us-", dashed, 48, 48),
    issued(b"sbp_", hex, 40, 40),
    issued(b"nfp_", alnum, 36, 36),
    issued(b"rnd_", alnum, 20, 40),
    // Code and builds.
    issued(b"ghp_", alnum, 36, 255),
    issued(b"gho_", alnum, 36, 255),
    issued(b"ghu_", alnum, 36, 255),
    issued(b"ghs_", alnum, 36, 255),
    issued(b"ghr_", alnum, 36, 255),
    issued(b"github_pat_", word, 22, 255),
    issued(b"glpat-", dotted, 20, 300),
    issued(b"glptt-", dashed, 40, 40),
    issued(b"gldt-", dashed, 20, 64),
    issued(b"glrt-", dotted, 20, 64),
    issued(b"glcbt-", dashed, 20, 64),
    issued(b"glft-", dashed, 20, 64),
    issued(b"glimt-", dashed, 20, 64),
    issued(b"glagent-", dashed, 40, 64),
    issued(b"gloas-", dashed, 40, 64),
    issued(b"glsoat-", dashed, 20, 64),
    issued(b"glffct-", dashed, 20, 64),
    issued(b"GR1348941", dashed, 20, 20),
    issued(b"ATATT3", base64, 100, 300),
    issued(b"ATCTT3", base64, 100, 300),
    issued(b"ATBB", alnum, 32, 32),
    issued(b"BBDC-", base64, 40, 60),
    issued(b"npm_", alnum, 36, 36),
    issued(b"pypi-", dashed, 50, 255),
    issued(b"oy2", alnum, 43, 43),
    issued(b"rubygems_", hex, 48, 48),
    issued(b"CLOJARS_", alnum, 60, 60),
    issued(b"dckr_pat_", dashed, 20, 64),
    issued(b"dckr_oat_", dashed, 20, 64),
    issued(b"AKCp", alnum, 60, 80),
    issued(b"cmVmd", alnum, 59, 59),
    issued(b"CCIPAT_", word, 40, 80),
    issued(b"bkua_", hex, 40, 40),
    issued(b"sgp_", word, 40, 80),
    issued(b"squ_", hex, 40, 40),
    issued(b"sqp_", hex, 40, 40),
    issued(b"sqa_", hex, 40, 40),
    issued(b"snyk_", dotted, 30, 120),
    issued(b"PMAK-", hex_dashed, 24, 59),
    issued(b"rdme_", alnum, 70, 70),
    issued(b"figd_", dashed, 40, 60),
    issued(b"API-", upper, 25, 34),
    issued(b"p8e-", alnum, 32, 32),
    // Operations.
    issued(b"hvs.", dashed, 24, 255),
    issued(b"hvb.", dashed, 90, 300),
    issued(b"hvr.", dashed, 24, 255),
    issued(b"pul-", hex, 40, 40),
    issued(b"pnu_", alnum, 36, 36),
    issued(b"dp.pt.", alnum, 40, 48),
    issued(b"dp.st.", dotted, 40, 80),
    issued(b"dp.sa.", alnum, 40, 48),
    issued(b"dp.ct.", alnum, 40, 48),
    issued(b"dt0c01.", dotted, 80, 100),
    issued(b"dt0s01.", dotted, 60, 100),
    issued(b"glc_", base64, 32, 400),
    issued(b"glsa_", word, 30, 41),
    issued(b"eyJrIjoi", base64, 40, 400),
    issued(b"sntrys_", base64, 60, 600),
    issued(b"sntryu_", hex, 64, 64),
    issued(b"NRAK-", upper, 27, 27),
    issued(b"NRJS-", hex, 19, 19),
    issued(b"NRII-", dashed, 32, 32),
    issued(b"NRIQ-", dashed, 32, 32),
    issued(b"NRRA-", hex, 42, 42),
    issued(b"tskey-auth-", dashed, 20, 80),
    issued(b"tskey-api-", dashed, 20, 80),
    issued(b"dnkey-", dashed, 80, 100),
    issued(b"sha256~", dashed, 43, 43),
    issued(b"ico-", alnum, 32, 32),
    issued(b"akab-", dashed, 16, 80),
    issued(b"ops_eyJ", base64, 200, 1500),
    issued(b"A3-", upper_dashed, 30, 40),
    issued(b"AGE-SECRET-KEY-1", bech32, 58, 58),
    issued(b"phx_", alnum, 40, 60),
    // Of wallets and of those who write under a key.
    issued(b"nsec1", alnum, 58, 58),
    issued(b"edsk", alnum, 50, 94),
    issued(b"ed25519e_sk1", alnum, 100, 120),
    issued(b"ed25519_sk1", alnum, 52, 64),
    issued(b"addr_xsk1", alnum, 150, 180),
    issued(b"root_xsk1", alnum, 150, 180),
    issued(b"suiprivkey1", alnum, 58, 62),
    issued(b"sdk-", hex_dashed, 36, 36),
    issued(b"api-", hex_dashed, 36, 36),
    issued(b"mob-", hex_dashed, 36, 36),
    // Data platforms.
    issued(b"dapi", hex_dashed, 32, 34),
    issued(b"dose", hex, 32, 32),
    issued(b"dkea", hex, 32, 32),
    issued(b"dbtc_", dashed, 30, 80),
    issued(b"dbts_", dashed, 30, 80),
    issued(b"dbtu_", dashed, 30, 80),
    issued(b"4b1d", alnum, 38, 38),
    issued(b"pcsk_", word, 40, 90),
    issued(b"patpk", alnum, 12, 90),
    issued(b"waka_", hex_dashed, 36, 36),
    // Models.
    issued(b"sk-ant-", dashed, 20, 255),
    issued(b"sk-proj-", dashed, 20, 255),
    issued(b"sk-svcacct-", dashed, 20, 255),
    issued(b"sk-admin-", dashed, 20, 255),
    issued(b"sk-or-v1-", hex, 64, 64),
    issued(b"sk-", alnum, 32, 64),
    issued(b"hf_", alnum, 30, 64),
    issued(b"api_org_", alnum, 34, 34),
    issued(b"gsk_", alnum, 40, 60),
    issued(b"xai-", alnum, 70, 90),
    issued(b"pplx-", alnum, 40, 64),
    issued(b"r8_", alnum, 37, 40),
    issued(b"tvly-", dashed, 20, 60),
    issued(b"lsv2_pt_", word, 40, 60),
    issued(b"lsv2_sk_", word, 40, 60),
    issued(b"fw_", alnum, 20, 40),
    // Money.
    issued(b"sk_live_", word, 16, 255),
    issued(b"rk_live_", word, 16, 255),
    issued(b"sk_test_", word, 16, 255),
    issued(b"rk_test_", word, 16, 255),
    issued(b"sk_prod_", word, 16, 255),
    issued(b"rk_prod_", word, 16, 255),
    issued(b"whsec_", base64, 24, 255),
    issued(b"sq0atp-", dashed, 22, 22),
    issued(b"sq0csp-", dashed, 43, 43),
    issued(b"EAAA", dashed, 50, 80),
    issued(b"EAAC", alnum, 80, 300),
    issued(b"EAAM", alnum, 80, 300),
    issued(b"rzp_live_", alnum, 14, 40),
    issued(b"rzp_test_", alnum, 14, 40),
    issued(b"FLWSECK_TEST-", dashed, 12, 64),
    issued(b"FLWSECK-", dashed, 12, 64),
    issued(b"FLWPUBK_TEST-", dashed, 12, 64),
    issued(b"access_token$production$", dollared, 30, 80),
    issued(b"access_token$sandbox$", dollared, 30, 80),
    issued(b"access-sandbox-", hex_dashed, 36, 36),
    issued(b"access-development-", hex_dashed, 36, 36),
    issued(b"access-production-", hex_dashed, 36, 36),
    issued(b"live_pub_", hex, 31, 31),
    issued(b"test_pub_", hex, 31, 31),
    issued(b"live_", dashed, 35, 60),
    issued(b"duffel_live_", dashed, 43, 43),
    issued(b"duffel_test_", dashed, 43, 43),
    issued(b"EZAK", alnum, 54, 54),
    issued(b"EZTK", alnum, 54, 54),
    issued(b"shippo_live_", hex, 40, 40),
    issued(b"shippo_test_", hex, 40, 40),
    issued(b"shpat_", alnum, 32, 32),
    issued(b"shpca_", alnum, 32, 32),
    issued(b"shppa_", alnum, 32, 32),
    issued(b"shpss_", alnum, 32, 32),
    issued(b"AQE", base64, 60, 200),
    // Of payments elsewhere.
    issued(b"Mid-server-", dashed, 20, 40),
    issued(b"SB-Mid-server-", dashed, 20, 40),
    issued(b"xnd_production_", alnum, 30, 80),
    issued(b"xnd_development_", alnum, 30, 80),
    issued(b"APP_USR-", hex_dashed, 40, 100),
    issued(b"sandbox-sq0csb-", dashed, 40, 50),
    issued(b"pst-", dashed, 30, 60),
    // Of further clouds, stores and tools.
    issued(b"GOOG1E", upper, 55, 57),
    issued(b"SCW", upper, 17, 17),
    issued(b"EXO", alnum, 24, 24),
    issued(b"shpua_", alnum, 32, 32),
    issued(b"ATTA", hex, 72, 72),
    issued(b"IGQV", dashed, 80, 250),
    issued(b"nvapi-", dashed, 60, 70),
    issued(b"jina_", dashed, 40, 64),
    issued(b"tgp_v1_", dashed, 40, 60),
    issued(b"sk-lf-", hex_dashed, 36, 36),
    issued(b"key_", hex, 64, 64),
    issued(b"sb_secret_", dashed, 30, 60),
    issued(b"napi_", alnum, 40, 64),
    issued(b"npg_", alnum, 12, 40),
    issued(b"mdb_sa_sk_", dashed, 40, 60),
    issued(b"re_", word, 28, 40),
    issued(b"vercel_", alnum, 24, 60),
    issued(b"lin_oauth_", alnum, 40, 80),
    issued(b"hcaik_", alnum, 50, 64),
    issued(b"hcxik_", alnum, 50, 64),
    issued(b"hcaik-", alnum, 50, 64),
    issued(b"pylf_v", word, 30, 60),
    issued(b"ddapp_", alnum, 34, 34),
    issued(b"ddpat_", alnum, 34, 64),
    issued(b"bkct_", word, 40, 80),
    issued(b"bkpt_", word, 40, 80),
    issued(b"packagist_", alnum, 40, 80),
    issued(b"reftkn:", base64, 40, 80),
    issued(b"cio", alnum, 32, 32),
    issued(b"APA91b", dashed, 110, 180),
    issued(b"glwt-", dashed, 20, 64),
    issued(b"secret-", alnum, 40, 50),
    issued(b"st.", dotted, 60, 120),
    issued(b"v4.local.", dashed, 60, 2048),
    issued(b"v2.local.", dashed, 60, 2048),
    // Messages and work.
    issued(b"xoxb-", dashed, 20, 255),
    issued(b"xoxp-", dashed, 20, 255),
    issued(b"xoxa-", dashed, 20, 255),
    issued(b"xoxr-", dashed, 20, 255),
    issued(b"xoxs-", dashed, 20, 255),
    issued(b"xoxo-", dashed, 20, 255),
    issued(b"xoxc-", dashed, 20, 255),
    issued(b"xoxd-", base64, 20, 255),
    issued(b"xoxe-", dashed, 20, 255),
    issued(b"xoxe.", dotted, 20, 255),
    issued(b"xapp-", dashed, 20, 255),
    issued(b"SG.", dotted, 60, 80),
    issued(b"SK", hex, 32, 32),
    issued(b"key-", hex, 32, 32),
    issued(b"pubkey-", hex, 32, 32),
    issued(b"xkeysib-", dashed, 70, 90),
    issued(b"xsmtpsib-", dashed, 70, 90),
    issued(b"pat-na1-", hex_dashed, 36, 36),
    issued(b"pat-eu1-", hex_dashed, 36, 36),
    issued(b"lin_api_", alnum, 40, 40),
    issued(b"secret_", alnum, 43, 43),
    issued(b"ntn_", alnum, 40, 50),
    issued(b"tfp_", dotted, 40, 60),
    issued(b"CFPAT-", dashed, 43, 43),
    issued(b"pk.eyJ", dotted, 50, 120),
    issued(b"sk.eyJ", dotted, 50, 120),
    issued(b"tk.eyJ", dotted, 50, 120),
    issued(b"fio-u-", dashed, 64, 64),
    issued(b"s-s4t2ud-", hex, 64, 64),
    issued(b"s-s4t2af-", hex, 64, 64),
    issued(b"sm_aat_", alnum, 16, 16),
    issued(b"sm_pat_", alnum, 16, 16),
    issued(b"sm_sat_", alnum, 16, 16),
    issued(b"sl.", dashed, 130, 160),
    issued(b"AAAAAAAAAAAAAAAAAAAAA", base64, 50, 120),
    issued(b"secret-token:", base64, 20, 255),
];

/// All rules.
const LISTS: [&[Issued]; 3] = [ISSUED, FURTHER, RECENT];

/// A bit for the first two bytes of every prefix.
static STARTS: [u64; 1024] = starts();

const fn starts() -> [u64; 1024] {
    let mut starts = [0; 1024];
    let mut list = 0;
    while list < LISTS.len() {
        let mut at = 0;
        while at < LISTS[list].len() {
            let prefix = LISTS[list][at].prefix;
            let pair = pair(prefix[0], prefix[1]);
            starts[pair / 64] |= 1 << (pair % 64);
            at += 1;
        }
        list += 1;
    }
    starts
}

/// The rules by their prefix's first byte.
static RULES: LazyLock<Vec<Vec<&'static Issued>>> = LazyLock::new(|| {
    let mut rules = vec![Vec::new(); 128];
    for rule in LISTS.into_iter().flatten() {
        if let Some(slot) = rule
            .prefix
            .first()
            .and_then(|first| rules.get_mut(usize::from(*first)))
        {
            slot.push(rule);
        }
    }
    rules
});

const fn pair(first: u8, second: u8) -> usize {
    (first as usize) << 8 | second as usize
}

/// Whether any issued token begins with those two bytes.
pub(crate) fn may_be_issued(first: u8, second: u8) -> bool {
    let pair = pair(first, second);
    STARTS
        .get(pair / 64)
        .is_some_and(|bits| bits >> (pair % 64) & 1 == 1)
}

/// How long the issued token is that begins at `rest[0]`.
pub(super) fn issued_at(rest: &[u8]) -> Option<usize> {
    let [first, second, ..] = *rest else {
        return None;
    };
    if !may_be_issued(first, second) {
        return None;
    }
    RULES.get(usize::from(first))?.iter().find_map(|rule| {
        let body = rest.strip_prefix(rule.prefix)?;
        let length = body
            .iter()
            .take(rule.most + 1)
            .take_while(|byte| (rule.allowed)(**byte))
            .count();
        let fixed = rule.least == rule.most;
        let trimmed = body
            .get(..length)?
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b'.' | b'-') && !fixed)
            .count();
        let length = length - trimmed;
        ((rule.least..=rule.most).contains(&length) && varied(body.get(..length)?))
            .then_some(rule.prefix.len() + length)
    })
}

/// Tokens are drawn at random: several different characters, and not letters of one case alone.
fn varied(body: &[u8]) -> bool {
    let mut seen = 0_u128;
    let (mut digit, mut mixed) = (false, false);
    for byte in body {
        seen |= 1 << (byte & 0x7f);
        digit |= byte.is_ascii_digit();
        mixed |= byte.is_ascii_uppercase();
    }
    seen.count_ones() >= 6 && (digit || mixed)
}

/// A Telegram bot: its number (`rest[..digits]`), a colon, `A` and 34 more.
pub(super) fn bot_at(rest: &[u8], digits: usize) -> Option<usize> {
    let tail = rest.get(digits..)?.strip_prefix(b":A")?;
    let length = tail
        .iter()
        .take(36)
        .take_while(|byte| dashed(**byte))
        .count();
    ((6..=12).contains(&digits) && (33..=35).contains(&length)).then_some(digits + 2 + length)
}

#[cfg(test)]
mod tests;
