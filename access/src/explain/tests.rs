//! Explanations of real statements.
