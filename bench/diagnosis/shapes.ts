/** How each family says the same things: topics and payloads, written from the families' own documentation. */

export type FamilyName =
  | "generic"
  | "zigbee2mqtt"
  | "tasmota"
  | "home_assistant"
  | "shelly_gen1"
  | "shelly_gen2"
  | "esphome"
  | "homie"
  | "aws_shadow"
  | "sparkplug_b";

/** What a device measures at one beat. Undefined fields are left out; strings stand for broken values. */
export interface Values {
  temperature: number;
  humidity: number;
  pressure: number;
  co2: number | string;
  illuminance: number | string | undefined;
  battery: number;
  rssi: number;
  uptimeS: number;
  sequence: number;
  power: number;
  on: boolean;
  /** What the device's own clock says. */
  clockMs: number;
}

export interface Draft {
  topic: string;
  payload: string;
  /** A binary payload, in place of the text. */
  bytes?: Uint8Array;
}

/** One device of a family. `name` is what a person asks for; topics may spell it differently. */
export interface Shape {
  telemetry(v: Values): Draft[];
  online(): Draft | null;
  offline(): Draft | null;
  discovery(): Draft[];
  command(on: boolean): Draft | null;
  reply(v: Values): Draft[];
  error(text: string): Draft;
  warning(text: string): Draft;
  /** Births that come with each restart, besides the uptime. */
  restart(): Draft[];
  /** Retained messages besides discovery and telemetry. */
  readonly hasTimestamps: boolean;
  readonly hasSequence: boolean;
  readonly hasUptime: boolean;
  /** Its telemetry is one JSON document on one topic. */
  readonly isDocument: boolean;
  readonly hasBattery: boolean;
  readonly isSigned: boolean;
}

const iso = (ms: number) => new Date(ms).toISOString();
const json = (value: unknown) => JSON.stringify(value);
const slug = (name: string) => name.toLowerCase().replaceAll(" ", "-");
const two = (n: number) => String(Math.floor(n)).padStart(2, "0");

function tasmotaUptime(seconds: number): string {
  return `${Math.floor(seconds / 86_400)}T${two((seconds / 3_600) % 24)}:${
    two((seconds / 60) % 60)
  }:${two(seconds % 60)}`;
}

/** `variant` chooses among the ways a family's devices differ; `address` is its MAC. */
export function shapeOf(
  family: FamilyName,
  o: { name: string; variant: number; address: string },
): Shape {
  const { name, variant, address } = o;
  const plain = {
    hasTimestamps: true,
    hasSequence: false,
    hasUptime: true,
    isDocument: true,
    hasBattery: true,
    isSigned: true,
    restart: (): Draft[] => [],
    discovery: (): Draft[] => [],
  };
  switch (family) {
    case "generic":
    case "home_assistant": {
      const base = [
        `plant/hall-2/${slug(name)}`,
        `${slug(name).replaceAll("-", "_")}`,
        `site/${slug(name)}/v1`,
      ][variant % 3] ?? "";
      const numeric = variant % 2 === 0;
      const discovery = (): Draft[] => {
        if (family === "generic") return [];
        const device = { ids: [`acme_${address}`], name, mf: "Acme", mdl: "T1000" };
        return ["temperature", "humidity"].map((field) => ({
          topic: `homeassistant/sensor/acme_${address}/${field}/config`,
          payload: json({
            "~": base,
            name: field,
            uniq_id: `acme_${address}_${field}`,
            stat_t: "~/telemetry",
            avty_t: "~/status",
            val_tpl: `{{ value_json.${field} }}`,
            dev: device,
          }),
        }));
      };
      return {
        ...plain,
        hasSequence: true,
        discovery,
        telemetry: (v) => [{
          topic: `${base}/telemetry`,
          payload: json({
            ts: numeric ? v.clockMs : iso(v.clockMs),
            seq: v.sequence,
            temperature: v.temperature,
            humidity: v.humidity,
            pressure: v.pressure,
            co2: v.co2,
            illuminance: v.illuminance,
            power: v.power,
            battery: v.battery,
            rssi: v.rssi,
            uptime: Math.floor(v.uptimeS),
            error: null,
            errors: 0,
            relay: v.on ? "ON" : "OFF",
          }),
        }],
        online: () => ({ topic: `${base}/status`, payload: "online" }),
        offline: () => ({ topic: `${base}/status`, payload: "offline" }),
        command: (on) => ({ topic: `${base}/relay/set`, payload: on ? "ON" : "OFF" }),
        reply: (v) => [{ topic: `${base}/relay/state`, payload: v.on ? "ON" : "OFF" }],
        error: (text) => ({
          topic: `${base}/log`,
          payload: json({ level: "error", message: text }),
        }),
        warning: (text) => ({
          topic: `${base}/log`,
          payload: json({ level: "warning", message: text }),
        }),
      };
    }
    case "zigbee2mqtt": {
      const base = `zigbee2mqtt/${name}`;
      const ieee = `0x00${address}00`;
      const state = (v: Values): Draft => ({
        topic: base,
        payload: json({
          battery: v.battery,
          temperature: v.temperature,
          humidity: v.humidity,
          pressure: v.pressure,
          co2: v.co2,
          illuminance: v.illuminance,
          linkquality: Math.max(0, Math.min(255, Math.round((v.rssi + 100) * 3.4))),
          voltage: 3015,
          last_seen: variant % 2 === 0 ? iso(v.clockMs) : v.clockMs,
          state: v.on ? "ON" : "OFF",
        }),
      });
      return {
        ...plain,
        hasTimestamps: false,
        hasUptime: false,
        telemetry: (v) => [state(v)],
        online: () => ({
          topic: `${base}/availability`,
          payload: variant % 2 === 0 ? json({ state: "online" }) : "online",
        }),
        offline: () => ({
          topic: `${base}/availability`,
          payload: variant % 2 === 0 ? json({ state: "offline" }) : "offline",
        }),
        discovery: () => [
          {
            topic: "zigbee2mqtt/bridge/devices",
            payload: json([
              {
                ieee_address: "0x00124b0001020304",
                type: "Coordinator",
                friendly_name: "Coordinator",
              },
              {
                ieee_address: ieee,
                type: "EndDevice",
                friendly_name: name,
                power_source: "Battery",
                definition: { model: "WSDCGQ11LM", vendor: "Aqara" },
              },
              {
                ieee_address: "0x00158d00aabbccdd",
                type: "Router",
                friendly_name: "garage plug",
                power_source: "Mains (single phase)",
              },
            ]),
          },
          { topic: "zigbee2mqtt/bridge/state", payload: json({ state: "online" }) },
          {
            topic: `homeassistant/sensor/${ieee}/temperature/config`,
            payload: json({
              availability: [{ topic: "zigbee2mqtt/bridge/state" }, {
                topic: `${base}/availability`,
              }],
              device: { identifiers: [`zigbee2mqtt_${ieee}`], name, model: "WSDCGQ11LM" },
              state_topic: base,
              unique_id: `${ieee}_temperature`,
              value_template: "{{ value_json.temperature }}",
            }),
          },
        ],
        command: (on) => ({ topic: `${base}/set`, payload: json({ state: on ? "ON" : "OFF" }) }),
        reply: (v) => [state(v)],
        error: (text) => ({
          topic: "zigbee2mqtt/bridge/logging",
          payload: json({
            level: "error",
            message: `z2m: Publish 'set' 'state' to '${name}' failed: ${text}`,
            namespace: "z2m",
          }),
        }),
        warning: (text) => ({
          topic: "zigbee2mqtt/bridge/logging",
          payload: json({
            level: "warning",
            message: `z2m: Device '${name}' warning: ${text}`,
            namespace: "z2m",
          }),
        }),
      };
    }
    case "tasmota": {
      const id = slug(name).replaceAll("-", "_");
      const path = (prefix: string) => variant % 3 === 2 ? `${id}/${prefix}` : `${prefix}/${id}`;
      // Local time without a zone, two hours east of Greenwich.
      const local = (ms: number) => iso(ms + 7_200_000).slice(0, 19);
      return {
        ...plain,
        isDocument: false,
        hasBattery: false,
        telemetry: (v) => [
          {
            topic: `${path("tele")}/STATE`,
            payload: json({
              Time: local(v.clockMs),
              Uptime: tasmotaUptime(v.uptimeS),
              UptimeSec: Math.floor(v.uptimeS),
              Heap: 25,
              SleepMode: "Dynamic",
              Sleep: 50,
              LoadAvg: 19,
              MqttCount: 1,
              POWER: v.on ? "ON" : "OFF",
              Wifi: {
                AP: 1,
                SSId: "home",
                BSSId: "AA:BB:CC:DD:EE:FF",
                Channel: 6,
                Mode: "11n",
                RSSI: Math.max(0, Math.min(100, 2 * (v.rssi + 100))),
                Signal: v.rssi,
                LinkCount: 1,
                Downtime: "0T00:00:03",
              },
            }),
          },
          {
            topic: `${path("tele")}/SENSOR`,
            payload: json({
              Time: local(v.clockMs),
              BME280: { Temperature: v.temperature, Humidity: v.humidity, Pressure: v.pressure },
              MHZ19B: { CarbonDioxide: v.co2 },
              BH1750: v.illuminance === undefined ? undefined : { Illuminance: v.illuminance },
              ENERGY: { Total: 1234.5, Power: v.power },
              TempUnit: "C",
            }),
          },
        ],
        online: () => ({ topic: `${path("tele")}/LWT`, payload: "Online" }),
        offline: () => ({ topic: `${path("tele")}/LWT`, payload: "Offline" }),
        discovery: () => [{
          topic: `tasmota/discovery/${address.toUpperCase()}/config`,
          payload: json({
            ip: "192.168.1.40",
            dn: name,
            fn: [name, null],
            hn: `${id}-1234`,
            mac: address.toUpperCase(),
            md: "Sonoff Basic",
            ty: 0,
            if: 0,
            ofln: "Offline",
            onln: "Online",
            state: ["OFF", "ON", "TOGGLE", "HOLD"],
            sw: "14.2.0",
            t: id,
            ft: variant % 3 === 2 ? "%topic%/%prefix%/" : "%prefix%/%topic%/",
            tp: ["cmnd", "stat", "tele"],
            rl: [1],
          }),
        }],
        command: (on) => ({ topic: `${path("cmnd")}/POWER`, payload: on ? "ON" : "OFF" }),
        reply: (v) => [
          { topic: `${path("stat")}/RESULT`, payload: json({ POWER: v.on ? "ON" : "OFF" }) },
          { topic: `${path("stat")}/POWER`, payload: v.on ? "ON" : "OFF" },
        ],
        error: (text) => ({ topic: `${path("stat")}/RESULT`, payload: json({ Error: text }) }),
        warning: (text) => ({ topic: `${path("stat")}/RESULT`, payload: json({ Warning: text }) }),
        restart: () => [
          {
            topic: `${path("tele")}/INFO1`,
            payload: json({
              Info1: {
                Module: "Sonoff Basic",
                Version: "14.2.0(tasmota)",
                FallbackTopic: `cmnd/DVES_${address.slice(-6)}_fb/`,
                GroupTopic: "cmnd/tasmotas/",
              },
            }),
          },
          {
            topic: `${path("tele")}/INFO3`,
            payload: json({ Info3: { RestartReason: "Software/System restart", BootCount: 11 } }),
          },
        ],
      };
    }
    case "shelly_gen1": {
      const id = `shellyht-${address.slice(-6).toUpperCase()}`;
      const base = `shellies/${id}`;
      return {
        ...plain,
        hasTimestamps: false,
        isDocument: false,
        telemetry: (v) => [
          { topic: `${base}/sensor/temperature`, payload: String(v.temperature) },
          { topic: `${base}/sensor/humidity`, payload: String(v.humidity) },
          { topic: `${base}/sensor/pressure`, payload: String(v.pressure) },
          { topic: `${base}/sensor/co2`, payload: String(v.co2) },
          { topic: `${base}/sensor/battery`, payload: String(v.battery) },
          { topic: `${base}/relay/0`, payload: v.on ? "on" : "off" },
          {
            topic: `${base}/info`,
            payload: json({
              wifi_sta: { connected: true, ssid: "home", ip: "192.168.1.41", rssi: v.rssi },
              mqtt: { connected: true },
              uptime: Math.floor(v.uptimeS),
              has_update: false,
              ram_free: 38_000,
            }),
          },
        ],
        online: () => ({ topic: `${base}/online`, payload: "true" }),
        offline: () => ({ topic: `${base}/online`, payload: "false" }),
        command: (on) => ({ topic: `${base}/relay/0/command`, payload: on ? "on" : "off" }),
        reply: (v) => [{ topic: `${base}/relay/0`, payload: v.on ? "on" : "off" }],
        error: (text) => ({ topic: `${base}/error`, payload: text }),
        warning: (text) => ({ topic: `${base}/warning`, payload: text }),
      };
    }
    case "shelly_gen2": {
      const id = `shellyplus1-${address}`;
      return {
        ...plain,
        isDocument: false,
        hasBattery: false,
        telemetry: (v) => [
          {
            topic: `${id}/status/switch:0`,
            payload: json({
              id: 0,
              source: "timer",
              output: v.on,
              apower: v.power,
              voltage: 230.1,
              temperature: { tC: v.temperature, tF: v.temperature * 1.8 + 32 },
            }),
          },
          { topic: `${id}/status/humidity:0`, payload: json({ id: 0, rh: v.humidity }) },
          {
            topic: `${id}/status/sys`,
            payload: json({
              mac: address.toUpperCase(),
              restart_required: false,
              unixtime: Math.floor(v.clockMs / 1000),
              uptime: Math.floor(v.uptimeS),
              pressure: v.pressure,
              co2: v.co2,
              illuminance: v.illuminance,
            }),
          },
          {
            topic: `${id}/status/wifi`,
            payload: json({ sta_ip: "192.168.1.42", status: "got ip", ssid: "home", rssi: v.rssi }),
          },
        ],
        online: () => ({ topic: `${id}/online`, payload: "true" }),
        offline: () => ({ topic: `${id}/online`, payload: "false" }),
        command: (on) => ({
          topic: `${id}/rpc`,
          payload: json({ id: 7, src: "app", method: "Switch.Set", params: { id: 0, on } }),
        }),
        reply: (
          v,
        ) => [{
          topic: `${id}/events/rpc`,
          payload: json({
            src: id,
            dst: `${id}/events`,
            method: "NotifyStatus",
            params: { ts: v.clockMs / 1000, "switch:0": { id: 0, output: v.on, source: "MQTT" } },
          }),
        }],
        error: (text) => ({
          topic: `${id}/events/rpc`,
          payload: json({
            src: id,
            method: "NotifyEvent",
            params: { events: [{ component: "switch:0", event: "fault", error: text }] },
          }),
        }),
        warning: (text) => ({
          topic: `${id}/events/rpc`,
          payload: json({
            src: id,
            method: "NotifyEvent",
            params: { events: [{ component: "switch:0", warning: text }] },
          }),
        }),
      };
    }
    case "esphome": {
      const node = slug(name);
      const entity = (component: string, object: string) => `${node}/${component}/${object}`;
      return {
        ...plain,
        hasTimestamps: false,
        isDocument: false,
        hasBattery: true,
        telemetry: (v) => [
          { topic: `${entity("sensor", "temperature")}/state`, payload: v.temperature.toFixed(1) },
          { topic: `${entity("sensor", "humidity")}/state`, payload: v.humidity.toFixed(1) },
          { topic: `${entity("sensor", "pressure")}/state`, payload: v.pressure.toFixed(1) },
          { topic: `${entity("sensor", "co2")}/state`, payload: String(v.co2) },
          { topic: `${entity("sensor", "battery")}/state`, payload: String(v.battery) },
          { topic: `${entity("sensor", "wifi_signal")}/state`, payload: String(v.rssi) },
          { topic: `${entity("sensor", "uptime")}/state`, payload: String(Math.floor(v.uptimeS)) },
          { topic: `${entity("switch", "relay")}/state`, payload: v.on ? "ON" : "OFF" },
        ],
        online: () => ({ topic: `${node}/status`, payload: "online" }),
        offline: () => ({ topic: `${node}/status`, payload: "offline" }),
        command: (on) => ({
          topic: `${entity("switch", "relay")}/command`,
          payload: on ? "ON" : "OFF",
        }),
        reply: (
          v,
        ) => [{ topic: `${entity("switch", "relay")}/state`, payload: v.on ? "ON" : "OFF" }],
        error: (text) => ({
          topic: `${node}/debug`,
          payload: `\u001b[1;31m[E][dht:055]: ${text}\u001b[0m`,
        }),
        warning: (text) => ({
          topic: `${node}/debug`,
          payload: `\u001b[0;33m[W][wifi:112]: ${text}\u001b[0m`,
        }),
      };
    }
    case "homie": {
      const base = `homie/${slug(name)}`;
      return {
        ...plain,
        hasTimestamps: false,
        isDocument: false,
        telemetry: (v) => [
          { topic: `${base}/climate/temperature`, payload: v.temperature.toFixed(2) },
          { topic: `${base}/climate/humidity`, payload: v.humidity.toFixed(1) },
          { topic: `${base}/climate/pressure`, payload: v.pressure.toFixed(1) },
          { topic: `${base}/climate/co2`, payload: String(v.co2) },
          { topic: `${base}/relay/on`, payload: String(v.on) },
          { topic: `${base}/$stats/uptime`, payload: String(Math.floor(v.uptimeS)) },
          {
            topic: `${base}/$stats/signal`,
            payload: String(Math.max(0, Math.min(100, 2 * (v.rssi + 100)))),
          },
          { topic: `${base}/$stats/battery`, payload: String(v.battery) },
        ],
        online: () => ({ topic: `${base}/$state`, payload: "ready" }),
        offline: () => ({ topic: `${base}/$state`, payload: "lost" }),
        discovery: () => [
          { topic: `${base}/$homie`, payload: "4.0.0" },
          { topic: `${base}/$name`, payload: name },
          { topic: `${base}/$nodes`, payload: "climate,relay" },
          { topic: `${base}/climate/$properties`, payload: "temperature,humidity" },
        ],
        command: (on) => ({ topic: `${base}/relay/on/set`, payload: String(on) }),
        reply: (v) => [{ topic: `${base}/relay/on`, payload: String(v.on) }],
        error: (text) => ({ topic: `${base}/$log`, payload: `ERROR ${text}` }),
        warning: (text) => ({ topic: `${base}/$log`, payload: `WARN ${text}` }),
      };
    }
    case "aws_shadow": {
      const base = `$aws/things/${slug(name)}/shadow`;
      return {
        ...plain,
        hasTimestamps: false,
        telemetry: (v) => [{
          topic: `${base}/update`,
          payload: json({
            state: {
              reported: {
                temperature: v.temperature,
                humidity: v.humidity,
                pressure: v.pressure,
                co2: v.co2,
                illuminance: v.illuminance,
                battery: v.battery,
                rssi: v.rssi,
                uptime: Math.floor(v.uptimeS),
                relay: v.on,
              },
            },
          }),
        }],
        online: () => null,
        offline: () => null,
        command: (on) => ({
          topic: `${base}/update/delta`,
          payload: json({ version: 12, state: { relay: on } }),
        }),
        reply: (
          v,
        ) => [{
          topic: `${base}/update/accepted`,
          payload: json({ state: { reported: { relay: v.on } }, version: 13 }),
        }],
        error: (text) => ({
          topic: `${base}/update/rejected`,
          payload: json({ code: 409, message: text }),
        }),
        warning: (text) => ({
          topic: `${base}/update/rejected`,
          payload: json({ code: 409, message: text }),
        }),
      };
    }
    case "sparkplug_b": {
      const device = slug(name);
      const topic = (type: string) => `spBv1.0/plant/${type}/edge-1/${device}`;
      let seq = 0;
      const metricsOf = (v: Values): Metrics => ({
        temperature: v.temperature,
        humidity: v.humidity,
        pressure: v.pressure,
        co2: v.co2,
        battery: v.battery,
        rssi: v.rssi,
        uptime: Math.floor(v.uptimeS),
        relay: v.on,
      });
      const draft = (type: string, metrics: Metrics, clockMs: number | null): Draft => ({
        topic: topic(type),
        payload: "",
        bytes: sparkplugPayload(metrics, { seq: seq++ % 256, timestampMs: clockMs }),
      });
      return {
        ...plain,
        isDocument: false,
        telemetry: (v) => [draft("DDATA", metricsOf(v), Math.round(v.clockMs))],
        online: () => draft("DBIRTH", { "Properties/Model": "T1000" }, null),
        offline: () => draft("DDEATH", {}, null),
        command: (on) => draft("DCMD", { relay: on }, null),
        reply: (v) => [draft("DDATA", { relay: v.on }, Math.round(v.clockMs))],
        error: (text) => draft("DDATA", { "Error Message": text }, null),
        warning: (text) => draft("DDATA", { Warning: text }, null),
      };
    }
  }
}

/** The name under which the device is asked for. */
export function askedName(family: FamilyName, o: { name: string; address: string }): string {
  if (family === "shelly_gen1") return `shellyht-${o.address.slice(-6)}`;
  if (family === "shelly_gen2") return `shellyplus1-${o.address}`;
  return o.name;
}

type Metrics = Record<string, number | string | boolean>;

/** A Sparkplug B payload by hand: protobuf fields of Payload (1, 2, 3) and Metric (1, 4, 13, 14, 15). */
function sparkplugPayload(
  metrics: Metrics,
  o: { seq: number; timestampMs: number | null },
): Uint8Array {
  const out: number[] = [];
  if (o.timestampMs !== null) out.push(1 << 3, ...varint(o.timestampMs));
  for (const [name, value] of Object.entries(metrics)) {
    const text = new TextEncoder().encode(name);
    const metric = [(1 << 3) | 2, ...varint(text.length), ...text, 4 << 3];
    if (typeof value === "number") {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setFloat64(0, value, true);
      metric.push(10, (13 << 3) | 1, ...bytes);
    } else if (typeof value === "boolean") metric.push(11, 14 << 3, value ? 1 : 0);
    else {
      const string = new TextEncoder().encode(value);
      metric.push(12, (15 << 3) | 2, ...varint(string.length), ...string);
    }
    out.push((2 << 3) | 2, ...varint(metric.length), ...metric);
  }
  out.push(3 << 3, ...varint(o.seq));
  return Uint8Array.from(out);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
