//! Runs of digit groups: `4111 1111 1111 1111`, `(212) 555-0100`, `078-05-1120`.
//!
//! Enters: bytes at a digit, `+` or `(`. Leaves: the digits, their groups, what parts them. Never here: what they mean.

/// Most groups of one run; what is longer is read as several runs.
const GROUPS_MAX: usize = 16;
/// Most digits of one run.
const DIGITS_MAX: usize = 64;

#[derive(Clone, Copy, Debug, Default)]
struct Group {
    /// First byte, counted from the run's start.
    start: u8,
    /// One past the last byte, counted from the run's start.
    end: u8,
    /// First digit among the run's digits.
    first: u8,
    /// What stands between it and the next group; 0 at the end.
    separator: u8,
}

/// Digit groups parted by single separators.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    digits: [u8; DIGITS_MAX],
    digit_count: usize,
    groups: [Group; GROUPS_MAX],
    group_count: usize,
    /// First byte, `+` and `(` included.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Begins with `+`.
    pub plus: bool,
}

impl Run {
    /// No run yet.
    pub const fn new() -> Self {
        Self {
            digits: [0; DIGITS_MAX],
            digit_count: 0,
            groups: [Group {
                start: 0,
                end: 0,
                first: 0,
                separator: 0,
            }; GROUPS_MAX],
            group_count: 0,
            start: 0,
            end: 0,
            plus: false,
        }
    }

    /// Reads the run at `start`, if one begins there. A group that goes on as a word ends the run before it.
    pub fn read(&mut self, bytes: &[u8], start: usize) -> bool {
        let mut at = start;
        self.plus = bytes.get(at) == Some(&b'+');
        at += usize::from(self.plus);
        at += usize::from(bytes.get(at) == Some(&b'('));
        (self.start, self.end, self.digit_count, self.group_count) = (start, at, 0, 0);
        while let Some(group) = self.groups.get_mut(self.group_count) {
            let from = at;
            let first = self.digit_count;
            let slots = self.digits.get_mut(first..).unwrap_or_default();
            let mut length = 0;
            for (slot, byte) in slots.iter_mut().zip(bytes.get(at..).unwrap_or_default()) {
                let digit = byte.wrapping_sub(b'0');
                if digit > 9 {
                    break;
                }
                *slot = digit;
                length += 1;
            }
            self.digit_count += length;
            at += length;
            // A word, or a group cut off by the limit: the run ends before it.
            let goes_on = bytes
                .get(at)
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
            if at == from || goes_on {
                self.digit_count = first;
                break;
            }
            self.end = at;
            // At most 64 digits, 16 of them with a separator of two bytes: offsets stay below 128.
            let offset = |place: usize| u8::try_from(place).unwrap_or(u8::MAX);
            let separator = separator(bytes, at);
            *group = Group {
                start: offset(from - start),
                end: offset(at - start),
                first: offset(first),
                separator: separator.map_or(0, |(byte, _)| byte),
            };
            self.group_count += 1;
            let Some((_, step)) = separator else {
                break;
            };
            at += step;
        }
        let last = self
            .group_count
            .checked_sub(1)
            .and_then(|last| self.groups.get_mut(last));
        last.map(|group| group.separator = 0).is_some()
    }

    /// The run at `start`, if one begins there.
    pub fn at(bytes: &[u8], start: usize) -> Option<Self> {
        let mut run = Self::new();
        run.read(bytes, start).then_some(run)
    }

    fn first_digit(&self, group: usize) -> usize {
        match self.groups.get(group) {
            Some(held) if group < self.group_count => usize::from(held.first),
            _ => self.digit_count,
        }
    }

    /// How many groups.
    pub const fn groups(&self) -> usize {
        self.group_count
    }

    /// The digits of one group.
    pub fn group(&self, group: usize) -> Option<&[u8]> {
        (group < self.group_count).then(|| self.digits(group, 1))
    }

    /// The digits of `count` groups from `first` on.
    pub fn digits(&self, first: usize, count: usize) -> &[u8] {
        self.digits
            .get(self.first_digit(first)..self.first_digit(first + count))
            .unwrap_or_default()
    }

    /// How many digits the group has; 0 where there is none.
    pub fn length(&self, group: usize) -> usize {
        if group < self.group_count {
            self.first_digit(group + 1) - self.first_digit(group)
        } else {
            0
        }
    }

    /// Lengths of the groups from `first` on, at most five of them; 0 where there is none.
    pub fn lengths(&self, first: usize) -> [usize; 5] {
        let mut lengths = [0; 5];
        for (slot, group) in lengths.iter_mut().zip(first..self.group_count) {
            *slot = self.length(group);
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
        match self.groups.get(group) {
            Some(held) if group > 0 => self.start + usize::from(held.start),
            _ => self.start,
        }
    }

    /// One past the group's last byte.
    pub fn end_of(&self, group: usize) -> usize {
        match self.groups.get(group) {
            Some(held) if group < self.group_count => self.start + usize::from(held.end),
            _ => self.end,
        }
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
