import type { Statement } from "../families/family.ts";
import type { Scalar } from "./fields.ts";
import { remembering } from "../../../payload/remembered.ts";
import { inEnglish } from "../../../payload/spoken_words.ts";
import { wordsOf } from "../naming/names.ts";

/** What speaks of nothing but that something can be reached, by any name. */
const REACHING =
  /^(?:online|reachable|reach|alive|responding|connected|connection|conn|connectivity|available|availability|lwt|will|bye|goodbye|death|communication|comm|comms|link|health|verbindung|verbunden|erreichbar|erreichbarkeit|connexion|connecte|joignable|disponible|conexion|conectado|connessione|connesso|raggiungibile|verbinding|verbonden|bereikbaar|сеть|связь|po[lł]aczenie|spojeni|pripojeni|anslutning|tilkobling|forbindelse|yhteys|conexao|koneksi|baglanti|kapcsolat|elerhetoseg|konnektivitae?t|connectivite|conectividade?|connettivita|connectiviteit|disponibilite|disponibilidade?|disponibilita|raggiungibilita|bereikbaarheid|beschikbaarheid|verf(?:ue|u)gbarkeit|tillgae?nglighet|uppkopplad|tilgjengelighet|tilgae?ngelighed|tilsluttet|[lł][aą]czno[sś][cć]|po[lł][aą]czenia|dost[eę]pno[sś][cć]|dostupnost)$/;
const STATING =
  /^(?:state|status|stat|sts|etat|statut|zustand|estado|stato|toestand|tilstand|tillstand|stan|stav)$/;
/** Whose state it is, where that is what connects. */
const CONNECTING =
  /^(?:mqtt|client|device|node|gateway|gw|bridge|broker|publisher|session|agent|reader|unit|station)$/;

const HERE =
  /^(?:online|connect(?:ed)?|available|alive|up|ready|reachable|active|verbunden|erreichbar|verf(?:ue|u)gbar|en ligne|connecte|joignable|disponible|en linea|conectado|in linea|connesso|raggiungibile|verbonden|bereikbaar|на связи|в сети|онлаин|подключено?а?|po[lł]aczon[ya]|pripojeno?|ansluten|tilkoblet|forbundet|conectada|terhubung|tersambung|bagli|baglandi|cevrimici|elerheto|csatlakozva|kapcsolodva|yhdistetty|tavoitettavissa|connectee|disponivel|disponibile|accesible|acessivel|beschikbaar|tillgae?nglig|uppkopplad|tilgjengelig|tilgae?ngelig|tilsluttet|pod[lł][aą]czon[aey]|po[lł][aą]czon[aeoy]|dost[eę]pn[aey]|dostupn[aey]|spojeno)$/;
const GONE =
  /^(?:(?:device|node|client|connection|connexion|verbindung|link|comms?|communication|heartbeat) )?(?:offline|off line|disconnect(?:ed|ion)?|disconnected (?:un)?(?:clean|graceful|expected)(?:ly)?|unexpected(?:ly)? disconnect(?:ed|ion)?|unavailable|dead|unreachable|not (?:connected|reachable|responding|available)|no (?:connection|response|comms?|communication|link)|connection ?(?:lost|broken|closed)|lost ?connection|(?:comms?|link|heartbeat|signal) (?:lost|loss|timeout|timed ?out|broken)|not registered|no (?:signal|answer|service|carrier)|link ?down|keine verbindung|verbindung verloren|sin conexion|onbereikbaar|non in linea|getrennt|nicht (?:verbunden|erreichbar|verf(?:ue|u)gbar)|hors ligne|deconnecte|injoignable|indisponible|fuera de linea|desconectado|non (?:connesso|raggiungibile)|disconnesso|niet (?:verbonden|bereikbaar)|verbroken|не (?:в сети|на связи|подключено?а?)|нет (?:связи|сети)|офлаин|отключено?а?|roz[lł]aczon[ya]|nepripojeno?|odpojeno?|fraa?nkopplad|ikke (?:tilkoblet|forbundet)|frakoblet|tidak (?:terhubung|tersambung)|terputus|bagli degil|kopuk|koptu|baglanti (?:koptu|yok|kesildi)|cevrimdisi|ulasilamiyor|nem elerheto|lecsatlakozva|kapcsolat (?:megszakadt|nincs)|nincs (?:kapcsolat|jel|valasz)|ei yhteytta|yhteys (?:katkesi|poikki)|ei tavoitettavissa|katkennut|verbindung (?:unterbrochen|abgebrochen|getrennt)|keine? (?:antwort|signal|empfang)|(?:pas de|sans|perte de) (?:connexion|reponse|signal)|connexion (?:perdue|coupee)|deconnectee|sin (?:senal|respuesta|comunicacion)|(?:conexion|conexao) perdida|no (?:conectado|disponible)|desconectada|inalcanzable|inaccesible|(?:senza|nessuna) (?:connessione|risposta)|connessione persa|irraggiungibile|indisponibile|indisponivel|inacessivel|(?:nao|sem) (?:conectado|conexao|ligacao|sinal|resposta)|geen (?:verbinding|signaal|antwoord)|verbinding (?:verbroken|verloren)|niet beschikbaar|(?:inte|ej) ansluten|otillgae?nglig|utilgjengelig|utilgae?ngelig|(?:ikke|ingen) (?:tilsluttet|tilgjengelig|tilgae?ngelig)|ingen (?:anslutning|forbindelse|kontakt|signal|svar)|brak (?:po[lł][aą]czenia|[lł][aą]czno[sś]ci|sygna[lł]u|odpowiedzi)|nie(?:po[lł][aą]czon|pod[lł][aą]czon|dost[eę]pn)[aey]|od[lł][aą]czon[aey]|nedostupn[aey]|bez (?:spojeni|signalu|odpovedi))$/;
/** Words that say so only of something that is called for its reach. */
const GONE_OF_REACH =
  /^(?:lost|down|inactive|gone|missing|absent|stale|suspect|unavailable|error|reconnecting|searching|detached|link ?down|timed ?out|failed|fail|closed|broken|false|0|off|no|n|nein|non|nao|nee|nej|nei|nie|ne|faux|falsch|falso|falsk)$/;
const HERE_OF_REACH =
  /^(?:true|1|2|on|yes|y|ok|good|normal|healthy|running|link ?up|streaming|registered|attached|established|ja|oui|si|sim|tak|ano|vrai|wahr|vero)$/;

/** The words of a text in lower case, one space between them. */
function plain(value: Scalar): string {
  const text = String(value ?? "");
  return text.length > 60 ? "" : wordsOf(inEnglish(text)).join(" ");
}

/** What a value says; `bare` admits `true`, `0`, `down` and their like. */
export function reachSaid(value: Scalar, o: { bare: boolean }): Statement | null {
  const said = plain(value);
  if (GONE.test(said)) return "offline";
  if (HERE.test(said) && (o.bare || typeof value === "string")) return "online";
  // `offline,dead` and `{down,stale}`: several words, each of which says so.
  const words = typeof value === "string" && /[,{|]/.test(value) ? said.split(" ") : [];
  if (words.some((word) => GONE.test(word) || /^(?:down|stale)$/.test(word))) return "offline";
  if (words.some((word) => HERE.test(word))) return "online";
  if (!o.bare) return null;
  return GONE_OF_REACH.test(said) ? "offline" : HERE_OF_REACH.test(said) ? "online" : null;
}

const LINKS =
  /^(?:comms?|communications?|connection|conn|link|modbus|fieldbus|bus|response|kommunikation|verbindung|communication|comunicacion|comunicazione|connexion|conexion|connessione|verbinding)$/;
const FAILED =
  /^(?:failed|fail|failure|fault|error|err|lost|loss|timeout|broken|down|no|fehler|gest(?:o|oe)rt|verloren|ausfall|abbruch|erreur|perdue?|echec|error|fallo|perdida|errore|persa|fout|verbroken)$/;

/** Whether a flag says that what it is called after is reached no more: `ModbusCommunicationFailed` that is 1. */
export function saysLinkFailed(name: string, value: Scalar): boolean {
  const words = wordsOf(name);
  return /^(?:true|1|on)$/i.test(String(value)) && words.some((word) => LINKS.test(word)) &&
    words.some((word) => FAILED.test(word));
}

/** What a session, a registration or a line is called that stands, and while it does not. */
const STANDS =
  /^(?:established|registered|show ?time|attached|synchroni[sz]ed|in sync|associated)$/;
const STANDS_NOT =
  /^(?:idle|active|connect|opensent|open ?sent|openconfirm|searching|handshak(?:e|ing)|training|ready|down|lost|rejected|denied|unregistered|not registered|unreachable|failed|error|trying|timeout|timed ?out|expired|no carrier|none|silent|deauthenticated|disassociated|scanning|unsynchroni[sz]ed)$/;

/** What a word says of a link beside one by which it stands; null where it says nothing of that. */
export function linkSaid(value: Scalar | undefined): Statement | null {
  const said = plain(value ?? null);
  return STANDS.test(said) ? "online" : STANDS_NOT.test(said) ? "offline" : null;
}

/** What a name tells: reach itself, a state of what connects, or a state of anything; null for all else. */
export const reachNamed: (name: string) => "reach" | "link" | "state" | null = remembering(
  (name) => {
    const apart = name.replace(/(comms?|conn|link|net|online|connection)(stat(?:us|e))$/i, "$1_$2");
    const words = wordsOf(inEnglish(apart)).filter((word) => !/^(?:is|mqtt|topic|\d+)$/.test(word));
    const last = words.at(-1) ?? "";
    // `stato_connessione`: in some languages the state stands first.
    const isOfWhole = words.slice(0, -1).every((word) =>
      REACHING.test(word) || CONNECTING.test(word) || STATING.test(word)
    );
    if (REACHING.test(last)) return isOfWhole ? "reach" : null;
    if (!STATING.test(last)) return null;
    // One of several is not the whole.
    if (OF_SEVERAL.test(name)) return null;
    const before = words.at(-2) ?? "";
    if (REACHING.test(before) || /^(?:operating|oper|op)$/.test(before)) return "reach";
    if (CONNECTING.test(before) || wordsOf(name).includes("mqtt")) return "link";
    return words.length === 1 ? "state" : null;
  },
);

/** `node2_status`, `reader_3.state`: of one that is told beside others of its kind. */
const OF_SEVERAL = /[a-z][_ .-]?\d{1,3}[_ .-]?stat(?:us|e)$/i;

/** Things that are gone whenever it pleases people. */
const CARRIED =
  /^(?:phones?|handy|iphone|ipad|tablet|telefon|person|people|persons|guests?|visitors?|tv|television|fernseher|bravia|webos|kodi|playstation|xbox|laptop|notebook|macbook|headset|headphones|earbuds|watch)$/;
/** What is driven, played and worn when needed, and says nothing in between. */
const USED =
  /^(?:cars?|vehicles?|bikes?|ev|hdmi|screen|webcam|printer|pc|computer|presence|users?|owners?|plex|chromecast|airplay|spotify|console|players?|media|speakers?|wearables?|trackers?|voip|sessions?|calls?)$/;
/** What is plugged in and linked when needed, and may go on to say so. */
const PLUGGED =
  /^(?:evse|wallbox|chargers?|charging|connector|consumers?|cable|plug|plugged|dock|docked|usb|monitor|clients?|peers?|bluetooth|tags?)$/;
/** Links and programs that are off by choice. */
const UNUSED =
  /^(?:hotspots?|hosts?|cloud|ble|bt|ws|websockets?|vpn|wg|wireguard|ppp|wwan|gsm|lte|wifi|wlan|ports?|if|iface|interfaces?|eth|lan|app|homekit|matter|influx\w*|ntp|ssh|services?|units|processes)$/;

/** What guests live in stays where it is. */
const OF_GUESTS =
  /^(?:ac|room|rooms|bed|bedroom|bath|bathroom|toilet|wc|house|suite|hall|zimmer|bad|climate|thermostat|radiator)$/;

/** Whether words of a name say that people carry it or switch it off. */
export function isCarried(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word, i) =>
    CARRIED.test(word) && !(word === "guest" && OF_GUESTS.test(words[i + 1] ?? ""))
  );
}

/** Computers that are on while somebody sits at them, or are woken when they are wanted. */
const COMPUTER =
  /^(?:pcs?|desktop|computer|workstation|imac|macmini|htpc|rechner|ordinateur|ordenador|wol|wakeonlan)$/;
/** What shows that a computer is there for a machine or for all. */
const AT_WORK =
  /^(?:servers?|nas|edge|panel|industrial|industry|ipc|machines?|line|plant|factory|shop|hmi|scada|kiosk|pos|till|gateway|controller|rack|robot|press|cnc|print\w*)$/;

/** Whether words of a name say that it is a computer which somebody switches off after work. */
export function isComputerAtHome(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => COMPUTER.test(word)) && !words.some((word) => AT_WORK.test(word));
}

/** Whether words of a name say that it comes and goes with people. */
export const goesWithPeople = remembering(
  (name) =>
    wordsOf(name).some((word) => CARRIED.test(word) || USED.test(word) || PLUGGED.test(word)),
);

/** Whether words of a name say that it comes and goes as people wish. */
export const goesByChoice = remembering(
  (name) => goesWithPeople(name) || wordsOf(name).some((word) => UNUSED.test(word)),
);

/** Things that a wall switch takes the power from, or that speak only when something happens. */
const SWITCHED = /^(?:lights?|lamps?|bulbs?|led|strip|licht|lampe|buttons?|remotes?)$/;

/** Whether words of a name say that nothing is heard of it while nobody uses it. */
export function isSilentUnused(name: string): boolean {
  return wordsOf(name).some((word) => CARRIED.test(word) || USED.test(word) || SWITCHED.test(word));
}

/** Whether words of a name say that it is often without power. */
export function isOftenOff(name: string): boolean {
  return goesByChoice(name) || wordsOf(name).some((word) => SWITCHED.test(word));
}

/** What the sun drives, and what works without it. */
const SOLAR =
  /^(?:pv\d?|solar|mppt\d?|dc\d?|string\d?|(?:pv|micro|solar)?inverter|wechselrichter)$/;
const STORED = /^(?:soc|batt?|battery|akku|grid)$/;

/** Whether a document tells of no sun: what lives of it is off at night. */
export function isNight(fields: ReadonlyMap<string, Scalar>): boolean {
  const words = [...fields].map(([path, value]) => ({ words: wordsOf(path), value }));
  return words.some(({ words, value }) => value === 0 && words.some((word) => SOLAR.test(word))) &&
    !words.some(({ words }) => words.some((word) => STORED.test(word)));
}

/** What is fed in, by the last words of its name. */
const FED = /^(?:p|pac|pdc|power|leistung|watts?)$/;

/** Whether a device of which each topic tells a value feeds nothing in, and has nothing stored: by names with their topics. */
export function isWithoutSun(told: Iterable<readonly [name: string, value: Scalar]>): boolean {
  let isDark = false;
  for (const [name, value] of told) {
    const words = wordsOf(name);
    if (words.some((word) => STORED.test(word))) return false;
    const isFed = typeof value === "number" && words.some((word) => FED.test(word)) &&
      words.some((word) => SOLAR.test(word));
    if (isFed && value !== 0) return false;
    isDark ||= isFed;
  }
  return isDark;
}
