WITH masked AS (
  SELECT session_id, statement_id, unnest(masks) AS mask
  FROM statement_rows
  WHERE masks IS NOT NULL
)
SELECT
  mask['time'] AS time,
  session_id,
  statement_id,
  mask['principal'] AS principal,
  mask['column_name'] AS column_name,
  mask['masked_by'] AS masked_by,
  mask['cells'] AS cells,
  mask['operator'] AS operator,
  mask['sources'] AS sources,
  mask['ordinal'] AS ordinal,
  mask['result'] AS result
FROM masked
