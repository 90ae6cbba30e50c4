/** What machines ask of a person in words: to fill, to empty, to clean, to replace. */
import { leafOf, objectOf } from "../../fields.ts";
import type { Reading } from "../../view.ts";
import { reported, type Rule } from "./flag.ts";

/** Where a machine says how it is or what it wants. */
const SAYS =
  /^(?!.*(?:last|prev|next|target|desired|history|name|title|option|button|program|command))(?:.*(?:status|state|condition|health|zustand|stato|estado|etat|état|stan|tila|toestand|tilstand|message|msg|meldung|nachricht|mensaje|messaggio|display|hinweis|event|alarms?|alerts?|warnings?|faults?|notifications?|reminders?|reason|text|filter)|ps)$/;

function whole(alternatives: readonly string[]): RegExp {
  return new RegExp(`^(?:${alternatives.join("|")})[.!]?$`, "iu");
}

const WASTE_DE =
  "(?:asche\\p{L}*|aschen?box|auffang\\p{L}*|abfall\\p{L}*|staub\\p{L}*|schmutzwasser\\p{L}*|kondensat\\p{L}*|tresterbehälter|wasserbehälter)";

const STOCK_DE =
  "(?:pellet\\p{L}*|brennstoff\\p{L}*|salz\\p{L}*|wassertank|frischwasser\\p{L}*|bohnen\\p{L}*|milch\\p{L}*|papierfach|futter\\p{L}*|klarspüler|tinte|toner)";

const STOCK_EN =
  "(?:paper|paper tray|tray \\d{1,2}|salt|ink|toner|pellets?|hopper|fuel|food|litter|beans?|milk|rinse aid|detergent|water tank|clean water(?: tank)?|acid(?: tank)?|chlorine(?: tank)?|ph(?: tank| canister)?|canister|cartridge|filament)";

const WASTE_EN =
  "(?:ash ?(?:box|pan|drawer|tray)|ash|(?:dust|waste|litter)? ?(?:bin|bag|drawer|box|tank)|drip tray|grounds|coffee grounds|bucket|dirty water(?: tank)?|waste water(?: tank)?|fire-?pot|burn-?pot|brazier)";

/** The whole of what is said, in the languages machines speak at home. */
const WANTS: readonly (readonly [RegExp, string])[] = [
  [
    whole([
      `${STOCK_EN} (?:is |are )?(?:nearly |almost |very )?(?:low|empty|out|finished|missing)`,
      `(?:please )?(?:re)?fill (?:up )?(?:the )?(?:water|${STOCK_EN})`,
      "(?:no|out of) (?:paper|filament|ink|toner|pellets|beans|labels?|ribbon)",
      `(?:please )?add (?:salt|water|pellets|paper|beans|milk|detergent)`,
      `${STOCK_DE} (?:ist )?(?:fast )?(?:leer|fehlt|fehlen|nachfüllen|auffüllen|füllen|zu niedrig)`,
      "manque (?:de |d')(?:granulés|pellets|bois|combustible|eau|sel|papier|produit)",
      "(?:réservoir|bac à eau|trémie|silo)(?: \\p{L}+){0,2} vide",
      "(?:pellet|sale|acqua|carta|detersivo|combustibile|serbatoio(?: \\p{L}+)?) (?:esaurit[oa]|vuot[oa]|finit[oa]|terminat[oa]|insufficiente)",
      "(?:manca(?:nza)?|assenza) (?:di )?(?:pellet|sale|acqua|carta|combustibile)",
      "(?:falta|sin) (?:de )?(?:pellets?|agua|sal|papel|combustible)",
      "(?:depósito|tolva|tanque)(?: de \\p{L}+)? vac[ií][oa]",
      "(?:zout|pellets|papier|waterreservoir|watertank|reservoir) (?:is |zijn )?(?:bijna )?(?:op|leeg|bijvullen)",
      "(?:pellets|salt|papper|papir|vattentank|vanntank|vandtank) (?:er )?(?:slut|saknas|tomt?|mangler)",
      "slut på (?:pellets|salt|vatten|papper|bränsle)",
      "påfyllning krävs",
      "brak (?:paliwa|opału|pelletu|wody|soli|papieru)",
      "(?:zbiornik|zasobnik|pojemnik)(?: \\p{L}+)? pusty",
    ]),
    "it needs to be filled",
  ],
  [
    whole([
      `${WASTE_EN} (?:is )?(?:nearly |almost )?full`,
      `(?:please )?(?:empty|clean) (?:the )?${WASTE_EN}`,
      `${WASTE_DE} (?:ist )?(?:voll|leeren|entleeren)`,
      `bitte ${WASTE_DE} (?:leeren|entleeren)`,
      "(?:kessel|ofen|brenner) entaschen",
      "(?:cendrier|bac|tiroir à cendres) pleine?",
      "vider (?:le |la )?(?:cendrier|bac|tiroir|réservoir)",
      "(?:svuotare|pulire) (?:il |la )?(?:cenere|cassetto|braciere|vaschetta|cestello)",
      "vaciar (?:el |la )?(?:cenicero|depósito|bandeja)",
      "(?:aslade|opvangbak|stofbak) (?:is )?(?:vol|legen)",
      "(?:opróżnij|wyczyść) (?:popielnik|pojemnik|zbiornik|palnik)",
    ]),
    "it needs to be emptied",
  ],
  [
    whole([
      "(?:please )?(?:change|replace|clean|check) (?:the )?(?:air |water |dust |hepa |intake |main )?(?:filters?|brush|cartridge|battery|probe|cell|nozzle|sensors?|drum|lamp)",
      "(?:cliff |wall |dust |optical )?(?:sensors?|lens|camera|filter|brush) (?:is |are )?(?:dirty|covered|clogged|contaminated)",
      "(?:filter|luftfilter|zuluftfilter|abluftfilter|sensor|brenner|kessel|wärmetauscher)(?: bitte)? (?:wechseln|tauschen|reinigen|verschmutzt|verstopft|prüfen)",
      "(?:wartung|reinigung|entkalkung|service|filterwechsel) (?:ist )?(?:fällig|erforderlich|nötig|notwendig|überfällig)",
      "(?:entretien|nettoyage|détartrage) (?:requis|nécessaire|à faire)",
      "(?:changer|nettoyer|remplacer) (?:le |la |les )?filtres?",
      "(?:manutenzione|pulizia|decalcificazione) (?:richiesta|necessaria)",
      "(?:cambiare|pulire|sostituire) (?:il )?filtro",
      "(?:mantenimiento|limpieza) (?:requerid[oa]|necesari[oa])",
      "(?:cambiar|limpiar) (?:el )?filtro",
      "(?:onderhoud|reiniging|ontkalking) (?:is )?(?:nodig|vereist)",
      "filter (?:vervangen|reinigen|vervuild)",
      "(?:service|rengöring|rengjøring|rengøring|underhåll|vedlikehold|filterbyte) (?:krävs|behövs|kreves|påkrævet|nødvendig)",
      "(?:byt|bytt|skift) filter",
      "(?:wymień|wyczyść) filtr",
      "(?:wymagany|wymagane) (?:serwis|przegląd|czyszczenie)",
    ]),
    "it needs care",
  ],
  [whole(["tamper(?:ing)?(?: alarm)? detected|cover opened by force"]), "somebody opened it"],
  [
    whole([
      "(?:meter )?battery (?:expired|exhausted|dead)",
      "(?:drum|fuser|transfer belt|maintenance kit) (?:near end|end soon|end|worn)",
    ]),
    "it needs a new part",
  ],
  [
    whole([
      "no (?:ground|earth|grid|mains|loop(?: signal)?|wire signal|perimeter signal|communication(?: (?:with|to) \\p{L}+)?)",
      "outside (?:the )?(?:wire|boundary|working area|perimeter)",
      "(?:upside|turned) ?(?:down|over)|wire (?:missing|broken|cut)|loop (?:broken|cut)",
      "paper jam|papierstau|bourrage papier|inceppamento carta|carta inceppata|atasco de papel|papier vastgelopen|papierstoring|papperstrassel|papirstopp?|zacięcie papieru",
      "(?:water )?(?:flow|pressure) is (?:too )?low",
      "(?:insulation|isolation)(?: resistance)? (?:is )?(?:too )?low",
      "(?:low|high)[ -](?:water|system|oil|gas|suction|discharge)?[ -]?pressure (?:cut-?out|lock-?out|trip|switch open)|(?:low|insufficient) (?:water|system|oil|gas) pressure",
      "zu (?:niedriger|hoher|geringer) \\p{L}*druck|niedriger (?:wasser|anlagen|öl|system)druck",
      "unbalanced load|load unbalanced|unwucht",
      "water (?:supply|tap|inlet) (?:is )?(?:closed|blocked|off)|wasserhahn (?:zu|geschlossen|prüfen|öffnen)",
      "(?:blade|wheel|drive|brush|main brush|side brush|cutting|left wheel|right wheel)(?: motor)? (?:is )?(?:blocked|jammed|stuck)",
      "(?:bonnet|lid|dustbin|dust box|water tank|filter) (?:is )?(?:removed|missing|not installed)",
      "blocco (?:caldaia|bruciatore|pompa|stufa)|mancata accensione",
      "water ?druk te (?:laag|hoog)|lågt (?:vattentryck|tryck|oljetryck)|lavt (?:vanntrykk|trykk|vandtryk|tryk)",
      "brak (?:płomienia|przepływu|zasilania)",
    ]),
    "it cannot do its work",
  ],
];

/** IPP's `printer-state-reasons`: `media-empty-error`, `toner-low-warning`; a `-report` only informs. */
const PRINTER_REASON =
  /^(?:[a-z]+-){1,4}(?:error|warning)$|^(?:media-(?:empty|jam|needed)|toner-(?:low|empty)|marker-supply-(?:low|empty)|marker-waste-(?:almost-)?full|cover-open|door-open|input-tray-missing)$/;

/** What a text asks of a person, in the reader's words; null if it asks nothing. */
export function wantIn(text: string): string | null {
  if (text.length > 60) return null;
  const said = text.trim().replace(/_/g, " ");
  return WANTS.find(([words]) => words.test(said))?.[1] ?? null;
}

/** Whether a text is of an entry of a list that has a time of its own: of what was. */
function isEntry(path: string, reading: Reading): boolean {
  const parent = objectOf(path);
  return parent.endsWith("].") &&
    [...reading.fields.keys()].some((other) =>
      objectOf(other) === parent && /time|date|^ts$|since/.test(leafOf(other))
    );
}

/** What is asked of a person in words. */
export const REQUEST_RULES: readonly Rule[] = [
  ({ name, path, topic, value, reading }) => {
    const called = path === "" ? leafOf(topic.segments.at(-1) ?? "") : name;
    if (typeof value !== "string" || !SAYS.test(called) || isEntry(path, reading)) return null;
    const wanted = wantIn(value);
    return wanted === null ? null : reported("warning", wanted);
  },
  // `locked: ["battery offline"]`: why it does nothing; an empty list is none.
  ({ path, topic, value }) =>
    typeof value === "string" && path.endsWith("]") &&
      /^(?:locked|locks|lockreasons?|interlocks|inhibits?|blockedby)$/.test(
        leafOf(/^\[\d+\]$/.test(path) ? topic.segments.at(-1) ?? "" : path),
      ) && /\b(?:offline|lost|low|high|fault|failed|error|missing|open|timeout)\b/i.test(value)
      ? reported("warning", "it is locked")
      : null,
  ({ name, value }) =>
    /^printerstatereasons?$/.test(name) && typeof value === "string" &&
      PRINTER_REASON.test(value.trim().toLowerCase())
      ? reported("warning", "the printer wants something")
      : null,
  // What is taken out of the air fills it; elsewhere a full tank is what is wanted.
  ({ name, value, topic, reading }) =>
    /^(?:water)?(?:tank)?full$/.test(name) && name !== "full" &&
      /^(?:true|1|on)$/i.test(String(value)) &&
      (/dehumid|entfeuchter/i.test(topic.topic) ||
        [...reading.fields.keys()].some((other) => /^hum/.test(leafOf(other))))
      ? reported("warning", "it needs to be emptied")
      : null,
  // A mower that is lifted does not mow; a handset or a desk that is lifted is used.
  ({ name, value, topic, reading }) =>
    /(?:state|status|mode|activity)$/.test(name) && typeof value === "string" &&
      /^(?:lifted|lift|lift sensor|tilted|rolled over)$/i.test(value.trim()) &&
      (/mow|landroid|robo/i.test(topic.topic) ||
        [...reading.fields.keys()].some((other) => /mow|blade/.test(leafOf(other))))
      ? reported("warning", "somebody or something lifted it")
      : null,
  ({ name, value, topic }) =>
    /^(?:state|status|door|gate|cover)$/.test(name) && /^blocked$/i.test(String(value)) &&
      /door|gate|garage|shutter|blind|mower|vacuum|robot|pump|valve/i.test(topic.topic) &&
      !/pet|cat/i.test(topic.topic)
      ? reported("warning", "something is in the way")
      : null,
  ({ path, value }) =>
    value === true && /(?:cell|phase|voltage|current)[_-]?imbalance$/i.test(path)
      ? reported("warning", "its parts are not alike any more")
      : null,
];
