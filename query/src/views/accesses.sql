WITH used AS (
  SELECT
    time, session_id, statement_id, principal, agent, connection, verdict, outcome, rows, masked_cells, kinds, reads, writes,
    pick(column_uses, '', 'table') AS column_tables,
    column_uses
  FROM statements
), columns AS (
  SELECT
    time, session_id, statement_id, principal, agent, connection, verdict, outcome, rows, masked_cells, kinds, unnest(column_uses) AS use
  FROM used
), tables AS (
  SELECT
    time, session_id, statement_id, principal, agent, connection, verdict, outcome, rows, masked_cells, kinds,
    unnest(array_except(reads, column_tables)) AS table_name, 'read' AS usage
  FROM used
  UNION ALL
  SELECT
    time, session_id, statement_id, principal, agent, connection, verdict, outcome, rows, masked_cells, kinds,
    unnest(array_except(writes, column_tables)) AS table_name, 'write' AS usage
  FROM used
)
SELECT
  time, session_id, statement_id, principal, use['table'] AS table_name, use['column'] AS column_name, use['usage'] AS usage,
  verdict, outcome, rows, masked_cells, kinds, agent, connection
FROM columns
UNION ALL
SELECT
  time, session_id, statement_id, principal, table_name, cast(NULL AS VARCHAR) AS column_name, usage,
  verdict, outcome, rows, masked_cells, kinds, agent, connection
FROM tables
