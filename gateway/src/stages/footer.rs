//! Whether the footer of a Parquet file may be read: its reader allocates what it says and descends as deep as it says, and one that says
//! too much ends the whole process, which no catching of panics helps against.
//!
//! Enters: a Parquet file. Leaves: whether its footer is what it seems to be, sizes and depth within bounds. Never here: a footer that the
//! reader could take for another one: what is not typed and ordered as the format has it is not sound.

use crate::limits::{STAGE_FOOTER_BYTES_MAX, STAGE_SCHEMA_DEPTH_MAX};

const MAGIC: &[u8; 4] = b"PAR1";

// Types of Thrift's compact protocol, as fields and elements of lists have them.
const STOP: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;
/// Fields further on than this have their number written out.
const DELTA_MAX: i16 = 15;

/// What a field may be.
enum Type {
    Bool,
    Byte,
    I16,
    I32,
    I64,
    Double,
    Binary,
    List(&'static Self),
    Struct(&'static [(i16, Self)]),
    /// A structure that is a node of the schema,
    Node(&'static [(i16, Self)]),
    /// and its field that says how many of the next ones are its children.
    Children,
}

// As `parquet.thrift` of the format's version 2.12 has them; structures of encryption are not read here.
const EMPTY: Type = Type::Struct(&[]);
const TIME_UNIT: Type = Type::Struct(&[(1, EMPTY), (2, EMPTY), (3, EMPTY)]);
const TIME: Type = Type::Struct(&[(1, Type::Bool), (2, TIME_UNIT)]);
const LOGICAL_TYPE: Type = Type::Struct(&[
    (1, EMPTY),
    (2, EMPTY),
    (3, EMPTY),
    (4, EMPTY),
    (5, Type::Struct(&[(1, Type::I32), (2, Type::I32)])),
    (6, EMPTY),
    (7, TIME),
    (8, TIME),
    (10, Type::Struct(&[(1, Type::Byte), (2, Type::Bool)])),
    (11, EMPTY),
    (12, EMPTY),
    (13, EMPTY),
    (14, EMPTY),
    (15, EMPTY),
    (16, Type::Struct(&[(1, Type::Byte)])),
    (17, Type::Struct(&[(1, Type::Binary)])),
    (18, Type::Struct(&[(1, Type::Binary), (2, Type::I32)])),
]);
const SCHEMA_ELEMENT: Type = Type::Node(&[
    (1, Type::I32),
    (2, Type::I32),
    (3, Type::I32),
    (4, Type::Binary),
    (5, Type::Children),
    (6, Type::I32),
    (7, Type::I32),
    (8, Type::I32),
    (9, Type::I32),
    (10, LOGICAL_TYPE),
]);
const KEY_VALUE: Type = Type::Struct(&[(1, Type::Binary), (2, Type::Binary)]);
const STATISTICS: Type = Type::Struct(&[
    (1, Type::Binary),
    (2, Type::Binary),
    (3, Type::I64),
    (4, Type::I64),
    (5, Type::Binary),
    (6, Type::Binary),
    (7, Type::Bool),
    (8, Type::Bool),
]);
const ENCODING_STATS: Type = Type::Struct(&[(1, Type::I32), (2, Type::I32), (3, Type::I32)]);
const SIZE_STATISTICS: Type = Type::Struct(&[
    (1, Type::I64),
    (2, Type::List(&Type::I64)),
    (3, Type::List(&Type::I64)),
]);
const BOUNDING_BOX: Type = Type::Struct(&[
    (1, Type::Double),
    (2, Type::Double),
    (3, Type::Double),
    (4, Type::Double),
    (5, Type::Double),
    (6, Type::Double),
    (7, Type::Double),
    (8, Type::Double),
]);
const GEOSPATIAL_STATISTICS: Type = Type::Struct(&[(1, BOUNDING_BOX), (2, Type::List(&Type::I32))]);
const COLUMN: Type = Type::Struct(&[
    (1, Type::I32),
    (2, Type::List(&Type::I32)),
    (3, Type::List(&Type::Binary)),
    (4, Type::I32),
    (5, Type::I64),
    (6, Type::I64),
    (7, Type::I64),
    (8, Type::List(&KEY_VALUE)),
    (9, Type::I64),
    (10, Type::I64),
    (11, Type::I64),
    (12, STATISTICS),
    (13, Type::List(&ENCODING_STATS)),
    (14, Type::I64),
    (15, Type::I32),
    (16, SIZE_STATISTICS),
    (17, GEOSPATIAL_STATISTICS),
]);
const COLUMN_CHUNK: Type = Type::Struct(&[
    (1, Type::Binary),
    (2, Type::I64),
    (3, COLUMN),
    (4, Type::I64),
    (5, Type::I32),
    (6, Type::I64),
    (7, Type::I32),
]);
const SORTING_COLUMN: Type = Type::Struct(&[(1, Type::I32), (2, Type::Bool), (3, Type::Bool)]);
const ROW_GROUP: Type = Type::Struct(&[
    (1, Type::List(&COLUMN_CHUNK)),
    (2, Type::I64),
    (3, Type::I64),
    (4, Type::List(&SORTING_COLUMN)),
    (5, Type::I64),
    (6, Type::I64),
    (7, Type::I16),
]);
const COLUMN_ORDER: Type = Type::Struct(&[(1, EMPTY), (2, EMPTY)]);
const FILE: Type = Type::Struct(&[
    (1, Type::I32),
    (2, Type::List(&SCHEMA_ELEMENT)),
    (3, Type::I64),
    (4, Type::List(&ROW_GROUP)),
    (5, Type::List(&KEY_VALUE)),
    (6, Type::Binary),
    (7, Type::List(&COLUMN_ORDER)),
]);

/// Whether the file's footer may be read.
pub(super) fn is_sound(file: &[u8]) -> bool {
    footer(file).is_some_and(|footer| {
        let mut walk = Walk {
            rest: footer,
            children: Vec::new(),
        };
        walk.value(&FILE).is_some() && is_tree(&walk.children)
    })
}

fn footer(file: &[u8]) -> Option<&[u8]> {
    let (rest, length) = file.strip_suffix(MAGIC)?.split_last_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let start = rest.len().checked_sub(length)?;
    rest.get(start..)
        .filter(|footer| footer.len() <= STAGE_FOOTER_BYTES_MAX)
}

/// Whether nodes with so many children each, a child before the next one of its parent, are one tree that is not too deep.
fn is_tree(children: &[usize]) -> bool {
    // How many are still to come at each level.
    let mut open: Vec<usize> = Vec::new();
    for (at, count) in children.iter().enumerate() {
        while open.last() == Some(&0) {
            open.pop();
        }
        match open.last_mut() {
            Some(left) => *left -= 1,
            None if at == 0 => {}
            None => return false,
        }
        if *count >= children.len() - at || open.len() >= STAGE_SCHEMA_DEPTH_MAX {
            return false;
        }
        open.push(*count);
    }
    open.iter().all(|left| *left == 0)
}

/// A footer that is gone through.
struct Walk<'f> {
    rest: &'f [u8],
    /// How many children each node of the schema has, as far as it was read.
    children: Vec<usize>,
}

impl Walk<'_> {
    fn value(&mut self, of: &Type) -> Option<()> {
        match of {
            // In its field's type.
            Type::Bool => Some(()),
            Type::Byte => self.skip(1),
            Type::I16 | Type::I32 | Type::I64 => self.varint().map(drop),
            Type::Double => self.skip(8),
            Type::Binary => self.binary(),
            Type::List(of) => self.list(of),
            Type::Struct(fields) => self.fields(fields),
            Type::Node(fields) => {
                self.children.push(0);
                self.fields(fields)
            }
            Type::Children => {
                let count = i32::try_from(self.number()?).ok()?;
                *self.children.last_mut()? = usize::try_from(count).ok()?;
                Some(())
            }
        }
    }

    /// The fields of a structure, each once and in order.
    fn fields(&mut self, fields: &[(i16, Type)]) -> Option<()> {
        let mut last = 0_i16;
        loop {
            let header = self.byte()?;
            let kind = header & 0x0f;
            if kind == STOP {
                return Some(());
            }
            last = match i16::from(header >> 4) {
                0 => {
                    let id = i16::try_from(self.number()?).ok()?;
                    (id.checked_sub(last)? > DELTA_MAX).then_some(id)?
                }
                delta => last.checked_add(delta)?,
            };
            match fields.iter().find(|(id, _)| *id == last) {
                Some((_, of)) if of.is(kind) => self.value(of)?,
                Some(_) => return None,
                None => self.unknown(kind)?,
            }
        }
    }

    /// A field that the format did not have: passed over as its reader does, unless there is more than one value in it.
    fn unknown(&mut self, kind: u8) -> Option<()> {
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.skip(1),
            I16 | I32 | I64 => self.varint().map(drop),
            DOUBLE => self.skip(8),
            BINARY => self.binary(),
            _ => None,
        }
    }

    fn list(&mut self, of: &Type) -> Option<()> {
        let header = self.byte()?;
        // So some writers have an empty one.
        if header == 0 {
            return Some(());
        }
        let count = match header >> 4 {
            15 => usize::try_from(self.varint()?).ok()?,
            few => usize::from(few),
        };
        // Each takes a byte at least.
        if !of.is(header & 0x0f) || count > self.rest.len() {
            return None;
        }
        (0..count).try_for_each(|_| self.value(of))
    }

    fn binary(&mut self) -> Option<()> {
        let length = usize::try_from(self.varint()?).ok()?;
        self.skip(length)
    }

    /// A number with its sign.
    fn number(&mut self) -> Option<i64> {
        let number = self.varint()?;
        let size = i64::try_from(number >> 1).ok()?;
        Some(if number & 1 == 0 { size } else { -1 - size })
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }
}

impl Type {
    /// Whether a value of this type says that it is of `kind`.
    const fn is(&self, kind: u8) -> bool {
        match self {
            Self::Bool => matches!(kind, TRUE | FALSE),
            Self::Byte => kind == BYTE,
            Self::I16 => kind == I16,
            Self::I32 | Self::Children => kind == I32,
            Self::I64 => kind == I64,
            Self::Double => kind == DOUBLE,
            Self::Binary => kind == BINARY,
            Self::List(_) => kind == LIST,
            Self::Struct(_) | Self::Node(_) => kind == STRUCT,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{MAGIC, is_sound, is_tree};
    use crate::limits::{STAGE_FOOTER_BYTES_MAX, STAGE_SCHEMA_DEPTH_MAX};

    /// A node with one child.
    const GROUP: [u8; 7] = [0x35, 0, 0x18, 0, 0x15, 2, 0];
    const LEAF: [u8; 7] = [0x15, 2, 0x25, 0, 0x18, 0, 0];
    /// No rows, no groups of them, the end.
    const NO_ROWS: [u8; 5] = [0x16, 0, 0x19, 0x0c, 0];
    /// 2,147,483,647.
    const MOST: [u8; 5] = [0xff, 0xff, 0xff, 0xff, 7];

    fn file(footer: &[u8]) -> Vec<u8> {
        let length = u32::try_from(footer.len()).expect("short").to_le_bytes();
        [MAGIC.as_slice(), footer, &length, MAGIC].concat()
    }

    /// A version, and a schema of so many elements, which follow.
    fn schema(elements: usize) -> Vec<u8> {
        let mut schema = vec![0x15, 2, 0x19, 0xfc];
        let mut left = elements;
        while left >= 0x80 {
            schema.push((left & 0x7f) as u8 | 0x80);
            left >>= 7;
        }
        schema.push(left as u8);
        schema
    }

    fn deep(levels: usize) -> Vec<u8> {
        let (schema, groups) = (schema(levels + 1), GROUP.repeat(levels));
        file(&[schema.as_slice(), &groups, &LEAF, &NO_ROWS].concat())
    }

    /// Files that would end the process of whoever reads them.
    pub(in crate::stages) fn hostile() -> [Vec<u8>; 4] {
        // Twice as much as the number says: the sign is in its last bit.
        let wide: [u8; 11] = [0x35, 0, 0x18, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0];
        let children = [schema(2).as_slice(), &wide, &LEAF, &NO_ROWS].concat();
        let one = [schema(2).as_slice(), &GROUP, &LEAF].concat();
        let groups = [one.as_slice(), &[0x16, 0, 0x19, 0xfc], &MOST, &[0]].concat();
        // Behind the groups of rows that there are, others.
        let second = [&NO_ROWS[..4], &[0x09, 8, 0xfc], &MOST, &[0]].concat();
        let again = [one.as_slice(), &second].concat();
        [deep(100_000), file(&children), file(&groups), file(&again)]
    }

    #[test]
    fn a_footer_that_says_too_much_is_not_sound() {
        let two = [schema(2).as_slice(), &GROUP, &LEAF].concat();
        let whole = [two.as_slice(), &NO_ROWS].concat();
        assert!(is_sound(&file(&whole)));
        assert!(is_sound(&deep(STAGE_SCHEMA_DEPTH_MAX - 1)));
        assert!(!is_sound(&deep(STAGE_SCHEMA_DEPTH_MAX)));
        for (number, file) in hostile().iter().enumerate() {
            assert!(!is_sound(file), "{number}");
        }
        for end in 0..whole.len() {
            assert!(!is_sound(&file(&whole[..end])), "cut at {end}");
        }
        let unknown = [&whole[..whole.len() - 1], &[0x58, 1, 7, 0]].concat();
        assert!(is_sound(&file(&unknown)), "a text that is not known yet");
        let long = [whole.as_slice(), &vec![0; STAGE_FOOTER_BYTES_MAX]].concat();
        assert!(!is_sound(&file(&long)));
        for other in [&b""[..], b"PAR1", b"PAR1PAR1", b"PAR1\xff\xff\xff\xffPAR1"] {
            assert!(!is_sound(other), "{other:?}");
        }
    }

    #[test]
    fn a_schema_is_one_tree() {
        for (children, tree) in [
            (&[0][..], true),
            (&[2, 0, 0], true),
            (&[2, 1, 0, 0], true),
            (&[2, 0], false),
            (&[1, 0, 0], false),
            (&[0, 0], false),
            (&[usize::MAX, 0], false),
        ] {
            assert_eq!(is_tree(children), tree, "{children:?}");
        }
    }
}
