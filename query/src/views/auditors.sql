SELECT
  time,
  principal_display AS auditor,
  kind,
  auditor_queried['sql'] AS sql,
  auditor_replayed['session'] AS replayed_session,
  auditor_replayed['mode'] AS replay_mode,
  coalesce(auditor_exported['what'], auditor_listed['what']) AS exported,
  coalesce(auditor_queried['rows'], auditor_exported['events'], auditor_verified['events'], auditor_listed['rows']) AS rows,
  auditor_verified['integrity'] AS integrity,
  auditor_verified['completeness'] AS completeness,
  auditor_queried['error'] AS error,
  auditor_queried['duration_ns'] / 1000000.0 AS duration_ms,
  principal_subject AS auditor_subject,
  principal_issuer AS auditor_issuer,
  source_ip
FROM events
WHERE kind IN ('auditor.queried', 'auditor.replayed', 'auditor.exported', 'auditor.verified', 'auditor.listed')
