/** What a person does and sees, and what the window asked for. */
import assert from "node:assert/strict";

/** Waits for this screen. */
export const screen = (page, name) => page.waitForSelector(`[data-screen="${name}"]`);
/** Waits until this has the focus. */
export const focused = (page, selector) =>
  page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
/** Waits for this heading. */
export const titled = (page, title) =>
  page.waitForFunction((wanted) => document.querySelector("h1")?.textContent === wanted, title);
/** Types where the focus is. */
export const type = (page, text) => page.keyboard.type(text);
/** Presses a key where the focus is. */
export const press = (page, key) => page.keyboard.press(key);
/** What the window asked the app so far. */
export const calls = (page, command) =>
  page.evaluate((name) => globalThis.__fake.calls.filter((call) => call.command === name), command);
/** The app tells something. */
export const tell = (page, event, payload) =>
  page.evaluate(([name, told]) => globalThis.__fake.emit(name, told), [event, payload]);
/** From now on these are the choices of the stand-in. */
export const choose = (page, options) =>
  page.evaluate((chosen) => Object.assign(globalThis.__options, chosen), options);

/** Moves with Tab until this element has the focus, as somebody without a mouse does. */
export async function tabTo(page, selector) {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await press(page, "Tab");
  }
  assert.fail(`Tab never reaches ${selector}`);
}
