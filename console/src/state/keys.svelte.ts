// Key presses, sent to whoever is on the page.
// Enters: the handlers of the page that shows. Leaves: calls. Never here: which key does what (see models/keyboard).

import { resolve, type Handlers, type Scope } from "../models/keyboard";

class Keys {
  scope = $state<Scope>("everywhere");
  pending = $state<string | null>(null);
  help = $state(false);
  private handlers: Partial<Record<Scope, Record<string, () => void>>> = {};
  private forget: ReturnType<typeof setTimeout> | undefined;

  /** Takes the keys of `scope` until the returned function is called. */
  bind<S extends Scope>(scope: S, handlers: Handlers<S>): () => void {
    this.handlers[scope] = handlers;
    if (scope !== "everywhere") this.scope = scope;
    return () => {
      if (this.handlers[scope] === handlers) {
        delete this.handlers[scope];
        if (this.scope === scope) this.scope = "everywhere";
      }
    };
  }

  press(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing) return;
    const target = event.composedPath()[0];
    const typing =
      target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement ||
        (target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type)));
    // A button that has the focus is pressed by Enter and space, not by the page's keys.
    const pressed = target instanceof HTMLElement && target.closest("button, a, summary") !== null && (event.key === "Enter" || event.key === " ");
    if (pressed && !event.ctrlKey && !event.metaKey) return;
    const press = { key: event.key, mod: event.ctrlKey || event.metaKey, alt: event.altKey, typing, repeat: event.repeat };
    const { action, pending } = resolve(this.scope, this.pending, press);
    if (["Shift", "Control", "Meta", "Alt"].includes(event.key)) return;
    this.pending = pending;
    clearTimeout(this.forget);
    if (pending) this.forget = setTimeout(() => (this.pending = null), 1500);
    if (!action) return;
    // What lies behind a sheet is out of reach until it is closed.
    if (document.querySelector("dialog[open]") && !["close", "help", "raw"].includes(action.name)) return;
    // Escape is the browser's too: it closes a sheet.
    if (action.name !== "close") event.preventDefault();
    if (typing && action.name === "close" && target instanceof HTMLElement) target.blur();
    this.handlers[action.scope]?.[action.name]?.();
  }
}

export const keys = new Keys();
