//! Encoding: round trips and golden bytes.
