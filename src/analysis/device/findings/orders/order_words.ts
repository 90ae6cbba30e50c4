/** Words by which something is asked for, and by which it is told, as makers and people write them in their languages. */

import { remembering } from "../../../../payload/remembered.ts";

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

/** Further words of a name by which a value is wanted. */
const WANTS = words(`
  op operation function verb setter requested in rx to do downlink down desired target targets control ctrl want wanted put change devicebound
  parameter parameters arg args argument arguments input commanded demand setpoint sp soll sollwert consigna zadana zadane
  ziel wunsch cible objetivo deseado desejado alvo obiettivo gewenst doel tavoite borvarde onsket hedef pozadovana
`);

/** Words of a name by which a value is told, or held. */
const TELLS = words(`
  current cur curr currently actual act is ist state states status stat reported report value values val get feedback fb
  now present measured tele telemetry info data out tx from up uplink event events response resp reply ack last output
  attribute attributes json msg message payload params new pose
  config conf cfg configuration settings
  zustand istwert ruckmeldung rueckmeldung aktuell etat actuel estado stato attuale toestand huidig tila tilstand lage laege
  nykyinen allapot stan stav aktualni stanje stare durum olek katastasi состояние статус
`);

/** Whether a word of a level is an order, in itself. */
export function isOrderWord(word: string): boolean {
  return ASKS.has(plain(word));
}

/** Whether a word of a name says that a value is wanted. */
export function isWantingWord(word: string): boolean {
  return ASKS.has(plain(word)) || WANTS.has(plain(word));
}

/** Whether a word of a name says that a value is told. */
export function isTellingWord(word: string): boolean {
  return TELLS.has(plain(word));
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
  const text = plain(word.slice(0, 40).toLowerCase()).replace(
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
