//! Every limit of what is laid out, in one place.

/// Narrowest a table column is squeezed to, terminal cells.
pub const COLUMN_WIDTH_MIN: usize = 4;
/// Widest a table column is drawn where no window sets the width, terminal cells.
pub const COLUMN_WIDTH_MAX: usize = 120;
/// Below this width a squeezed column says nothing any more, so rows are shown as records.
pub const COLUMN_WIDTH_READABLE: usize = 8;
/// Cells between two tab stops.
pub const TAB_WIDTH: usize = 4;
