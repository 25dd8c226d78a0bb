// Searches somebody keeps by name, in this browser.
// Enters: a name and a search. Leaves: the list. Never here: the search that shows; the address has it.

export interface Kept {
  name: string;
  q: string;
}

const PLACE = "searches";
const MOST = 40;

function read(): Kept[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    const is = (one: unknown): one is Kept => typeof one === "object" && one !== null && typeof (one as Kept).name === "string" && typeof (one as Kept).q === "string";
    return Array.isArray(kept) ? kept.filter(is).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

class Searches {
  list = $state.raw<Kept[]>(read());

  private put(list: Kept[]) {
    this.list = list.slice(0, MOST);
    try {
      localStorage.setItem(PLACE, JSON.stringify(this.list));
    } catch {
      // A browser that keeps nothing forgets it with the page.
    }
  }

  keep(name: string, q: string) {
    this.put([{ name, q }, ...this.list.filter((one) => one.name !== name)]);
  }

  drop(name: string) {
    this.put(this.list.filter((one) => one.name !== name));
  }
}

export const searches = new Searches();
