import { commands, type HomeView, type SearchView } from "./bindings";
import { Load } from "./load.svelte";

/** The field of the Ask screen and what it found; kept while other screens are open. */
class Ask {
  query = $state("");
  /** Index of the marked option; the first when nothing was moved. */
  selected = $state(0);
  found = new Load<SearchView>();
  home = new Load<HomeView>();

  /** Whether something to search for is typed. */
  get asked(): boolean {
    return this.query.trim() !== "";
  }

  /** Takes what is in the field now and searches for it. */
  async type(query: string): Promise<void> {
    this.query = query;
    this.selected = 0;
    if (this.asked) await this.search();
    else this.found.put(null);
  }

  /** Searches again for what is typed. */
  async search(): Promise<void> {
    if (this.asked) await this.found.run(commands.search(this.query));
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
