WITH used AS (
  SELECT
    time, session_id, statement_id, principal, verdict, outcome, rows, masked_cells, kinds, agent, connection,
    unnest(uses(column_uses, reads, writes)) AS use
  FROM statements
)
SELECT
  time,
  session_id,
  statement_id,
  principal,
  use['table'] AS table_name,
  use['column'] AS column_name,
  use['usage'] AS usage,
  verdict,
  outcome,
  rows,
  masked_cells,
  kinds,
  agent,
  connection
FROM used
