import { ask } from "./ask.svelte";
import { commands, events, type AccessView, type DetailGroup, type DraftView, type SavedView } from "./bindings";
import { Action, Load, type Answer } from "./load.svelte";
import { router } from "./router.svelte";
import { accessText } from "./words";

/** A pause in typing after which the text is handed over. */
const TYPING_MS = 250;

type Start = () => Promise<Answer<DraftView>>;
/** A request that was not sent, in the way of one that shall be begun. */
type Left = { text: string; start: Start };

/** The request that is being written. */
class Draft {
  load = new Load<DraftView | null>();
  sending = new Action();
  /** What is in the field; ahead of the view while somebody types. */
  text = $state("");
  /** Waits for the person to choose between it and a new one. */
  left = $state.raw<Left | null>(null);
  #typing: ReturnType<typeof setTimeout> | undefined;
  #opened = 0;
  /** The text it was begun with, as far as this page knows. */
  #begunWith: string | null = null;

  /** Starts a request from the guided help that runs, with its findings. */
  fromGuide(): Promise<void> {
    return this.#begin(() => commands.draftFromGuide(ask.query));
  }

  /** Starts a request from what was typed. */
  fromAsk(): Promise<void> {
    return this.#begin(() => commands.draftNew(ask.query));
  }

  /** Starts a request without words. */
  empty(): Promise<void> {
    return this.#begin(() => commands.draftNew(""));
  }

  /** Starts a request for access that was chosen from the catalogue. */
  forAccess(access: AccessView, entry: string): Promise<void> {
    const { right } = access;
    return this.#begin(() => commands.draftAccess({ entry, right }, accessText(access)));
  }

  /** Leaves everything as it is. */
  stay(): void {
    this.left = null;
  }

  /** Shows the one that was left. */
  goOn(): void {
    this.left = null;
    void this.resume();
    router.go({ name: "review" });
  }

  /** Begins the new one in place of the one that was left. */
  beginAnew(): void {
    const start = this.left?.start;
    this.left = null;
    if (start) void this.#open(start());
  }

  /** Reads the one that was left, after the window was elsewhere. */
  async resume(): Promise<void> {
    await this.#handOver();
    if (this.load.busy) return;
    const view = await this.load.run(commands.draft());
    if (view) this.text = view.text;
  }

  /** Takes what is in the field now. */
  write(text: string): void {
    this.text = text;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#handOver(), TYPING_MS);
  }

  /** Takes a group of details along, or leaves it out. */
  async toggle(group: DetailGroup, included: boolean): Promise<void> {
    await this.load.run(commands.draftToggle(group, included));
  }

  /** Stores it for sending. */
  async send(done: (saved: SavedView) => void): Promise<void> {
    this.#stopTyping();
    await this.sending.run(async (): Promise<Answer<SavedView>> => {
      const text = await commands.draftText(this.text);
      return text.status === "error" ? text : commands.draftSend();
    }, done);
  }

  /** Throws it away. */
  async discard(): Promise<void> {
    this.#stopTyping();
    this.load.put(null);
    await commands.draftDiscard();
  }

  /** Follows the checks that go on while it is written. */
  async listen(): Promise<void> {
    await events.draftChanged.listen(({ payload }) => {
      // What it tells may be older than the answer on its way.
      if (this.load.busy) void this.load.run(commands.draft());
      else this.load.put(payload);
    });
  }

  /** Opens it, unless a request that was not sent has words of the person's own: then it asks. */
  async #begin(start: Start): Promise<void> {
    await this.#handOver();
    const answer = await commands.draft().catch(() => null);
    const text = answer?.status === "ok" ? (answer.data?.text ?? "") : "";
    if (text.trim() === "" || text === this.#begunWith) await this.#open(start());
    else this.left = { text, start };
  }

  async #open(opened: Promise<Answer<DraftView>>): Promise<void> {
    this.#stopTyping();
    this.load.put(null);
    this.sending.problem = null;
    const mine = ++this.#opened;
    this.text = "";
    void this.load.run(opened);
    router.go({ name: "review" });
    // The words are this answer's, also when an event has brought a newer view meanwhile.
    const answer = await opened.catch(() => null);
    if (mine !== this.#opened || answer?.status !== "ok") return;
    this.text = answer.data.text;
    this.#begunWith = answer.data.text;
  }

  #stopTyping(): void {
    clearTimeout(this.#typing);
    this.#typing = undefined;
  }

  /** Hands over what is still only in the field. */
  async #handOver(): Promise<void> {
    if (this.#typing === undefined) return;
    this.#stopTyping();
    await this.load.run(commands.draftText(this.text));
  }
}

/** The one draft. */
export const draft = new Draft();
