import { commands, type HomeView, type Pace, type SearchView } from "./bindings";
import { Load } from "./load.svelte";

/** Nothing typed for so long is a pause: now the meaning of the question is looked at. */
const PAUSE_MS = 250;

/** The field of the Ask screen and what it found; kept while other screens are open. */
class Ask {
  query = $state("");
  /** Index of the marked option; the first when nothing was moved. */
  selected = $state(0);
  /** The pointer has moved over the results since the last key. */
  pointed = false;
  found = new Load<SearchView>();
  home = new Load<HomeView>();
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** Whether something to search for is typed. */
  get asked(): boolean {
    return this.query.trim() !== "";
  }

  /** Takes what is in the field now and searches for it: by words at once, better in the next pause. */
  async type(query: string): Promise<void> {
    this.query = query;
    this.selected = 0;
    this.pointed = false;
    clearTimeout(this.#pause);
    if (!this.asked) {
      this.found.put(null);
      return;
    }
    this.#pause = setTimeout(() => void this.search(), PAUSE_MS);
    await this.#search("typing");
  }

  /** Searches as well as possible for what is typed. */
  async search(): Promise<void> {
    clearTimeout(this.#pause);
    if (this.asked) await this.#search("pause");
  }

  async #search(pace: Pace): Promise<void> {
    const answer = commands.search(this.query, pace);
    await this.found.run(
      answer.then((taken) => (taken.status === "ok" ? { ...taken, data: this.#inPlace(taken.data) } : taken)),
    );
  }

  /** What somebody is about to choose stays where it is: better results come below it. */
  #inPlace(better: SearchView): SearchView {
    const shown = this.found.view;
    if (shown?.query !== better.query || !(this.pointed || this.selected > 0)) return better;
    const known = new Set(shown.results.map((result) => result.id));
    const more = better.results.filter((result) => !known.has(result.id));
    return { ...shown, pace: better.pace, indexing: better.indexing, results: [...shown.results, ...more] };
  }

  /** Reads what is shown before anything is typed. */
  async open(): Promise<HomeView | null> {
    return this.home.run(commands.home());
  }

  /** Empties the field. */
  clear(): void {
    void this.type("");
  }
}

/** The one Ask field. */
export const ask = new Ask();
