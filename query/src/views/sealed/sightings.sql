WITH sought AS (
  SELECT session_id, statement_id, principal, unnest(seen) AS met
  FROM statement_rows
  WHERE seen IS NOT NULL
)
SELECT
  met['time'] AS time,
  session_id,
  statement_id,
  principal,
  met['column'] AS column_name,
  met['class'] AS class,
  met['place'] AS place,
  met['cells'] AS cells,
  met['token'] AS token,
  met['key'] AS key_id
FROM sought
