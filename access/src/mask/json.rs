//! JSON rowsets.
//!
//! Enters: rows of texts. Leaves: the rows with cells replaced, types kept by Snowflake's JSON text. Never here: JSON syntax.

use std::borrow::Cow;

use super::MaskError;
use super::column::ColumnMask;
use super::digest::RowDigest;
use super::result::sample;
use crate::operators::Value;
use event::Digest;

/// Masks the rows in place and digests what they became.
pub(super) fn mask(
    columns: &mut [ColumnMask],
    rows: &mut [Vec<Option<String>>],
) -> Result<Digest, MaskError> {
    let want = columns.len();
    if let Some((row, cells)) = rows
        .iter()
        .enumerate()
        .find(|(_, cells)| cells.len() != want)
    {
        return Err(MaskError::RowWidth {
            row,
            got: cells.len(),
            want,
        });
    }
    for (place, column) in columns.iter_mut().enumerate() {
        if column.votes() {
            for row in sample(rows.len()) {
                if let Some(Some(text)) = rows.get(row).and_then(|cells| cells.get(place)) {
                    let value = column.family.parse(text);
                    column.observe(&value);
                }
            }
            column.settle();
        }
    }
    let forms: Vec<Option<String>> = columns.iter().map(ColumnMask::one_form).collect();
    let mut digest = RowDigest::new(rows.len());
    for cells in rows {
        for ((cell, column), form) in cells.iter_mut().zip(columns.iter_mut()).zip(&forms) {
            if let Some(form) = form {
                column.formed(1);
                *cell = Some(form.clone());
            } else if let Some(text) = cell {
                let value = column.family.parse(text);
                if let Some(masked) = column.apply(&value, 1) {
                    *cell = masked.map(|value| match value {
                        Value::Text(Cow::Owned(text)) | Value::Semi(Cow::Owned(text)) => text,
                        value => {
                            let mut out = String::new();
                            column.family.write(&value, &mut out);
                            out
                        }
                    });
                }
            }
            digest.cell(cell.as_deref());
        }
    }
    Ok(digest.finish())
}
