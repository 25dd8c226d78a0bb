-- The auditor's views over an archive, for DuckDB with its Delta extension. Nothing of firn runs.
--
--   duckdb -cmd "SET VARIABLE archive = '/var/lib/firn/archive'" -init deploy/open-table/views.sql
--
-- They show what is sealed: everything up to some minutes ago. Of a statement or session that went on, the log lists its rows of before, too:
-- the one folded of the most events counts.
CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM delta_scan(getvariable('archive') || '/events');
CREATE OR REPLACE TEMP VIEW pages AS SELECT * FROM delta_scan(getvariable('archive') || '/pages');
CREATE OR REPLACE TEMP VIEW quarantine AS SELECT * FROM delta_scan(getvariable('archive') || '/quarantine');

CREATE OR REPLACE TEMP VIEW statement_rows AS
SELECT * FROM delta_scan(getvariable('archive') || '/statements')
QUALIFY row_number() OVER (PARTITION BY session_id, statement_id ORDER BY events DESC) = 1;

CREATE OR REPLACE TEMP VIEW statements AS
SELECT * EXCLUDE (hold_requested, hold_quorum, hold_reasons, hold_expires_ns, hold_binding, hold_answered, hold_notes, masks, events, spans, seen)
FROM statement_rows
WHERE outcome IS NOT NULL;

CREATE OR REPLACE TEMP VIEW sessions AS
SELECT
  session_id, opened, principal, agent, connection, state, closed, close_reason,
  make_timestamp_ns(expires) AS expires,
  * EXCLUDE (session_id, opened, principal, agent, connection, state, closed, close_reason, expires, first_time, login, closed_at, closed_offset,
    refused, who_time, who_at, who_offset, first_statement, first_statement_time)
FROM delta_scan(getvariable('archive') || '/sessions')
QUALIFY row_number() OVER (PARTITION BY session_id ORDER BY events DESC) = 1;

CREATE OR REPLACE TEMP VIEW accesses AS
WITH used AS (
  SELECT *, unnest(list_concat(
    list_transform(column_uses, lambda one: {'t': one."table", 'c': one."column", 'u': one.usage}),
    list_transform(list_filter(reads, lambda name: NOT list_contains(list_transform(coalesce(column_uses, []), lambda one: one."table"), name)),
      lambda name: {'t': name, 'c': NULL::VARCHAR, 'u': 'read'}),
    list_transform(list_filter(writes, lambda name: NOT list_contains(list_transform(coalesce(column_uses, []), lambda one: one."table"), name)),
      lambda name: {'t': name, 'c': NULL::VARCHAR, 'u': 'write'})
  )) AS use
  FROM statements
)
SELECT time, session_id, statement_id, principal, use.t AS table_name, use.c AS column_name, use.u AS usage, verdict, outcome, rows,
  masked_cells, kinds, agent, connection
FROM used;

CREATE OR REPLACE TEMP VIEW approvals AS
SELECT hold_requested AS requested, session_id, statement_id, principal, text, approval AS outcome, hold_quorum AS quorum,
  hold_reasons AS reasons, approvers, deniers, hold_notes AS notes,
  CASE WHEN approval = 'pending' THEN NULL ELSE hold_answered END AS ended,
  CASE WHEN approval = 'pending' THEN NULL ELSE approval_wait_ms END AS wait_ms,
  make_timestamp_ns(hold_expires_ns) AS expires, hold_binding AS binding, outcome AS statement_outcome, connection
FROM statement_rows
WHERE hold_requested IS NOT NULL;

CREATE OR REPLACE TEMP VIEW masks AS
SELECT mask.time AS time, session_id, statement_id, mask.principal AS principal, mask.column_name AS column_name,
  mask.masked_by AS masked_by, mask.cells AS cells, mask.operator AS operator, mask.sources AS sources, mask.ordinal AS ordinal,
  mask.result AS result
FROM (SELECT session_id, statement_id, unnest(masks) AS mask FROM statement_rows);
