//! Every limit of what is put together again and laid out, in one place.

/// Largest page after decompression, bytes; a page is at most 512 KiB before.
pub const PAGE_DECODED_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Most columns of one page.
pub const COLUMNS_MAX: usize = 10_000;

/// Narrowest a table column is squeezed to, terminal cells.
pub const COLUMN_WIDTH_MIN: usize = 4;
/// Widest a table column is drawn where no window sets the width, terminal cells.
pub const COLUMN_WIDTH_MAX: usize = 120;
/// Below this width a squeezed column says nothing any more, so rows are shown as records.
pub const COLUMN_WIDTH_READABLE: usize = 8;
/// Cells between two tab stops.
pub const TAB_WIDTH: usize = 4;
