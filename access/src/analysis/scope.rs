//! Relations and what names mean inside a query.
//!
//! Enters: bound tables and their columns. Leaves: the provenance a name stands for. Never here: one meaning picked where
//! there are two; ambiguity is a union.

use std::sync::Arc;

use super::prov::{Bases, Prov};

/// One column of a relation.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) prov: Prov,
}

/// One comparison: the columns it names, and all that it speaks of.
#[derive(Clone, Debug)]
pub(crate) struct Tie {
    pub(super) names: Vec<Vec<String>>,
    pub(super) prov: Prov,
}

/// The comparisons of one query.
pub(crate) type Ties = Vec<Tie>;

/// Columns beyond those listed: of tables no catalog knows, or of functions nobody described.
#[derive(Clone, Debug, Default)]
pub(crate) struct Open {
    /// Full names of unknown tables: a name looked up here is a column of one of them.
    pub(crate) tables: Vec<Arc<str>>,
    /// What any of those columns may hold besides.
    pub(crate) prov: Prov,
    /// Only their number is not known: `prov` is all that any of them may hold. So are the account's own views.
    pub(crate) settled: bool,
}

impl Open {
    /// Those of a table that no catalog knows.
    pub(crate) fn of(table: &str) -> Self {
        Self {
            tables: vec![Arc::from(table)],
            ..Self::default()
        }
    }
}

/// An ordered list of columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relation {
    pub(crate) columns: Vec<Field>,
    pub(crate) open: Option<Open>,
    /// One row at most: a join with it multiplies nothing.
    pub(crate) single: bool,
}

impl Relation {
    pub(crate) fn push(&mut self, name: impl Into<String>, prov: Prov) {
        self.columns.push(Field {
            name: name.into(),
            prov,
        });
    }

    /// Nobody knows its columns; each may hold any of `prov`.
    pub(crate) fn opaque(prov: Prov) -> Self {
        Self {
            open: Some(Open {
                tables: Vec::new(),
                prov,
                settled: false,
            }),
            ..Self::default()
        }
    }

    /// Names, texts and statistics of the catalog.
    pub(crate) fn metadata(view: Option<Arc<str>>) -> Self {
        let open = Open {
            tables: view.into_iter().collect(),
            settled: true,
            prov: Prov::default(),
        };
        Self {
            open: Some(open),
            ..Self::default()
        }
    }

    /// Every column of it at once.
    pub(crate) fn everything(&self) -> Prov {
        let mut all = Prov::default();
        for column in &self.columns {
            all.merge(&column.prov);
        }
        if let Some(open) = &self.open {
            all.merge(&open.prov);
            all.unresolved |= !open.settled;
        }
        all
    }

    pub(crate) fn open_with(&mut self, other: Open) {
        let Some(open) = &mut self.open else {
            self.open = Some(other);
            return;
        };
        for table in other.tables {
            if !open.tables.contains(&table) {
                open.tables.push(table);
            }
        }
        open.prov.merge(&other.prov);
        open.settled &= other.settled;
    }

    /// Columns of this name, by any case: a session may be set to ignore the case of quoted names.
    pub(crate) fn find(&self, name: &str) -> Option<Prov> {
        let mut found: Option<Prov> = None;
        for column in self
            .columns
            .iter()
            .filter(|column| column.name.eq_ignore_ascii_case(name))
        {
            match &mut found {
                Some(prov) => prov.merge(&column.prov),
                None => found = Some(column.prov.clone()),
            }
        }
        found
    }

    /// Whether a listed name means this column: spelled so, or in another case where no column is spelled so.
    pub(crate) fn means(&self, listed: &str, column: &str) -> bool {
        listed == column
            || listed.eq_ignore_ascii_case(column)
                && self.columns.iter().all(|other| other.name != listed)
    }

    /// Adds to each column of another relation by position.
    pub(crate) fn unite_by_position(&mut self, other: Self, bases: &Bases) {
        for (i, column) in other.columns.into_iter().enumerate() {
            match self.columns.get_mut(i) {
                Some(mine) => bases.unify(&mut mine.prov, &column.prov),
                None => self.columns.push(column),
            }
        }
        self.unite_open(other.open, bases);
    }

    /// Adds what the same name may stand for otherwise. Columns are those of the first reading: each may hold what stands in
    /// its place, or under its name, in the other; a name that only the other has is not found.
    pub(crate) fn unite_with_reading(&mut self, other: Self) {
        let aligned = self.columns.len() == other.columns.len();
        for (i, column) in other.columns.iter().enumerate() {
            for (j, mine) in self.columns.iter_mut().enumerate() {
                if aligned && i == j || mine.name.eq_ignore_ascii_case(&column.name) {
                    mine.prov.merge(&column.prov);
                }
            }
        }
        if let Some(open) = other.open {
            self.open_with(open);
        }
        if self.open.is_some() {
            let all = self.everything();
            for column in &mut self.columns {
                column.prov.merge(&all);
            }
        }
        self.single = false;
    }

    /// Adds to each column of another relation by name. Names that differ in case alone are two columns, unless the
    /// session ignores case: then they are one, so the first holds both.
    pub(crate) fn unite_by_name(&mut self, other: Self, bases: &Bases) {
        for column in other.columns {
            let exact = self.columns.iter().any(|mine| mine.name == column.name);
            for mine in &mut self.columns {
                let same = if exact {
                    mine.name == column.name
                } else {
                    mine.name.eq_ignore_ascii_case(&column.name)
                };
                if same {
                    bases.unify(&mut mine.prov, &column.prov);
                }
            }
            if !exact {
                self.columns.push(column);
            }
        }
        self.unite_open(other.open, bases);
    }

    /// Adds columns that nobody can name. With any on either side, columns no longer line up: each may be any.
    fn unite_open(&mut self, other: Option<Open>, bases: &Bases) {
        if let Some(open) = other {
            self.open_with(open);
        }
        if self.open.is_some() {
            let all = self.everything();
            for column in &mut self.columns {
                bases.unify(&mut column.prov, &all);
            }
        }
    }
}

/// A table in a FROM clause.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    /// Its alias, or its table name.
    pub(crate) alias: String,
    /// Database, schema, table, as far as known: what a longer qualifier is compared to.
    pub(crate) path: Vec<String>,
    pub(crate) relation: Relation,
}

impl Binding {
    fn answers_to(&self, qualifier: &[String]) -> bool {
        match qualifier {
            [alias] => *alias == self.alias || alias.eq_ignore_ascii_case(&self.alias),
            longer => {
                let skip = self.path.len().checked_sub(longer.len());
                skip.and_then(|skip| self.path.get(skip..))
                    .is_some_and(|end| {
                        end.iter()
                            .zip(longer)
                            .all(|(a, b)| a.eq_ignore_ascii_case(b) || b.is_empty())
                    })
            }
        }
    }
}

/// Columns of all these tables, each table itself counted too.
pub(crate) fn columns_of(bindings: &[Binding]) -> usize {
    bindings
        .iter()
        .map(|binding| binding.relation.columns.len() + 1)
        .sum()
}

/// Names visible in one SELECT.
#[derive(Default)]
pub(crate) struct Scope<'p> {
    pub(crate) bindings: Vec<Binding>,
    /// Aliases of the projection, in order.
    pub(crate) aliases: Vec<Field>,
    /// Names merged by USING or NATURAL: star shows them once.
    pub(crate) merged: Vec<String>,
    /// Rows are grouped: a count is that of a group.
    pub(crate) grouped: bool,
    pub(crate) parent: Option<&'p Scope<'p>>,
}

/// What a name may stand for.
#[derive(Default)]
pub(crate) struct Meaning {
    pub(crate) known: Option<Prov>,
    /// Unknown tables it may belong to.
    pub(crate) tables: Vec<Arc<str>>,
    /// What columns of undescribed relations may hold.
    pub(crate) vague: Option<Prov>,
}

impl Meaning {
    fn add(&mut self, prov: &Prov) {
        match &mut self.known {
            Some(known) => known.merge(prov),
            None => self.known = Some(prov.clone()),
        }
    }

    fn add_open(&mut self, open: &Open) {
        self.tables.extend(open.tables.iter().cloned());
        if open.tables.is_empty() || !open.prov.is_constant() {
            self.vague.get_or_insert_default().merge(&open.prov);
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.known.is_none() && self.tables.is_empty() && self.vague.is_none()
    }
}

impl<'p> Scope<'p> {
    /// How many names are looked through for one.
    pub(crate) fn width(&self) -> usize {
        let mut names = 0;
        let mut level = Some(self);
        while let Some(scope) = level {
            names += scope.aliases.len() + columns_of(&scope.bindings);
            level = scope.parent;
        }
        names
    }

    pub(crate) fn inside(parent: Option<&'p Scope<'p>>) -> Self {
        Self {
            parent,
            ..Self::default()
        }
    }

    /// An unqualified name: a column first, else an alias, else the enclosing query.
    pub(crate) fn name(&self, name: &str) -> Meaning {
        let mut meaning = Meaning::default();
        let mut level = Some(self);
        while let Some(scope) = level {
            for binding in &scope.bindings {
                if let Some(prov) = binding.relation.find(name) {
                    meaning.add(&prov);
                }
            }
            let column = meaning.known.is_some();
            if !column {
                scope
                    .aliases
                    .iter()
                    .filter(|alias| alias.name.eq_ignore_ascii_case(name))
                    .for_each(|alias| meaning.add(&alias.prov));
            }
            // An alias may lose against a column of the query around this one.
            let alias = !column && meaning.known.is_some();
            if column && meaning.tables.is_empty() && meaning.vague.is_none() {
                // A known column shuts out what undescribed neighbours may hold: Snowflake would refuse the ambiguity.
                return meaning;
            }
            for open in scope
                .bindings
                .iter()
                .filter_map(|binding| binding.relation.open.as_ref())
            {
                meaning.add_open(open);
            }
            if meaning.known.is_some() && !alias {
                return meaning;
            }
            level = scope.parent;
        }
        meaning
    }

    /// A name behind a qualifier; none if nothing here is called so.
    pub(crate) fn qualified(&self, qualifier: &[String], name: &str) -> Option<Meaning> {
        let mut level = Some(self);
        while let Some(scope) = level {
            let mut meaning = Meaning::default();
            let mut bound = false;
            for binding in scope
                .bindings
                .iter()
                .filter(|binding| binding.answers_to(qualifier))
            {
                bound = true;
                match (binding.relation.find(name), &binding.relation.open) {
                    (Some(prov), _) => meaning.add(&prov),
                    (None, Some(open)) => meaning.add_open(open),
                    (None, None) => {}
                }
            }
            if bound {
                return Some(meaning);
            }
            level = scope.parent;
        }
        None
    }

    /// Relations a qualifier stands for: of aliases that differ in case alone, the one written so.
    pub(crate) fn bound(&self, qualifier: &[String]) -> Vec<&Relation> {
        let mut level = Some(self);
        while let Some(scope) = level {
            let mut found: Vec<&Binding> = scope
                .bindings
                .iter()
                .filter(|binding| binding.answers_to(qualifier))
                .collect();
            let exact = |binding: &&Binding| qualifier == [binding.alias.as_str()];
            if found.iter().any(exact) {
                found.retain(exact);
            }
            if !found.is_empty() {
                return found.iter().map(|binding| &binding.relation).collect();
            }
            level = scope.parent;
        }
        Vec::new()
    }

    /// Everything in sight: what an unresolved name may reveal.
    pub(crate) fn everything(&self) -> Prov {
        let mut all = Prov::unknown();
        let mut level = Some(self);
        while let Some(scope) = level {
            for binding in &scope.bindings {
                all.merge(&binding.relation.everything());
            }
            level = scope.parent;
        }
        all
    }
}
