SELECT
  hold_requested AS requested,
  session_id,
  statement_id,
  principal,
  text,
  approval AS outcome,
  hold_quorum AS quorum,
  hold_reasons AS reasons,
  approvers,
  deniers,
  hold_notes AS notes,
  CASE WHEN approval = 'pending' THEN NULL ELSE hold_answered END AS ended,
  CASE WHEN approval = 'pending' THEN NULL ELSE approval_wait_ms END AS wait_ms,
  to_timestamp_nanos(hold_expires_ns) AS expires,
  hold_binding AS binding,
  outcome AS statement_outcome,
  connection
FROM statement_rows
WHERE hold_requested IS NOT NULL
