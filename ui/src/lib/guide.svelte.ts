import { ask } from "./ask.svelte";
import { commands, events, type GuideAction, type GuideView } from "./bindings";
import { Load } from "./load.svelte";
import { router } from "./router.svelte";

/** The guided help that runs, if any. */
class Guide {
  load = new Load<GuideView | null>();

  /** Starts a playbook and shows it. */
  async start(playbook: string): Promise<void> {
    this.load.put(null);
    const started = this.load.run(commands.guideStart(playbook, ask.query));
    router.go({ name: "guide" });
    await started;
  }

  /** Reads the one that runs, after the window was elsewhere. */
  async resume(): Promise<void> {
    if (!this.load.busy) await this.load.run(commands.guide());
  }

  /** Does what the employee chose. */
  async act(action: GuideAction): Promise<void> {
    if (!this.load.busy) await this.load.run(commands.guideAct(action));
  }

  /** Ends it. */
  async leave(): Promise<void> {
    this.load.put(null);
    await commands.guideLeave();
  }

  /** Follows the checks that run. */
  async listen(): Promise<void> {
    await events.guideChanged.listen(({ payload }) => {
      // What it tells may be older than the answer on its way.
      if (this.load.busy) void this.load.run(commands.guide());
      else this.load.put(payload);
    });
  }
}

/** Guided help. */
export const guide = new Guide();
