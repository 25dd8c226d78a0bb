WITH pages AS (
  SELECT
    session_id, statement_id, response_page['result'] AS result, response_page['chunk'] AS chunk, response_page['page'] AS page,
    time, principal_display, unnest(response_page['masked']) AS masked
  FROM events
  WHERE kind = 'response.page' AND response_page['fragment'] = 0
), once AS (
  SELECT
    session_id, statement_id, result, chunk, page, masked['ordinal'] AS ordinal, masked['by'] AS masked_by,
    min(time) AS time, max(principal_display) AS principal, max(masked['cells']) AS cells
  FROM pages
  GROUP BY session_id, statement_id, result, chunk, page, masked['ordinal'], masked['by']
), counted AS (
  SELECT
    session_id, statement_id, result, ordinal, masked_by,
    min(time) AS time, max(principal) AS principal, sum(cells) AS cells
  FROM once
  GROUP BY session_id, statement_id, result, ordinal, masked_by
), started AS (
  SELECT
    session_id, statement_id, response_started['result'] AS result,
    first_value(response_started['columns'] ORDER BY time, time_nanos, length("partition"), "partition", "offset") AS columns,
    first_value(response_started['masks'] ORDER BY time, time_nanos, length("partition"), "partition", "offset") AS masks
  FROM events
  WHERE kind = 'response.started'
  GROUP BY session_id, statement_id, response_started['result']
), planned AS (
  SELECT session_id, statement_id, result, plan['ordinal'] AS ordinal, plan['operator'] AS operator, plan['sources'] AS sources
  FROM (SELECT session_id, statement_id, result, unnest(masks) AS plan FROM started) AS plans
)
SELECT
  counted.time,
  counted.session_id,
  counted.statement_id,
  counted.principal,
  started.columns[counted.ordinal + 1]['name'] AS column_name,
  counted.masked_by,
  counted.cells,
  planned.operator,
  planned.sources,
  counted.ordinal,
  counted.result
FROM counted
LEFT JOIN started
  ON (counted.statement_id IS NOT DISTINCT FROM started.statement_id) AND (counted.session_id IS NOT DISTINCT FROM started.session_id)
  AND (counted.result IS NOT DISTINCT FROM started.result)
LEFT JOIN planned
  ON (counted.statement_id IS NOT DISTINCT FROM planned.statement_id) AND (counted.session_id IS NOT DISTINCT FROM planned.session_id)
  AND (counted.result IS NOT DISTINCT FROM planned.result)
  AND (counted.ordinal IS NOT DISTINCT FROM planned.ordinal)
