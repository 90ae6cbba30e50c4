/** The courses that numbers take when something is wrong: one row for each kind. */

/** What a number is, and the course that it does not take when all is well. */
export interface CourseRow {
  /** What it is called, with the levels above it: all of these. */
  readonly names: readonly RegExp[];
  /** What is called alike, and takes such a course because somebody wants it; where it gets hot, so is the whole device. */
  readonly not?: RegExp;
  /** The same of its name without the levels above the last one. */
  readonly notOwn?: RegExp;
  readonly how: "rises" | "falls";
  /** Whether it came far enough from where it was. */
  readonly isFar: (from: number, to: number, called: string) => boolean;
  /** Numbers beside it that tell why, where they go up (or, of what falls, down) along with it. */
  readonly why?: RegExp;
  /**
   * What has to go on as before beside it: `work` that is done, `warm` of something as warm, `likes` that are called alike
   * and were where it began, `level` ones wherever they are, or `all` else that is measured; or what `stopped`, or `runs`.
   */
  readonly beside?: readonly ("work" | "warm" | "likes" | "level" | "all" | "stopped" | "runs")[];
  /** Names of what says that it runs, where that should make it go the other way. */
  readonly runs?: RegExp;
  /** It may go there at once, where it was quiet before and nothing was switched. */
  readonly jumps?: boolean;
  /** It was quiet before, and nothing was switched when it began. */
  readonly leaves?: boolean;
  readonly advice: string;
}

const COOLING =
  "Look at what cools it: fans, pump, filter, paste and the air around; take load off it until then.";
const BEARING =
  "Take its load off: look at its oil, its bearings and their cooling, before it is damaged.";
const LEAK =
  "Look for a leak, a pipe that burst or a valve that is open, and at the filter and the valves of what feeds it.";

/** Words for how warm something is. */
export const HEAT =
  /temp|celsius|(?:^|[_/])t_?(?:water|air|core|pool|tank|boiler|buffer|puffer|kw|\d{1,2})(?:_|$)|teplota|hőmérs|lämpö|grad_?c(?:_|$)/;
/** Parts of machines that bear or wind, in the languages of those who build them. */
const BEARS =
  /bearing|winding|wicklung|(?<![a-z])lager(?!bier|tank)|palier|roulement|cuscinett|rodamiento|mancal|rolamento|lo[zž]isk|[lł]o[zż]ysk|laakeri|csap[aá]gy|подшип/;
const MACHINE =
  /gear|getriebe|stator|rotor(?!_?speed)|motor|spindle|spindel|pump|compress|turbine|blower|crusher|conveyor|hydraul|transformer|trafo/;
const ELECTRONICS =
  /heat_?sink|inverter|wechselrichter|igbt|mos_?fet|(?<![a-z])fet|controller|regler|charger|mppt|driver|psu|power_?supply|board|bms|(?<![a-z])[cg]pu|chip|soc(?![a-z])/;
const COOLANT =
  /coolant|k(?:ü|ue)hl(?:wasser|mittel)|(?<![a-z])kw_?aus|engine|refrigerante|chladic|kylv/;
const BATTERY = /batt|akku|(?<![a-z])cell(?!ar|ul)|pack(?!ag)/;
/** What people set or count, and what is heated or cooled on purpose. */
const NO_READING =
  /set|target|soll|limit|max|min(?!i)|alarm|thresh|delta|diff|count|trend|humid|volt|curr|power|speed|_rpm/;
const ON_PURPOSE =
  /probe|meat|food|grill|bbq|barbe[cq]|smoker|pizza|fryer|roast|toast|zone|oven|ofen(?![a-z])|horno|forno|kamin|kachel|stufa|fireplace|kiln|forge|foundry|furnace|bed(?!room)|extru|nozzle|hot_?end|plate|hob|brew|coffee|kettle|boil|steam|sauna|ham+am|exhaust|flue|wood|stove|solder|reflow|(?<!env)iron|collector|roof|panel|discharge|hot_?gas|laser|lamp|wash|dish|dry|trockn|koch(?:er|feld|topf)|bouilloire|infra|surface|obj|(?<![a-z])ir(?![a-z])|steril|autoclav|brake|fuel_?cell|stack/;
/** What gets warm as soon as it runs, or as somebody wants it. */
const RUNS_HOT =
  /heat(?!_?sink)|boiler|kessel|burner|brenner|wasser|water|tank|puffer|buffer|cylinder|dhw|flow|supply|return|inlet|outlet|vorlauf|r(?:ü|ue)cklauf|compress|condens|refrig|engine|oil|coolant|winding|gear|rotor|stator|hydraul|radiator|floor|heiz|chauff|dry|trockn|koch(?:er|feld|topf)|bouilloire|core|chip|die(?![a-z])|junction|nvme|ssd|disk|turbine/;
/** Where goods lie that get warm by themselves, and what is laid into them. */
const LIES =
  /silo|grain|getreide|(?<![a-z])korn|cereal|granel|zerno|зерн|силос|(?<![a-z])bin(?![a-z])|cable|(?<![a-z])hay(?![a-z])|(?<![a-z])heu(?![a-z])|bales?(?![a-z])|ballen|stroh|straw|coal|kohle|pellet_?(?:store|lager)|wood_?chip|hackschnitzel|lance|stockpile/;
const WORK_LOAD =
  /power|current|load|watt|amp(?!l)|duty|usage|output|heat(?!_?sink)|flow|valve|open|modul|speed|rpm|torque|throughput|(?<![a-z])[piw](?![a-z])/;
const either = (...some: RegExp[]) => new RegExp(some.map(({ source }) => source).join("|"));

export const COURSES: readonly CourseRow[] = [
  {
    names: [HEAT, either(BEARS, MACHINE, ELECTRONICS)],
    notOwn: NO_READING,
    not: ON_PURPOSE,
    how: "rises",
    isFar: (from, to) => to >= 75 && to - from >= 20,
    why: WORK_LOAD,
    beside: ["work", "warm"],
    advice: BEARING,
  },
  {
    names: [BEARS],
    notOwn: NO_READING,
    not: either(ON_PURPOSE, /press|druck|oil_?level/),
    how: "rises",
    isFar: (from, to) => to >= 75 && to - from >= 20,
    why: WORK_LOAD,
    beside: ["work", "warm"],
    advice: BEARING,
  },
  {
    names: [HEAT],
    notOwn: NO_READING,
    not: either(ON_PURPOSE, /[cg]pu|core|disk|drive_?bay|nvme|ssd|port|sfp/),
    how: "rises",
    isFar: (from, to) => to >= 75 && to - from >= 20,
    beside: ["likes"],
    advice: BEARING,
  },
  {
    names: [HEAT, LIES],
    notOwn: NO_READING,
    not: either(ON_PURPOSE, /dr(?:y|ie)r|trockn|secad|sushk|compost|kompost|chamber|kammer/),
    how: "rises",
    isFar: (from, to) => to >= 30 && to - from >= 12,
    beside: ["likes"],
    advice:
      "A hot spot: what lies there ferments, or burns within. Look at it there, turn or take it out, and let no air in where it smoulders.",
  },
  {
    names: [HEAT, ELECTRONICS],
    notOwn: NO_READING,
    not: ON_PURPOSE,
    how: "rises",
    isFar: (from, to) => to >= 94 && to - from >= 20,
    advice: COOLING,
  },
  {
    names: [/(?:^|_)t[a-z](?:_[a-z]{1,3})?$/],
    notOwn: NO_READING,
    how: "rises",
    isFar: (from, to) => to >= 85 && to - from >= 25 && to < 200,
    why: WORK_LOAD,
    beside: ["work", "warm"],
    advice: COOLING,
  },
  {
    names: [HEAT],
    notOwn: NO_READING,
    not: ON_PURPOSE,
    how: "rises",
    isFar: (from, to) => to >= 70 && to - from >= 20,
    beside: ["stopped"],
    advice: COOLING,
  },
  {
    names: [HEAT, either(BEARS, MACHINE, ELECTRONICS, COOLANT)],
    notOwn: NO_READING,
    not: ON_PURPOSE,
    how: "rises",
    isFar: (from, to) => to >= 55 && to - from >= 15,
    why: WORK_LOAD,
    leaves: true,
    beside: ["work"],
    advice: BEARING,
  },
  {
    names: [HEAT, /(?:oven|kiln|furnace|barrel|zone|heater|extruder)\D{0,20}\d/],
    notOwn: NO_READING,
    not: either(/room/),
    how: "falls",
    isFar: (from, to) => from - to >= 15,
    leaves: true,
    beside: ["level"],
    advice: "Look at the heater of this zone, its fuse, its relay and its sensor.",
  },
  {
    names: [/soil_?(?:moist|hum|water)|moisture|bodenfeucht|(?<![a-z])vwc/],
    not: /set|target|min|max|thr|limit/,
    how: "falls",
    isFar: (from, to) => from - to >= 1.5,
    beside: ["runs"],
    runs:
      /^(?:is)?(?:irrigat\w*|water(?:ing)?|sprinkl\w*|bew(?:ä|ae)sser\w*|(?:water|irrigation)?(?:pump|valve))(?:state|status|on|active|running|open)?$/,
    advice: "Look whether water comes at all: at the valve, the pump, the hose, and at the probe.",
  },
  {
    names: [HEAT],
    notOwn: NO_READING,
    not: either(ON_PURPOSE, RUNS_HOT),
    how: "rises",
    isFar: (from, to) => to >= 65 && to - from >= 22,
    why: WORK_LOAD,
    leaves: true,
    advice: COOLING,
  },
  {
    names: [HEAT, RUNS_HOT],
    notOwn: NO_READING,
    not: ON_PURPOSE,
    how: "rises",
    isFar: (from, to) => to >= 88 && to - from >= 22,
    why: WORK_LOAD,
    leaves: true,
    advice: COOLING,
  },
  {
    names: [HEAT, BATTERY],
    notOwn: NO_READING,
    not: ON_PURPOSE,
    how: "rises",
    isFar: (from, to) => to >= 65 && to - from >= 20,
    why: WORK_LOAD,
    leaves: true,
    advice: COOLING,
  },
  {
    names: [HEAT, either(COOLANT, /oil(?!ed)/)],
    notOwn: NO_READING,
    not: either(ON_PURPOSE, /inlet|_ein(?:_|$)/),
    how: "rises",
    isFar: (from, to) => to >= 105 && to - from >= 15,
    why: WORK_LOAD,
    advice: COOLING,
  },
  {
    names: [HEAT, /reef|aquari|fish|acquario|akvari|twater|tank_?water/],
    notOwn: NO_READING,
    how: "rises",
    isFar: (from, to) => to >= 30.5 && to - from >= 4,
    advice:
      "Switch the heater off by hand: its relay or its controller sticks. Then look at the chiller and the sensor.",
  },
  {
    names: [HEAT, /tank|boiler|cylinder|buffer|storage|puffer|dhw|warmwasser/],
    notOwn: NO_READING,
    not: either(
      /solar|collector|flow_?temp|supply|return|vorlauf|r(?:ü|ue)cklauf|steam|wood|stove/,
    ),
    how: "rises",
    isFar: (from, to) => to >= 86 && to - from >= 10,
    advice:
      "Switch the heat off by hand: its relay or its controller sticks, or its thermostat reads elsewhere.",
  },
  {
    names: [HEAT, /source|brine|sole(?![a-z])/],
    notOwn: NO_READING,
    how: "falls",
    isFar: (from, to) => to <= -12 && from - to >= 10,
    advice:
      "Stop the compressor: look at the flow of the brine, its pump and filter, before the evaporator freezes.",
  },
  {
    names: [
      HEAT,
      /ambient|room|indoor|outdoor|outside|attic|cellar|cabinet|office|kitchen|garage|garden|coop|umgebung|au(?:ß|ss)en|raum|greenhouse|pool|soil|(?<![a-z])(?:air|rack|hall|shed|barn|lake|river|sea|ground)(?![a-z])/,
    ],
    notOwn: NO_READING,
    not: either(ON_PURPOSE, ELECTRONICS, /heat|compress|condens|supply|return|coil|duct/),
    how: "rises",
    isFar: (from, to) => to >= 48 && to - from >= 22,
    advice:
      "Look at what heats it, and at what should cool it: a fan, a pump or the air conditioning; then at the sensor.",
  },
  {
    names: [/vib(?!e)|schwing|vibra/],
    not:
      /limit|alarm|thresh|max|peak|count|screen|feeder|sieve|sieb|compact|shak|hammer|drill|pile|ppv|blast|wash|spin(?!dle)|mattress|bed(?![a-z])|_?m?g(?:rms)?$|raw|temp/,
    how: "rises",
    isFar: (from, to) => from >= 0.3 && from <= 4.5 && to >= 4 * from && to >= 4.5,
    why: WORK_LOAD,
    beside: ["work"],
    advice:
      "Stop it: look at its bearings, its coupling and balance, and whether its feet came loose.",
  },
  {
    names: [
      /motor|pump|compress|fan(?!tas)|blower|conveyor|belt|drive|agitator|turbine/,
      /current|amp(?!l)|strom|corrent|courant|corriente/,
    ],
    not:
      /limit|alarm|thresh|max|min(?!i)|peak|inrush|rated|nominal|set|target|hoist|crane|lift|winch|saw|mixer|crush|traction|charg|batt|spindle|servo|axis|temp|speed|level|pos|(?<!com)press|flow|rpm/,
    how: "rises",
    isFar: (from, to) => from >= 0.5 && to >= 3.5 * from,
    leaves: true,
    beside: ["all"],
    advice:
      "Take its load off: look whether it is blocked, whether its bearings are dry, and at its phases, before its winding burns.",
  },
  {
    names: [
      /pressure|(?<![a-z])press(?:ion)?(?:_(?!\d)|$)|druck|presi[oó]n|press[aã]o|tlak|trykk?|tryck|ci[sś]nien|paine|(?:^|[_ ])bar(?:_|$)/,
    ],
    not:
      /vac(?!ation)|suction|chamber|inlet|intake|diff|delta|atm|baro|air_?press|hpa|mbar|sea|set|target|soll|limit|alarm|thresh|max|min(?!i)|irrig|zone|tank|pool|hydraul|espresso|coffee|airway|mask|cuff|brake|spring|sprinkl|drip|garden|brew|clamp|grip|mould|mold|temp|level|wash|clean|steri|autoclav|tyre|tire(?![a-z])|blood|well(?:_|$)|pozo|weather/,
    how: "falls",
    isFar: (from, to) => from > 0 && to <= 0.6 * from,
    jumps: true,
    why: /power|current|speed|rpm|revol|drehzahl|freq|duty|output|hz|pump|compress|motor/,
    beside: ["work"],
    advice: LEAK,
  },
  {
    names: [
      /(?:^|[_.])c_?o(?:_?(?:ppm|val(?:ue)?|level|concentration|reading|gas))?(?:_air)?$|carbon_?monox|monoxide|mono(?:ks|x|ss)id|monóxido|monoxido_de|kohlen_?monox|tlenek_wegla|czad(?:_|$)/,
    ],
    notOwn: /set|target|limit|alarm|thresh|max|min(?!i)|raw|adc|volt|temp|hum|batt|status|state/,
    how: "rises",
    // Nobody bears a hundred parts in a million for long.
    isFar: (from, to) => from >= 0 && from <= 35 && to >= 100,
    advice:
      "Get out and air the place before anything else: switch off what burns or runs there, and look at its flue.",
  },
  {
    names: [/sf_?6|gas_?density|density/],
    not: /set|target|limit|alarm|thresh|max|min(?!i)|gravity|optical|flux|population|temp/,
    how: "falls",
    isFar: (from, to) => from > 0 && to <= 0.9 * from,
    beside: ["work"],
    advice: LEAK,
  },
  {
    names: [
      /tyre|tire(?![a-z])|tires|pneu(?!m_?air)|reifen|neum(?:á|a)tico|gomma|d(?:ä|ae)ck|wheel|tpms|(?:^|_)v_t_press/,
      /press|druck|psi|kpa|bar(?![a-z])/,
    ],
    not: /temp|target|limit|alarm|min|max/,
    how: "falls",
    isFar: (from, to) => from > 0 && to <= 0.8 * from,
    beside: ["likes"],
    advice: "Stop: the tyre loses air. Look for a nail, at its valve and its rim.",
  },
  {
    names: [
      /latency|(?<![a-z])ping|(?<![a-z])rtt|round_?trip|response_?(?:time|ms)|packet_?loss|loss_?(?:pct|percent|rate)/,
    ],
    not: /max|min(?!i)|limit|thresh/,
    how: "rises",
    isFar: (from, to, called) =>
      from >= 0 && to >= (/loss/.test(called) ? 10 : 100) && to >= 8 * from,
    advice:
      "Look at what lies on the way: a line that is full, a poor radio link, or a host that is overloaded.",
  },
  {
    names: [
      /conduct|leitf|conducib|conducti|vodivost|przewodn|(?<![a-z])tds/,
      /perm|osmos|ro_|product|demi|(?<![a-z])di(?![a-z])|pure|rein|outlet|after/,
    ],
    not: /set|target|limit|alarm|max|min(?!i)|conc|raw|roh|brute|feed/,
    how: "rises",
    isFar: (from, to) => from > 0 && to >= 4 * from,
    beside: ["all"],
    advice:
      "Look at the membrane, its seals and the resin: what they should hold back comes through.",
  },
  {
    names: [
      /clog|block|zanes|verschmutz|encrass|colmat|obstru|ensuci|intasam|smuts|zabrud|zatyk|dirt/,
      /pct|percent|prozent|procent|level|stupe/,
    ],
    not: /set|target|limit|alarm|max|min(?!i)|water/,
    how: "rises",
    isFar: (from, to) => to - from >= 40 && to >= 80,
    advice: "Clean or change the filter, and look at what soils it so fast.",
  },
  {
    names: [
      /scrap|reject|ausschuss|scart|rebut|rechaz|refugo|afkeur|kassa(?:tion|nd)|zmetk|odrzut|(?<![a-z])ng(?![a-z])|waste_?rate|defect/,
      /pct|percent|rate|share|quote|prozent|procent|ratio/,
    ],
    not: /set|target|limit|alarm|max|total|count/,
    how: "rises",
    isFar: (from, to) => to >= 10 && to >= 5 * Math.max(from, 1),
    advice: "Stop and look at what is thrown out, and at the station that makes it so.",
  },
];

/** Words for what keeps things cold. */
export const COLD =
  /fridge|refrigerat|walk[ _-]?in(?=[ _-]?(?:chill|cool|cold|freez))|freezer|keezer|kegerator|(?:beer|wine|bottle|milk)[ _-]?cooler|ice[ _-]?cream|frozen[ _-]?(?:food|goods)|cold[ _-]?(?:room|store|storage|chain)|chiller[ _-]?cabinet|vaccine|blood[ _-]?bank|k(?:ü|ue)hl(?:raum|schrank|zelle|theke|truhe|lager|haus|box)|gefrier|tiefk|congel|frigo|reefer|koelcel|vriezer|diepvries|lod[oó]wk|zamra[zż]ark|chladni[cč]|mrazn|zamrziva[cč]|hladnja[kč]|fryser|frys(?:en|box)?(?![a-z])|kjøleskap|kylsk[aå]p|k(?:ø|ö)leskab|jääkaappi|pakast|fagyaszt|hűtőszekr|geladeira|heladera|nevera|dondurucu|buzdolab|холодил|морозил|冷凍|冷蔵|冷冻|冷藏|冰箱|ultf?(?:[ _-]|\b)|-80/i;
