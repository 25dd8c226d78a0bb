//! SQL over archive and journal tail.
