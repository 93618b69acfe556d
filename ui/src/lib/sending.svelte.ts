import { onMount } from "svelte";
import { commands, type RequestView } from "./bindings";
import { desk } from "./desk.svelte";
import { Load } from "./load.svelte";
import { isAccepted } from "./requests";

/** The seconds in which a report can be taken back end without an event. */
const POLL_MS = 1000;
/** When all is well it has arrived by then; after that nothing is promised any more. */
const SENDING_MS = 10_000;

/** What was sent, and whether the agent answered at that moment. */
export type Sent = { id: string; online: boolean };

/** What becomes of something just sent. Made while its screen is set up, and ends with it. */
export class Sending {
  load = new Load<RequestView>();
  #late = $state(false);
  readonly #sent: () => Sent;
  readonly #state = $derived(this.load.view?.row.state);

  /** The agent has it. */
  readonly accepted = $derived(this.#state !== undefined && isAccepted(this.#state));
  /** Why the agent refused it. */
  readonly refused = $derived(this.load.view?.refused ?? null);
  /** It can still be taken back. */
  readonly cancellable = $derived(this.#state === "cancellable");
  readonly #open = $derived(!this.accepted && this.refused === null);
  /** It can arrive at any moment. */
  readonly onItsWay: boolean = $derived.by(() => this.#open && !this.#late && this.#sent().online && !desk.offline);

  constructor(sent: () => Sent) {
    this.#sent = sent;
    $effect(() => {
      void desk.requestsVersion;
      this.#read();
    });
    $effect(() => {
      if (this.accepted || this.cancellable) return;
      const timer = setTimeout(() => (this.#late = true), SENDING_MS);
      return () => clearTimeout(timer);
    });
    onMount(() => {
      const timer = setInterval(() => {
        if (this.cancellable) this.#read();
      }, POLL_MS);
      return () => clearInterval(timer);
    });
  }

  #read(): void {
    void this.load.run(commands.request(this.#sent().id));
  }
}
