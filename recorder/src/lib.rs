//! Journal to archive: batch, seal, quarantine.
