// Where one is: the address bar, and nothing else, holds it.
// Enters: links and the browser's back. Leaves: a page's name, its id, its query. Never here: what a page shows.

export type Page = "sessions" | "session" | "diff" | "approvals" | "sql" | "policy" | "health" | "lost";

function page(path: string): { page: Page; id: string; other: string } {
  const diff = /^\/sessions\/([^/]+)\/diff\/([^/]+)$/.exec(path);
  if (diff) return { page: "diff", id: decodeURIComponent(diff[1] ?? ""), other: decodeURIComponent(diff[2] ?? "") };
  const session = /^\/sessions\/([^/]+)$/.exec(path);
  if (session) return { page: "session", id: decodeURIComponent(session[1] ?? ""), other: "" };
  const pages: Record<string, Page> = { "/": "sessions", "/approvals": "approvals", "/sql": "sql", "/policy": "policy", "/health": "health" };
  return { page: pages[path] ?? "lost", id: "", other: "" };
}

class Route {
  path = $state(location.pathname);
  query = $state(new URLSearchParams(location.search));
  at = $derived(page(this.path));

  constructor() {
    addEventListener("popstate", () => this.read());
  }

  private read() {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }

  /** Goes to an address of this console. */
  go(to: string) {
    history.pushState(null, "", to);
    this.read();
    scrollTo(0, 0);
  }

  /** Says in the address what the page shows; `push` leaves a way back. */
  set(values: Record<string, string | null>, push = false) {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === "") query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString();
    const to = location.pathname + (text ? `?${text}` : "");
    if (to === location.pathname + location.search) return;
    if (push) history.pushState(null, "", to);
    else history.replaceState(null, "", to);
    this.query = query;
  }
}

export const route = new Route();

/** Lets plain clicks on links of this console change the page without loading it anew. */
export function follow(event: MouseEvent) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (link.pathname.startsWith("/auth/") || link.pathname.startsWith("/api/")) return;
  event.preventDefault();
  route.go(link.pathname + link.search);
}
