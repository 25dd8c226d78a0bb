// The session that the address names, asked for before the page knows who is there: the server says who may.
// Enters: the address one began at. Leaves: its outline, once. Never here: a second use of it; who comes back asks again.

const began = /^\/sessions\/([^/]+)$/.exec(location.pathname)?.[1];
let early: Promise<Response | null> | null = began ? fetch(`/api/sessions/${began}/outline`, { headers: { accept: "application/json" }, credentials: "same-origin", redirect: "error" }).catch(() => null) : null;

/** What was asked for of session `id` when the page came; null where it was not, was refused, or was taken before. */
export async function earlyOutline<T>(id: string): Promise<T | null> {
  const mine = began === encodeURIComponent(id) ? early : null;
  early = null;
  const response = await mine;
  return response?.ok ? ((await response.json()) as T) : null;
}
