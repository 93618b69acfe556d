import { commands, events, type SessionView, type Startup } from "./bindings";
import { t, useLanguage } from "./i18n.svelte";
import { Action, Load } from "./load.svelte";
import { routeOf, router } from "./router.svelte";

/** By then the first look for the agent has ended, or the agent is away. */
const LOOK_MS = 2000;

/** What the whole window knows: the company, who is signed in, what waits. */
class Desk {
  startup = new Load<Startup>();
  session = $state.raw<SessionView | null>(null);
  waiting = $state(0);
  /** Grows whenever requests changed; screens that show some read again. */
  requestsVersion = $state(0);
  /** Grows whenever the index of the articles is complete. */
  indexVersion = $state(0);
  /** Grows whenever a setting changed outside of the window. */
  settingsVersion = $state(0);
  signIn = new Action();
  /** Signed out here, while the company's sign-in could not be told: the session there ends by itself. */
  sessionLeftOpen = $state(false);
  /** False until somebody has looked whether the agent answers: no notice flashes up at the start. */
  #looked = $state(false);

  get organization() {
    return this.startup.view?.organization ?? null;
  }

  get signedIn(): boolean {
    return this.session?.state === "signed_in";
  }

  /** Whether it is known that the agent does not answer. */
  get offline(): boolean {
    return this.#looked && this.session?.online === false;
  }

  /** Name to greet with. */
  get name(): string {
    return this.session?.name || t("session.signed_in");
  }

  /** Reads language, look and session; again after a setting of these changed. */
  async open(): Promise<void> {
    const startup = await this.startup.run(commands.startup());
    if (!startup) return;
    this.session = startup.session;
    setTimeout(() => (this.#looked = true), LOOK_MS);
    this.waiting = startup.waiting;
    applyLook(startup);
    await useLanguage(startup.language);
  }

  /** Follows what happens outside of the window. */
  async listen(): Promise<void> {
    await Promise.all([
      events.sessionChanged.listen(({ payload }) => {
        this.session = payload;
        this.#looked = true;
      }),
      events.requestsChanged.listen(({ payload }) => {
        this.waiting = payload.waiting;
        this.requestsVersion += 1;
      }),
      events.indexReady.listen(() => (this.indexVersion += 1)),
      events.settingsChanged.listen(() => {
        this.settingsVersion += 1;
        void this.open();
      }),
      events.openScreen.listen(({ payload }) => router.go(routeOf(payload))),
    ]);
  }
}

function applyLook(startup: Startup): void {
  const root = document.documentElement;
  if (startup.appearance === "system") delete root.dataset.theme;
  else root.dataset.theme = startup.appearance;
  const hue = startup.organization.brand_hue;
  if (hue === null) root.style.removeProperty("--brand-hue");
  else root.style.setProperty("--brand-hue", String(hue));
}

/** The state of the window that is not of one screen. */
export const desk = new Desk();
