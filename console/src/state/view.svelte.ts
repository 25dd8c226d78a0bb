// How one likes to look at things: theme and zone, kept in this browser.

import type { Zone } from "../models/time";

export type Theme = "system" | "light" | "dark";

const THEMES: Theme[] = ["system", "light", "dark"];

function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name: string, value: string) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
}

class View {
  theme = $state<Theme>(THEMES.find((one) => one === kept("theme")) ?? "system");
  zone = $state<Zone>(kept("zone") === "local" ? "local" : "utc");
  now = $state(Date.now());

  constructor() {
    this.paint();
    setInterval(() => {
      this.now = Date.now();
    }, 10_000);
  }

  private paint() {
    const root = document.documentElement;
    if (this.theme === "system") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", this.theme);
  }

  nextTheme() {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? "system";
    keep("theme", this.theme);
    this.paint();
  }

  nextZone() {
    this.zone = this.zone === "utc" ? "local" : "utc";
    keep("zone", this.zone);
  }
}

export const view = new View();
