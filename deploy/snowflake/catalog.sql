-- What the role of a connection with [gateway.connections.NAME.catalog] must be granted, so that firn can read which tables there
-- are, with their columns, tags and view texts. It need not read a single row. Put in your own names; run as SECURITYADMIN.

CREATE ROLE IF NOT EXISTS FIRN_CATALOG;
GRANT ROLE FIRN_CATALOG TO USER FIRN_GATEWAY;

-- Questions about the information schema need a running warehouse; the smallest does.
GRANT USAGE ON WAREHOUSE FIRN_XS TO ROLE FIRN_CATALOG;

-- For each database that is read.
GRANT USAGE ON DATABASE SHOP TO ROLE FIRN_CATALOG;
GRANT USAGE ON ALL SCHEMAS IN DATABASE SHOP TO ROLE FIRN_CATALOG;
GRANT USAGE ON FUTURE SCHEMAS IN DATABASE SHOP TO ROLE FIRN_CATALOG;
-- REFERENCES shows names, columns and definitions, and no row.
GRANT REFERENCES ON ALL TABLES IN DATABASE SHOP TO ROLE FIRN_CATALOG;
GRANT REFERENCES ON FUTURE TABLES IN DATABASE SHOP TO ROLE FIRN_CATALOG;
GRANT REFERENCES ON ALL VIEWS IN DATABASE SHOP TO ROLE FIRN_CATALOG;
GRANT REFERENCES ON FUTURE VIEWS IN DATABASE SHOP TO ROLE FIRN_CATALOG;

-- Tags that Snowflake's own classification sets (SEMANTIC_CATEGORY, PRIVACY_CATEGORY) are in the shared database.
GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE FIRN_CATALOG;

-- There too is what it found in tables of which nobody made tags (ACCOUNT_USAGE.DATA_CLASSIFICATION_LATEST): firn takes that for tags.

-- Functions and procedures are listed where the role may use them, with their texts where it owns them. firn decides nothing by these
-- texts: what a function does is said in [functions] of firn-policy.toml. Skip this where nobody looks at them.
-- GRANT USAGE ON ALL FUNCTIONS IN DATABASE SHOP TO ROLE FIRN_CATALOG;
-- GRANT USAGE ON ALL PROCEDURES IN DATABASE SHOP TO ROLE FIRN_CATALOG;

-- A table or view that this role cannot see, a secure view whose text only its owner sees, and a table whose tags are refused, are
-- unknown to firn, never harmless: `firn catalog show` names them. A file of [policy] catalog may say what such a view is.
