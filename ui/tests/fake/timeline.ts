import { said } from "./options";

export const AT = "2026-11-20T09:52:00Z";

/** A team took over and is at it. */
export const atWork = (team: string) => [
  { at: AT, event: { type: "replied" as const, text: said("Since Monday", "Seit Montag") } },
  { at: AT, event: { type: "handed_off" as const, team, respond_within_minutes: 30, hold_still: true } },
  { at: AT, event: { type: "team_started" as const, team, done_within_minutes: 90 } },
  {
    at: AT,
    event: {
      type: "team_wrote" as const,
      team,
      text: said("Which building are you in?\nWe can come by at two.", "In welchem Gebäude sind Sie?\nWir können um zwei vorbeikommen."),
    },
  },
];

/** The agent did something after somebody said yes, and a team closed it. */
export const done = () => [
  { at: AT, event: { type: "approval_asked" as const, of: "manager" as const, deeds: ["account_extended" as const], until: "2026-11-23T17:00:00Z" } },
  { at: AT, event: { type: "approval_ended" as const, of: "manager" as const, outcome: "given" as const } },
  { at: AT, event: { type: "done" as const, deeds: ["account_unlocked" as const, "reset_link_sent" as const] } },
  { at: AT, event: { type: "team_closed" as const, team: said("Identity team", "Team für Konten und Anmeldung") } },
];
