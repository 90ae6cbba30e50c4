import type { DeviceKit, DeviceLink, DeviceScript } from "../device.ts";
import { Wandering } from "../random.ts";

/** Plugs with Tasmota's topics: `tele/…/LWT`, `STATE`, `SENSOR`; `cmnd/…` answered on `stat/…`. */
export const tasmotaDevices: readonly DeviceScript[] = [
  {
    name: "washer_plug",
    family: "Tasmota",
    topics: topicsOf("washer_plug"),
    async start(kit) {
      const life = new PlugLife("washer_plug", kit, { watts: 420 });
      await life.connect();
      life.report();
    },
  },
  {
    name: "heater_plug",
    family: "Tasmota",
    topics: topicsOf("heater_plug"),
    fault: "flapping: loses its connection every few seconds and comes back after a restart",
    async start(kit) {
      const life = new PlugLife("heater_plug", kit, { watts: 1180 });
      await life.connect();
      life.report();
      const fall = async () => {
        await life.crash();
        kit.after(900 + kit.random() * 300, async () => {
          await life.connect();
          kit.after(1500 + kit.random() * 500, fall);
        });
      };
      kit.after(1500, fall);
    },
  },
  {
    name: "freezer_plug",
    family: "Tasmota",
    topics: topicsOf("freezer_plug"),
    async start(kit) {
      const life = new PlugLife("freezer_plug", kit, { watts: 85 });
      await life.connect();
      life.report();
    },
  },
];

function topicsOf(name: string): string[] {
  return [`tele/${name}/#`, `stat/${name}/#`, `cmnd/${name}/#`];
}

class PlugLife {
  readonly #name: string;
  readonly #kit: DeviceKit;
  readonly #power: Wandering;
  #link: DeviceLink | null = null;
  #state = "ON";
  #bootedAtMs = 0;
  #restarts = 0;
  #totalKwh: number;

  constructor(name: string, kit: DeviceKit, o: { watts: number }) {
    this.#name = name;
    this.#kit = kit;
    this.#power = new Wandering(o.watts, o.watts / 60, kit.random);
    this.#totalKwh = 100 + kit.random() * 50;
  }

  async connect(): Promise<void> {
    const link = await this.#kit.connect({
      will: { topic: `tele/${this.#name}/LWT`, payload: "Offline" },
    });
    this.#link = link;
    this.#bootedAtMs = this.#kit.now();
    this.#restarts++;
    await link.publish(`tele/${this.#name}/LWT`, "Online", { retain: true });
    await link.publish(`tele/${this.#name}/INFO3`, {
      Info3: {
        RestartReason: this.#restarts > 1 ? "Exception" : "Power On",
        BootCount: 40 + this.#restarts,
      },
    });
    await link.subscribe(`cmnd/${this.#name}/#`, (topic, text) => void this.#answer(topic, text));
    await this.#sendState();
  }

  async crash(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    await link?.crash();
  }

  report(): void {
    this.#kit.every(2000, { jitterMs: 30 }, async () => {
      await this.#sendState();
      const watts = this.#state === "ON" ? this.#power.next(0) : 0;
      this.#totalKwh += watts / 1_800_000;
      await this.#link?.publish(`tele/${this.#name}/SENSOR`, {
        Time: this.#time(),
        ENERGY: {
          Total: Number(this.#totalKwh.toFixed(3)),
          Power: watts,
          Voltage: 230 + Math.round(this.#kit.random() * 2),
          Current: Number((watts / 230).toFixed(3)),
        },
      });
    });
  }

  async #answer(topic: string, text: string): Promise<void> {
    const command = topic.slice(topic.lastIndexOf("/") + 1).toUpperCase();
    if (command === "POWER" || command === "POWER1") {
      const wanted = text.trim().toUpperCase();
      if (["ON", "1", "TRUE"].includes(wanted)) this.#state = "ON";
      else if (["OFF", "0", "FALSE"].includes(wanted)) this.#state = "OFF";
      else if (wanted === "TOGGLE" || wanted === "2") {
        this.#state = this.#state === "ON" ? "OFF" : "ON";
      }
      await this.#link?.publish(`stat/${this.#name}/RESULT`, { POWER: this.#state });
      await this.#link?.publish(`stat/${this.#name}/POWER`, this.#state);
    } else if (command === "STATE") {
      await this.#sendState();
    } else {
      await this.#link?.publish(`stat/${this.#name}/RESULT`, { Command: "Unknown" });
    }
  }

  async #sendState(): Promise<void> {
    const uptimeSec = Math.round((this.#kit.now() - this.#bootedAtMs) / 1000);
    await this.#link?.publish(`tele/${this.#name}/STATE`, {
      Time: this.#time(),
      UptimeSec: uptimeSec,
      Heap: 26 + Math.round(this.#kit.random()),
      LoadAvg: 19,
      MqttCount: this.#restarts,
      POWER: this.#state,
      Wifi: { SSId: "workshop", RSSI: 82, Signal: -59, LinkCount: 1 },
    });
  }

  /** Tasmota writes its own time without a zone. */
  #time(): string {
    return new Date(this.#kit.now()).toISOString().slice(0, 19);
  }
}
