import { commands, events, type DeviceView } from "./bindings";
import { Action, Load } from "./load.svelte";

/** This device at a glance. */
class Device {
  load = new Load<DeviceView>();
  exporting = new Action();
  /** Name of the file that was written last. */
  exported = $state<string | null>(null);

  /** Reads it; checks run where the last ones are too long ago. */
  async open(): Promise<void> {
    this.exported = null;
    await this.load.run(commands.device());
  }

  /** Checks anew. */
  async check(): Promise<void> {
    await this.load.run(commands.deviceCheck());
  }

  /** Writes everything that is known into a file. */
  async export(): Promise<void> {
    await this.exporting.run(commands.deviceExport, (name) => (this.exported = name));
  }

  /** Follows the checks that run. */
  async listen(): Promise<void> {
    await events.deviceChanged.listen(({ payload }) => {
      // What it tells may be older than the answer on its way.
      if (this.load.busy) void this.load.run(commands.device());
      else this.load.put(payload);
    });
  }
}

/** My device. */
export const device = new Device();
