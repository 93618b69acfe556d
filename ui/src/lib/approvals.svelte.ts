import { commands, events, type ApprovalRequest, type ApprovalView, type ApprovalWord } from "./bindings";
import { desk } from "./desk.svelte";
import { Action, Load } from "./load.svelte";

/** What the person is asked to say yes or no to. */
class Approvals {
  load = new Load<ApprovalView[]>();
  saying = new Action();
  /** What they said last, as long as its screen is open. */
  said = $state.raw<{ person: string; isYes: boolean } | null>(null);
  /** What they said did not count: it was decided meanwhile, or is not as it was shown. */
  outdated = $state(false);
  /** The word that waits for a fresh sign-in. */
  waits = $state.raw<{ asked: ApprovalRequest; isYes: boolean } | null>(null);

  get count(): number {
    return desk.signedIn ? (this.load.view?.length ?? 0) : 0;
  }

  /** Follows what comes and goes. */
  async listen(): Promise<void> {
    await events.approvalsChanged.listen(() => void this.look());
  }

  /** Asks what there is. */
  async look(): Promise<void> {
    if (desk.signedIn && !desk.offline) await this.load.run(commands.approvals());
  }

  /** Says it; where the agent wants a fresh sign-in, that is asked for first. */
  async say(asked: ApprovalRequest, isYes: boolean): Promise<void> {
    this.said = null;
    this.outdated = false;
    const word: ApprovalWord = { digest: asked.digest, is_yes: isYes };
    const done = await this.saying.run(() => commands.approvalSay(asked.id, word), (rest) => this.load.put(rest));
    if (done) {
      this.said = { person: asked.person, isYes };
    } else if (this.saying.problem?.code === "fresh_sign_in_needed" && !this.waits) {
      this.saying.problem = null;
      this.waits = { asked, isYes };
      return;
    } else if (this.saying.problem?.code === "conflict") {
      this.saying.problem = null;
      this.outdated = true;
      await this.look();
    }
    this.waits = null;
  }

  /** Signs in once more, and says what waited for that. */
  async signIn(): Promise<void> {
    const { waits } = this;
    const done = await this.saying.run(() => commands.signInFresh(), (session) => (desk.session = session));
    // Taken back meanwhile: nothing is said after *Cancel*.
    if (!waits || this.waits !== waits) this.saying.problem = null;
    else if (done) await this.say(waits.asked, waits.isYes);
  }

  /** Says nothing. */
  cancel(): void {
    if (this.saying.busy) void commands.cancelSignIn();
    this.waits = null;
    this.saying.problem = null;
  }

  /** Forgets everything: it was for who is not here any more. */
  forget(): void {
    this.load.put(null);
    this.waits = null;
    this.leave();
  }

  /** Forgets what was said: its screen is left. */
  leave(): void {
    this.said = null;
    this.outdated = false;
  }
}

/** What waits for the person's word. */
export const approvals = new Approvals();
