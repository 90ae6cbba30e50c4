/** Parts of the names of fields and topics, by what they make of a name. */
import { markedSet, wordSet } from "./word_set.ts";

/** How far something may go before it is told, in the languages of those who name it so. */
export const LIMITS: ReadonlySet<string> = markedSet(`
  threshold thresholds limit limits setpoint
  schwelle schwellen schwellwert schwellenwert alarmschwelle grenze grenzen grenzwert grenzwerte alarmgrenze
  seuil seuils limite limites consigne umbral umbrales límite límites consigna soglia soglie limiti limiar limiares
  drempel drempels drempelwaarde grens grenswaarde grenswaarden alarmgrens
  tröskel tröskelvärde gräns gränser gränsvärde larmgräns tærskel grænse grænser grænseværdi alarmgrænse
  terskel grense grenser grenseverdi alarmgrense próg progi granica mez meze práh hranice raja küszöb`);

/** Beside one of these, a word of trouble in a key names a setting or a figure about trouble. */
export const EXEMPT_PARTS: ReadonlySet<string> = new Set([
  ...LIMITS,
  ...wordSet(`
  rate enabled enable enables disable handler mode time timestamp timeout at log logs
  correction margin topic url ts date interval allowed max min maximum minimum clear reset
  ack acknowledged volume sound level percent pct ratio set get cmd command request version list
  tolerance budget detection sensitivity delay duration retry retries bars model unit options config
  possible posible posibles possibles possibili mögliche moegliche möjliga mulige mogelijke możliwe mozliwe možné mahdolliset
  no non without free kein keine sans sin senza geen bez sem supported support
  invert ringtone ringtones melody melodies tone song schedule snooze next trigger triggers capability
  capabilities konfig konfiguration einstellung einstellungen parameter param cfg charged reaction
  valeur valor valore usine fabrique fabrica fabbrica policy behavior behaviour verzögerung verzoegerung fonction funktion`),
]);

/** Whether a word says how much room is left, and denies nothing: `disk_free_alarm`. */
export function isRoomLeft(word: string, before = ""): boolean {
  return word === "free" &&
    /^(?:disk|mem|memory|heap|ram|space|swap|flash|storage|stack)$/.test(before);
}

/** A level of a topic that ends in one of these holds a name or an attribute, and no statement. */
export const NAMING_LEVELS = wordSet(`
  name names title label model id uuid icon manufacturer vendor firmware hostname options schema
  serial mac ip unit class datatype format properties nodes extensions measurement`);

/** Links that a device may have and few people use: not connected is how most of them are. */
export const OPTIONAL_LINKS = wordSet(`
  cloud ws websocket ble bt bluetooth matter knx bthome telegram homekit alexa remote outbound
  backend usb vpn ev car vehicle cable plug charge charging headset hdmi phone app client carplay hotspot
  influx`);

/** Words for a counter in languages that say first what something is: `licznik_awarii`. */
export const COUNTERS = markedSet(`
  compteur contador contatore licznik počítadlo brojač бројач счётчик счетчик лічильник брояч contor μετρητής`);

/** Figures of how often trouble came, which say nothing of now. */
export const COUNT_PARTS: ReadonlySet<string> = COUNTERS.union(markedSet(`
  count counts counter counters number statistics stats zähler anzahl teller räknare tæller loendur skaitītājs skaitiklis števec
  számláló laskuri sayaç 次数`));

/** Words of trouble in a text that in a key may be an adjective or another language's word. */
export const NO_KEYS = wordSet(`
  unsuccessful
  storing storingen
  kritisch kritiek critico critica crítico crítica critique krytyczny krytyczna krytyczne fel pas`);

/** A field of that name warns. */
export const WARNING_KEYS = wordSet(`
  warning warnings warn alert alerts problem problems offline disconnected unavailable unreachable
  overload degraded warnung warnungen avertissement alerte alertes advertencia aviso avisos avviso
  waarschuwing ostrzeżenie ostrzezenie alerta alertas probleme problème problema probleem`);

/** Names of how bad something would be as often as of how bad it is. */
export const DEGREES = wordSet(`critical kritisch critique crítico critico`);

/** A name that ends so, or a topic with it, tells whether something is there. */
export const ONLINE_PARTS = wordSet(
  `online connected available avail reachable alive availability connectivity lwt`,
);

/** A name that ends so is fine while it is true. */
export const POSITIVE_PARTS = wordSet(`ok success successful succeeded healthy`);

/** A name that ends so holds the level or the kind of a record. */
export const LEVEL_PARTS = wordSet(`
  level severity loglevel priority type class event kind category niveau nivel livello poziom stufe schweregrad gravedad
  gravità gravidade`);

/** A name that ends so holds a state or a code. */
export const STATE_PARTS = wordSet(`
  status state phase code result condition health outcome zustand statut état etat estado stato
  statuscode statut stan tila tilstand tillstånd toestand`);

/** Names, places and descriptions, which state nothing. */
export const LABEL_PARTS = wordSet(`
  name title label topic id uuid url uri path unit model icon options key manufacturer vendor
  firmware version template file filename host hostname user schema description serial names
  labels columns fields headers keys list tags topics place label filepath track song artist album
  rule playbook nickname alias domain plate species release prompt automation workflow caption subtitle ds`);

/** Beside one of these, what is named was. */
export const PAST_PARTS = wordSet(`
  last previous prev from old former history total lifetime was been memory memories sticky latched past ever
  letzter letzte letztes dernier dernière derniere ultimo ultima último última laatste ostatni ostatnia ostatnie senaste siste
  seneste viimeisin viimeinen poslední posledni utolsó utolso последний последняя последнее`);

/** Fields in which devices say what is the matter, by the last word of their key. */
export const SAYING_PARTS = wordSet(`
  message text txt reason detail details cause log info diag diagnose diagnosis diagnostic diagnostics response answer
  meldung nachricht grund notify notification plain mensaje messaggio mensagem bericht melding komunikat str value val v symbol`);

/** Beside a word of trouble these still speak of it; any other makes a key of a setting or figure. */
export const TELLING_PARTS = wordSet(`
  code codes state status flag flags active detected present bit bits word text txt message
  description desc reason type detail details str string info number nr value val register mask list
  condition indicator indication id aktiv meldung nummer on current now
  aktywny aktywna aktywne attivo attiva activo activa actif tekst koodi kod kode
  codice codigo código`);

/** Fields of which the text is a message. */
export const MESSAGE_KEYS = wordSet(
  `message text reason detail details cause meldung nachricht mensaje messaggio mensagem`,
);
