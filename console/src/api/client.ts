// The API as the page asks it: same origin, as whoever is signed in.
// Enters: a path. Leaves: JSON, or a Problem that says what to do. Never here: a token; the browser's cookie is out of a script's reach.

import type { components } from "./schema";

export type Me = components["schemas"]["Me"];
export type Rows = components["schemas"]["Rows"];

/** A refusal, as the API tells it (RFC 9457), or that it cannot be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly hint: string,
  ) {
    super(detail);
  }
}

let csrf: string | null = null;
let whenSignedOut: () => void = () => {};

/** What is called when an answer says that nobody is signed in any more. */
export function onSignedOut(then: () => void): void {
  whenSignedOut = then;
}

async function problem(response: Response): Promise<Problem> {
  const said: unknown = await response.json().catch(() => null);
  const of = (name: string) => {
    const value = said && typeof said === "object" ? (said as Record<string, unknown>)[name] : undefined;
    return typeof value === "string" ? value : "";
  };
  return new Problem(response.status, of("title") || response.statusText, of("detail") || `the API answered ${response.status}`, of("hint"));
}

async function send(method: string, path: string, body: unknown, signal: AbortSignal | undefined): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET" && csrf) headers["x-firn-csrf"] = csrf;
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null, credentials: "same-origin", redirect: "error" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "Not reached", "firn does not answer", "check that it runs and that this machine reaches it; then try again");
  }
  if (response.ok) return response;
  const refused = await problem(response);
  if (response.status === 401 && path !== "/api/me") whenSignedOut();
  throw refused;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await send("GET", path, undefined, signal)).json()) as T;
}

export async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await (await send("POST", path, body, signal)).json()) as T;
}

/** Who is signed in; nobody is null. */
export async function me(): Promise<Me | null> {
  try {
    const who = await get<Me>("/api/me");
    csrf = who.csrf ?? null;
    return who;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

export async function signOut(): Promise<void> {
  await send("POST", "/auth/logout", undefined, undefined);
}

export function sql(text: string, limit: number, signal?: AbortSignal): Promise<Rows> {
  return post<Rows>("/api/sql", { sql: text, limit }, signal);
}

/** Every row of an answer as a file, however many. */
export async function rowsAs(format: "csv" | "arrow" | "parquet", text: string, signal?: AbortSignal): Promise<Blob> {
  return (await send("POST", "/api/sql", { sql: text, format }, signal)).blob();
}

/** Rows as objects by column name. */
export function objects<T>(rows: Rows): T[] {
  const names = rows.columns.map((column) => column.name);
  return rows.rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])) as T);
}

/** The text of a probe and whether it says yes. */
export async function probe(path: string): Promise<{ ok: boolean; text: string }> {
  try {
    const response = await fetch(path, { credentials: "omit" });
    return { ok: response.ok, text: (await response.text()).trim() };
  } catch {
    return { ok: false, text: "firn does not answer" };
  }
}

/** Each line of an answer that comes as it is made. */
export async function lines(path: string, body: unknown, each: (line: unknown) => void, signal?: AbortSignal): Promise<void> {
  const response = await send("POST", path, body, signal);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (reader) {
    const { done, value } = await reader.read();
    const parts = (rest + (value ?? "")).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part) each(JSON.parse(part));
    if (done) return;
  }
}
