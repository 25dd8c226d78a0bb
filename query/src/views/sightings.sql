WITH parts AS (
  SELECT
    session_id, statement_id, 'result' AS place, response_page['result'] AS result, response_page['chunk'] AS chunk, response_page['page'] AS page,
    time, unnest(response_page['seen']) AS seen
  FROM events
  WHERE kind = 'response.page' AND statement_id IS NOT NULL
  UNION ALL
  SELECT
    session_id, statement_id, 'statement' AS place, CAST(NULL AS BIGINT) AS result, CAST(NULL AS BIGINT) AS chunk, CAST(NULL AS BIGINT) AS page,
    time, unnest(statement_submitted['seen']) AS seen
  FROM events
  WHERE kind = 'statement.submitted' AND statement_id IS NOT NULL
), told AS (
  SELECT
    session_id, statement_id, place, result, chunk, page, time,
    seen['column'] AS column_name, seen['class'] AS class, seen['key'] AS key_id, unnest(tokens(seen['tokens'])) AS said
  FROM parts
), once AS (
  SELECT
    session_id, statement_id, place, result, chunk, page, column_name, class, key_id, said['token'] AS token,
    min(time) AS time, max(said['cells']) AS cells
  FROM told
  GROUP BY session_id, statement_id, place, result, chunk, page, column_name, class, key_id, said['token']
), counted AS (
  SELECT
    session_id, statement_id, place, column_name, class, key_id, token, min(time) AS time, sum(cells) AS cells
  FROM once
  GROUP BY session_id, statement_id, place, column_name, class, key_id, token
), asked AS (
  SELECT
    session_id, statement_id,
    first_value(principal_display ORDER BY length("partition"), "partition", "offset") AS principal
  FROM events
  WHERE kind = 'statement.submitted'
  GROUP BY session_id, statement_id
)
SELECT
  counted.time,
  counted.session_id,
  counted.statement_id,
  asked.principal,
  counted.column_name,
  counted.class,
  counted.place,
  counted.cells,
  counted.token,
  counted.key_id
FROM counted
LEFT JOIN asked
  ON (counted.statement_id IS NOT DISTINCT FROM asked.statement_id) AND (counted.session_id IS NOT DISTINCT FROM asked.session_id)
