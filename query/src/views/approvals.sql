WITH asked AS (
  SELECT
    session_id,
    statement_id,
    min(time) AS requested,
    first_value(approval_requested['quorum'] ORDER BY time, time_nanos, length("partition"), "partition", "offset") AS quorum,
    first_value(approval_requested['reasons'] ORDER BY time, time_nanos, length("partition"), "partition", "offset") AS hold_reasons,
    min(approval_requested['expires']) AS expires_ns,
    min(approval_requested['binding']) AS binding
  FROM events
  WHERE kind = 'approval.requested'
  GROUP BY session_id, statement_id
), answered AS (
  SELECT
    session_id,
    statement_id,
    max(time) AS ended,
    array_agg(coalesce(approval_granted['note'], approval_denied['note']) ORDER BY time, time_nanos, length("partition"), "partition", "offset")
      FILTER (WHERE coalesce(approval_granted['note'], approval_denied['note'], '') <> '') AS notes
  FROM events
  WHERE kind IN ('approval.granted', 'approval.denied', 'approval.expired', 'approval.canceled')
  GROUP BY session_id, statement_id
)
SELECT
  asked.requested,
  asked.session_id,
  asked.statement_id,
  statements.principal,
  statements.text,
  statements.approval AS outcome,
  pick(quorum, ':', 'group', 'needed') AS quorum,
  hold_reasons AS reasons,
  statements.approvers,
  statements.deniers,
  notes,
  CASE WHEN statements.approval = 'pending' THEN NULL ELSE answered.ended END AS ended,
  CASE WHEN statements.approval = 'pending' THEN NULL ELSE statements.approval_wait_ms END AS wait_ms,
  to_timestamp_nanos(expires_ns) AS expires,
  binding,
  statements.outcome AS statement_outcome,
  statements.connection
FROM asked
LEFT JOIN answered
  ON (asked.statement_id IS NOT DISTINCT FROM answered.statement_id) AND (asked.session_id IS NOT DISTINCT FROM answered.session_id)
LEFT JOIN statements
  ON (asked.statement_id IS NOT DISTINCT FROM statements.statement_id) AND (asked.session_id IS NOT DISTINCT FROM statements.session_id)
