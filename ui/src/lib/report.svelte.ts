import { commands, type SavedView } from "./bindings";
import { desk } from "./desk.svelte";
import { Action } from "./load.svelte";

/** The security report that is being written; kept while other screens are open. */
class Report {
  text = $state("");
  /** How to call back somebody who is not signed in. */
  contact = $state("");
  sending = new Action();
  #writer: string | null = null;

  /** Whether there is anything to lose. */
  get isBegun(): boolean {
    return this.text.trim() !== "" || this.contact.trim() !== "";
  }

  /** Stores it for sending; once that is done the next one begins empty. */
  async send(done: (saved: SavedView) => void): Promise<void> {
    const contact = desk.signedIn ? "" : this.contact.trim();
    await this.sending.run(
      () => commands.securityReport(this.text, contact === "" ? null : contact),
      (saved) => {
        this.forget();
        done(saved);
      },
    );
  }

  /** Throws it away. */
  forget(): void {
    this.text = "";
    this.contact = "";
    this.sending.problem = null;
  }

  /** What one person wrote is never shown to the next. A session that only ended takes nothing away. */
  belongsTo(writer: string): void {
    if (this.#writer !== null && this.#writer !== writer) this.forget();
    this.#writer = writer;
  }
}

/** The one report. */
export const report = new Report();
