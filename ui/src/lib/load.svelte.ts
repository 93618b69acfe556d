import type { Problem } from "./bindings";

/** What a command answers. */
export type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: Problem };

/** After this time a still shape shows that something is coming. */
const SLOW_MS = 300;
/** The shell itself failed: there is no entry in a log to refer to. */
const BROKEN: Problem = { code: "internal", reference: "window" };

/** What the screen knows of one view: the view, or the problem that came in its place. */
export class Load<T> {
  view = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  slow = $state(false);
  #latest = 0;

  /** Takes the answer, unless a later call was made meanwhile. Gives the data, if it is good and wanted. */
  async run(answer: Promise<Answer<T>>): Promise<T | null> {
    const mine = ++this.#latest;
    this.busy = true;
    const timer = setTimeout(() => (this.slow = true), SLOW_MS);
    const taken = await answer.catch((): Answer<T> => ({ status: "error", error: BROKEN }));
    clearTimeout(timer);
    if (mine !== this.#latest) return null;
    this.busy = false;
    this.slow = false;
    if (taken.status === "error") {
      this.problem = taken.error;
      return null;
    }
    this.problem = null;
    this.view = taken.data;
    return taken.data;
  }

  /** Puts a view in place that came by itself, for example with an event. */
  put(view: T | null): void {
    this.#latest += 1;
    this.busy = false;
    this.slow = false;
    this.problem = null;
    this.view = view;
  }
}

/** A command that only succeeds or fails. */
export class Action {
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);

  /** Runs it once; a second press meanwhile is ignored. True when it succeeded. */
  async run<T>(call: () => Promise<Answer<T>>, done?: (data: T) => void): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const taken = await call().catch((): Answer<T> => ({ status: "error", error: BROKEN }));
    this.busy = false;
    this.problem = taken.status === "error" ? taken.error : null;
    if (taken.status === "ok") done?.(taken.data);
    return taken.status === "ok";
  }
}
