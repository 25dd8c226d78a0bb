// A search as SQL over the record's views: what the page asks, and what "open as SQL" shows.
// Enters: terms, the time. Leaves: one SELECT. Never here: a value outside an escaped literal.

import { moment, OF_SESSION, type Key, type Term } from "./qualifiers";

/** Sessions the list asks for at most. */
export const SESSIONS_MAX = 1000;

export const COLUMNS = [
  "session_id", "opened", "last_time", "principal", "agent", "on_behalf_of", "connection", "state", "duration_ms",
  "statements", "denied", "held", "masked", "failed", "rows", "masked_cells", "first_text",
] as const;

/** `text` as a literal. */
export function literal(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}

function contains(column: string, text: string): string {
  return `contains(lower(coalesce(${column}, '')), ${literal(text.toLowerCase())})`;
}

function timestamp(ms: number): string {
  return `TIMESTAMP ${literal(new Date(ms).toISOString())}`;
}

function timed(column: string, term: Term, now: number): string {
  const at = (text: string) => timestamp(moment(text, now) ?? now);
  const [first = "", second = ""] = term.values;
  if (term.op === "range") {
    const bounds = [first && `${column} >= ${at(first)}`, second && `${column} < ${at(second)}`].filter(Boolean);
    return bounds.length ? bounds.join(" AND ") : "true";
  }
  if (term.op !== "is") return `${column} ${term.op} ${at(first)}`;
  // A duration means since then, a day means that day.
  if (/^\d{4}-\d{2}-\d{2}$/.test(first)) {
    const day = moment(first, now) ?? now;
    return `${column} >= ${timestamp(day)} AND ${column} < ${timestamp(day + 86_400_000)}`;
  }
  return `${column} >= ${at(first)}`;
}

function counted(column: string, term: Term): string {
  const [first = "", second = ""] = term.values;
  const value = `coalesce(${column}, 0)`;
  if (term.op === "range") {
    const bounds = [first && `${value} >= ${first}`, second && `${value} <= ${second}`].filter(Boolean);
    return bounds.length ? bounds.join(" AND ") : "true";
  }
  return `${value} ${term.op === "is" ? "=" : term.op} ${first}`;
}

function equal(column: string, values: string[]): string {
  return `coalesce(${column}, '') IN (${values.map((value) => literal(value.toLowerCase())).join(", ")})`;
}

/** The last parts of a column's name, or all of it, whatever the case. */
function named(list: string, value: string): string {
  const joined = `lower('|' || array_to_string(coalesce(${list}, make_array()), '|') || '|')`;
  const name = value.toLowerCase();
  return `(contains(${joined}, ${literal(`|${name}|`)}) OR contains(${joined}, ${literal(`.${name}|`)}))`;
}

const any = (values: string[], of: (value: string) => string) => values.map(of).join(" OR ");

type Condition = (term: Term, now: number) => string;

const CONDITIONS: Record<Key, Condition> = {
  actor: ({ values }) => any(values, (one) => `${contains("principal", one)} OR ${contains("principal_subject", one)}`),
  agent: ({ values }) => any(values, (one) => contains("agent", one)),
  behalf: ({ values }) => any(values, (one) => contains("on_behalf_of", one)),
  connection: ({ values }) => `coalesce(connection, '') IN (${values.map(literal).join(", ")})`,
  state: ({ values }) => equal("state", values),
  ip: ({ values }) => equal("source_ip", values),
  created: (term, now) => timed("opened", term, now),
  verdict: ({ values }) => equal("verdict", values),
  outcome: ({ values }) => equal("outcome", values),
  kind: ({ values }) => any(values, (one) => `array_has(kinds, ${literal(one.toLowerCase())})`),
  table: ({ values }) => any(values, (one) => `touches(tables, ${literal(one)})`),
  column: ({ values }) => any(values, (one) => named("columns", one)),
  rule: ({ values }) => any(values, (one) => `array_has(rules, ${literal(one)})`),
  flag: ({ values }) => any(values, (one) => `array_has(flags, ${literal(one.toLowerCase())})`),
  text: ({ values }) => any(values, (one) => contains("text", one)),
  rows: (term) => counted("rows", term),
  masked: (term) => counted("masked_cells", term),
};

function condition(term: Term, now: number): string {
  const said = `(${CONDITIONS[term.key](term, now)})`;
  // What is NULL is not so: `-rule:x` holds where there is no rule at all.
  return term.negated ? `NOT coalesce(${said}, false)` : said;
}

/** A session and when it was opened: where a page of the list ends. New arrivals do not move it. */
export interface Place {
  opened: string;
  session_id: string;
}

/** Sessions for which every term holds, newest first, those after a place; terms about statements must all hold for one statement, which
 * comes along. */
export function sessionsSql(terms: readonly Term[], now: number, limit = SESSIONS_MAX, after?: Place): string {
  const ofSession = terms.filter((term) => OF_SESSION.has(term.key)).map((term) => condition(term, now));
  if (after) {
    const opened = `TIMESTAMP ${literal(after.opened)}`;
    ofSession.push(`(opened < ${opened} OR (opened = ${opened} AND session_id > ${literal(after.session_id)}))`);
  }
  const ofStatement = terms.filter((term) => !OF_SESSION.has(term.key)).map((term) => condition(term, now));
  const where = ofSession.length ? `\nWHERE ${ofSession.join("\n  AND ")}` : "";
  const order = `\nORDER BY opened DESC, session_id\nLIMIT ${limit}`;
  if (!ofStatement.length) return `SELECT ${COLUMNS.join(", ")}\nFROM sessions${where}${order}`;
  const hits = [
    "SELECT session_id AS hit_session, count(*) AS hits,",
    "    first_value(statement_id ORDER BY time, statement_id) AS hit_statement,",
    "    first_value(text ORDER BY time, statement_id) AS hit_text",
    `  FROM statements\n  WHERE ${ofStatement.join("\n    AND ")}\n  GROUP BY session_id`,
  ].join("\n  ");
  return `SELECT ${COLUMNS.join(", ")}, hits, hit_statement, hit_text\nFROM sessions JOIN (\n  ${hits}\n) ON session_id = hit_session${where}${order}`;
}

/** The sessions of a principal before a time, newest first. */
export function earlierSql(issuer: string, subject: string, before: number): string {
  return `SELECT session_id, opened, statements, first_text FROM sessions
WHERE principal_issuer = ${literal(issuer)} AND principal_subject = ${literal(subject)} AND opened < ${timestamp(before)}
ORDER BY opened DESC`;
}

/** How long statements of these sessions waited for people, whether a number is missing in what each run recorded of them, and when the record was
 * last found whole. Only those that had something held are asked how long. */
export function detailsSql(ids: readonly string[], held: readonly string[]): string {
  const list = (names: readonly string[]) => names.map(literal).join(", ");
  const waits = held.length === 0 ? "CAST(NULL AS DOUBLE) AS wait_ms" : "wait_ms";
  const join = held.length === 0 ? "" : `
LEFT JOIN (
  SELECT session_id AS held_session, sum(approval_wait_ms) AS wait_ms FROM statements WHERE session_id IN (${list(held)}) GROUP BY session_id
) AS waits ON held_session = session_id`;
  return `SELECT session_id, missing, ${waits},
  (SELECT CASE WHEN last_value(integrity AND completeness ORDER BY time) THEN max(time) END FROM auditors WHERE kind = 'auditor.verified') AS verified
FROM (
  SELECT session_id, sum(highest + 1 - seen) AS missing FROM (
    SELECT session_id, max(part_index) AS highest, count(*) AS seen FROM events WHERE session_id IN (${list(ids)}) GROUP BY session_id, producer_run
  ) AS part GROUP BY session_id
) AS parts${join}`;
}
