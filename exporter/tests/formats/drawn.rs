//! Any event of a kind: the sample with other leaves, wherever the decoder takes others.
//!
//! The canonical bytes are changed and decoded again, so whatever the record may hold can stand there, and a new kind is covered
//! without a line here.

use ciborium::Value;
use event::Event;

/// What breaks formats, in pieces.
const PIECES: &[&str] = &[
    "",
    "|",
    "=",
    "\\",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}[31m",
    "é",
    "\u{1F9CA}",
    "\u{202e}evil",
    "a b",
    " ",
    "key=value",
    "\\=",
    "\\n",
    " firnText=x",
    "CEF:0|",
    "\u{2028}",
    "\u{85}",
    "'",
    "\"",
    "{}",
    "]",
    "%s",
    "x",
    "select 1",
    "\u{7f}",
    "\u{feff}",
];

/// Bytes, each a choice; used up, they choose the first.
pub struct Choices<'a>(std::slice::Iter<'a, u8>);

impl<'a> Choices<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    fn next(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }

    /// A text of up to seven pieces.
    pub fn text(&mut self) -> String {
        let pieces = self.next() % 8;
        (0..pieces)
            .map(|_| PIECES[usize::from(self.next()) % PIECES.len()])
            .collect()
    }

    fn number(&mut self) -> u64 {
        match self.next() % 4 {
            0 => u64::from(self.next()),
            1 => 1 << (self.next() % 63),
            2 => (1 << 53) + u64::from(self.next()),
            _ => u64::from(u32::MAX),
        }
    }
}

/// `event` with leaves that `choices` choose.
pub fn other(event: &Event, choices: &mut Choices<'_>) -> Event {
    let bytes = event::encode(event).expect("samples encode");
    let mut value: Value = ciborium::from_reader(bytes.as_slice()).expect("CBOR");
    let mut known = event.clone();
    for number in 0..leaves(&mut value, usize::MAX, &mut |_| {}) {
        if choices.next().is_multiple_of(3) {
            continue;
        }
        let mut changed = value.clone();
        leaves(&mut changed, number, &mut |leaf| change(leaf, choices));
        let mut bytes = Vec::new();
        ciborium::into_writer(&changed, &mut bytes).expect("CBOR");
        // What is no word of an enum, no id or no number of that width is not taken.
        if let Ok(event) = event::decode(&bytes) {
            known = event;
            value = changed;
        }
    }
    known
}

fn change(leaf: &mut Value, choices: &mut Choices<'_>) {
    *leaf = match &*leaf {
        Value::Text(_) if choices.next().is_multiple_of(8) => Value::Null,
        Value::Text(_) => Value::Text(choices.text()),
        Value::Integer(_) if choices.next().is_multiple_of(8) => {
            Value::Integer((-i64::from(choices.next())).into())
        }
        Value::Integer(_) => Value::Integer(choices.number().into()),
        Value::Bool(known) => Value::Bool(!known),
        Value::Null => Value::Text(choices.text()),
        Value::Bytes(bytes) => {
            Value::Bytes(bytes.iter().map(|byte| byte ^ choices.next()).collect())
        }
        other => other.clone(),
    };
}

/// Shows leaf `number` to `see`; says how many there are.
fn leaves(value: &mut Value, number: usize, see: &mut impl FnMut(&mut Value)) -> usize {
    fn walk(value: &mut Value, number: usize, count: &mut usize, see: &mut impl FnMut(&mut Value)) {
        match value {
            Value::Map(entries) => entries
                .iter_mut()
                .for_each(|(_, below)| walk(below, number, count, see)),
            Value::Array(items) => items
                .iter_mut()
                .for_each(|below| walk(below, number, count, see)),
            leaf => {
                if *count == number {
                    see(leaf);
                }
                *count += 1;
            }
        }
    }
    let mut count = 0;
    walk(value, number, &mut count, see);
    count
}
