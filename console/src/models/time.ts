// Times as people read them.
// Enters: nanoseconds or milliseconds, and "now". Leaves: text. Never here: a clock.

export type Zone = "utc" | "local";

const pad = (value: number, digits = 2) => String(value).padStart(digits, "0");

function parts(ms: number, zone: Zone) {
  const date = new Date(ms);
  return zone === "utc"
    ? { y: date.getUTCFullYear(), mo: date.getUTCMonth() + 1, d: date.getUTCDate(), h: date.getUTCHours(), mi: date.getUTCMinutes(), s: date.getUTCSeconds(), ms: date.getUTCMilliseconds() }
    : { y: date.getFullYear(), mo: date.getMonth() + 1, d: date.getDate(), h: date.getHours(), mi: date.getMinutes(), s: date.getSeconds(), ms: date.getMilliseconds() };
}

/** `2026-11-29 05:27:03 UTC` */
export function stamp(ms: number, zone: Zone, fine = false): string {
  if (!Number.isFinite(ms)) return "–";
  const { y, mo, d, h, mi, s, ms: milli } = parts(ms, zone);
  const tail = fine ? `.${pad(milli, 3)}` : "";
  return `${y}-${pad(mo)}-${pad(d)} ${pad(h)}:${pad(mi)}:${pad(s)}${tail}${zone === "utc" ? " UTC" : ""}`;
}

/** `05:27` today, else `Nov 28 05:27`, with the year where it is another. */
export function short(ms: number, now: number, zone: Zone): string {
  const then = parts(ms, zone);
  const today = parts(now, zone);
  const time = `${pad(then.h)}:${pad(then.mi)}`;
  if (then.y === today.y && then.mo === today.mo && then.d === today.d) return time;
  const month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][then.mo - 1] ?? "";
  return `${month} ${then.d}${then.y === today.y ? "" : ` ${then.y}`} ${time}`;
}

/** `12 ms`, `3.4 s`, `5 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function span(ms: number): string {
  if (!Number.isFinite(ms)) return "–";
  if (ms < 1) return `${ms <= 0 ? 0 : "<1"} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  const two = (big: number, one: string, small: number, other: string) => (small ? `${big} ${one} ${small} ${other}` : `${big} ${one}`);
  if (seconds < 3600) return two(Math.floor(seconds / 60), "min", seconds % 60, "s");
  if (seconds < 86_400) return two(Math.floor(seconds / 3600), "h", Math.floor((seconds % 3600) / 60), "min");
  return two(Math.floor(seconds / 86_400), "d", Math.floor((seconds % 86_400) / 3600), "h");
}

/** `just now`, `5 min ago`, `3 d ago`. */
export function ago(ms: number, now: number): string {
  const past = now - ms;
  if (past < 5000) return "just now";
  if (past < 60_000) return `${Math.floor(past / 1000)} s ago`;
  if (past < 3_600_000) return `${Math.floor(past / 60_000)} min ago`;
  if (past < 86_400_000) return `${Math.floor(past / 3_600_000)} h ago`;
  return `${Math.floor(past / 86_400_000)} d ago`;
}

/** Time since the session's start: `0:00.250`, `1:02:03`. */
export function offset(ns: number): string {
  const ms = Math.max(0, Math.round(ns / 1e6));
  const [h, mi, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
  return h ? `${h}:${pad(mi)}:${pad(s)}` : `${mi}:${pad(s)}.${pad(ms % 1000, 3)}`;
}

/** `1,234` */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 row`, `2 rows` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
