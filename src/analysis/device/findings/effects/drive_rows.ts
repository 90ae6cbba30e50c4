/** How an effect shows that nothing comes of what drives it. */
export type Sign =
  /** It was there and is nothing from some time on. */
  | "lost"
  /** It never was there as long as it is driven. */
  | "never"
  /** It gets less and less, down to a share of what it was. */
  | "dwindles"
  /** It goes the other way. */
  | "contrary"
  /** It goes on as before though it is driven no more. */
  | "goesOn"
  /** It went one way with nearly each report, and stands. */
  | "stands"
  /** It is the same of each thing that is measured. */
  | "same";

/** What drives what, and how long nothing may come of it. */
export interface Drives {
  /** Names of what tells by a word, a flag or a share that it runs. */
  readonly by?: RegExp;
  /** Words of a state that say so alone, whatever it is called. */
  readonly byWord?: RegExp;
  /** Numbers that go on with it, where that may be told by a number. */
  readonly byNumber?: RegExp;
  readonly effect: RegExp;
  /** Why it needs nothing that tells of its drive. */
  readonly alone?: string;
  /** What is called so is none, by itself or with its topic. */
  readonly not?: RegExp;
  /** What its topic or its path must say, where not all that is called so is driven. */
  readonly where?: RegExp;
  readonly signs: readonly Sign[];
  /** Where a healthy one goes: of what must not go the other way. */
  readonly way?: 1 | -1;
  /** Under this share of what it was it is as good as nothing. */
  readonly left?: number;
  /** At least this share goes on where nothing else could feed it. */
  readonly leastLeft?: number;
  /** So much it must go the other way, and come to. */
  readonly least?: number;
  readonly end?: number;
  /** Over how long. */
  readonly patienceMs?: number;
  /** Set where a setpoint may tell what is wanted: then that is asked with it. */
  readonly regulated?: true;
  /** Set where driver and effect must be called alike: one's power is nothing of another's. */
  readonly own?: true;
  /** Set where there may be several side by side, each with its own: the one is called as the other, but for what they are; and is on or off. */
  readonly namesake?: true;
  /** Set where what drives may be told anywhere if there is no other effect of the kind. */
  readonly sole?: true;
  /** Set where the effect was as much as the number that drives it. */
  readonly follows?: true;
  /** Set where what drives may be told anywhere. */
  readonly anywhere?: true;
  /** Set where the number that drives it is called alike, but for what says of the effect that it is as it is; a word must say that it runs, too. */
  readonly alike?: true;
  /** Set where what drives must be just as before: it is measured, and what makes up the other. */
  readonly steady?: true;
  /** By how much what it cools must get hotter to show that it is missed. */
  readonly hotter?: number;
  /** What it was at the least, where its name says no unit. */
  readonly was?: number;
  /** Set where only what is told by parts of a step and does not swing in shows that it stands. */
  readonly fine?: true;
  /** Set where it may go either way, and around. */
  readonly turns?: true;
  /** In so many reports it must stand. */
  readonly leastStood?: number;
  /** Numbers beside it by which it goes for a share of each minute only. */
  readonly shareOfTime?: RegExp;
  /** Numbers beside it that take off what the one that drives it brings. */
  readonly against?: RegExp;
  /** Up to this a number is nothing. */
  readonly nothing?: number;
  /** Set where many have no sensor: a share that is asked for does not show that something should be there. */
  readonly mayBeUnread?: true;
  readonly advice: string;
}

const named = (...parts: readonly RegExp[]) =>
  new RegExp(parts.map(({ source }) => source).join("|"), "u");

export const PUMP =
  /(?<!heat_?|wärme|waerme)(?:pump|pompe|pompa|bomba|čerpad|cerpad|črpal|crpal|насос|nasos|szivatt)|(?<![a-z])pomp(?![a-z])/u;
/** What waters, and says so by a word. */
const WATERS =
  /irrigat|sprinkl|drip|watering(?!_?(?:time|dur|mode|plan|interval|can))|bew(?:ä|ae)sser|riego|arros|nawadn|zavlaž|zavlaz|zaliv|полив|öntöz|ontoz|(?:garden|lawn|garten|rasen|jardin|beet|tuin|orto).{0,20}(?:valve|ventil|vanne|klep|elektrozaw)/u;
const FAN =
  /(?<![a-z])fan(?![cgt])|blower|l(?:ü|ue)fter|gebl(?:ä|ae)se|ventilat|ventilad|ventilát|ventilyat|ventola|wentyl|dmuchaw|větrák|vetrak|fläkt|vifte|bl(?:æ|ae)ser|puhallin|tuuletin|вентил/u;
const TURNS =
  /motor(?!cycle)|spindle|compres|kompres|mixer|agitator|rotor|roerwerk|rührwerk|mieszad|míchad|auger|schnecke|coclea|mulino|mlýn/u;
const CONVEYS =
  /conveyor|belt|förderband|foerderband|taśmoci|transportband|nastro|convoyeur|конвейер/u;
/** What turns, and is at once as it is told to be. */
export const ROTATES = named(
  ...[PUMP, FAN, TURNS, CONVEYS],
  /drive|antrieb|screw|vfd|soufflant|r(?:ü|ue)hrwerk/,
);
export const HEATS =
  /heat(?!_?(?:pump|index|meter|sink))|heiz|chauff|calef|calent|riscald|verwarm|grza[łl]|grzej|ogrzew|värm|varme|lämmit|lammit|fűt|f[uű]t[eé]s|topen|kuren|ohřev|ohrev|nagrev|отопл|нагрев|подогрев|обогрев|aquec|(?:î|i)nc(?:ă|a)lz|grija[cčn]|(?<![a-z])ssr|burner|brenner|brander|br[uû]leur|(?<!hair_?)dryer|(?<![a-z])(?:oven|kiln|sauna)(?![a-z])|bruciat|quemad|heating_?element|resist[eê]n|immersion/u;
const COOLS =
  /(?<![a-z])cool(?:er|ing)?(?!ant|cept)|kühl|kuehl|koel|køl|kyl|jäähd|jaahd|h[uű]t[eőo]|chlad|refriger|chill|freez|compres|kompres|raffredd|frigo|enfria|resfri|froid|chłod|(?<![a-z])c(?:o)?mp(?![a-z])|охлажд|(?<![a-z])cold/u;
const CHARGES =
  /charging|(?<![a-z])chg(?![a-z])|laden|lädt|ladung|cargando|carregando|opladen|ładowan|ladowan|nabíj|nabij|töltés|lataus|зарядк/u;
const VALVES =
  /valve|ventil(?!at)|vann?[ea](?![a-z])|v[áa]lvula|valvola|zaw(?:ó|o)r|kraan|klep|клапан|szelep|venttiili/u;
const CHARGING =
  /^(?:charg(?:ing|e)|lädt|l[aä]d(?:en|er|ung|ar|dar)|opladen|cargando|carregando|en ?charge|in ?carica|[łl]adowanie|bulk|cc|nabíjení|laddar|lataa|töltés)$/iu;
/** What flows, by its name or its unit. */
export const FLOWS =
  /flow(?!er|temp|_?set)|durchfluss|d[ée]bi(?:et)?t?(?![a-z])|caudal|portata|vaz(?:ã|a)o|przep[łl]yw|pr[ůu]tok|prietok|pr[eo]tok|flöde|gennemstr|gjennomstr|virtaus|áramlás|расход|rashod|(?:^|[^a-z])(?:gpm|lpm)(?:$|[^a-z])|lit(?:er|re)s?_?(?:per_?)?min|l_?(?:per_?)?min$|m3_?h$/u;
const PRESSES =
  /press(?:ure|ion|ione)?(?![a-z])|druck|presi[oó]n|press(?:ã|a)o|ciśn|cisn|tlak|tryck|давлен|(?:^|_)(?:bar|psi)$/u;
const DRAWN =
  /power|watt|leistung|current(?!_?temp|_?state|_?mode)|strom(?![a-z])|corrente|corriente|potenc|potenz|puissance|courant|vermogen|effekt|str(?:ø|ö)m|proud|výkon|vykon|moc(?![a-z])|prąd|teho|virta(?!us)|мощность|amp(?:ere)?s?(?![a-z])|(?<![a-z])(?:k?w|a|i[ao]?|iout)$/u;
const WARM =
  /temp(?!l|o)|celsius|teplot|lämpö|lampo|hőm|homers|темпер|sıcakl|(?<![a-z])t_?(?:[a-z]{2,12}|vl?\d?)?$/u;
/** How high something stands. */
export const LEVEL =
  /level|pegel|f(?:ü|ue)llstand|wasserstand|niveau|nivel|livello|poziom|hladina|nivå|niva/u;
/** What is called so and is none. */
export const NO_LEVEL =
  /batt|akku|sound|noise|signal|log|light|volume|set|target|soll|min|max|limit|thresh|alarm|high|low(?!er)|severity|charge|power|access|trust/;
/** How much flows into it, and out of it. */
export const INFLOW =
  /in_?flow|inlet_?flow|flow_?in(?![a-z])|fill(?:ing)?_?(?:rate|flow)|zulauf|zufluss|d[ée]bit_?(?:d_?)?entr[ée]e|caudal_?(?:de_?)?entrada|portata_?(?:in|ingresso)|dop[lł]yw|p[řr][íi]tok|inst(?:r|rö)mning/u;
export const OUTFLOW =
  /out_?flow|outlet|flow_?out|drain|discharge|consum|usage|overflow|spill|ablauf|abfluss|entnahme|sortie|salida|scarico|odp[lł]yw|odtok/u;
/** What is set, added up or of another kind. */
export const NO_EFFECT =
  /set|target|soll|limit|min(?!$)|max|alarm|total|count|volume|status|state|mode|temp/;
/** What flows at a tap, or in a pipe that another pump feeds. */
const AT_TAP =
  /dhw|(?<![a-z])ww|trinkwasser|brauchwasser|cold|tap|domestic|hot_?water|warmwasser|gas|air|sanitar|heat_?meter|toilet|kitchen|shower|supply_?air/;
/** Where what flows at a tap is told. */
const NOT_OF_TAP = /^(?!.{0,200}(?:dhw|(?<![a-z])ww(?![a-z])|tap_?water|hot_?water|warmwasser))/;
/** What a house draws, when somebody opens a tap with its valve open all the time, is told by another name. */
const NOT_AT_HOUSE =
  /^(?!.{0,200}(?:water[ _-]?meter|wasser(?:z(?:ä|ae)hler|uhr)|main[ _-]?(?:valve|water|shut)|water[ _-]?main))/;
const NO_DRAW =
  /set|target|soll|limit|max|min|total|factor|reactive|grid|solar|pv|export|produc|generat|battery|temp|apparent|energ|nominal|rated|wanted|hours|time|count/;
const NO_CHARGE =
  /set|target|soll|limit|max|min|total|factor|reactive|grid|solar|pv|export|temp|apparent|energ|nominal|rated|wanted|load|house|home|hours|time|count/;
/** What is not of what is heated or cooled, or is drawn from while it is heated. */
const NO_WARMTH =
  /set|target|soll|limit|max|min(?!i)|diff|delta|outdoor|outside|aussen|außen|ext(?:ern|erieur)?(?![a-z])|dhw|hot_?water|warmwasser|cylinder|storage|puffer|buffer|tank|shower|return|supply|evap|condens|discharge|suction|board|cpu|chip|mcu|weather|trend|mode|avg|average/;
const LOOK_AT_PLUG =
  "Look at the plug and the cable, at what limits or pauses the charging, and at the fuse of the battery.";
const CUT_OFF =
  "Cut it off by hand: its relay or contactor sticks, something else feeds it, or the switch is another one's.";
const CHARGED = { by: CHARGES, byWord: CHARGING };
const BLOCKED = "Look whether it turns at all, is blocked or has no power, and at its sensor.";
const HOTTER = "Look whether it turns, is blocked or unplugged: what it cools gets hotter.";
const DRY =
  "Look whether it runs dry, is blocked or has no supply, at its valves and filter, and at the flow sensor; a pump without flow is soon broken.";

/** What pushes, and what is not pushed by it. */
const PUSHES = named(PUMP, /compres|kompres/);
const NO_PUSH =
  /set|max|min(?!$)|limit|high|low|air|baro|atmos|ambient|diff|delta|alarm|suction|inlet|temp/;

const READ_WRONG =
  "One of them is read wrong, or what makes up one of them is gone: look at the sensor, its plug and cable, then at the settings of what reads it.";
/** What of electricity and of water cannot be without the other. */
const together = (effect: RegExp, byNumber: RegExp, was: number): Drives => ({
  byNumber,
  effect,
  not: /set|target|limit|max|min|react|apparent|factor|temp|energy|level|total|state|alarm/,
  was,
  steady: true,
  left: 0.01,
  signs: ["lost"],
  advice: READ_WRONG,
});
const POWER = /power|watts?(?![a-z])|leistung|(?<![a-z_])p\d?$/;
const CURRENT = /current|amps?(?:ere)?(?![a-z])|strom(?![a-z])|irms|(?<![a-z_])[ic]\d?$/;

/** Fans of a house that run together, whatever is ventilated. */
const BRINGS_IN =
  /fan.{0,12}(?:intake|supply|inlet|fresh|toevoer)|(?:intake|supply|inlet|fresh|zuluft|toevoer|soufflage).{0,12}(?:fan|l(?:ü|ue)fter)/;
const TAKES_OUT =
  /fan.{0,12}(?:exhaust|extract|outlet|return|afvoer)|(?:exhaust|extract|outlet|return|abluft|afvoer|extraction).{0,12}(?:fan|l(?:ü|ue)fter)/;
const fansOfOne = (effect: RegExp, byNumber: RegExp): Drives => ({
  effect,
  byNumber,
  signs: ["lost"],
  advice: "Look whether it turns, is blocked or unplugged.",
});

const WHOLE_LOOP = "no current loop of 4 to 20 mA that is whole goes under 4 mA";
const LOOK_AT_LOOP = "Look at the probe's cable, its clamps and its supply.";

/** Words by which a machine says that it makes something. */
const MAKES =
  /^(?:running|run|execut(?:e|ing)|producing|production|in ?cycle|working|processing|operating|active|true|1|on|produktion|produziert|läuft|in betrieb|betrieb|automatik(?:betrieb)?|en production|production en cours|en marche|produciendo|en marcha|produzione|in produzione|produkcja|produktie|in bedrijf)$/i;
/** What is kept at one warmth by little heat, and by what its thermometer is told: `reef-pi/display_reading`. */
const KEPT_WARM =
  /reef|aqua(?:ri|cult)|acuari|acquari|akvari|fish|terrari|vivari|incubat|brood|brutkasten|br(?:u|ü|ue)ter|hatch/;
const keptWarm = (by: RegExp, way: 1 | -1): Drives => ({
  by,
  effect: named(WARM, /_reading$/),
  not:
    /set|target|soll|limit|max|min(?!i)|diff|delta|ambient|room|outdoor|board|cpu|chip|(?<![a-z])ph/,
  where: KEPT_WARM,
  signs: ["contrary"],
  namesake: true,
  way,
  least: 1,
  patienceMs: 45_000,
  advice:
    "Unless its water was changed or its door stood open: look whether what it is kept so by works, at its plug, fuse and relay, and whether the sensor sits where it should.",
});
const AS_IT_IS = "current|actual|act|real|measured|is|ist";
/** How fast something turns or goes, what says of a name that it is wanted so fast, and its unit: `fan_setpoint_(rpm)`. */
const SPEED = "speed|velocity|vel|rpm|drehzahl";
const WANTED = "goal|target|set(?:_?point)?|sp|soll|cmd|command(?:ed)?|demand|ref(?:erence)?";
const RPM = "(?:_[(]?rpm[)]?)?";
/** How fast something is made, as a name tells it. */
const PACE =
  "(?:speed|velocity|rpm|drehzahl|geschwindigkeit|vitesse|cadence|takt|throughput)(?:_rpm)?(?![a-z])";

/** What drives what, in the order in which it is asked: of an effect that two rows know the first is told. */
export const ROWS: readonly Drives[] = [
  fansOfOne(BRINGS_IN, TAKES_OUT),
  fansOfOne(TAKES_OUT, BRINGS_IN),
  {
    effect:
      /(?:^|[^a-z])(?:idc|ai|aci|ain|analog|loop|in(?:put)?|ch(?:annel)?)[a-z_]{0,20}\d{0,2}[a-z_]{0,20}_?m_?a$|4_?(?:to_?)?20_?m_?a/,
    alone: WHOLE_LOOP,
    was: 4,
    left: 0.15,
    patienceMs: 15_000,
    signs: ["lost"],
    advice: LOOK_AT_LOOP,
  },
  {
    effect: /current|(?<![a-z])i(?:n(?:put)?)?$|value$|(?<![a-z])ch(?:annel)?_?\d$/,
    where: /(?<!\d)[04](?:_?to)?[_-]?20_?ma(?![a-z])/,
    alone: WHOLE_LOOP,
    was: 4,
    left: 0.15,
    patienceMs: 15_000,
    signs: ["lost"],
    advice: LOOK_AT_LOOP,
  },
  together(POWER, CURRENT, 10),
  together(CURRENT, POWER, 0.2),
  together(/volt(?:age|s)?(?![a-z])|spannung|vrms|(?<![a-z_])[uv]\d?$/, CURRENT, 90),
  together(/freq(?:uency)?|hertz/, CURRENT, 40),
  together(PRESSES, FLOWS, 0.5),
  {
    by: named(PUMP, WATERS, VALVES),
    effect: FLOWS,
    not: AT_TAP,
    where: NOT_OF_TAP,
    sole: true,
    signs: ["never"],
    advice: DRY,
  },
  {
    by: named(PUMP, VALVES, /spindle|weld|compressor|burner|^run(?:ning)?$/),
    byNumber: named(PUMP, /rpm|drehzahl|spindle|weld|compressor|burner|arc_?current/),
    effect: FLOWS,
    where: NOT_AT_HOUSE,
    hotter: 6,
    signs: ["lost"],
    advice: DRY,
  },
  {
    by: /weld|(?<![a-z])arc(?![a-z])|(?:laser|beam|torch|plasma)_?(?:on|active|state)/,
    byWord: /^(?:weld(?:ing)?|arc[ _]?on|cutting|schwei(?:ß|ss)en|soudage|soldando|saldatura)$/i,
    byNumber:
      /(?:weld(?:ing)?|arc|plasma|cutting)_?(?:current|amps?|power|volt(?:age)?|speed|strom)|(?:laser|beam)_?(?:power|current)|wire_?(?:feed|speed)|schwei(?:ß|ss)strom/,
    effect:
      /gas_?(?:flow|press|rate|druck|menge)|(?:shield(?:ing)?|assist|weld(?:ing)?|plasma|cutting|inert|schutz|process|schneid)_?gas|argon|d[ée]bit_?gaz/,
    not: /temp|total|volume|valve|set|target|min|max|consum|level|bottle|state|status|type|purity/,
    patienceMs: 10_000,
    signs: ["lost"],
    advice:
      "Stop the work: look at the gas supply, the bottle, its regulator and valve, and the hose; what was worked on since then is bad.",
  },
  {
    by: PUSHES,
    effect: PRESSES,
    not: NO_PUSH,
    left: 0.1,
    signs: ["lost"],
    advice: DRY,
  },
  {
    by: PUSHES,
    effect: named(FLOWS, PRESSES),
    not: NO_PUSH,
    signs: ["dwindles"],
    least: 0.65,
    patienceMs: 120_000,
    advice: DRY,
  },
  {
    by: WATERS,
    effect: /(?<![a-z])speed$/,
    not: /wind|fan|motor|rpm/,
    where: /tap|valve|hydrant|irrig|water|garden|linktap/,
    patienceMs: 30_000,
    signs: ["lost"],
    advice: DRY,
  },
  {
    by: VALVES,
    effect: FLOWS,
    leastLeft: 0.3,
    signs: ["goesOn"],
    advice:
      "Shut the water off by hand, and look whether the valve closes: dirt, its spring or its motor.",
  },
  {
    by: /(?<!un)loaded|on_?load|lastlauf/,
    byWord: /^(?:loaded|on[ _-]?load|lastlauf|unter last|en charge|a carico)$/i,
    effect: named(
      FLOWS,
      /deliver|air_?flow|(?<![a-z])fad(?![a-z])|m[3³]_?\/?_?min|(?<![a-z])s?cfm/,
    ),
    where: /compr|kompr|verdicht|druckluft|spr[ęe][żz]ark/,
    signs: ["lost", "never"],
    advice:
      "Look at its intake valve and filter, its belt or coupling and its blow-off: it runs loaded and delivers no air.",
  },
  {
    byNumber: /rpm|drehzahl|engine_?speed|motor_?speed|revolution/,
    effect: /(?:oil|oel|öl)_?(?:press|druck)|pression_?huile/,
    signs: ["lost"],
    advice:
      "Stop the engine and look at its oil: level, pump and filter; then at the sender and its plug.",
  },
  {
    byNumber: /target|duty|pwm/,
    effect:
      /(?:fan|blower|l(?:ü|ue)fter|pump).{0,40}(?:rpm|rps|speed|tach)|(?:rpm|rps|speed|tach).{0,40}(?:fan|blower|l(?:ü|ue)fter)|(?:^|[^a-z])fans?_.{0,40}pump/,
    signs: ["lost"],
    hotter: 6,
    advice: HOTTER,
  },
  {
    byNumber: /duty|pwm/,
    effect: named(FAN),
    signs: ["lost"],
    hotter: 15,
    was: 200,
    advice: HOTTER,
  },
  {
    byNumber: /(?:^|[^a-z])sog(?:$|[^a-z])|speed.{0,40}ground|ground.{0,40}speed/,
    effect: /speed.{0,40}water|water.{0,40}speed|(?:^|[^a-z])stw(?:$|[^a-z])/,
    signs: ["lost"],
    anywhere: true,
    advice: "Look at the paddle wheel: weed, growth or its plug.",
  },
  {
    by: named(FAN, TURNS, CONVEYS),
    effect: /rpm|tach|speed|freq|hz$/,
    signs: ["lost"],
    advice: BLOCKED,
  },
  {
    by: named(FAN),
    effect: /rpm/,
    // Where no wire tells how fast it turns, Klipper tells null.
    where: /klipper|moonraker/,
    signs: ["never"],
    advice: BLOCKED,
  },
  {
    by: named(FAN, PUMP, /compressor|kompressor/),
    effect: /rpm|tach|drehzahl|revolution/,
    mayBeUnread: true,
    signs: ["never"],
    advice: BLOCKED,
  },
  {
    byNumber: new RegExp(
      `(?:${SPEED})_(?:${WANTED})${RPM}$|(?<!cruise_)(?:${WANTED}|desired|wanted|requested|commanded)_[(]?(?:${SPEED})[)]?${RPM}$`,
    ),
    effect: new RegExp(`(?:^|_)(?:${SPEED})(?:_(?:${AS_IT_IS}|feedback|fb))?${RPM}$`),
    follows: true,
    signs: ["lost"],
    advice: "Look whether it is blocked, and at its motor, its driver and its encoder.",
  },
  {
    byWord: MAKES,
    effect: new RegExp(
      `(?:^|[ _])(?:${AS_IT_IS})_(?:[a-z]{1,16}_){0,2}${PACE}|(?<![a-z])${PACE}_(?:${AS_IT_IS})$`,
    ),
    not: /(?<![a-z])(?:spindle|axis|feed|fan|wind|override)(?![a-z])/,
    alike: true,
    follows: true,
    signs: ["lost"],
    advice:
      "Look at what it makes and where that comes from and goes: a jam, a lack of material, then its drive.",
  },
  {
    ...CHARGED,
    effect: DRAWN,
    not: NO_CHARGE,
    signs: ["lost"],
    advice: LOOK_AT_PLUG,
  },
  {
    ...CHARGED,
    effect: /(?<![a-z])soc(?![a-z])|state_?of_?charge|batter.{0,12}(?:level|percent|pct)/,
    not: /set|target|limit|max|min|start|stop|goal/,
    signs: ["contrary"],
    way: 1,
    least: 1.5,
    patienceMs: 120_000,
    advice:
      "More is drawn than is charged, or nothing is: look at the charger, its plug, its fuse and its polarity.",
  },
  {
    ...CHARGED,
    effect: /energ|kwh|(?<![a-z])wh(?![a-z])|(?<![a-z])soc(?![a-z])/,
    not: /set|target|limit|max|min|total|life|export|solar|pv|grid|capacity/,
    signs: ["stands"],
    patienceMs: 60_000,
    advice: LOOK_AT_PLUG,
  },
  {
    byNumber: /(?:rotor|turbine|generator|wind_?wheel|propeller).{0,20}(?:speed|rpm)|rpm/,
    effect: /(?:active|real|output|ac|generator|turbine)_?power|leistung|^power|power_?k?w$/,
    not: /set|target|limit|react|apparent|factor|total|max|min|demand|energ/,
    signs: ["lost"],
    advice:
      "It turns and gives nothing: look at its generator, converter and breaker, and whether it was taken off the grid.",
  },
  {
    by: named(PUMP, FAN, COOLS, TURNS, CONVEYS),
    effect: DRAWN,
    not: NO_DRAW,
    own: true,
    nothing: 2,
    patienceMs: 90_000,
    signs: ["never"],
    advice:
      "Look whether it has power: its fuse, its relay's contact, its plug, its own switch or protection.",
  },
  {
    by: named(
      HEATS,
      PUMP,
      FAN,
      /relay|relais|relé|rele(?![a-z])|switch|schalt|plug|outlet|socket|output|power|state$|status$|on$/u,
    ),
    effect: DRAWN,
    not: NO_DRAW,
    signs: ["goesOn"],
    advice: CUT_OFF,
  },
  {
    by: PUMP,
    effect: LEVEL,
    not: /set|min|limit|alarm|high|low/,
    where:
      /sump|bilge|lenz|drain|schmutzwasser|hebeanlage|lift_?station|(?<![a-z])pit(?![a-z])|flood|abwasser|elevat[oó]ria|relevage/,
    signs: ["contrary"],
    way: -1,
    least: 1,
    patienceMs: 60_000,
    advice:
      "Look whether the pump turns, is blocked or runs dry, at its check valve and its outlet; more may come in than it can take.",
  },
  {
    by: named(PUMP, /motor(?!cycle)/),
    effect: LEVEL,
    not: /set|min|limit|alarm|high|low/,
    where:
      /(?<![a-z])oht(?![a-z])|over_?head|(?:roof|header|loft|terrace|upper|attic|elevated|gravity)[_ -]?tank|hochbeh(?:ä|ae)lter|dachtank|tinaco|ch[aâ]teau_?d_?eau/,
    signs: ["contrary"],
    way: 1,
    least: 3,
    patienceMs: 300_000,
    advice:
      "Look whether the pump runs and draws water: its fuse, its protection, its foot valve and what it draws from; more may be drawn from the tank than it gives.",
  },
  {
    by: PUMP,
    effect:
      /collector|kollektor|colector|collettore|capteur|kolektor|solar_?(?:panel|roof|array|thermal)/,
    not: /set|target|soll|max|min|limit|diff|delta/,
    signs: ["contrary"],
    way: -1,
    least: 20,
    end: 100,
    patienceMs: 60_000,
    advice:
      "Look for air in the circuit, a valve that is shut, too little pressure or a pump that turns in vain; do not fill a hot collector with cold fluid.",
  },
  keptWarm(HEATS, 1),
  keptWarm(COOLS, -1),
  {
    by: HEATS,
    byWord: /^(?:heat(?:ing)?|heizt|heizen|chauffe|calentando|riscalda|grzanie|verwarmen)$/i,
    effect: WARM,
    not: NO_WARMTH,
    signs: ["contrary"],
    regulated: true,
    way: 1,
    least: 3,
    patienceMs: 240_000,
    advice:
      "Look whether what heats works: its supply, fuse, relay, element, fuel or valve, and whether the sensor sits where it should.",
  },
  {
    by: COOLS,
    byWord: /^(?:cool(?:ing)?|kühlt|kühlen|refroidit|enfriando|raffredda|chłodzenie|koelen)$/iu,
    effect: WARM,
    not: NO_WARMTH,
    signs: ["contrary"],
    regulated: true,
    way: -1,
    least: 3,
    patienceMs: 240_000,
    advice:
      "Look whether what cools works: its compressor, its fans, its refrigerant and its door, and whether the sensor sits where it should.",
  },
  {
    by: named(HEATS, /boiler|ballon(?!s)|cumulus|kettle|kiln|geyser|termo(?![ms])|furnace/),
    effect: WARM,
    not: NO_WARMTH,
    signs: ["goesOn"],
    way: 1,
    least: 3,
    patienceMs: 150_000,
    advice: CUT_OFF,
  },
  {
    by: named(CONVEYS, TURNS),
    byWord: MAKES,
    effect:
      /(?<![a-z])(?:parts?|pieces?|cycles?|shots?|strokes?|units?|items?|bottles?|cans?|cases?|boxes|cartons?|pallets?|produced|production|output|outfeed|made|packed|sheets?|prints?|welds?|picks?|labels?|revolutions?|teile|stück|stueck|takte?|pi[eè]ces|piezas|pezzi)(?![a-z])/u,
    not:
      /(?<![a-z])(?:time|hours?|target|goal|order|ordered|plan|planned|max|min|limit|id|index|number|type|rejects?|rejected|scrap|bad|ng|error|errors|fault|faults|battery|charge)(?![a-z])/,
    signs: ["stands"],
    patienceMs: 45_000,
    advice:
      "Look at what it makes and where that goes: a jam, a lack of material, or the sensor that counts.",
  },
  {
    byNumber: INFLOW,
    effect: LEVEL,
    not: NO_LEVEL,
    against: OUTFLOW,
    fine: true,
    leastStood: 10,
    signs: ["stands"],
    patienceMs: 30_000,
    advice:
      "Look at the level sensor: its float, its tube or its cable; and whether what flows in flows off elsewhere.",
  },
  {
    byWord:
      /^(?:run(?:ning)?|moving|rotating|turning|slewing|travell?ing|forward|reverse|läuft|fährt|en marche|en marcha|in marcia)$/i,
    effect: /angle|posit|azimuth|heading|bearing|travel/,
    not: /set|target|soll|limit|max|min|start|stop|goal|park|end(?![a-z])/,
    where:
      /pivot|irrigat|lateral|hose_?reel|turn_?table|carousel|clarifier|scraper|r(?:ä|ae)umer|thickener|rotary|kiln|trommel|ferris|windrow/,
    turns: true,
    shareOfTime: /timer|duty_?cycle/,
    signs: ["stands"],
    patienceMs: 40_000,
    advice:
      "Look whether its wheels turn or are stuck, at the motor, gear and contactor of its drive, at its alignment and limit switches, and at the encoder that tells its place.",
  },
  {
    effect:
      /weight|gewicht|gewogen|(?<![a-z])(?:mass|masse|poids|peso|pesata|waga|masa|gross|net|vikt|v(?:æ|ae)gt|paino)(?![a-z])|вес/,
    not: /set|target|soll|limit|max|min|nomin|declar|plan|tar[ae]|unit|class|per_/,
    signs: ["same"],
    advice:
      "Weigh something known: look whether its load cell or its cable is stuck, whether its last weight is told again, and whether it is overloaded.",
  },
];
