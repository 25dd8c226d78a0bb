//! Every limit of a result put together again, in one place.

/// Largest page after decompression, bytes; a page is at most 512 KiB before.
pub const PAGE_DECODED_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Most columns of one page.
pub const COLUMNS_MAX: usize = 10_000;
