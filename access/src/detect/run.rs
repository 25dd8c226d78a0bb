//! Runs of digit groups: `4111 1111 1111 1111`, `(212) 555-0100`, `078-05-1120`.
//!
//! Enters: bytes at a digit, `+` or `(`. Leaves: the digits, their groups, what parts them. Never here: what they mean.

use smallvec::SmallVec;

/// Most groups of one run; what is longer is read as several runs.
const GROUPS_MAX: usize = 24;

#[derive(Clone, Copy, Debug)]
struct Group {
    /// First byte in the text.
    start: usize,
    /// One past the last byte in the text.
    end: usize,
    /// First digit among the run's digits.
    first: usize,
    /// What stands between it and the next group; 0 at the end.
    separator: u8,
}

/// Digit groups parted by single separators.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    digits: SmallVec<[u8; 40]>,
    groups: SmallVec<[Group; 8]>,
    /// First byte, `+` and `(` included.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Begins with `+`.
    pub plus: bool,
    /// Begins with `(`.
    pub opened: bool,
}

impl Run {
    /// Reads the run at `start`, if one begins there. A group that goes on as a word ends the run before it.
    pub fn at(bytes: &[u8], start: usize) -> Option<Self> {
        let mut at = start;
        let plus = bytes.get(at) == Some(&b'+');
        at += usize::from(plus);
        let opened = bytes.get(at) == Some(&b'(');
        at += usize::from(opened);
        let mut run = Self {
            digits: SmallVec::new(),
            groups: SmallVec::new(),
            start,
            end: at,
            plus,
            opened,
        };
        while run.groups.len() < GROUPS_MAX {
            let from = at;
            let first = run.digits.len();
            while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
                run.digits.push(digit - b'0');
                at += 1;
            }
            let word = bytes
                .get(at)
                .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
            if at == from || word {
                run.digits.truncate(first);
                break;
            }
            run.groups.push(Group {
                start: from,
                end: at,
                first,
                separator: 0,
            });
            run.end = at;
            let Some((separator, step)) = separator(bytes, at) else {
                break;
            };
            if let Some(last) = run.groups.last_mut() {
                last.separator = separator;
            }
            at += step;
        }
        if let Some(last) = run.groups.last_mut() {
            last.separator = 0;
        }
        (!run.groups.is_empty()).then_some(run)
    }

    /// How many groups.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// The digits of one group.
    pub fn group(&self, group: usize) -> Option<&[u8]> {
        let from = self.groups.get(group)?.first;
        let to = self
            .groups
            .get(group + 1)
            .map_or(self.digits.len(), |next| next.first);
        self.digits.get(from..to)
    }

    /// The digits of `count` groups from `first` on.
    pub fn digits(&self, first: usize, count: usize) -> &[u8] {
        let from = self
            .groups
            .get(first)
            .map_or(self.digits.len(), |group| group.first);
        let to = self
            .groups
            .get(first + count)
            .map_or(self.digits.len(), |group| group.first);
        self.digits.get(from..to).unwrap_or_default()
    }

    /// Lengths of the groups from `first` on, at most eight of them; 0 where there is none.
    pub fn lengths(&self, first: usize) -> [usize; 8] {
        let mut lengths = [0; 8];
        for (place, length) in lengths.iter_mut().enumerate() {
            *length = self.group(first + place).map_or(0, <[u8]>::len);
        }
        lengths
    }

    /// What stands after that group; 0 at the end of the run.
    pub fn separator(&self, group: usize) -> u8 {
        self.groups.get(group).map_or(0, |group| group.separator)
    }

    /// Whether `count` groups from `first` on are parted by one and the same separator.
    pub fn same_separator(&self, first: usize, count: usize) -> bool {
        (first..first + count.saturating_sub(1))
            .all(|group| self.separator(group) == self.separator(first))
    }

    /// Whether what follows that group is joined to it without a blank.
    pub fn tight(&self, group: usize) -> bool {
        !matches!(self.separator(group), 0 | b' ')
    }

    /// First byte of the group; the run's own first byte for the first.
    pub fn start_of(&self, group: usize) -> usize {
        match group {
            0 => self.start,
            _ => self.groups.get(group).map_or(self.end, |group| group.start),
        }
    }

    /// One past the group's last byte.
    pub fn end_of(&self, group: usize) -> usize {
        self.groups.get(group).map_or(self.end, |group| group.end)
    }
}

/// The separator at `at` and its length in bytes, if a digit follows it.
fn separator(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    match *bytes.get(at)? {
        byte @ (b' ' | b'-' | b'.' | b'/') if digit(at + 1) => Some((byte, 1)),
        b')' if digit(at + 1) => Some((b')', 1)),
        b')' if matches!(bytes.get(at + 1), Some(b' ' | b'-' | b'.')) && digit(at + 2) => {
            Some((b')', 2))
        }
        b' ' if bytes.get(at + 1) == Some(&b'(') && digit(at + 2) => Some((b' ', 2)),
        _ => None,
    }
}
