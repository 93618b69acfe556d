/** What screen readers are told without moving the focus. */
class Announcements {
  polite = $state("");
  assertive = $state("");
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #lastProgress = 0;

  /** At the next pause. */
  say(text: string): void {
    this.polite = text;
  }

  /** At once. */
  interrupt(text: string): void {
    this.assertive = text;
  }

  /** After half a second without another call: results that change with every key. */
  settle(text: string): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.say(text), 500);
  }

  /** At most every two seconds: counts that go up. */
  progress(text: string, now: number): void {
    if (now - this.#lastProgress < 2000) return;
    this.#lastProgress = now;
    this.say(text);
  }
}

/** The live regions of the window. */
export const announce = new Announcements();
