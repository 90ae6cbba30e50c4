/** Words by which something is asked for, and by which it is told, as makers and people write them in their languages. */

import { remembering } from "../../../../payload/remembered.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Letters with marks as those without, in which each language writes its words here. */
const plain: (word: string) => string = remembering((word) =>
  /^[\x20-\x7e]*$/.test(word) ? word : word.normalize("NFD").replace(/\p{M}+/gu, "")
    .replace(/ł/g, "l").replace(/ø/g, "o").replace(/æ/g, "ae").replace(/ß/g, "ss").replace(
      /ı/g,
      "i",
    )
);

/** Levels and names by which others want something of a device: orders, and verbs that are one. */
const ASKS = words(`
  set cmd cmnd command commands req request requests action actions task tasks method methods order orders call calls rpc directive directives
  write goto moveto
  befehl befehle setzen setze stellen stelle schalten schalte auftrag vorgabe anforderung
  ordre ordres commande commandes regler definir consigne demande
  orden ordenes comando comandos mando ajustar fijar poner ordem acionar comandi imposta ordine richiesta
  opdracht opdrachten zet kommando kommandos commando satt saett saet sett komento kasky aseta
  parancs utasitas allit beallit ustaw zadaj polecenie rozkaz komenda
  nastav povel prikaz volba naredba postavi ukaz comanda seteaza komut ayarla emir komanda ustanovka perintah
  команда установить задать
`);

/** What something is to become. */
const AIMS = words(`
  target targets desired goal setpoint wanted demand demanded requested sp
  soll sollwert sollstellung sollposition vorgabe zielwert zielposition ziel wunsch
  consigne cible objectif demandee voulu voulue souhaite souhaitee consigna objetivo deseado deseada solicitado solicitada
  desejado desejada pretendido pretendida alvo obiettivo richiesto richiesta desiderato desiderata impostato impostata
  gewenst gewenste gevraagd gevraagde ingesteld doel doelwaarde streefwaarde streefstand
  borvarde onskad malvarde onsket setpunkt saetpunkt malverdi zadana zadane zadany zadano docelowa docelowe docelowy
  pozadovana pozadovany pozadovane nastavena nastaveno zada zadano cil tavoite asetus asetusarvo hedef заданная уставка
`);

/** Further words of a name by which a value is wanted. */
const WANTS = words(`
  op operation function verb setter in rx to do downlink down control ctrl want put change devicebound
  parameter parameters arg args argument arguments input commanded
`);

/** What has a place, or stands open by a share. */
const PLACES = words(`
  position pos floor height angle opening etage etagen etages piso
  stellung lage winkel hohe hoehe offnung oeffnung ouverture hauteur posicion altura apertura posizione altezza
  posicao abertura stand positie klepstand hoogte hojd stilling hoyde pozycja polozenie otwarcie kat poloha
  otevreni asento konum
`);

/** That it is told as it is. */
const ACTUALS = words(`
  actual current act is ist istwert iststellung istposition measured
  reel reelle actuel actuelle mesure mesuree real actual medido medida attuale misurato misurata reale atual
  huidig huidige werkelijk werkelijke actueel gemeten aktuell faktisk aktuel malt uppmatt
  aktualna aktualne aktualny rzeczywista rzeczywiste rzeczywisty skutecna skutecny skutecne aktualni
`);

/** Words of a name by which a value is told, or held. */
const TELLS = words(`
  cur curr currently state states status stat reported report value values val get feedback fb
  now present tele telemetry info data out tx from up uplink event events response resp reply ack last output
  attribute attributes json msg message payload params new pose
  config conf cfg configuration settings
  zustand ruckmeldung rueckmeldung etat estado stato toestand tila tilstand
  nykyinen allapot stan stav stanje stare durum olek katastasi состояние статус
`);

/** Whether a word of a level is an order, in itself. */
export function isOrderWord(word: string): boolean {
  return ASKS.has(plain(word));
}

/** Whether a word of a name says what something is to become. */
export function isAimWord(word: string): boolean {
  return AIMS.has(plain(word));
}

/** Whether a word of a name says that something is told as it is. */
export function isActualWord(word: string): boolean {
  return ACTUALS.has(plain(word));
}

/** Whether a word of a name says that a value is wanted. */
export function isWantingWord(word: string): boolean {
  return ASKS.has(plain(word)) || WANTS.has(plain(word)) || AIMS.has(plain(word));
}

/** Whether a word of a name says that a value is told. */
export function isTellingWord(word: string): boolean {
  return TELLS.has(plain(word)) || ACTUALS.has(plain(word));
}

const OF_LEVEL = /^(?:state|level)$/;
/** What is there soon as well, and has no place. */
const SOON = /^(?:brightness|dimmer|volume)$/;

/** Whether a level says that something is to become what stands there, `target_position`, and nothing else. */
export const isAimName: (level: string) => boolean = remembering((level) => {
  const own = partsOf(level);
  return own.some((word) => AIMS.has(word)) &&
    own.every((word) => AIMS.has(word) || PLACES.has(word) || OF_LEVEL.test(word));
});

/** Whether it says that something is told there as it is, or where it stands. */
export const isActualName: (level: string) => boolean = remembering((level) => {
  const own = partsOf(level);
  return own.some((word) => ACTUALS.has(word) || PLACES.has(word)) &&
    own.every((word) => ACTUALS.has(word) || PLACES.has(word) || OF_LEVEL.test(word));
});

/** Whether a level says where something stands between its ends. */
export const isPositionName: (level: string) => boolean = remembering((level) =>
  /^(?:current|actual)?level$/.test(level) ||
  isActualName(level) && partsOf(level).some((word) => PLACES.has(word))
);

/** Whether what a level speaks of is there soon once it is asked for. */
export function isThereSoon(level: string): boolean {
  return partsOf(level).some((word) => PLACES.has(word) || SOON.test(word));
}

/** Both in one word: `targetposition`. */
const ONE_WORD =
  /^(target|desired|soll|current|actual|ist)(?=(?:position|pos|state|level|angle|height|floor|stellung|lage)$)/;

function partsOf(level: string): string[] {
  return plain(level.slice(0, 60).replace(/(\p{Ll})(\p{Lu})/gu, "$1_$2").toLowerCase())
    .replace(ONE_WORD, "$1_").split(/[^\p{L}]+/u).filter((word) => word !== "");
}

/** What is alike and what is opposed, of words that switch or move. */
const SIDES: readonly (readonly [RegExp, RegExp])[] = [
  [
    /^(?:on|true|1|enabled?|turn_?on|ein|an|aan|start(?:ed)?|run(?:ning)?|active|activated?|pa|be|bekapcsol|paalla|paalle|tandt?|zal|wlacz(?:ony|one)?|zap(?:nuto|nout)?|encend(?:er|ido|ida)|prendid[oa]|lig(?:ar|ado|ada)|acces[oa]|accendi|allum(?:er?|ee)|marche|acik|pornit|вкл(?:ючить|ючен)?)$/,
    /^(?:off|false|0|disabled?|turn_?off|aus|uit|stop(?:ped)?|inactive|deactivated?|idle|standby|docked|parked|halted|av|ki|kikapcsol|pois|slukk?(?:et|a)?|wyl(?:acz(?:ony|one)?)?|vyp(?:nuto|nout)?|apag(?:ar|ado|ada)|deslig(?:ar|ado|ada)|spent[oa]|spegni|eteindre|eteinte?|arret|kapali|kapat|oprit|выкл(?:ючить|ючен)?)$/,
  ],
  [
    /^(?:open(?:ed)?|auf|offen|offnen|ge(?:o|oe)ffnet|ouvrir|ouvre|ouverte?|abr(?:ir|e)|abiert[oa]|abert[oa]|apri|apert[oa]|oppna|oppen|abne|abent?|apen|otw[o]rz|otwart[eya]|nyit(?:va)?|otev(?:rit|reno)|auki|avaa|ausfahren|ausgefahren|открыт[оь]?)$/,
    /^(?:closed?|zu|geschlossen|schlie(?:ss)en|shut|fermee?r?|cerr(?:ar|ad[oa])|fech(?:ar|ad[oa])|chiudi|chius[oa]|stang(?:d|t)?|luk(?:ket)?|gesloten|sluiten|dicht|zamknij|zamkniet[eya]|zar(?:va)?|zav(?:rit|reno)|kiinni|sulje|einfahren|eingefahren|закрыт[оь]?)$/,
  ],
  [/^play(?:ing)?$/, /^(?:stop(?:ped)?|paused?|idle)$/],
  [
    /^(?:lock(?:ed)?|verriegel[nt]|abgeschlossen)$/,
    /^(?:unlock(?:ed)?|entriegel[nt]|aufgeschlossen)$/,
  ],
  [/^(?:arm(?:ed)?(?:[_ ]?(?:away|home|stay|night))?)$/, /^disarm(?:ed)?$/],
  [
    /^(?:up|raise|hoch|rauf|heben|mont(?:er?|ee)|sub(?:ir|e)|omhoog|upp|opp|ylos|nahoru|w_gore|yukari)$/,
    /^(?:down|lower|runter|ab|senken|descendr?e?|baj(?:ar|a)|giu|omlaag|ner|ned|alas|dolu|w_dol|asagi)$/,
  ],
];

/** The pairs of sides of which a word is one, each with whether it is the first: `on` and `open` are. */
export const sidesOf: (word: string) => ReadonlyMap<number, boolean> = remembering((word) => {
  const text = plain(inEnglish(word.slice(0, 40)).toLowerCase()).replace(
    /^(?:go|move|do|set|turn|switch)[_ -]/,
    "",
  );
  return new Map(
    SIDES.flatMap(([yes, no], i) =>
      yes.test(text)
        ? [[i, true] as [number, boolean]]
        : no.test(text)
        ? [[i, false] as [number, boolean]]
        : []
    ),
  );
});

/** Whether two words are of one pair of sides, and of the same: null where they are of none. */
export function areOneSide(one: string, other: string): boolean | null {
  const sides = sidesOf(other);
  for (const [pair, is] of sidesOf(one)) {
    const said = sides.get(pair);
    if (said !== undefined) return said === is;
  }
  return null;
}

/** The pairs of sides of what is opened and closed, and of what goes up and down. */
const [MOUTH, HEIGHT] = [1, 5];

/** Whether a word sends something to one of its ends: `close`, `up`. */
export function isEnd(word: string): boolean {
  return sidesOf(word).has(MOUTH) || sidesOf(word).has(HEIGHT);
}

/** Whether a word switches something to one side: `on`, `closed`. */
export function isSide(word: string): boolean {
  return sidesOf(word).size > 0;
}
