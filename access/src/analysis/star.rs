//! Stars: which columns `*` stands for, in which order, under which names.
//!
//! Enters: relations and EXCLUDE, REPLACE, RENAME, ILIKE. Leaves: columns in order. Never here: an order picked where the
//! server's is not known; such an ordinal holds every candidate.

use event::payload::Finding;
use sqlparser::ast::{
    ExcludeSelectItem, Ident, RenameSelectItem, Spanned, WildcardAdditionalOptions,
};

use super::prov::Prov;
use super::run::Run;
use super::scope::{Binding, Field, Relation, Scope};
use super::tokens::folded;

impl Run<'_> {
    /// What a star over these tables gives.
    pub(crate) fn star_of(
        &mut self,
        bindings: &[Binding],
        options: &WildcardAdditionalOptions,
        merged: &[String],
        scope: &Scope<'_>,
    ) -> Relation {
        let width = super::scope::columns_of(bindings);
        let room = self.copies(width) && self.searches(width, merged.len());
        if !room {
            return Relation::opaque(Prov::unknown());
        }
        let mut relation = in_order(bindings, merged);
        if let Some(ilike) = &options.opt_ilike
            && self.searches(width, ilike.pattern.len())
        {
            let pattern: Vec<char> = ilike.pattern.to_uppercase().chars().collect();
            relation
                .columns
                .retain(|column| ilike_matches(&pattern, &column.name));
        }
        let excluded = self.excluded(options);
        if !self.searches(width, excluded.len()) {
            return Relation::opaque(Prov::unknown());
        }
        let keeps: Vec<bool> = relation
            .columns
            .iter()
            .map(|column| {
                !excluded
                    .iter()
                    .any(|name| relation.means(name, &column.name))
            })
            .collect();
        let mut keeps = keeps.into_iter();
        relation.columns.retain(|_| keeps.next().unwrap_or(true));
        self.replaced(options, &mut relation, scope);
        self.renamed(options, &mut relation);
        if self.exhausted() {
            return Relation::opaque(Prov::unknown());
        }
        if relation.open.as_ref().is_some_and(|open| !open.settled) {
            self.flag(Finding::UnresolvedStar, options.wildcard_token.0.span);
        }
        relation
    }

    fn replaced(
        &mut self,
        options: &WildcardAdditionalOptions,
        relation: &mut Relation,
        scope: &Scope<'_>,
    ) {
        for item in options
            .opt_replace
            .iter()
            .flat_map(|replace| &replace.items)
        {
            if !self.searches(relation.columns.len(), 1) {
                return;
            }
            let prov = self.expr(&item.expr, scope);
            let name = folded(&item.column_name);
            let mut found = false;
            for column in &mut relation.columns {
                if column.name == name {
                    column.prov = prov.clone();
                    found = true;
                } else if column.name.eq_ignore_ascii_case(&name) {
                    // Replaced only if the session ignores case.
                    column.prov.merge(&prov);
                    found = true;
                }
            }
            if !found {
                let open = relation.open.get_or_insert_default();
                open.prov.merge(&prov);
            }
        }
    }

    fn renamed(&mut self, options: &WildcardAdditionalOptions, relation: &mut Relation) {
        let items = match &options.opt_rename {
            Some(RenameSelectItem::Single(item)) => std::slice::from_ref(item),
            Some(RenameSelectItem::Multiple(items)) => items.as_slice(),
            None => return,
        };
        let mut renamed = Vec::new();
        for item in items {
            if !self.searches(relation.columns.len(), 1) {
                return;
            }
            let (from, to) = (folded(&item.ident), folded(&item.alias));
            let at = relation
                .columns
                .iter()
                .position(|column| relation.means(&from, &column.name));
            match at {
                Some(at) => renamed.push((at, to)),
                None => self.rename_unknown(relation, &from, to),
            }
        }
        for (at, to) in renamed {
            if let Some(column) = relation.columns.get_mut(at) {
                column.name = to;
            }
        }
    }

    /// A renamed column of an unknown table: found later by its new name.
    fn rename_unknown(&mut self, relation: &mut Relation, from: &str, to: String) {
        let Some(open) = &relation.open else {
            return;
        };
        let mut prov = open.prov.clone();
        for table in &open.tables {
            let full = format!("{table}.{}", crate::catalog::quote(from)).into();
            let id = self.bases.id(self.catalog, table, &full, from);
            prov.merge(&self.bases.value(id));
        }
        relation.columns.push(Field { name: to, prov });
    }

    fn excluded(&mut self, options: &WildcardAdditionalOptions) -> Vec<String> {
        let mut names = Vec::new();
        if let Some(exclude) = &options.opt_exclude {
            let listed = match exclude {
                ExcludeSelectItem::Single(name) => std::slice::from_ref(name),
                ExcludeSelectItem::Multiple(list) => list.as_slice(),
            };
            for name in listed {
                match self.parts(name).and_then(|mut parts| parts.pop()) {
                    Some(name) => names.push(name),
                    None => self.flag(Finding::UnresolvedColumn, name.span()),
                }
            }
        }
        if let Some(except) = &options.opt_except {
            names.extend(
                std::iter::once(&except.first_element)
                    .chain(&except.additional_elements)
                    .map(|ident: &Ident| folded(ident)),
            );
        }
        names
    }
}

/// Columns of all tables in order. With merged names (USING, NATURAL) two orders are thinkable: the merged ones first, or
/// each where its left table has it; each ordinal then holds both candidates.
fn in_order(bindings: &[Binding], merged: &[String]) -> Relation {
    let mut plain = Relation::default();
    let mut first = Relation::default();
    let is_merged = |name: &str| merged.iter().any(|other| other.eq_ignore_ascii_case(name));
    for name in merged {
        let mut prov = Prov::default();
        for binding in bindings {
            if let Some(found) = binding.relation.find(name) {
                prov.merge(&found);
            }
        }
        first.push(name.clone(), prov);
    }
    let mut shown: Vec<&str> = Vec::new();
    for binding in bindings {
        for column in &binding.relation.columns {
            if !is_merged(&column.name) {
                plain.columns.push(column.clone());
                first.columns.push(column.clone());
            } else if !shown
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&column.name))
            {
                shown.push(&column.name);
                let both = first.find(&column.name).unwrap_or_default();
                plain.push(column.name.clone(), both);
            }
        }
        if let Some(open) = &binding.relation.open {
            plain.open_with(open.clone());
        }
    }
    if !merged.is_empty() {
        for (column, other) in plain.columns.iter_mut().zip(&first.columns) {
            if column.name != other.name {
                column.prov.merge(&other.prov);
            }
        }
    }
    plain
}

/// `ILIKE` on a column name: `%` any run, `_` any one, no case.
fn ilike_matches(pattern: &[char], name: &str) -> bool {
    let name: Vec<char> = name.to_uppercase().chars().collect();
    let (mut p, mut n, mut back) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('%') => {
                back = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '_' || name.get(n) == Some(c) => {
                p += 1;
                n += 1;
            }
            _ => match back {
                Some((star, at)) => {
                    p = star + 1;
                    n = at + 1;
                    back = Some((star, at + 1));
                }
                None => return false,
            },
        }
    }
    pattern
        .get(p..)
        .is_some_and(|rest| rest.iter().all(|c| *c == '%'))
}

#[cfg(test)]
mod tests {
    use super::ilike_matches;

    #[test]
    fn ilike_follows_snowflake() {
        for (pattern, name, expected) in [
            ("s_n", "SSN", true),
            ("s%", "SSN", true),
            ("%n%", "SSN", true),
            ("%", "", true),
            ("_", "", false),
            ("%id", "CUSTOMER_ID", true),
            ("%id", "IDS", false),
            ("a%b%c", "AXXBYYC", true),
            ("a%b%c", "AXXCYYB", false),
        ] {
            let letters: Vec<char> = pattern.to_uppercase().chars().collect();
            assert_eq!(
                ilike_matches(&letters, name),
                expected,
                "{pattern} on {name}"
            );
        }
    }
}
