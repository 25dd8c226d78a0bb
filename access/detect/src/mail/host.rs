//! What stands after the `@`.
//!
//! Enters: a text and where a host's name begins. Leaves: where it ends. Never here: names without a point; whether the host is there.

use super::coded::coded;
use super::spelt::spelt_point;
use crate::packed::{self, packed, stands_in};
use crate::work::looked;

/// Longest label.
const LABEL_MAX: usize = 64;
/// Most points of a name.
const POINTS_MAX: usize = 32;
/// Most points of a name that is spelt out.
const SPELT_POINTS_MAX: usize = 8;
/// Full stops of the scripts of East Asia, which names may have for points.
const STOPS: [&[u8]; 2] = ["。".as_bytes(), "｡".as_bytes()];

/// A host's name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Host {
    /// One past its last byte.
    pub end: usize,
    /// Whether any of its points is spelt out.
    pub worded: bool,
    /// Its last label.
    top: (usize, usize),
}

impl Host {
    /// Whether its last label is a country's or one of the usual ones.
    pub fn is_known(&self, bytes: &[u8]) -> bool {
        bytes.get(self.top.0..self.top.1).is_some_and(is_top_level)
    }
}

/// The longest name at `from`; `spelt` where the `@` was spelt out.
pub(super) fn host(bytes: &[u8], from: usize, spelt: bool) -> Option<Host> {
    if is_version(bytes.get(from..)?) {
        return None;
    }
    let most = if spelt { SPELT_POINTS_MAX } else { POINTS_MAX };
    let (mut at, mut worded, mut points) = (from, false, 0);
    let mut best = None;
    loop {
        let label = label(bytes, at, spelt);
        if label.end == at {
            break;
        }
        if points > 0
            && let Some(end) = top_end(bytes, at, &label)
            && (!worded || bytes.get(at..end).is_some_and(is_top_level))
        {
            best = Some(Host {
                end,
                worded,
                top: (at, end),
            });
            if end != label.end {
                break;
            }
        }
        if points == most {
            break;
        }
        let Some((length, in_words)) = point(bytes, label.end, points, spelt) else {
            break;
        };
        at = label.end + length;
        points += 1;
        worded |= in_words;
    }
    looked(at - from + 1);
    best
}

/// `1.2.3-beta.next`, `v4.1`: numbers that no host's name begins with; `2x.png`.
fn is_version(name: &[u8]) -> bool {
    let tagged = name.strip_prefix(b"v");
    let name = tagged.unwrap_or(name);
    let digits = name
        .iter()
        .take(LABEL_MAX)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    // `v2.beta`, with nothing behind it.
    let word = |rest: &[u8]| {
        rest.iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count()
    };
    let release = tagged.is_some()
        && matches!(name.get(digits..), Some([b'.', rest @ ..]) if !matches!(rest.get(word(rest)), Some(b'.')));
    digits > 0
        && (release
            || matches!(
                name.get(digits..),
                Some([b'.', b'0'..=b'9', ..] | [b'x', b'.', ..])
            ))
}

struct Part {
    /// One past its last byte.
    end: usize,
    /// No character of it is encoded.
    plain: bool,
}

/// What a label may have, written plainly.
static INSIDE: [bool; 256] = {
    let mut inside = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        inside[byte] =
            byte == b'-' as usize || byte >= 0x80 || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    inside
};

/// The label at `from`.
fn label(bytes: &[u8], from: usize, spelt: bool) -> Part {
    let inside = |byte: &u8| INSIDE[usize::from(*byte)];
    let mut part = Part {
        end: from,
        plain: true,
    };
    if bytes.get(from) == Some(&b'-') {
        return part;
    }
    loop {
        let rest = bytes.get(part.end..).unwrap_or_default();
        let run = rest.iter().take(LABEL_MAX).take_while(|byte| inside(byte));
        let (mut length, mut wide) = (0, false);
        for byte in run {
            length += 1;
            wide |= *byte >= 0xe3;
        }
        if wide
            && let Some(run) = rest.get(..length)
            && let Some(stop) = STOPS
                .iter()
                .filter_map(|stop| memchr::memmem::find(run, stop))
                .min()
        {
            part.end += stop;
            return part;
        }
        part.end += length;
        match rest.get(length) {
            Some(b'%' | b'&' | b'\\') if part.end - from < LABEL_MAX * 4 => {
                let letter = coded(bytes, part.end)
                    .filter(|sign| sign.ascii().is_some_and(|byte| inside(&byte)));
                let Some(letter) = letter else { break };
                part.end += letter.length;
                part.plain = false;
            }
            // Names have lines though they should not: `my_host.example.com`.
            Some(b'_') if !spelt && is_lined(rest, length) => part.end += 1,
            _ => break,
        }
    }
    if spelt && let Some(label) = bytes.get(from..part.end) {
        // `example-dot-com` is three labels.
        if let Some(dot) = memchr::memmem::find(label, b"-dot-") {
            part.end = from + dot;
        }
    }
    while part.end > from && bytes.get(part.end - 1) == Some(&b'-') {
        part.end -= 1;
    }
    part
}

/// Whether the label goes on after the line at `rest[at]` and a point follows.
fn is_lined(rest: &[u8], at: usize) -> bool {
    let after = rest.get(at + 1..).unwrap_or_default();
    let length = after
        .iter()
        .take(LABEL_MAX)
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-')
        .count();
    looked(length);
    length > 0
        && after.get(length) == Some(&b'.')
        && after.get(length + 1).is_some_and(u8::is_ascii_alphanumeric)
}

/// Where the label ends as a name's last one, if it may be.
fn top_end(bytes: &[u8], from: usize, label: &Part) -> Option<usize> {
    let top = bytes.get(from..label.end)?;
    if !label.plain {
        return (top.len() >= 2).then_some(label.end);
    }
    let letters = top
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    if letters == top.len() {
        return (letters >= 2 && !is_file(top)).then_some(label.end);
    }
    match top.get(letters)? {
        // `xn--p1ai`
        b'-' if top.len() > 6
            && top
                .get(..4)
                .is_some_and(|head| head.eq_ignore_ascii_case(b"xn--")) =>
        {
            Some(label.end)
        }
        // `example.com-2026.log`
        b'-' => top
            .get(..letters)
            .filter(|head| is_top_level(head))
            .map(|_| from + letters),
        // `example.comへ送付済み`: no last label mixes those scripts.
        0xe0.. if letters >= 2 => Some(from + letters),
        0x80.. => top
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
            .then_some(label.end),
        _ => None,
    }
}

/// The point at `at` and how long it is, and whether it is spelt out.
fn point(bytes: &[u8], at: usize, before: usize, spelt: bool) -> Option<(usize, bool)> {
    let word = |place: usize| {
        bytes
            .get(place)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
    };
    let rest = bytes.get(at..)?;
    let begins = |place: usize| {
        word(place)
            || coded(bytes, place)
                .and_then(super::coded::Coded::ascii)
                .is_some_and(|byte| byte.is_ascii_alphanumeric())
    };
    match rest.first()? {
        b'.' => begins(at + 1).then_some((1, false)),
        b'%' | b'&' | b'\\' => {
            let sign = coded(bytes, at).filter(|sign| sign.is('.') && begins(at + sign.length))?;
            Some((sign.length, false))
        }
        0xe3.. => {
            let stop = STOPS.iter().find(|stop| rest.starts_with(stop))?;
            let next = bytes.get(at + stop.len())?;
            (before == 0 && next.is_ascii_alphanumeric()).then_some((stop.len(), false))
        }
        b' ' | b'(' | b'[' | b'{' | b'<' | b'*' | b'|' | b'-' | b'_' | b'#' => {
            let end = spelt_point(bytes, at, spelt)?;
            word(end).then_some((end - at, true))
        }
        _ => None,
    }
}

/// Endings of files that are no top level: `icon@2x.png`, `getty@tty1.service`.
fn is_file(top: &[u8]) -> bool {
    const ENDINGS: &[&[u8]] = &[
        b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"avif", b"ico", b"css", b"js", b"ts",
        b"tsx", b"jsx", b"json", b"jsonl", b"xml", b"yaml", b"yml", b"html", b"htm", b"php",
        b"csv", b"tsv", b"txt", b"pdf", b"doc", b"docx", b"xls", b"xlsx", b"gz", b"tgz", b"tar",
        b"bz", b"xz", b"rar", b"exe", b"dll", b"jar", b"class", b"log", b"tmp", b"bak", b"sql",
        b"parquet", b"avro", b"wav", b"woff", b"ttf", b"service", b"socket", b"timer", b"mount",
        b"slice", b"eml", b"msg", b"vcf", b"mbox", b"lock", b"git",
    ];
    const NUMBERS: [u64; ENDINGS.len()] = packed::all(ENDINGS);
    stands_in(&NUMBERS, packed(top))
}

/// Endings of hosts' names beside those of two letters and those in other scripts, as written after words that could be prose.
const TOP_LEVELS: &[&[u8]] = &[
    b"com",
    b"org",
    b"net",
    b"edu",
    b"gov",
    b"mil",
    b"int",
    b"info",
    b"biz",
    b"name",
    b"dev",
    b"app",
    b"cloud",
    b"email",
    b"online",
    b"shop",
    b"site",
    b"tech",
    b"example",
    b"test",
    b"mail",
    b"invalid",
    b"local",
    b"localhost",
    b"internal",
    b"corp",
    b"lan",
    b"home",
    b"arpa",
    b"aero",
    b"asia",
    b"cat",
    b"coop",
    b"jobs",
    b"mobi",
    b"museum",
    b"post",
    b"pro",
    b"tel",
    b"travel",
    b"xyz",
    b"store",
    b"blog",
    b"page",
    b"web",
    b"agency",
    b"bank",
    b"berlin",
    b"care",
    b"center",
    b"club",
    b"company",
    b"digital",
    b"family",
    b"global",
    b"group",
    b"health",
    b"host",
    b"law",
    b"life",
    b"live",
    b"london",
    b"media",
    b"network",
    b"news",
    b"one",
    b"social",
    b"solutions",
    b"space",
    b"studio",
    b"systems",
    b"team",
    b"today",
    b"top",
    b"work",
    b"works",
    b"world",
    b"zone",
];

/// Whether words that could be prose end like a host's name.
fn is_top_level(label: &[u8]) -> bool {
    label.len() == 2
        || label.first().is_some_and(|byte| *byte >= 0x80)
        || label
            .get(..4)
            .is_some_and(|head| head.eq_ignore_ascii_case(b"xn--"))
        || TOP_LEVELS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(label))
}
