//! The data path: an agent's driver on one side, Snowflake on the other.
