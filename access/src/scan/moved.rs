//! Files that agents move: what is in them, and the same with what was found masked.
//!
//! Enters: a file's text, decompressed. Leaves: what it was read as, how many cells hold what, and a masked copy where one is wanted.
//! Never here: a file that is no text (the caller is told so); a copy with something in it that was found.
//!
//! Every cell is looked at, the first row too: nobody says whether it names the columns.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use csv::{ByteRecord, StringRecord};
use detect::hint::hint;
use detect::{Detectors, Finding};
use event::Masked;
use event::payload::{FileContent, FileFinding};

use super::{ColumnScan, ScanReport};
use crate::mask::Masking;
use crate::mask::family::Family;

/// Rows that vote together.
const PAGE_ROWS: usize = 2048;
/// Bytes of the beginning by which a file's kind is told.
const BEGINNING_BYTES: usize = 8 * 1024;
/// Most columns that vote each for itself; cells of further ones are looked at one by one.
const COLUMNS_MAX: usize = 2048;
/// Most cells of one row, and of rows that vote together: each takes some bytes more than are in it.
const CELLS_MAX: usize = PAGE_ROWS * COLUMNS_MAX;
/// What may stand between cells, the likeliest last.
const SEPARATORS: [u8; 4] = [b'|', b';', b'\t', b','];

/// What is in a file.
#[derive(Clone, Debug)]
pub struct Moved {
    /// What it was read as.
    pub content: FileContent,
    /// Cells that hold values, by class, sorted.
    pub found: Vec<FileFinding>,
    /// The file with what was found masked; none where nothing was, or no copy was asked for.
    pub masked: Option<Masked<Vec<u8>>>,
    /// Cells that are masked in it.
    pub masked_cells: u64,
}

impl Moved {
    /// A file that nobody can look into.
    pub const fn unread() -> Self {
        Self {
            content: FileContent::Unread,
            found: Vec::new(),
            masked: None,
            masked_cells: 0,
        }
    }

    /// A Parquet file, from the report of its batches.
    pub fn of_parquet(report: &ScanReport) -> Self {
        let mut counts = BTreeMap::<&str, u64>::new();
        for found in report.columns.iter().flat_map(|column| &column.found) {
            *counts.entry(&found.label).or_default() += found.cells;
        }
        Self {
            content: FileContent::Parquet,
            found: findings(
                counts
                    .into_iter()
                    .map(|(class, cells)| (class.to_owned(), cells)),
            ),
            ..Self::unread()
        }
    }
}

/// Reads a text and looks into it; with `mask`, a copy is masked. What is no text is unread.
pub fn look_into(input: impl Read, masking: &Masking, mask: bool) -> io::Result<Moved> {
    let mut input = BufReader::with_capacity(BEGINNING_BYTES, input);
    let beginning = input.fill_buf()?;
    if beginning.contains(&0) {
        return Ok(Moved::unread());
    }
    let first = beginning.trim_ascii_start().first().copied();
    let mut look = Look::new(masking.detectors(), mask);
    let read = if matches!(first, Some(b'{' | b'[')) {
        look.json(input)
    } else {
        let separator = separator(beginning);
        let crlf = beginning.windows(2).any(|pair| pair == b"\r\n");
        look.rows(input, separator, crlf)
    };
    match read {
        Ok(content) => Ok(look.told(content)),
        // Bytes that are no UTF-8.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Moved::unread()),
        Err(error) => Err(error),
    }
}

/// What stands between the cells of the first line most often; of equals, the likeliest.
fn separator(beginning: &[u8]) -> u8 {
    let line = beginning
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let count = |separator: &u8| line.iter().filter(|byte| *byte == separator).count();
    SEPARATORS.into_iter().max_by_key(count).unwrap_or(b',')
}

/// A file that is being looked into.
struct Look<'a> {
    detectors: &'a Detectors,
    /// The masked copy so far, where one is wanted.
    copy: Option<Vec<u8>>,
    columns: Vec<ColumnScan>,
    counts: BTreeMap<String, u64>,
    masked_cells: u64,
    findings: Vec<Finding>,
}

impl<'a> Look<'a> {
    const fn new(detectors: &'a Detectors, mask: bool) -> Self {
        Self {
            detectors,
            copy: if mask { Some(Vec::new()) } else { None },
            columns: Vec::new(),
            counts: BTreeMap::new(),
            masked_cells: 0,
            findings: Vec::new(),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a mask made it")]
    fn told(self, content: FileContent) -> Moved {
        let masked = self.copy.filter(|_| self.masked_cells > 0);
        Moved {
            content,
            found: findings(self.counts.into_iter()),
            masked: masked.map(Masked::from_mask),
            masked_cells: self.masked_cells,
        }
    }

    /// Rows of cells, a page at a time.
    fn rows(&mut self, input: impl Read, separator: u8, crlf: bool) -> io::Result<FileContent> {
        let seen = Rc::new(Cell::new(0));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .has_headers(false)
            .from_reader(Narrow {
                inner: input,
                separator,
                seen: Rc::clone(&seen),
            });
        let mut page: Vec<StringRecord> = Vec::new();
        let (mut first, mut cells) = (true, 0);
        loop {
            let mut record = ByteRecord::new();
            let more = reader.read_byte_record(&mut record).map_err(broken)?;
            seen.set(0);
            if more {
                cells += record.len();
                let record = StringRecord::from_byte_record(record);
                page.push(record.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?);
            }
            if page.len() == PAGE_ROWS || cells >= CELLS_MAX || !more {
                self.page(&page, (separator, crlf), first)?;
                (first, cells) = (false, 0);
                page.clear();
            }
            if !more {
                return Ok(FileContent::Text);
            }
        }
    }

    /// A page of rows; the first row of the `first` one may name the columns.
    fn page(
        &mut self,
        page: &[StringRecord],
        (separator, crlf): (u8, bool),
        first: bool,
    ) -> io::Result<()> {
        let names = page.first().filter(|_| first).map(|row| self.names(row));
        let names = names.unwrap_or_default();
        let is_name = |number, place| number == 0 && names.get(place).copied().unwrap_or(false);
        self.vote(page, is_name);
        let terminator = if crlf {
            csv::Terminator::CRLF
        } else {
            csv::Terminator::Any(b'\n')
        };
        let mut writer = csv::WriterBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .terminator(terminator)
            .from_writer(Vec::new());
        let mut alone = ColumnScan::new("", Family::Text);
        for (number, row) in page.iter().enumerate() {
            let mut written = StringRecord::new();
            for (place, text) in row.iter().enumerate() {
                let column = self.columns.get_mut(place).unwrap_or(&mut alone);
                self.findings.clear();
                let masked = if is_name(number, place) || text.is_empty() {
                    None
                } else {
                    column.mask(text, self.detectors, &mut self.findings)
                };
                count(&mut self.counts, &self.findings, self.detectors);
                self.masked_cells += u64::from(masked.is_some());
                written.push_field(masked.as_deref().unwrap_or(text));
            }
            if self.copy.is_some() {
                writer.write_record(&written).map_err(broken)?;
            }
        }
        if let Some(copy) = &mut self.copy {
            let bytes = writer.into_inner();
            copy.extend(bytes.map_err(|error| io::Error::other(error.to_string()))?);
        }
        Ok(())
    }

    /// Which cells of a row name their column: what hints at something, and is no value of it.
    fn names(&mut self, row: &StringRecord) -> Vec<bool> {
        let mut is_name = |text: &str| {
            self.findings.clear();
            self.detectors.find(text, &mut self.findings);
            self.findings.is_empty() && hint(text).is_some()
        };
        row.iter().map(&mut is_name).collect()
    }

    /// Lets the columns vote on the cells of a page.
    fn vote(&mut self, page: &[StringRecord], is_name: impl Fn(usize, usize) -> bool) {
        let wide = page.iter().map(StringRecord::len).max().unwrap_or(0);
        for place in self.columns.len()..wide.min(COLUMNS_MAX) {
            let name = page.first().and_then(|row| row.get(place)).unwrap_or("");
            self.columns.push(ColumnScan::new(name, Family::Text));
        }
        for (number, row) in page.iter().enumerate() {
            for (place, (text, column)) in row.iter().zip(&mut self.columns).enumerate() {
                if !text.is_empty() && !is_name(number, place) {
                    column.observe(text);
                }
            }
        }
        self.columns.iter_mut().for_each(ColumnScan::settle);
    }

    /// A document a line, or one over all of them.
    fn json(&mut self, mut input: impl BufRead) -> io::Result<FileContent> {
        let mut text = String::new();
        input.read_to_string(&mut text)?;
        let blank = |line: &str| line.trim().is_empty();
        let whole = |line: &str| {
            let line = line.trim();
            (line.starts_with('{') && line.ends_with('}'))
                || (line.starts_with('[') && line.ends_with(']'))
        };
        // Gone through twice, and not kept: there may be a line for each byte.
        let lines = || text.split_inclusive('\n');
        let listed = lines().all(|line| blank(line) || whole(line));
        let alone = (!listed).then_some(text.as_str());
        let mut documents = lines().filter(|_| listed).chain(alone);
        let mut column = ColumnScan::new("", Family::Semi);
        loop {
            let page: Vec<&str> = documents.by_ref().take(PAGE_ROWS).collect();
            if page.is_empty() {
                return Ok(FileContent::Json);
            }
            page.iter().for_each(|document| column.observe(document));
            column.settle();
            for document in page {
                self.findings.clear();
                let masked = column.mask(document, self.detectors, &mut self.findings);
                count(&mut self.counts, &self.findings, self.detectors);
                self.masked_cells += u64::from(masked.is_some());
                if let Some(copy) = &mut self.copy {
                    copy.extend_from_slice(masked.as_deref().unwrap_or(document).as_bytes());
                }
            }
        }
    }
}

/// A text whose rows have cells within bounds: one that has more is no text that anybody reads by rows.
struct Narrow<R> {
    inner: R,
    separator: u8,
    /// Cells since the last row was read.
    seen: Rc<Cell<usize>>,
}

impl<R: Read> Read for Narrow<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        let bytes = into.get(..read).unwrap_or_default();
        let cells = memchr::memchr_iter(self.separator, bytes).count();
        self.seen.set(self.seen.get() + cells);
        if self.seen.get() > CELLS_MAX {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        Ok(read)
    }
}

/// Counts a cell once for each class that is found in it.
fn count(counts: &mut BTreeMap<String, u64>, findings: &[Finding], detectors: &Detectors) {
    for (order, finding) in findings.iter().enumerate() {
        let mut before = findings.iter().take(order);
        if !before.any(|other| other.label == finding.label) {
            let word = detectors.word(finding.label).to_owned();
            *counts.entry(word).or_default() += 1;
        }
    }
}

fn findings(counts: impl Iterator<Item = (String, u64)>) -> Vec<FileFinding> {
    let each = counts.map(|(class, cells)| FileFinding { class, cells });
    each.collect()
}

fn broken(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::from(io::ErrorKind::InvalidData),
    }
}

#[cfg(test)]
mod tests {
    use event::payload::FileContent;

    use super::look_into;
    use crate::mask::{Masking, MaskingConfig};

    fn masked(text: &str) -> (FileContent, Vec<(String, u64)>, Option<String>) {
        let masking = Masking::new(MaskingConfig::default()).expect("masks");
        let moved = look_into(text.as_bytes(), &masking, true).expect("reads");
        let found = moved.found.into_iter().map(|one| (one.class, one.cells));
        let copy = moved
            .masked
            .map(|copy| String::from_utf8(copy.into_inner()).expect("text"));
        (moved.content, found.collect(), copy)
    }

    #[test]
    fn what_is_found_is_counted_and_masked() {
        let (content, found, copy) =
            masked("id,email\n1,ann@example.com\n2,\"bo, b@example.org\"\n");
        assert_eq!(content, FileContent::Text);
        assert_eq!(found, [("EMAIL".to_owned(), 2)]);
        let copy = copy.expect("a copy");
        assert!(copy.starts_with("id,email\n1,"), "{copy}");
        assert!(
            !copy.contains("ann@") && !copy.contains("b@example"),
            "{copy}"
        );
    }

    #[test]
    fn a_first_row_that_names_nothing_is_data() {
        let (_, found, copy) = masked("7|378282246310005\n8|371449635398431\n");
        assert_eq!(found, [("CREDIT_CARD".to_owned(), 2)]);
        let copy = copy.expect("a copy");
        assert!(
            copy.starts_with("7|") && !copy.contains("378282246310005"),
            "{copy}"
        );
    }

    #[test]
    fn json_stays_json() {
        let lines = "{\"mail\": \"ann@example.com\"}\n{\"mail\": null}\n";
        let whole = "[\n  {\"mail\": \"ann@example.com\"}\n]";
        for (text, documents) in [(lines, 2), (whole, 1)] {
            let (content, found, copy) = masked(text);
            assert_eq!(content, FileContent::Json);
            assert_eq!(found, [("EMAIL".to_owned(), 1)]);
            let copy = copy.expect("a copy");
            let read: Result<Vec<serde_json::Value>, _> = serde_json::Deserializer::from_str(&copy)
                .into_iter()
                .collect();
            assert_eq!(read.expect("JSON").len(), documents);
            assert!(!copy.contains("ann@"), "{copy}");
        }
    }

    #[test]
    fn long_files_are_read_to_the_end_and_too_wide_ones_not_at_all() {
        let rows = super::PAGE_ROWS + 3;
        let json = "{\"mail\": \"ann@example.com\"}\n".repeat(rows);
        let text = "ann@example.com\n".repeat(rows);
        for (text, content) in [(json, FileContent::Json), (text, FileContent::Text)] {
            let (read, found, copy) = masked(&text);
            assert_eq!(read, content);
            assert_eq!(found, [("EMAIL".to_owned(), rows as u64)]);
            let copy = copy.expect("a copy");
            assert_eq!(copy.lines().count(), rows);
            assert!(!copy.contains("ann@"));
        }
        let wide = ",".repeat(super::CELLS_MAX + 1);
        assert_eq!(masked(&wide), (FileContent::Unread, Vec::new(), None));
        let texts = format!("\"{}\"\n", ",".repeat(1000)).repeat(5_000);
        assert_eq!(masked(&texts), (FileContent::Text, Vec::new(), None));
    }

    #[test]
    fn nothing_found_makes_no_copy_and_what_is_no_text_is_unread() {
        assert_eq!(masked("a,b\n1,2\n"), (FileContent::Text, Vec::new(), None));
        let masking = Masking::new(MaskingConfig::default()).expect("masks");
        for bytes in [b"PAR1\x00\x01".as_slice(), b"caf\xe9,1\n"] {
            let moved = look_into(bytes, &masking, false).expect("reads");
            assert_eq!(moved.content, FileContent::Unread);
        }
    }
}
