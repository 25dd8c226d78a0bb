// Every key of the console: one map, from which the pages take their bindings and the help sheet its lines.
// Enters: a key press and where it happens. Leaves: an action's name. Never here: what an action does.

export const MAP = {
  everywhere: {
    help: ["?", "these keys"],
    sessions: ["g s", "go to sessions"],
    approvals: ["g a", "go to approvals"],
    sql: ["g q", "go to SQL"],
    policy: ["g p", "go to the policy"],
    health: ["g h", "go to health"],
    theme: ["t", "light, dark, or as the system says"],
    zone: ["u", "times in UTC or here"],
    close: ["Escape", "close what is open, leave a field"],
  },
  sessions: {
    search: ["/", "search"],
    down: ["j ArrowDown", "next session"],
    up: ["k ArrowUp", "session before"],
    open: ["Enter o", "open it"],
    refresh: ["r", "ask again"],
    asSql: ["x", "open this search as SQL"],
    tail: ["f", "follow what happens, or not"],
  },
  session: {
    play: ["Space", "play, pause"],
    next: ["ArrowRight l", "next moment"],
    previous: ["ArrowLeft h", "moment before"],
    nextStatement: ["j ArrowDown", "next statement"],
    previousStatement: ["k ArrowUp", "statement before"],
    nextDenied: ["d", "next denial"],
    previousDenied: ["D", "denial before"],
    nextMasked: ["m", "next with masked cells"],
    previousMasked: ["M", "masked cells before"],
    nextHeld: ["w", "next that waited for people"],
    previousHeld: ["W", "the one before that waited"],
    fold: ["o", "open equal ones that are folded, or fold them again"],
    faster: ["+ =", "twice as fast"],
    slower: ["-", "half as fast"],
    first: ["Home", "to the beginning"],
    last: ["End", "to the end"],
    search: ["/", "search inside"],
    nextFound: ["n", "next found"],
    previousFound: ["N", "found before"],
    raw: ["r", "the raw JSON of this moment"],
    json: ["s", "download the session as JSON"],
    table: ["x", "download the session as CSV, a line a statement"],
    cast: ["a", "download the session as a terminal's recording"],
    csv: ["c", "download this result as CSV"],
    compare: ["v", "hold it against an earlier session"],
    grid: ["i", "into the result; arrows move, Enter tells who masked"],
    back: ["b", "back to the list"],
  },
  diff: {
    all: ["a", "show what is the same too"],
    swap: ["x", "the other way round"],
    back: ["b", "back"],
    refresh: ["r", "ask again"],
  },
  approvals: {
    down: ["j ArrowDown", "next that waits"],
    up: ["k ArrowUp", "the one before"],
    note: ["e", "write a note"],
    grant: ["y", "grant"],
    deny: ["x", "deny"],
    refresh: ["r", "ask again"],
  },
  sql: {
    editor: ["e /", "into the editor (Escape leaves it)"],
    run: ["Mod+Enter", "run; in the editor too"],
    cancel: ["Mod+.", "cancel; in the editor too"],
    csv: ["c", "download all rows as CSV"],
    arrow: ["a", "download all rows as Arrow"],
    parquet: ["p", "download all rows as Parquet"],
    chart: ["v", "the rows as a chart, or as a table"],
    grid: ["i", "into the rows"],
  },
  policy: {
    search: ["/", "search rules"],
    explain: ["e", "into the statement to explain"],
    try: ["y", "into the rules to try"],
    run: ["Mod+Enter", "explain, or decide again"],
    cancel: ["Mod+.", "stop deciding"],
    refresh: ["r", "ask again"],
  },
  health: {
    refresh: ["r", "ask again"],
    verify: ["v", "verify the record"],
  },
} as const;

export type Scope = keyof typeof MAP;
export type ActionOf<S extends Scope> = keyof (typeof MAP)[S];
/** What a scope does for each of its keys: all of them, or the program does not compile. */
export type Handlers<S extends Scope> = Record<ActionOf<S>, () => void>;

export const TITLES: Record<Scope, string> = {
  everywhere: "Everywhere",
  sessions: "Sessions",
  session: "Replay",
  diff: "Two sessions",
  approvals: "Approvals",
  sql: "SQL",
  policy: "Policy",
  health: "Health",
};

export interface Press {
  key: string;
  mod: boolean;
  alt: boolean;
  /** Whether the press goes into a field that takes text. */
  typing: boolean;
  /** Whether the key is held down. */
  repeat?: boolean;
}

/** What a key that is held down asks for once: each answer is to one statement, which somebody has read. */
const ONCE: ReadonlySet<string> = new Set<ActionOf<"approvals">>(["grant", "deny"]);

/** A press as the map names it. */
export function named(press: Pick<Press, "key" | "mod">): string {
  const key = press.key === " " ? "Space" : press.key;
  return press.mod ? `Mod+${key}` : key;
}

/** The presses that lead to an action: alternatives, each a sequence. `g s` is a sequence, `j ArrowDown` two alternatives. */
export function sequences(keys: string): string[][] {
  const parts = keys.split(" ");
  return parts[0] === "g" && parts.length === 2 ? [parts] : parts.map((part) => [part]);
}

export interface Resolved {
  action?: { scope: Scope; name: string };
  /** The beginning of a sequence, to be given with the next press. */
  pending: string | null;
}

/** What `press` asks for on a page of `scope`, `pending` before it. In a field only Escape and keys with Mod count. */
export function resolve(scope: Scope, pending: string | null, press: Press): Resolved {
  const name = named(press);
  if (press.alt || (press.typing && name !== "Escape" && !press.mod)) return { pending: null };
  const scopes: Scope[] = scope === "everywhere" ? ["everywhere"] : [scope, "everywhere"];
  const asks = (one: Scope, action: string): Resolved => (press.repeat && ONCE.has(action) ? { pending: null } : { action: { scope: one, name: action }, pending: null });
  let begins = false;
  for (const one of scopes) {
    for (const [action, [keys]] of Object.entries(MAP[one]) as [string, readonly [string, string]][]) {
      for (const sequence of sequences(keys)) {
        const [first, second] = sequence;
        if (pending !== null) {
          if (first === pending && second === name) return asks(one, action);
        } else if (first === name) {
          if (second === undefined) return asks(one, action);
          begins = true;
        }
      }
    }
  }
  return { pending: begins ? name : null };
}

const PICTURES: Record<string, string> = {
  ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", Enter: "↵", Space: "space",
};

/** Keys as the help sheet shows them. */
export function shown(keys: string, mac: boolean): string[][] {
  const picture = (part: string) =>
    part.split("+").length > 1 && part !== "+"
      ? part.replace("Mod+", mac ? "⌘" : "Ctrl ").replace("Enter", "↵")
      : (PICTURES[part] ?? part);
  return sequences(keys).map((sequence) => sequence.map(picture));
}
