import { ask } from "./ask.svelte";
import { commands, events, type DetailGroup, type DraftView, type SavedView } from "./bindings";
import { Action, Load, type Answer } from "./load.svelte";
import { router } from "./router.svelte";

/** A pause in typing after which the text is handed over. */
const TYPING_MS = 250;

/** The request that is being written. */
class Draft {
  load = new Load<DraftView | null>();
  sending = new Action();
  /** What is in the field; ahead of the view while somebody types. */
  text = $state("");
  #typing: ReturnType<typeof setTimeout> | undefined;
  #opened = 0;

  /** Starts a request from the guided help that runs, with its findings. */
  fromGuide(): Promise<void> {
    return this.#open(commands.draftFromGuide(ask.query));
  }

  /** Starts a request from what was typed. */
  fromAsk(): Promise<void> {
    return this.#open(commands.draftNew(ask.query));
  }

  /** Reads the one that was left, after the window was elsewhere. */
  async resume(): Promise<void> {
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
    clearTimeout(this.#typing);
    await this.sending.run(async (): Promise<Answer<SavedView>> => {
      const text = await commands.draftText(this.text);
      return text.status === "error" ? text : commands.draftSend();
    }, done);
  }

  /** Throws it away. */
  async discard(): Promise<void> {
    clearTimeout(this.#typing);
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

  async #open(opened: Promise<Answer<DraftView>>): Promise<void> {
    this.load.put(null);
    this.sending.problem = null;
    const mine = ++this.#opened;
    this.text = "";
    void this.load.run(opened);
    router.go({ name: "review" });
    // The words are this answer's, also when an event has brought a newer view meanwhile.
    const answer = await opened.catch(() => null);
    if (mine === this.#opened && answer?.status === "ok") this.text = answer.data.text;
  }

  async #handOver(): Promise<void> {
    await this.load.run(commands.draftText(this.text));
  }
}

/** The one draft. */
export const draft = new Draft();
