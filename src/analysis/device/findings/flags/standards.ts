/** What published standards and widespread formats say by codes, enums and numbers beside their limits. */
import { leafOf, objectOf } from "../../reading/fields.ts";
import {
  beside,
  error,
  type Field,
  has,
  isAlways,
  isSet,
  isUnset,
  levelsOf,
  lowBattery,
  reported,
  type Rule,
  warning,
  wordOf,
} from "./flag.ts";

const NOT_CONNECTED = warning("a neighbour is not connected");
const NO_NETWORK = warning("no network takes it");
const ALARM = error("an alarm");
const LEAST_THROUGH = 50;
const LEAST_WITHOUT = 5;
const FLAT_KPA = 140;
const KPA_PER_PSI = 6.895;
const TYRE = /^(?:front|rear)[a-z_]{0,12}press/;

const NETWORK: readonly Rule[] = [
  // IF-MIB (RFC 2863): enabled, and the layer below or the module is gone; of a port that is down, what is called an uplink.
  {
    name: /^ifoperstatus$/,
    is: (value) =>
      /^(?:lowerlayerdown|notpresent|down)$/.test(wordOf(value)) ||
      value === 2 || value === 6 || value === 7,
    where: (field) =>
      /^(?:up|1)$/.test(String(beside(field, "ifadminstatus"))) &&
      (wordOf(field.value) !== "down" && field.value !== 2 ||
        /uplink|trunk|backbone|\bwan\b|\bcore\b/i
          .test(`${beside(field, "ifalias")} ${beside(field, "ifdescr")}`)),
    tells: warning("a port that is enabled has no link"),
  },
  // BGP4-MIB (RFC 4273): all states but established (6), of a peer that is started.
  {
    name: /^bgppeerstate$/,
    is: (value) => /^(?:idle|connect|active|opensent|openconfirm|[1-5])$/.test(String(value)),
    where: (field) => !/^(?:stop|1)$/.test(String(beside(field, "bgppeeradminstatus"))),
    tells: NOT_CONNECTED,
  },
  // NTP (RFC 5905): of no server.
  {
    name: /^(?:ntp|clock|sys|chrony)?stratum$/,
    is: (value) => value === 16,
    where: () => true,
    tells: warning("its clock follows no server"),
  },
  // OSPF (RFC 4750) on its way to a neighbour, for minutes.
  {
    name: /^ospfnbrstate$/,
    is: /^(?:down|attempt|init|exstart|exchange|loading)$/,
    where: ({ reading }) => has(reading, /^dwells?$/, (seconds) => Number(seconds) >= 300),
    tells: NOT_CONNECTED,
  },
  // Etherlike-MIB: half of a connection that the other end takes for whole.
  {
    name: /^dot3statsduplexstatus$/,
    is: (value) => /^half/i.test(String(value)),
    where: (field) => Number(beside(field, "ifinerrors")) > 1_000,
    tells: warning("both ends of a link do not agree"),
  },
  {
    name: /^(?:state|status)$/,
    is: /^searching$/,
    where: ({ reading }) =>
      has(reading, "sinces", (seconds) => Number(seconds) >= 900) && has(reading, "rssi"),
    tells: NO_NETWORK,
  },
  // What is received, and what shall be.
  {
    name: /^(?:rsl|rssi|rxlevel)(?:dbm)?$/,
    is: (value) => typeof value === "number",
    where: (field) => {
      const wanted = beside(field, `${field.name.replace(/dbm$/, "")}expected`);
      return typeof wanted === "number" && Number(field.value) < wanted - 20;
    },
    tells: warning("far less is received than shall be"),
  },
  // WeatherLink and weewx: how much of what its station sent came through.
  {
    name: /^rxcheckpercent$/,
    is: (value) => typeof value === "number" && value < LEAST_THROUGH,
    where: ({ path, topic }) =>
      topic.live.length >= 3 &&
      topic.live.slice(-3).every(({ fields }) => Number(fields.get(path)) < LEAST_THROUGH),
    tells: warning("far less is received than shall be"),
  },
  // ITU-T G.984.3: O1 hears no light, O6 lost it, O7 is switched off by the other end.
  {
    name: /^(?:g|x)?(?:pon|onu|ont)(?:state|status)$/,
    is: (value) => /^O[167](?![\d.])/.test(String(value)),
    tells: error("no light comes from the other end"),
  },
  // The receivers of G.984.2 hear down to -28 dBm.
  {
    name: /^rxpower(?:dbm)?$/,
    is: (value) => typeof value === "number" && value < -29 && value > -40,
    where: ({ topic, reading }) =>
      /pon|onu|ont|ftth|fiber|optic/i
        .test(`${topic.topic} ${[...reading.fields.keys()].join(" ")}`),
    tells: warning("too little light comes from the other end"),
  },
  // Meshtastic: above a quarter of the time on the air is said to be too much, and above half little comes through.
  {
    name: /^channelutilization$/,
    is: (value) => typeof value === "number" && value >= 50,
    where: ({ path, topic, reading }) =>
      has(reading, "airutiltx") &&
      topic.live.slice(-3).every(({ fields }) => Number(fields.get(path) ?? 100) >= 50),
    tells: warning("its channel is nearly always busy"),
  },
  // ThingPark on what it sent to a device of LoRaWAN.
  {
    name: /^deliverystatus$/,
    is: 0,
    where: ({ reading }) => has(reading, "deliveryfailedcause1"),
    tells: error("a downlink was not sent"),
  },
  // BSH's Home Connect: an event of an appliance is present, confirmed or off.
  {
    name: /^(?:eventtype|value)?$/,
    is: /^(?:present|.{0,60}\.EventPresentState\.Present)$/i,
    where: (field) => applianceEvent(field) !== undefined,
    tells: (field) => warning(`an event of the appliance: ${applianceEvent(field)}`),
  },
  // 3GPP TS 27.007: 3 is denied.
  {
    is: (value) => typeof value === "string" && /^\+C[EG]?REG: ?(?:\d,)?3\b/.test(value),
    tells: NO_NETWORK,
  },
];

/** `refrigeration_fridgefreezer_event_temperaturealarmfreezer`: events of trouble and of what is used up, and none of what is done. */
const BSH_EVENT =
  /_event_(\w{0,60}(?:alarm|empty|full|fault|error|failure|blocked|leak|stuck|poor|required|overdue|reached)\w{0,40})$/i;

/** The event of which a field or its topic tells; undefined where that is none of trouble. */
function applianceEvent({ topic, path }: Field): string | undefined {
  return [path.split(".").at(-2), topic.segments.at(-1)]
    .flatMap((level) => BSH_EVENT.exec(level ?? "")?.[1] ?? [])[0]?.slice(0, 60);
}

const HOST: readonly Rule[] = [
  // Prometheus: a target that is not reached.
  {
    name: /^up$/,
    is: 0,
    where: ({ reading }) => has(reading, "job") && has(reading, "instance"),
    tells: error("it is down"),
  },
  { name: /^nodetimexsyncstatus$/, is: 0, tells: warning("its clock is not set by a time server") },
  {
    name: /^ready$/,
    is: (value) => /^(?:unknown|false)$/.test(wordOf(value) || String(value)),
    where: ({ reading }) => has(reading, "memorypressure"),
    tells: error("a node is not ready"),
  },
  // systemd's results but for success.
  {
    name: /^result$/,
    is: (value) =>
      /^(?:exit-code|signal|core-dump|timeout|watchdog|start-limit-hit|oom-kill|resources|protocol)$/
        .test(String(value)),
    where: ({ reading }) => has(reading, "activestate"),
    tells: error("a service failed"),
  },
  // Docker counts how often it started a container again.
  {
    name: /^(?:state|status)$/,
    is: /^restarting$/,
    where: ({ reading }) => has(reading, "restartcount", (count) => Number(count) >= 10),
    tells: warning("it starts again and again"),
  },
  {
    name: /^(?:state|status)$/,
    is: (value) => /^Restarting \(\d+\)/.test(String(value)),
    tells: warning("it starts again and again"),
  },
  {
    name: /^(?:docker|container)(?:state|status)$/,
    is: /^restarting$/,
    where: ({ path, topic, value }) =>
      topic.live.length >= 3 &&
      topic.live.slice(-3).every(({ fields }) => fields.get(path) === value),
    tells: warning("it starts again and again"),
  },
  // Elasticsearch and OpenSearch: a part of the data is on no node.
  {
    name: /^(?:cluster)?(?:status|health)$/,
    is: /^red$/,
    where: ({ reading }) => has(reading, /^unassignedshards$|^activeshards/),
    tells: error("a part of the data cannot be read"),
  },
  { name: /^oomkilled$/, is: true, tells: error("it ran out of memory") },
  // MySQL's threads of a replica.
  {
    name: /^(?:slave|replica)?(?:slave|replica)(?:io|sql)running$/,
    is: isUnset,
    tells: error("nothing is copied any more"),
  },
  // Pi-hole and AdGuard.
  {
    name: /^(?:status|protectionenabled|running)$/,
    is: (value) => value === false || value === "disabled",
    where: ({ reading }) =>
      has(reading, /^(?:dnsqueriestoday|numdnsqueries|adsblockedtoday|dnsport)$/),
    tells: warning("it blocks nothing"),
  },
  {
    name: /^(?:state|statetext)$/,
    is: /^(?:crit|unkn)$/,
    where: ({ reading }) => has(reading, "summary"),
    tells: error("a check failed"),
  },
  // IPMI's thresholds: critical and not to be recovered.
  {
    name: /^(?:state|status|statuscode)$/,
    is: /^[lu]?(?:cr|nr)$/,
    where: ({ reading }) => has(reading, /^(?:reading|units?)$/),
    tells: error("a reading is beyond its limit"),
  },
  // ATA's attributes 197 and 198; what stands beside a threshold is a grade, of which 100 is a good one.
  {
    name: /^(?:(?:current)?pendingsector|offlineuncorrectable(?:sector)?)s?(?:ct|count)?$/,
    is: isPositive,
    where: (field) => beside(field, "thresh") === null && beside(field, "worst") === null,
    tells: warning("sectors of the disk cannot be read"),
  },
  // Some are ordinary of an old disk, the first ones are not.
  {
    name: /^reallocatedsectors?(?:ct|count)?$/,
    is: isPositive,
    where: ({ path, topic }) => topic.live.some(({ fields }) => fields.get(path) === 0),
    tells: warning("sectors of the disk were given up"),
  },
  {
    name: /^percentageused$/,
    is: (value) => typeof value === "number" && value >= 100,
    where: (field) => beside(field, "availablespare") !== null,
    tells: warning("the disk has been written to as often as it may be"),
  },
  // What is mounted to be written to, and no more.
  {
    name: /^mode$/,
    is: /^ro$/,
    where: (field) =>
      ["path", "mountpoint"].some((leaf) =>
        beside(field, leaf) !== null &&
        field.topic.live.some((before) =>
          before.fields.get(field.path) === "rw" &&
          beside({ path: field.path, reading: before }, leaf) === beside(field, leaf)
        )
      ),
    tells: error("nothing can be written any more"),
  },
  // NVMe's health log: bits of its critical warning.
  {
    name: /^criticalwarning$/,
    is: isPositive,
    where: (field) => beside(field, "availablespare") !== null,
    tells: error("the disk itself warns"),
  },
];

const ofCluster = (cluster: RegExp) => ({ path, topic }: Field) =>
  cluster.test(`${topic.topic}/${path}`);

/** Matter's application clusters, by the names of their attributes below that of the cluster. */
const MATTER: readonly Rule[] = [
  {
    name: /^batt?(?:ery)?chargelevel$/,
    is: (value) => value === 1 || value === 2,
    where: ofCluster(/PowerSource/i),
    tells: lowBattery,
  },
  {
    name: /^(?:smoke|co)state$/,
    is: (value) => value === 1 || value === 2,
    where: ofCluster(/SmokeCoAlarm/i),
    tells: ALARM,
  },
  {
    name: /^doorstate$/,
    is: (value) => value === 2 || value === 3 || value === 4,
    where: ofCluster(/DoorLock/i),
    tells: ({ value }) =>
      error(value === 2 ? "it is jammed" : value === 3 ? "it was forced open" : "an error"),
  },
  {
    name: /^lockstate$/,
    is: 0,
    where: ofCluster(/DoorLock/i),
    tells: warning("it is not fully locked"),
  },
  {
    name: /^active(?:hardware|radio|network)faults(?:\d+)?$/,
    is: (value) => typeof value === "number" && value > 0,
    where: ofCluster(/Diagnostics/i),
    tells: error("a fault"),
  },
  {
    own: /^matterconnected$/,
    is: false,
    where: ({ topic }) => topic.segments.at(-2) === "bridge",
    tells: error("the bridge does not reach what it bridges"),
  },
  {
    name: /^reachable$/,
    is: false,
    where: ofCluster(/BasicInformation/i),
    tells: error("it cannot be reached"),
  },
];

const MACHINE: readonly Rule[] = [
  // OPC UA's status codes.
  {
    name: /status|quality/,
    is: (value) =>
      typeof value === "string" &&
      /^(?:Bad(?!ge)|Uncertain(?!InitialValue))[A-Z][A-Za-z]{2,40}(?: \(0x[\da-fA-F]{8}\))?$/
        .test(value),
    tells: ({ value }) =>
      reported(
        String(value).startsWith("Bad") ? "error" : "warning",
        "a value or a connection that is not good",
      ),
  },
  // PackML's list of alarms: a number of one that is there.
  {
    is: isPositive,
    where: ({ path, topic }) => path === "" && /\/Admin\/Alarm\/\d+\/ID$/i.test(topic.topic),
    tells: ALARM,
  },
  // BACnet's Event_State of a value that is out of its limits.
  {
    name: /^eventstate$/,
    is: /^(?:highlimit|lowlimit|lifesafetyalarm)$/,
    tells: warning("out of what is allowed"),
  },
  // MTConnect: ARMED or TRIGGERED.
  {
    is: /^triggered$/,
    where: ({ path, topic, reading }) =>
      has(reading, "type", (type) => type === "EMERGENCY_STOP") ||
      /emergency_?stop$/i.test(levelsOf(path, topic.segments).at(-2) ?? ""),
    tells: error("an emergency stop"),
  },
  // VDA 5050: somebody stands in the way, and it does not know where it is.
  { name: /^fieldviolation$/, is: true, tells: warning("something is too near") },
  {
    name: /^positioninitialized$/,
    is: false,
    tells: warning("it does not know where it is"),
  },
  // Universal Robots' safety status and robot mode, ABB's state of the controller, KUKA's $STOPMESS.
  {
    name: /^(?:safety(?:status|mode)|robotmode|ctrlstate|controllerstate)$/,
    is: /^(?:violation|recovery|nocontroller|disconnected|guardstop|sysfail)$/,
    where: ({ name, value }) => name === "robotmode" || wordOf(value) !== "disconnected",
    tells: error("it does not work until somebody sees to it"),
  },
  {
    name: /^stopmess$/,
    is: isSet,
    where: ({ reading }) => has(reading, /^(?:prostate|alarmstop|usersafe?|perirdy)$/),
    tells: warning("a message that stops it"),
  },
  // Bambu Lab's health messages: 1 is fatal, 2 serious, 3 common, 4 only to be known.
  {
    name: /^code$/,
    is: (value) => typeof value === "number" && value >= 0x10000 && value < 0x40000,
    where: (field) => /(?:^|\.)hms\[/.test(field.path) && beside(field, "attr") !== null,
    tells: error("a message of its health"),
  },
  // DALI.
  { name: /^buspowerdown$/, is: true, tells: error("the bus has no power") },
  // `AlarmMonitor: HighHigh`.
  { name: /alarm/, is: /^(?:hihi|highhigh|lolo|lowlow)$/, tells: ALARM },
  { name: /^wcstate$/, is: 1, tells: error("a slave of the bus does not answer") },
  // SunSpec, models 101 to 113: the operating state of an inverter, beside its events.
  {
    name: /^st$/,
    is: (value) => value === 7 || value === "FAULT",
    where: (field) => beside(field, "evt1") !== null || beside(field, "stvnd") !== null,
    tells: error("the inverter is in a fault"),
  },
  // rtl_433: what is left in the tyre of a car; on no wheel there is none.
  {
    name: /^pressurek?pa$|^pressurepsi$/,
    is: (value) => typeof value === "number",
    where: (field) => {
      const flat = field.name === "pressurepsi" ? FLAT_KPA / KPA_PER_PSI : FLAT_KPA;
      return beside(field, "type") === "TPMS" && Number(field.value) > 0.2 * flat &&
        Number(field.value) < flat;
    },
    tells: warning("too little air in a tyre"),
  },
  // AirGradient tells by these that a sensor does not answer.
  {
    name: /^(?:rco2|pm0?[12]|pm10|atmp|rhum)$/,
    is: (value) => value === -1 || typeof value === "number" && value <= -1_000,
    where: (field) =>
      beside(field, "serialno") !== null && (field.value !== -1 || field.name !== "atmp"),
    tells: warning("a part of it does not work"),
  },
  // Volt by ampere make watt.
  {
    name: /^voltage$/,
    is: 0,
    where: (field) =>
      isAlways(field, LEAST_WITHOUT) && Number(beside(field, "power")) > 10 &&
      Number(beside(field, "current")) > 0.05,
    tells: warning("a part of it does not work"),
  },
  // rtl_433's word for water meters: for how long it leaks in the last day, in steps.
  { name: /^leaknow$/, is: isPositive, tells: error("a leak") },
  // SEMI E5: the eighth bit says that an alarm is set.
  {
    name: /^alcd$/,
    is: (value) => typeof value === "number" && value >= 128 && value < 256,
    where: ({ reading }) => has(reading, "alid"),
    tells: ALARM,
  },
  // Homie: what stands there is of now, and empty when it is over.
  {
    is: (value) => typeof value === "string" && value.trim() !== "",
    where: ({ path, topic }) => path === "" && topic.segments.at(-2) === "$alert",
    tells: warning("an alert"),
  },
  // MAVLink's sensors, each healthy or not.
  {
    is: false,
    where: ({ path }) => /sensors?_?health\.$/i.test(objectOf(path)),
    tells: error("one of its sensors"),
  },
  // wmbusmeters' words for what a meter tells of itself.
  {
    name: /^(?:current)?status$/,
    is: (value) => /^POWER_LOW(?:\s|$)/.test(String(value)),
    where: ({ reading }) => has(reading, "media") && has(reading, "meter"),
    tells: lowBattery,
  },
  {
    name: /^(?:current)?status$/,
    is: (value) =>
      typeof value === "string" &&
      /^(?!OK\b|UNKNOWN|NO_|POWER_LOW|TEST$|OPEN$|CLOSED$)[A-Z][A-Z\d_]{2,40}(?: [A-Z\d_]{2,40})*$/
        .test(
          value,
        ),
    where: ({ reading }) => has(reading, "media") && has(reading, "meter"),
    tells: warning("its meter warns"),
  },
  {
    name: /^(?!light|.*(?:parkingbrake|belt|beam|hazard|turn|indicator|fog))/,
    is: /^(?:red|yellow|amber)$/,
    where: ({ topic, path }) => /telltale/i.test(`${topic.topic} ${path}`),
    tells: warning("a light of warning is on"),
  },
  // HomeMatic IP's valves, which call their setpoint otherwise than those whose state is a percentage.
  {
    name: /^valvestate$/,
    is: (value) => typeof value === "number" && value >= 5 && value <= 8,
    where: ({ view }) =>
      view.topics.some(({ segments }) => segments.at(-1) === "SET_POINT_TEMPERATURE"),
    tells: error("its valve cannot be moved as it should"),
  },
  {
    name: /^dutycyclelevel$/,
    is: (value) => typeof value === "number" && value >= 90 && value <= 100,
    tells: warning("it sent nearly as much as it may within an hour"),
  },
  // Palazzetti's stoves: 6 burns, and from 239 on stands what stopped it.
  {
    name: /^l?status$/,
    is: (value) => typeof value === "number" && value >= 239 && value <= 253,
    where: ({ view }) => view.topics.some(({ segments }) => segments.at(-1) === "LSTATUS"),
    tells: ALARM,
  },
  // Sugar Valley's pH: 1 and 2 are far from what is wanted, 3 is a pump that ran too long, 6 an empty tank.
  {
    name: /^state$/,
    is: (value) => value === 1 || value === 2 || value === 3 || value === 6,
    where: ({ path }) => /neo_?pool\.p_?h\.$/i.test(objectOf(path)),
    tells: warning("its pH has an alarm"),
  },
  // WeatherLink Live looks for a transmitter of which it hears nothing any more.
  {
    name: /^rxstate$/,
    is: 2,
    where: ({ reading }) => has(reading, "txid"),
    tells: warning("nothing is heard of a transmitter"),
  },
  // Hisense's air conditioners: `f_e_incoiltemp` is a fault of its own.
  {
    is: isSet,
    where: ({ path, topic }) =>
      levelsOf(path, topic.segments).slice(-2).some((level) => /^f_e_[a-z]{2,16}$/.test(level)),
    tells: error("a fault"),
  },
  // WeatherFlow's bits of a sensor that failed: lightning, pressure, temperature, humidity, wind, rain and light.
  {
    name: /^sensorstatus$/,
    is: (value) => typeof value === "number" && (value & 0x1f9) !== 0 && value < 0x40000,
    where: ({ reading }) => has(reading, "hubrssi"),
    tells: error("one of its sensors"),
  },
  // OpenSprinkler's alert of a station through which more flows than shall.
  {
    name: /^flowrate$/,
    is: isPositive,
    where: ({ topic, reading }) =>
      topic.segments.slice(-2).join("/") === "alert/flow" && has(reading, "alertsetpoint"),
    tells: warning("more flows than shall"),
  },
  // HomeMatic's valves: 0 is no fault, 6 a low battery; its radio may send so much of an hour and no more.
  {
    name: /^faultreporting$/,
    is: isPositive,
    where: ({ reading }) => [...reading.fields.keys()].some((one) => /^hm\.|^s$/.test(one)),
    tells: ({ value }) => value === 6 ? lowBattery : error("a fault"),
  },
  {
    name: /^dutycycle$/,
    is: (value) => value === true,
    tells: warning("it sent as much as it may within an hour"),
  },
  // Boilers of Bosch and Buderus: a code of a letter behind 0, - or = is of work, H00 of no maintenance.
  {
    name: /^servicecode$/,
    is: (value) => typeof value === "string" && /^(?:[1-9][A-Z]|[A-GI-Z]\d{1,2})$/.test(value),
    where: ({ reading }) => has(reading, "servicecodenumber"),
    tells: error("a code of a fault"),
  },
  {
    name: /^maintenancemessage$/,
    is: (value) => typeof value === "string" && /^H(?!00)\d\d$/.test(value),
    tells: warning("maintenance is due"),
  },
  { name: /^hpactivity$/, is: /^alarm$/, tells: error("an alarm") },
  // UDMI's word on whether a device does its work.
  {
    name: /^operational$/,
    is: false,
    where: ({ path }) => /(?:^|\.)operation\.operational$/.test(path),
    tells: error("it does not do its work"),
  },
  // `AL008 = 1` on a level of alarms.
  {
    is: (value) => isSet(value) && value !== "alarm",
    where: ({ path, topic }) => {
      const [above = "", own = ""] = levelsOf(path, topic.segments).slice(-2);
      return /^(?:alarms?|faults?)$/i.test(above) &&
        /^(?:AL|ALM|E|F|ER|ERR|ALARM|FAULT)[-_]?\d{1,4}$/i.test(own);
    },
    tells: ALARM,
  },
  {
    name: /^(?:ups)?selftest(?:result|status|state)?$/,
    is: /^(?:ng|bt|bad|fail|failed|failure|checkfailure|(?:radar|comm)fault|error|warning)$/,
    tells: error("its own test failed"),
  },
  // What Zigbee and Matter call air in which nobody should stay, or that is beyond what can be measured.
  {
    name: /air_?quality/,
    is: /^(?:(?:very)?unhealthy|hazardous|extremelypoor|outof(?:range|scale))$/,
    tells: warning("the air is beyond what is good for anybody"),
  },
  ...MATTER,
  // Below that a heating loses air and water.
  {
    name: /^(?:system|sys|water|heating)?press(?:ure)?(?:bar)?$/,
    is: (value) => typeof value === "number" && value > 0 && value < 0.5,
    where: ({ name, topic }) =>
      name.startsWith("press")
        ? name.startsWith("pressure") && /boiler/i.test(topic.topic)
        : /boiler|heat|kessel|heiz/i.test(topic.topic),
    tells: warning("the heating has too little water"),
  },
  {
    name: TYRE,
    is: isPositive,
    where: isLowestOfFour,
    tells: warning("a tyre has too little pressure"),
  },
];

function isPositive(value: Field["value"]): boolean {
  return typeof value === "number" && value > 0;
}

/** Whether a tyre has far less than the others. */
function isLowestOfFour({ path, value, reading, topic }: Field): boolean {
  if (!/tyre|tire|tpms|wheel/i.test(`${topic.topic} ${path}`)) return false;
  const all = [...reading.fields].flatMap(([other, pressure]) =>
    TYRE.test(leafOf(other)) && typeof pressure === "number" ? [pressure] : []
  );
  const middle = all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
  return all.length === 4 && Number(value) < middle * 0.7;
}

/** Codes and enums of standards, and numbers beside their limits. */
export const STANDARD_RULES: readonly Rule[] = [...NETWORK, ...HOST, ...MACHINE];
