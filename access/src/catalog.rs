//! The catalog: which tables, columns and views exist, what they are tagged with, which columns are sensitive.
//!
//! Enters: Snowflake DDL texts, and what an account says of itself. Leaves: an immutable snapshot with a version. Never here: I/O, or a snapshot that changes.

mod classes;
mod ddl;
mod functions;
pub mod live;
mod name;
mod table;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

pub use classes::{QUASI, label_of_name};
pub use functions::{Duty, Functions, FunctionsError};
pub(crate) use name::{join_name, quote};
pub(crate) use table::Tags;
pub use table::{Column, Table, View};

/// Why DDL files do not make a catalog.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CatalogError {
    /// The tokenizer gave up.
    #[error(
        "{file}:{line} has an unclosed quote or a character that is not SQL: check its quoting"
    )]
    Unreadable {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
    },
    /// A statement that defines a table, view or tag has no readable name or columns.
    #[error("{file}:{line} is not a definition this catalog can read: {what}")]
    Malformed {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A tag or comment speaks of a table or column that no file defines.
    #[error("{file}:{line} speaks of {name}, which no file defines: define it first")]
    Unknown {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// Table or column.
        name: String,
    },
}

/// What a file holds that a catalog does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file.
    pub file: String,
    /// From 1; 0 where it is no statement's own fault.
    pub line: usize,
    /// The statement's first words; for a relation, why its columns are not known.
    pub what: String,
    /// The table or view that exists and is unknown all the same; none for statements that define none.
    pub table: Option<String>,
}

/// What the files say.
#[derive(Default)]
struct Known {
    tables: BTreeMap<Arc<str>, Arc<Table>>,
    unknown: BTreeSet<Arc<str>>,
    skipped: Vec<Skipped>,
}

/// A column's table and its position there.
type Place = (Arc<Table>, usize);

/// An immutable snapshot. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Catalog {
    tables: Arc<BTreeMap<Arc<str>, Arc<Table>>>,
    /// Tables that exist, of columns nobody knows.
    unknown: Arc<BTreeSet<Arc<str>>>,
    skipped: Arc<[Skipped]>,
    by_suffix: Arc<HashMap<String, Vec<Arc<Table>>>>,
    columns: Arc<HashMap<Arc<str>, Place>>,
    functions: Arc<Functions>,
    default_context: Option<(String, String)>,
    version: Arc<str>,
    /// The files it was made from: name and text. What an account says goes under them.
    files: Arc<[(String, String)]>,
    /// An account says what there is: what is not known then is not harmless.
    live: bool,
}

impl Default for Catalog {
    fn default() -> Self {
        Self::empty()
    }
}

impl Catalog {
    /// Knows nothing: names resolve as written, stars do not resolve.
    pub fn empty() -> Self {
        Self::build(Known::default(), None)
    }

    /// Of an account that was not read: it knows nothing, and that there is more.
    pub fn unread() -> Self {
        Self {
            live: true,
            ..Self::empty()
        }
    }

    /// From Snowflake DDL: (file name for messages, text). Understands CREATE of every kind of table, view and stream, what
    /// ALTER and DROP do to them, tags at every level in any order, USE, and comments
    /// `-- sensitive: TABLE.{A,B} T2.C; quasi: TABLE.D`. What else a file holds is in [`Catalog::skipped`].
    pub fn from_ddl_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, CatalogError> {
        Self::read(ddl::Reader::default(), &owned(files))
    }

    /// The same from files that add to what an account says of itself: a tag may fall on a table that only the account knows.
    pub fn from_overlay<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, CatalogError> {
        Self::read(ddl::Reader::over_account(), &owned(files))
    }

    /// What the account says, with what this one's files add: own tags, and tables that the account does not show. `withheld` are
    /// names of tables, of schemas and databases with all that is in them, or an empty text for everything: what is known of those
    /// may be of before. An error is one of the files, which speak of tables that are known only now.
    pub fn over(
        &self,
        account: &live::Snapshot,
        withheld: &[String],
    ) -> Result<Self, CatalogError> {
        let mut reader = ddl::Reader::over_account();
        reader.seed(account);
        let files = Arc::clone(&self.files);
        for (file, text) in files.iter() {
            reader.read(file, text)?;
        }
        reader.withhold(withheld);
        let mut catalog = reader.finish();
        catalog.live = true;
        catalog.functions = Arc::clone(&self.functions);
        catalog.files = files;
        Ok(catalog)
    }

    fn read(mut reader: ddl::Reader, files: &[(String, String)]) -> Result<Self, CatalogError> {
        for (file, text) in files {
            reader.read(file, text)?;
        }
        let mut catalog = reader.finish();
        catalog.files = files.into();
        Ok(catalog)
    }

    fn build(known: Known, default_context: Option<(String, String)>) -> Self {
        let Known {
            tables,
            unknown,
            skipped,
        } = known;
        let mut by_suffix: HashMap<String, Vec<Arc<Table>>> = HashMap::new();
        let mut columns = HashMap::new();
        for table in tables.values() {
            for suffix in [
                quote(&table.name).into_owned(),
                format!("{}.{}", quote(&table.schema), quote(&table.name)),
            ] {
                by_suffix.entry(suffix).or_default().push(Arc::clone(table));
            }
            for (i, column) in table.columns.iter().enumerate() {
                columns.insert(Arc::clone(&column.full_name), (Arc::clone(table), i));
            }
        }
        let version = version_of(&tables, &unknown, default_context.as_ref());
        Self {
            tables: Arc::new(tables),
            unknown: Arc::new(unknown),
            skipped: skipped.into(),
            by_suffix: Arc::new(by_suffix),
            columns: Arc::new(columns),
            functions: Arc::default(),
            default_context,
            version,
            files: Arc::default(),
            live: false,
        }
    }

    /// Equal for equal content.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether an account says what there is.
    pub const fn is_live(&self) -> bool {
        self.live
    }

    /// The version as a statement over these tables is decided on. Where an account says what there is, with a digest of what the
    /// statement touches behind a `+`: [`bound_version`] is what an approval rests on, or any change of the account would end it.
    pub(crate) fn version_for<'n>(&self, names: impl Iterator<Item = &'n String>) -> String {
        if !self.live {
            return self.version.to_string();
        }
        let mut hash = Sha256::new();
        for name in names {
            feed(&mut hash, name);
            match self.tables.get(name.as_str()) {
                Some(table) => feed_table(&mut hash, table),
                None => feed(&mut hash, ""),
            }
        }
        let touched = hex::encode(hash.finalize().get(..8).unwrap_or_default());
        format!("{}+{touched}", self.version)
    }

    /// Digest of what the tables and views of these columns, by their full names, are now, with their labels; a column that is not known
    /// stands for itself.
    pub(crate) fn digest_of<'n>(&self, columns: impl Iterator<Item = &'n str>) -> String {
        let mut hash = Sha256::new();
        let mut seen = BTreeSet::new();
        for column in columns {
            match self.columns.get(column) {
                Some((table, _)) if seen.insert(&table.full_name) => feed_table(&mut hash, table),
                Some(_) => {}
                None => feed(&mut hash, column),
            }
        }
        hex::encode(hash.finalize().get(..16).unwrap_or_default())
    }

    /// Whether nothing may be made of the catalog's not knowing this table: an account says what there is, and of this one it is
    /// not known what it is now.
    pub(crate) fn is_withheld(&self, full_name: &str) -> bool {
        self.live && self.is_unknown(full_name)
    }

    /// Whether it knows no table. One over an account knows something before it has read it: that there is more.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.unknown.is_empty() && !self.live
    }

    /// Whether a table of this name exists whose columns nobody knows.
    pub(crate) fn is_unknown(&self, full_name: &str) -> bool {
        self.unknown.contains(full_name)
    }

    /// The same, with what is said of functions and procedures; that is part of a policy and has its version there.
    #[must_use]
    pub fn with_functions(self, functions: Functions) -> Self {
        Self {
            functions: Arc::new(functions),
            ..self
        }
    }

    /// What is said of a function, by `DATABASE.SCHEMA.NAME`.
    pub(crate) fn duty(&self, full_name: &str) -> Option<&Duty> {
        self.functions.get(full_name)
    }

    /// What the files hold that is not in here, in their order.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Tables and views, sorted by name.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values().map(AsRef::as_ref)
    }

    /// By `DATABASE.SCHEMA.TABLE`.
    pub fn table(&self, full_name: &str) -> Option<&Table> {
        self.tables.get(full_name).map(AsRef::as_ref)
    }

    /// By `DATABASE.SCHEMA.TABLE.COLUMN`.
    pub fn column(&self, full_name: &str) -> Option<&Column> {
        let (table, at) = self.columns.get(full_name)?;
        table.columns.get(*at)
    }

    /// Where the files stand: where their last USE went, else where their first table is. A live session stands where Snowflake says, or
    /// nowhere.
    pub fn default_context(&self) -> Option<(&str, &str)> {
        let (database, schema) = self.default_context.as_ref()?;
        Some((database, schema))
    }

    pub(crate) fn shared(&self, full_name: &str) -> Option<&Arc<Table>> {
        self.tables.get(full_name)
    }

    /// Tables whose name ends so (`TABLE` or `SCHEMA.TABLE`).
    pub(crate) fn ending_with(&self, suffix: &str) -> &[Arc<Table>] {
        self.by_suffix.get(suffix).map_or(&[], Vec::as_slice)
    }
}

/// What an approval is bound to of a decision's catalog version.
pub fn bound_version(version: &str) -> &str {
    version
        .rsplit_once('+')
        .map_or(version, |(_, touched)| touched)
}

fn owned<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    let files = files.into_iter();
    files
        .map(|(file, text)| (file.to_owned(), text.to_owned()))
        .collect()
}

fn feed(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}

fn feed_table(hash: &mut Sha256, table: &Table) {
    feed(hash, &table.full_name);
    for column in &table.columns {
        feed(hash, &column.name);
        feed(hash, &column.data_type);
        for (tag, value) in &column.tags {
            feed(hash, tag);
            feed(hash, value);
        }
        feed(hash, &column.labels.join(","));
    }
    if let Some(view) = &table.view {
        feed(hash, &view.text);
        feed(hash, &view.columns.join(","));
    }
}

fn version_of(
    tables: &BTreeMap<Arc<str>, Arc<Table>>,
    unknown: &BTreeSet<Arc<str>>,
    context: Option<&(String, String)>,
) -> Arc<str> {
    let mut hash = Sha256::new();
    if let Some((database, schema)) = context {
        feed(&mut hash, database);
        feed(&mut hash, schema);
    }
    unknown.iter().for_each(|name| feed(&mut hash, name));
    for table in tables.values() {
        feed_table(&mut hash, table);
    }
    hex::encode(hash.finalize().get(..16).unwrap_or_default()).into()
}

#[cfg(test)]
mod tests;
