SELECT
  h.hour,
  h.sink,
  h.partition,
  h.produced,
  h.statements,
  CASE WHEN h.hour IS NOT NULL THEN coalesce(a.events, 0) END AS archived,
  h.sent,
  h.acknowledged,
  h.dead,
  h.filtered,
  h.cursor,
  h.journal_end,
  h.archived_to,
  h.journal_end - h.cursor AS behind,
  h.epoch,
  h.dead_letters
FROM export_hours AS h
LEFT JOIN archived_hours AS a ON a.partition = h.partition AND a.hour = h.hour
