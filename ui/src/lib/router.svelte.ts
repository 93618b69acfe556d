import type { Screen } from "./bindings";

/** A screen with what it needs to be shown. */
export type Route =
  | { name: "ask" }
  | { name: "article"; id: string }
  | { name: "guide" }
  | { name: "review" }
  | { name: "sent"; id: string; online: boolean }
  | { name: "requests" }
  | { name: "request"; id: string }
  | { name: "approvals" }
  | { name: "device" }
  | { name: "settings" }
  | { name: "sign_in" }
  | { name: "security" }
  | { name: "security_sent"; id: string; online: boolean };

/** The places in the navigation. */
export const PLACES = ["ask", "requests", "approvals", "device", "settings"] as const;
/** A place in the navigation. */
export type Place = (typeof PLACES)[number];

const PLACE_OF: Record<Route["name"], Place | null> = {
  ask: "ask",
  article: "ask",
  guide: "ask",
  review: "ask",
  sent: "ask",
  requests: "requests",
  request: "requests",
  approvals: "approvals",
  device: "device",
  settings: "settings",
  sign_in: null,
  security: null,
  security_sent: null,
};
const DEPTH = 30;

class Router {
  #stack = $state.raw<Route[]>([{ name: "ask" }]);
  /** Grows whenever the screen that is shown already is asked for once more. */
  again = $state(0);

  /** The screen shown. */
  get current(): Route {
    return this.#stack.at(-1) ?? { name: "ask" };
  }

  /** The screen that *back* leads to. */
  get previous(): Route | null {
    return this.#stack.at(-2) ?? null;
  }

  /** The place of the navigation that the screen belongs to. */
  get place(): Place | null {
    return PLACE_OF[this.current.name];
  }

  /** Shows a screen; *back* returns from it. The one that is shown already stays as it is. */
  go(route: Route): void {
    if (isSame(this.current, route)) this.again += 1;
    else this.#stack = [...this.#stack, route].slice(-DEPTH);
  }

  /** Shows a screen in place of the current one. */
  replace(route: Route): void {
    this.#stack = [...this.#stack.slice(0, -1), route];
  }

  /** Shows a screen that has nothing but Ask behind it: what was there is finished. */
  restart(route: Route): void {
    this.#stack = route.name === "ask" ? [route] : [{ name: "ask" }, route];
  }

  /** Returns to the screen before; to Ask when there is none. */
  back(): void {
    const rest = this.#stack.slice(0, -1);
    this.#stack = rest.length > 0 ? rest : [{ name: "ask" }];
  }
}

/** The same screen with the same parameters. */
function isSame(shown: Route, asked: Route): boolean {
  const parameters = new Map<string, unknown>(Object.entries(shown));
  return Object.entries(asked).every(([name, value]) => parameters.get(name) === value);
}

/** Where the window is. */
export const router = new Router();

/** The screen that something outside of the page asks for. */
export function routeOf(screen: Screen): Route {
  return screen.type === "request" ? { name: "request", id: screen.id } : { name: screen.type };
}
