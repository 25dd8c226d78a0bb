WITH opened AS (
  SELECT
    session_id,
    min(time) AS first_time,
    max(time) AS last_time,
    count(*) AS events,
    min(time) FILTER (WHERE kind = 'session.opened') AS opened,
    first_value(time ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'session.closed') AS closed,
    first_value(session_closed['reason'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'session.closed') AS close_reason,
    min(session_opened['expires']) FILTER (WHERE kind = 'session.opened') AS expires_ns,
    max(session_refused['reason']) FILTER (WHERE kind = 'session.refused') AS refused,
    first_value(principal_display ORDER BY time, time_nanos, length("partition"), "partition", "offset") FILTER (WHERE kind IN ('session.opened', 'session.refused', 'statement.submitted')) AS principal,
    first_value(principal_subject ORDER BY time, time_nanos, length("partition"), "partition", "offset") FILTER (WHERE kind IN ('session.opened', 'session.refused', 'statement.submitted')) AS principal_subject,
    first_value(principal_issuer ORDER BY time, time_nanos, length("partition"), "partition", "offset") FILTER (WHERE kind IN ('session.opened', 'session.refused', 'statement.submitted')) AS principal_issuer,
    first_value(principal_groups ORDER BY time, time_nanos, length("partition"), "partition", "offset") FILTER (WHERE kind IN ('session.opened', 'session.refused', 'statement.submitted')) AS principal_groups,
    first_value(agent_application ORDER BY time, time_nanos, length("partition"), "partition", "offset") FILTER (WHERE kind IN ('session.opened', 'session.refused', 'statement.submitted')) AS agent,
    first_value(agent_version ORDER BY time, time_nanos, length("partition"), "partition", "offset") FILTER (WHERE kind IN ('session.opened', 'session.refused', 'statement.submitted')) AS agent_version,
    first_value(agent_on_behalf_of ORDER BY time, time_nanos, length("partition"), "partition", "offset") FILTER (WHERE kind IN ('session.opened', 'session.refused', 'statement.submitted')) AS on_behalf_of,
    first_value(source_ip ORDER BY time, time_nanos, length("partition"), "partition", "offset") FILTER (WHERE kind IN ('session.opened', 'session.refused', 'statement.submitted')) AS source_ip,
    first_value(connection ORDER BY time, time_nanos, length("partition"), "partition", "offset") FILTER (WHERE kind IN ('session.opened', 'session.refused', 'statement.submitted')) AS connection,
    min(session_opened['upstream_session']) FILTER (WHERE kind = 'session.opened') AS upstream_session,
    count(*) FILTER (WHERE kind = 'stage.refused' AND statement_id IS NULL) AS stages_refused
  FROM events
  WHERE session_id IS NOT NULL
  GROUP BY session_id
), asked AS (
  SELECT
    session_id,
    count(*) AS statements,
    count(*) FILTER (WHERE outcome = 'denied') AS denied,
    count(*) FILTER (WHERE approval IS NOT NULL) AS held,
    count(*) FILTER (WHERE masked_cells > 0) AS masked,
    count(*) FILTER (WHERE outcome = 'failed') AS failed,
    sum(rows) AS rows,
    sum(bytes) AS bytes,
    sum(masked_cells) AS masked_cells,
    first_value(text ORDER BY time, statement_id) AS first_text
  FROM statements
  GROUP BY session_id
)
SELECT
  opened.session_id,
  coalesce(opened.opened, first_time) AS opened,
  principal,
  agent,
  connection,
  CASE WHEN refused IS NOT NULL THEN 'refused' WHEN closed IS NULL THEN 'open' ELSE 'closed' END AS state,
  closed,
  coalesce(close_reason, refused) AS close_reason,
  to_timestamp_nanos(expires_ns) AS expires,
  cast(arrow_cast(last_time - first_time, 'Duration(Microsecond)') AS BIGINT) / 1000.0 AS duration_ms,
  coalesce(statements, 0) AS statements,
  coalesce(denied, 0) + stages_refused AS denied,
  coalesce(held, 0) AS held,
  coalesce(masked, 0) AS masked,
  coalesce(failed, 0) AS failed,
  coalesce(rows, 0) AS rows,
  coalesce(bytes, 0) AS bytes,
  coalesce(masked_cells, 0) AS masked_cells,
  first_text,
  events,
  last_time,
  principal_subject,
  principal_issuer,
  principal_groups,
  agent_version,
  on_behalf_of,
  source_ip,
  upstream_session
FROM opened LEFT JOIN asked ON opened.session_id = asked.session_id
