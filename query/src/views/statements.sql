-- The rules are those of event::fold, which says why; a test holds the two equal.
WITH told AS (
  SELECT
    session_id,
    statement_id,
    min(time) AS time,
    first_value(principal_display ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS principal,
    first_value(principal_subject ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS principal_subject,
    first_value(principal_issuer ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS principal_issuer,
    first_value(principal_groups ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS principal_groups,
    first_value(agent_application ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS agent,
    first_value(agent_on_behalf_of ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS on_behalf_of,
    first_value(agent_correlation_id ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS correlation_id,
    first_value(source_ip ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS source_ip,
    first_value(connection ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS connection,
    first_value(statement_submitted['text'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS text,
    first_value(statement_submitted['kinds'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS kinds,
    first_value(statement_submitted['reads'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS reads,
    first_value(statement_submitted['writes'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS writes,
    first_value(statement_submitted['columns'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS columns,
    first_value(statement_submitted['flags'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS flags,
    first_value(statement_submitted['binds'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS binds,
    first_value(statement_submitted['fingerprint'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS fingerprint,
    first_value(statement_submitted['request_id'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.submitted') AS request_id,
    bool_or(statement_submitted['describe_only']) FILTER (WHERE kind = 'statement.submitted') AS describe_only,
    bool_or(statement_submitted['asynchronous']) FILTER (WHERE kind = 'statement.submitted') AS asynchronous,
    first_value(statement_decided['verdict'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.decided') AS verdict,
    first_value(statement_decided['reasons'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.decided') AS decided_reasons,
    first_value(statement_decided['mask_all'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.decided') AS mask_all,
    first_value(policy_rules ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.decided') AS rules,
    first_value(policy_hash ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.decided') AS policy_hash,
    min(time) FILTER (WHERE kind = 'approval.requested') AS held_at,
    first_value(approval_requested['quorum'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'approval.requested') AS quorum,
    max(time) FILTER (WHERE kind IN ('approval.granted', 'approval.denied', 'approval.expired', 'approval.canceled')) AS answered_at,
    array_agg(DISTINCT approval_granted['by']['display']) FILTER (WHERE kind = 'approval.granted') AS approvers,
    array_agg(DISTINCT approval_denied['by']['display']) FILTER (WHERE kind = 'approval.denied') AS deniers,
    array_agg(named_struct(
      'issuer', approval_granted['by']['issuer'], 'subject', approval_granted['by']['subject'], 'groups', approval_granted['by']['groups'])
      ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'approval.granted') AS grants,
    count(*) FILTER (WHERE starts_with(kind, 'approval.') OR kind = 'statement.claimed') AS said,
    count(*) FILTER (WHERE kind = 'approval.denied') AS denials,
    count(*) FILTER (WHERE kind = 'approval.expired') AS expiries,
    max("offset") FILTER (WHERE kind = 'approval.requested') AS asked_last,
    max("offset") FILTER (WHERE kind = 'approval.canceled') AS canceled_last,
    min("offset") FILTER (WHERE kind = 'statement.claimed') AS claimed_first,
    count(*) FILTER (WHERE kind = 'statement.forwarded') AS forwards,
    first_value(statement_forwarded['query_id'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.forwarded') AS forwarded_query_id,
    min(response_started['query_id']) FILTER (WHERE kind = 'response.started') AS started_query_id,
    array_agg(named_struct('result', response_started['result'], 'chunks', response_started['chunks'])
      ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'response.started') AS begun,
    array_agg(named_struct(
      'result', response_finished['result'], 'chunk', response_finished['chunk'], 'rows', response_finished['rows'],
      'bytes', response_finished['bytes'], 'masked_cells', response_finished['masked_cells'],
      'changed', response_finished['counts']['inserted'] + response_finished['counts']['updated'] + response_finished['counts']['deleted'])
      ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'response.finished') AS finished,
    max("offset") FILTER (WHERE kind = 'response.finished') AS finished_last,
    max("offset") FILTER (WHERE kind = 'statement.failed') AS failed_last,
    max(coalesce(response_finished['duration_ns'], statement_failed['duration_ns'])) AS duration_ns,
    first_value(statement_failed['stage'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.failed') AS error_stage,
    first_value(statement_failed['code'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.failed') AS error_code,
    first_value(statement_failed['message'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.failed') AS error_message,
    count(*) FILTER (WHERE kind = 'stage.refused') AS refusals,
    first_value(statement_canceled['by'] ORDER BY length("partition"), "partition", "offset") FILTER (WHERE kind = 'statement.canceled') AS canceled_by
  FROM events
  WHERE statement_id IS NOT NULL AND kind <> 'response.page'
  GROUP BY session_id, statement_id
), judged AS (
  SELECT
    *,
    -- A chunk that failed, was asked for again and came: nothing is missing, and the driver showed no error.
    coalesce(failed_last < finished_last AND is_whole(begun, finished), false) AS got_over,
    CASE
      WHEN said = 0 THEN NULL
      WHEN forwards > 0 THEN 'granted'
      WHEN denials > 0 THEN 'denied'
      WHEN expiries > 0 THEN 'expired'
      WHEN canceled_last IS NOT NULL AND NOT coalesce(asked_last > canceled_last, false)
        AND NOT coalesce(claimed_first < canceled_last, false) THEN 'canceled'
      WHEN claimed_first IS NOT NULL OR coalesce(quorum_met(quorum, grants), false) THEN 'granted'
      ELSE 'pending'
    END AS approval
  FROM told
)
SELECT
  session_id,
  statement_id,
  time,
  principal,
  text,
  kinds,
  verdict,
  CASE
    WHEN verdict = 'deny' OR error_stage IN ('policy', 'approval') OR approval IN ('denied', 'expired') OR refusals > 0 THEN 'denied'
    WHEN error_code IS NOT NULL AND NOT got_over THEN 'failed'
    WHEN canceled_by IS NOT NULL OR approval = 'canceled' THEN 'canceled'
    WHEN finished IS NOT NULL THEN 'succeeded'
    WHEN approval = 'pending' THEN 'held'
    ELSE 'running'
  END AS outcome,
  pick(decided_reasons, '', 'text') AS reasons,
  rules,
  approval,
  approvers,
  deniers,
  cast(arrow_cast(answered_at - held_at, 'Duration(Microsecond)') AS BIGINT) / 1000.0 AS approval_wait_ms,
  sum_once(finished, 'rows') AS rows,
  sum_once(finished, 'bytes') AS bytes,
  sum_once(finished, 'masked_cells') AS masked_cells,
  sum_once(finished, 'changed') AS rows_changed,
  duration_ns / 1000000.0 AS duration_ms,
  array_sort(array_distinct(array_concat(reads, writes))) AS tables,
  reads,
  writes,
  pick(columns, '.', 'table', 'column') AS columns,
  columns AS column_uses,
  flags,
  binds,
  mask_all,
  CASE WHEN NOT got_over THEN error_stage END AS error_stage,
  CASE WHEN NOT got_over THEN error_code END AS error_code,
  CASE WHEN NOT got_over THEN error_message END AS error_message,
  canceled_by,
  coalesce(forwarded_query_id, started_query_id) AS query_id,
  request_id,
  fingerprint,
  describe_only,
  asynchronous,
  policy_hash,
  principal_subject,
  principal_issuer,
  principal_groups,
  agent,
  on_behalf_of,
  correlation_id,
  source_ip,
  connection
FROM judged
