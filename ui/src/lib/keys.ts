import { commands } from "./bindings";
import { router, type Place } from "./router.svelte";

const PLACE_KEYS = new Map<string, Place>([
  ["1", "ask"],
  ["2", "requests"],
  ["3", "approvals"],
  ["4", "device"],
  ["5", "settings"],
]);

/** Two presses of Escape within this time close the window. */
const TWICE_MS = 900;
let escapedAt = 0;

/** The keys that work on every screen. Gives whether it took the key. */
export function takeKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented) return false;
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "Escape") return escape(event.timeStamp);
  if (command && event.shiftKey && (event.key === "!" || event.code === "Digit1")) {
    router.go({ name: "security" });
    return true;
  }
  // An open dialog is answered first: nothing behind it is pressed or left.
  if (document.querySelector("dialog[open]")) return false;
  if ((event.altKey && event.key === "ArrowLeft") || (event.metaKey && event.key === "[")) {
    router.back();
    return true;
  }
  if (command && event.key === "Enter") return pressMain();
  const place = command && !event.shiftKey && !event.altKey ? PLACE_KEYS.get(event.key) : undefined;
  if (place) router.go({ name: place });
  return place !== undefined;
}

function escape(now: number): boolean {
  const twice = now - escapedAt < TWICE_MS;
  escapedAt = twice ? 0 : now;
  if (twice) void commands.hideWindow();
  return twice;
}

/** Presses the main button of the foot. */
function pressMain(): boolean {
  const main = document.querySelector<HTMLButtonElement>("[data-main]:not(:disabled)");
  main?.click();
  return main !== null;
}
