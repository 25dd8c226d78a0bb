//! Temporary tables of a session: those that earlier requests made, and those that this one leaves.
//!
//! Enters: what the session remembers of them, what the request's statements make and drop. Leaves: their columns, and what is to be
//! remembered. Never here: a table known by a query that the catalog did not know whole, or whose sources are others by now.

use event::payload::{Finding, StatementKind};

use super::findings::{MadeOf, OwnTable, Provenance, is_unresolved, reaches};
use super::prov::Prov;
use super::run::Run;
use super::scope::Relation;
use crate::limits;

impl Run<'_> {
    /// The columns of the session's temporary table at that place; none where they are not known any more, or where its name need not
    /// mean it: in a view, and in what runs later and in no session.
    pub(crate) fn kept(&mut self, at: usize) -> Option<Relation> {
        let session = self.session;
        let table = session.tables.get(at)?;
        let made_of = table.made_of.as_ref()?;
        let in_view = self.quiet > self.explained;
        if in_view
            || self.moved.elsewhere > 0
            || self.sources_now(&made_of.columns) != made_of.sources
            || !self.copies(made_of.weight())
        {
            return None;
        }
        self.moved.rested.insert(table.name.clone());
        let mut relation = Relation::default();
        for column in &made_of.columns {
            let prov = self.remembered(column);
            let prov = self.of_its_kind(column, prov);
            relation.push(column.name.clone(), prov);
        }
        Some(relation)
    }

    /// A column that is one base column as it stands has the type of that.
    fn of_its_kind(&self, column: &Provenance, prov: Prov) -> Prov {
        let only = match prov.revealed.as_slice() {
            [only] if column.is_untouched() && column.counted.is_empty() => *only,
            _ => return prov,
        };
        let kind = self.bases.value(only).kind;
        prov.of_kind(kind)
    }

    /// Whether the session has a temporary table of this name, by an earlier request or by this one.
    pub(crate) fn is_own(&self, full: &str) -> bool {
        self.moved.temporary.contains_key(full) || self.session.own_table(full).is_some()
    }

    /// Whether it has one whose name differs in case alone: a session may be set to ignore that of quoted names.
    pub(crate) fn is_spelled_as_own(&self, full: &str) -> bool {
        let made = self.moved.temporary.keys();
        let kept = self.session.tables.iter().map(|table| &table.name);
        let mut own = made.chain(kept);
        own.any(|name| name != full && reaches(full, name) && reaches(name, full))
    }

    /// A statement makes a temporary table or view. `plain` says that what it is made of is written out, and that it is made anew.
    pub(crate) fn makes_own(&mut self, full: &str, plain: bool) {
        // What may be passed by or run again, or runs inside another statement, is not looked into.
        let itself = self.depth == 1
            && self.quiet == 0
            && self.moved.branches == 0
            && self.moved.elsewhere == 0
            && self.flow.is_empty();
        if !plain {
            self.moved.lose(full);
        }
        self.moved
            .temporary
            .insert(full.to_owned(), plain && itself);
    }

    /// The temporary tables that the request leaves its session, each with what it was made of where all of that is known.
    pub(crate) fn leaves_own(&self) -> Vec<OwnTable> {
        let whole = !self.moved.declared && !self.found(leaves_doubt);
        let made = self.moved.temporary.iter();
        made.map(|(name, plain)| OwnTable {
            name: name.clone(),
            made_of: (*plain && whole).then(|| self.made_of(name)).flatten(),
        })
        .collect()
    }

    fn made_of(&self, name: &str) -> Option<MadeOf> {
        let relation = self.moved.made_whole(name)?;
        let columns = &relation.columns;
        if relation.open.is_some()
            || columns.is_empty()
            || columns.len() > limits::OWN_TABLE_COLUMNS_MAX
        {
            return None;
        }
        let columns = columns.iter();
        let columns: Vec<_> = columns
            .map(|column| self.provenance(&column.name, &column.prov))
            .collect();
        let known = columns.iter().all(|column| {
            let mut sources = column.sources.iter();
            !column.unresolved && sources.all(|source| self.catalog.column(source).is_some())
        });
        let made_of = MadeOf {
            sources: self.sources_now(&columns),
            columns,
        };
        (known && made_of.weight() <= limits::OWN_TABLE_SOURCES_MAX).then_some(made_of)
    }

    /// Digest of what the tables are by now that these columns come from.
    fn sources_now(&self, columns: &[Provenance]) -> String {
        let sources = columns.iter().flat_map(|column| &column.sources);
        self.catalog.digest_of(sources.map(String::as_str))
    }

    /// The table that a request drops which does nothing else.
    pub(crate) fn drops_own(&self, kinds: &[StatementKind]) -> Option<String> {
        match (kinds, self.moved.dropped.as_slice()) {
            ([StatementKind::Drop], [only]) if !self.found(is_unresolved) => Some(only.clone()),
            _ => None,
        }
    }
}

/// Whether something of the request was not known, or may be known otherwise by the next: what it made of a query is not kept then.
fn leaves_doubt(finding: &Finding) -> bool {
    is_unresolved(finding)
        || matches!(
            finding,
            Finding::AmbiguousText
                | Finding::BindsCut
                | Finding::DynamicSql
                | Finding::ExternalFunction
                | Finding::LlmFunction
                | Finding::Metadata
                | Finding::NamedByVariable
                | Finding::OpaqueCode
                | Finding::ProcedureCall
                | Finding::QueryText
                | Finding::ResultScan
                | Finding::Scripting
                | Finding::SessionGuard
                | Finding::SessionVariable
                | Finding::StageRead
                | Finding::TooComplex
                | Finding::Unclassified
                | Finding::UnknownFunction
                | Finding::UnknownLineage
                | Finding::UnknownMetadata
                | Finding::UnknownTable
        )
}
