//! What masked the columns of a statement's results, as the view `masks` shows it.
//!
//! Enters: beginnings of results, and pages. Leaves: cells by result, column and mask, each page once however often it was fetched.
//! Never here: a body.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use event::Principal;
use event::payload::{ColumnMask, ResponsePage, ResponseStarted};
use serde::Serialize;

use super::hold::When;
use super::{micros, whole};

/// What was masked so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Masks {
    /// By result, ordinal and mask.
    counted: BTreeMap<(u32, u32, String), Counted>,
    results: BTreeMap<u32, Began>,
}

#[derive(Clone, Debug, Default)]
struct Counted {
    /// By chunk and page.
    cells: BTreeMap<(u32, u32), u64>,
    time: Option<i64>,
    principal: Option<String>,
}

/// The first word on a result.
#[derive(Clone, Debug)]
struct Began {
    when: When,
    columns: Vec<String>,
    plan: Vec<ColumnMask>,
}

/// An element of the column `masks`.
#[derive(Debug, Serialize)]
pub(super) struct MaskRow<'a> {
    result: u32,
    ordinal: u32,
    masked_by: &'a str,
    time: Option<i64>,
    principal: Option<&'a str>,
    column_name: Option<&'a str>,
    cells: u64,
    operator: Option<&'a str>,
    sources: Option<&'a [String]>,
}

impl Masks {
    pub(super) fn started(&mut self, when: When, started: &ResponseStarted) {
        let began = || Began {
            when,
            columns: started
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
            plan: started.masks.clone(),
        };
        match self.results.entry(started.result) {
            Entry::Vacant(unknown) => {
                unknown.insert(began());
            }
            Entry::Occupied(mut known) if when < known.get().when => {
                known.insert(began());
            }
            Entry::Occupied(_) => {}
        }
    }

    pub(super) fn page(&mut self, when: When, principal: Option<&Principal>, page: &ResponsePage) {
        // The other pieces of a body that was cut say the same again.
        if page.fragment > 0 {
            return;
        }
        let time = micros(when.0);
        let name = principal.map(|who| who.display.as_str());
        for masked in &page.masked {
            let key = (page.result, masked.ordinal, masked.by.clone());
            let counted = self.counted.entry(key).or_default();
            let cells = counted.cells.entry((page.chunk, page.page)).or_default();
            *cells = masked.cells.max(*cells);
            counted.time = Some(counted.time.map_or(time, |known| known.min(time)));
            if name > counted.principal.as_deref() {
                counted.principal = name.map(str::to_owned);
            }
        }
    }

    pub(super) fn rows(&self) -> Option<Vec<MaskRow<'_>>> {
        let rows = self
            .counted
            .iter()
            .map(|((result, ordinal, by), counted)| self.row((*result, *ordinal, by), counted));
        (!self.counted.is_empty()).then(|| rows.collect())
    }

    fn row<'a>(
        &'a self,
        (result, ordinal, masked_by): (u32, u32, &'a str),
        counted: &'a Counted,
    ) -> MaskRow<'a> {
        let began = self.results.get(&result);
        let place = usize::try_from(ordinal).unwrap_or(usize::MAX);
        let plan = began.and_then(|began| began.plan.iter().find(|plan| plan.ordinal == ordinal));
        let cells = counted
            .cells
            .values()
            .fold(0_u64, |sum, cells| sum.saturating_add(*cells));
        MaskRow {
            result,
            ordinal,
            masked_by,
            time: counted.time,
            principal: counted.principal.as_deref(),
            column_name: began.and_then(|began| began.columns.get(place).map(String::as_str)),
            cells: whole(cells),
            operator: plan.map(|plan| plan.operator.as_str()),
            sources: plan.map(|plan| plan.sources.as_slice()),
        }
    }
}
