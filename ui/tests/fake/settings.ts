import type { DepartmentView, Installation, OwnAccount, SessionView, SettingKey, SettingView, SettingsView, Startup } from "../../src/lib/bindings";
import { options, said } from "./options";

const values: Partial<Record<SettingKey, string>> = {};
let fresh = false;
let signedOut = false;
let installations: Installation[] = [
  { id: "this", device_name: "LO-4417", enrolled_at: "2026-09-01T08:00:00Z", is_this: true },
  { id: "old", device_name: "LO-2290-OLD-LAPTOP-FROM-BEFORE", enrolled_at: "2025-02-11T08:00:00Z", is_this: false },
];

/** Who is signed in. */
export function session(): SessionView {
  const { signedIn, online, memoryOnly, unread } = options();
  const inside = signedIn && !signedOut;
  return {
    state: inside ? "signed_in" : "signed_out",
    name: inside ? "Noor" : null,
    online,
    memory_only: memoryOnly,
    file_key: memoryOnly,
    unsent: 1,
    unsent_of_others: unread ? 1 : 0,
    sealed: unread ? 2 : 0,
    damaged: unread ? 1 : 0,
    needs_sign_in: unread && inside,
  };
}

function department(name: string, about: string, phone: string): DepartmentView {
  return { name, about, phone, hours: said("Monday to Friday, 7:00 to 19:00", "Montag bis Freitag, 7 bis 19 Uhr") };
}

/** What the directory says of her. */
export function ownAccount(): OwnAccount {
  return {
    state: "active",
    must_change_password: false,
    password_expires_at: "2027-01-11T08:30:00Z",
    expires_at: "2027-06-30T22:00:00Z",
    groups: ["all-staff", "confluence-readers", "finance-shared-mailbox-month-end-close", "vpn-users"],
  };
}

/** Before the first screen. */
export function startup(): Startup {
  return {
    language: options().language,
    appearance: (values.appearance as Startup["appearance"] | undefined) ?? "system",
    organization: {
      name: "Lumen & Oak",
      help_desk: { phone: "+1 555 0100", hours: said("Monday to Friday, 7:00 to 19:00", "Montag bis Freitag, 7 bis 19 Uhr") },
      security: { phone: "+1 555 0199", hours: said("Day and night", "Tag und Nacht") },
      others: [
        department(said("Building services", "Gebäudedienste"), said("Rooms, doors, heating, lifts, parking", "Räume, Türen, Heizung, Aufzüge, Parkplätze"), "+1 555 0142"),
        department(said("Personnel", "Personalabteilung"), said("Pay, leave, contracts, training", "Gehalt, Urlaub, Verträge, Fortbildung"), "+1 555 0150"),
      ],
      brand_hue: null,
    },
    session: session(),
    waiting: 2,
    version: "0.1.0",
  };
}

function key(name: SettingKey, value: string, more: Partial<SettingView> = {}): SettingView {
  return { key: name, value: values[name] ?? value, options: [], origin: "default", locked: false, ignored: [], ...more };
}

/** Every setting: free, locked, and with an error. */
export function settings(): SettingsView {
  const managed = { origin: "managed", locked: true } as const;
  return {
    keys: [
      key("language", "system", { options: ["system", "en", "de"] }),
      key("appearance", "system", { options: ["system", "light", "dark"] }),
      key("autostart", "true", { ...managed, options: ["true", "false"] }),
      key("notifications", "true", { options: ["true", "false"] }),
      key("shortcut", "ctrl+alt+h", {
        options: ["ctrl+alt+h", "ctrl+alt+space", "off"],
        ignored: [{ file: null, line: null, misfit: { type: "keys_taken" } }],
      }),
      key("share_questions", "false", { options: ["true", "false"] }),
      key("agent_url", "https://deskside.lumen-oak.example/with/a/rather/long/path", managed),
      key("issuer", "https://signin.lumen-oak.example", {
        ...managed,
        ignored: [{ file: "/etc/deskside/policy.json", line: 4, misfit: { type: "insecure" } }],
      }),
      key("client_id", "deskside", managed),
      key("audience", "urn:deskside:agent", managed),
      key("loopback_port", "", {
        origin: "user",
        ignored: [{ file: null, line: null, misfit: { type: "not_in_range", min: 1024, max: 65535 } }],
      }),
      key("internet_probe_url", ""),
      key("asset_name", "LO-4417", managed),
      key("brand_hue", "", { locked: true }),
    ],
    version: "0.1.0",
    articles: 32,
    content_date: "2026-09-28",
    meaning: "absent",
    content_problems: ["articles/printer-add.md:7: “review_by” is not a date"],
  };
}

/** Changes one. */
export function set(name: SettingKey, value: string): SettingsView {
  values[name] = value;
  return settings();
}

/** Whether they signed in just now. */
export function isFresh(): boolean {
  return fresh;
}

/** Leaves the account. */
export function signOut(): void {
  signedOut = true;
}

/** Signed in just now. */
export function signIn(): SessionView {
  fresh = true;
  signedOut = false;
  return session();
}

/** The person's devices. */
export function devices(): { installations: Installation[] } {
  return { installations };
}

/** Revokes one, if the sign-in is fresh. */
export function revoke(id: string): { installations: Installation[] } | null {
  if (!fresh) return null;
  installations = installations.filter((installation) => installation.id !== id);
  return devices();
}
