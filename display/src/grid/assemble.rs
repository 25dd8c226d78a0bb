//! Pages to a grid: order, fragments, holes, masks.
//!
//! Enters: what a result's pages recorded. Leaves: rows of text in delivery order, and what is not there and why.
//! Never here: a silent gap.

use std::collections::BTreeMap;
use std::io::Cursor;

use arrow::array::RecordBatch;
use arrow::ipc::reader::StreamReader;
use event::payload::{Kept, MaskOperator, ResponsePage, ResponseStarted};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::grid::physical::column_text;
use crate::limits::{COLUMNS_MAX, PAGE_DECODED_BYTES_MAX};

/// Why a recorded page cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GridError {
    /// Not an Arrow stream.
    #[error("page {page} of chunk {chunk} is not an arrow stream: {detail}")]
    Body {
        /// The chunk.
        chunk: u32,
        /// The page.
        page: u32,
        /// What the reader said.
        detail: String,
    },
    /// It decodes to more than a page may hold.
    #[error("page {page} of chunk {chunk} decodes to more than {max} {unit}")]
    TooLarge {
        /// The chunk.
        chunk: u32,
        /// The page.
        page: u32,
        /// The limit.
        max: usize,
        /// Of what.
        unit: &'static str,
    },
}

/// Cells of a column that one rule or detector masked, over all pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MaskedBy {
    /// `rule:<id>` or `detector:<LABEL>`.
    pub by: String,
    /// How many cells.
    pub cells: u64,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GridColumn)]
pub struct Column {
    /// Its name in the result.
    pub name: String,
    /// Snowflake's type word; empty where the record does not say.
    pub data_type: String,
    /// Digits after the point, where the type has them.
    #[schema(required)]
    pub scale: Option<i64>,
    /// What the plan does to it.
    #[schema(required, value_type = Option<String>)]
    pub operator: Option<MaskOperator>,
    /// The rule that asked for it.
    #[schema(required)]
    pub rule: Option<String>,
    /// Who masked how many cells.
    pub masked: Vec<MaskedBy>,
}

impl Column {
    /// Cells masked in it.
    pub fn masked_cells(&self) -> u64 {
        self.masked.iter().map(|masked| masked.cells).sum()
    }
}

/// Why rows are not in the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HoleReason)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Policy keeps their digest only.
    DigestOnly,
    /// A piece of the page is not in the record.
    Missing,
    /// More rows than were asked for.
    Cut,
}

/// Rows that were delivered and are not in the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hole {
    /// The chunk.
    pub chunk: u32,
    /// The page.
    pub page: u32,
    /// How many rows.
    pub rows: u64,
    /// In words, for whoever asked.
    pub why: Why,
}

/// A result as it was delivered, masked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grid {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, as people read them; none is NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// Rows delivered, whether kept or not.
    pub rows_delivered: u64,
    /// What is missing here.
    pub holes: Vec<Hole>,
    /// Every column is masked, lineage being lost.
    pub mask_all: bool,
}

/// Puts `pages` together, at most `rows_max` rows of them. A chunk that was fetched twice is shown once.
pub fn assemble<'a>(
    started: Option<&ResponseStarted>,
    pages: impl IntoIterator<Item = &'a ResponsePage>,
    rows_max: usize,
) -> Result<Grid, GridError> {
    let mut ordered: BTreeMap<(u32, u32), BTreeMap<u32, &ResponsePage>> = BTreeMap::new();
    for page in pages {
        let fragments = ordered.entry((page.chunk, page.page)).or_default();
        fragments.entry(page.fragment).or_insert(page);
    }
    let mut grid = Grid {
        columns: started.map(columns_of).unwrap_or_default(),
        mask_all: started.is_some_and(|started| started.mask_all),
        ..Grid::default()
    };
    for fragments in ordered.values() {
        add_page(&mut grid, fragments, rows_max)?;
    }
    Ok(grid)
}

fn columns_of(started: &ResponseStarted) -> Vec<Column> {
    let described = started.columns.iter().zip(0u32..);
    described
        .map(|(column, ordinal)| {
            let mask = started.masks.iter().find(|mask| mask.ordinal == ordinal);
            Column {
                name: column.name.clone(),
                data_type: column.data_type.to_ascii_lowercase(),
                scale: column.scale,
                operator: mask.map(|mask| mask.operator.clone()),
                rule: mask.map(|mask| mask.rule.clone()),
                masked: Vec::new(),
            }
        })
        .collect()
}

fn add_page(
    grid: &mut Grid,
    fragments: &BTreeMap<u32, &ResponsePage>,
    rows_max: usize,
) -> Result<(), GridError> {
    let Some(first) = fragments.values().next() else {
        return Ok(());
    };
    grid.rows_delivered += first.rows;
    let mut hole = |rows, why| {
        grid.holes.push(Hole {
            chunk: first.chunk,
            page: first.page,
            rows,
            why,
        });
    };
    let mut body = None;
    if first.kept == Kept::Digest {
        hole(first.rows, Why::DigestOnly);
    } else if fragments.len() < first.fragments as usize {
        hole(first.rows, Why::Missing);
    } else if grid.rows.len() >= rows_max || first.body.is_empty() {
        // A page whose body nobody asked for is one of rows that nobody asked for.
        hole(first.rows, Why::Cut);
    } else {
        let pieces: Vec<&[u8]> = fragments.values().map(|page| page.body.as_ref()).collect();
        body = Some(pieces.concat());
    }
    if let Some(body) = body {
        let batches = decode(first, &body)?;
        add_rows(grid, first, &batches, rows_max);
    }
    for count in &first.masked {
        let Some(column) = grid.columns.get_mut(count.ordinal as usize) else {
            continue;
        };
        match column.masked.iter_mut().find(|known| known.by == count.by) {
            Some(known) => known.cells += count.cells,
            None => column.masked.push(MaskedBy {
                by: count.by.clone(),
                cells: count.cells,
            }),
        }
    }
    Ok(())
}

fn decode(page: &ResponsePage, body: &[u8]) -> Result<Vec<RecordBatch>, GridError> {
    let broken = |detail: String| GridError::Body {
        chunk: page.chunk,
        page: page.page,
        detail,
    };
    let too_large = |max, unit| GridError::TooLarge {
        chunk: page.chunk,
        page: page.page,
        max,
        unit,
    };
    let reader = StreamReader::try_new(Cursor::new(body), None)
        .map_err(|error| broken(error.to_string()))?;
    if reader.schema().fields().len() > COLUMNS_MAX {
        return Err(too_large(COLUMNS_MAX, "columns"));
    }
    let mut bytes = 0;
    let mut batches = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| broken(error.to_string()))?;
        bytes += batch.get_array_memory_size();
        if bytes > PAGE_DECODED_BYTES_MAX {
            return Err(too_large(PAGE_DECODED_BYTES_MAX, "bytes"));
        }
        batches.push(batch);
    }
    Ok(batches)
}

fn add_rows(grid: &mut Grid, page: &ResponsePage, batches: &[RecordBatch], rows_max: usize) {
    for batch in batches {
        if grid.columns.is_empty() {
            grid.columns = batch.schema().fields().iter().map(undescribed).collect();
        }
        let fields = batch.schema();
        let columns: Vec<Vec<Option<String>>> = fields
            .fields()
            .iter()
            .zip(batch.columns())
            .enumerate()
            .map(|(ordinal, (field, array))| {
                let known = grid.columns.get(ordinal);
                let (kind, scale) = known.map_or(("", None), |column| {
                    (column.data_type.as_str(), column.scale)
                });
                column_text(field, array.as_ref(), kind, scale)
            })
            .collect();
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        let kept = batch
            .num_rows()
            .min(rows_max.saturating_sub(grid.rows.len()));
        for _ in 0..kept {
            let row = columns.iter_mut().map(|column| column.next().flatten());
            grid.rows.push(row.collect());
        }
        let cut = (batch.num_rows() - kept) as u64;
        if cut > 0 {
            grid.holes.push(Hole {
                chunk: page.chunk,
                page: page.page,
                rows: cut,
                why: Why::Cut,
            });
        }
    }
}

fn undescribed(field: &arrow::datatypes::FieldRef) -> Column {
    Column {
        name: field.name().clone(),
        data_type: field
            .metadata()
            .get("logicalType")
            .map(|kind| kind.to_ascii_lowercase())
            .unwrap_or_default(),
        scale: field
            .metadata()
            .get("scale")
            .and_then(|scale| scale.parse().ok()),
        operator: None,
        rule: None,
        masked: Vec::new(),
    }
}
