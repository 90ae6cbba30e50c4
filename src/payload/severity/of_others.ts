/** Warnings of the weather, and alarms of who passes by: no trouble of the station or the camera that tells them. */
import type { JsonValue } from "../payload.ts";
import { remembering } from "../remembered.ts";
import { splitWords } from "./split_words.ts";

const MAX_CHARS = 200;

const OF_OTHERS: readonly RegExp[] = [
  /(?<!\p{L})(?:storm|gale|wind|gust|hail|thunder(?:storm)?|lightning|rain|rainfall|snow|snowfall|blizzard|tornado|hurricane|typhoon|cyclone|heat ?wave|fog|weather|tsunami|avalanche)s? (?:warnings?|alerts?|alarms?|watch|advisory|statement)(?!\p{L})/u,
  /(?<!\p{L})(?:frost|ice|icing|freeze|flood|surf|fire weather|extreme heat|extreme cold) (?:warnings?|watch|advisory)(?!\p{L})/u,
  /(?:sturm|gewitter|unwetter|hagel|orkan|böen|wind|starkregen|dauerregen|schneefall|glätte|glatteis|frost|hitze|nebel|hochwasser|wetter)(?:warnung|warnungen|warnstufe|warnlage)(?!\p{L})/u,
  /(?<!\p{L})(?:unwetter|warnung(?:en)? vor (?:\p{L}+ )?(?:sturm|orkan|gewitter|hagel|wind|regen|starkregen|dauerregen|schnee|glätte|glatteis|frost|hitze|nebel|hochwasser|tauwetter))/u,
  /(?<!\p{L})(?:vigilance (?:météo|orages?|vents?|neige|canicule|crues?|jaune|orange|rouge)|alerte (?:météo|aux? vents?|vents? violents?|orages?|neige|tempête))(?!\p{L})/u,
  /(?<!\p{L})(?:allerta (?:meteo|vento|temporali|neve)|avvis[io] meteo|avisos? (?:meteorológicos?|por (?:viento|lluvias?|tormentas?|nevadas?|calor))|alerta (?:meteorológica|de tormentas?)|aviso de (?:vento|chuva|tempestade))(?!\p{L})/u,
  /(?<!\p{L})(?:(?:weer|storm|onweer)waarschuwing|code (?:geel|oranje)|(?:storm|kuling|väder|åsk|snö)varning(?:ar)?|(?:kuling|storm|uværs|farevær)s?varsel|ostrzeżenie (?:meteorologiczne|przed burzą|o burzach))(?!\p{L})/u,
  /(?<!\p{L})(?:motion|movement|person|people|human|vehicle|animal|pet|face|visitor|doorbell|parcel|package|timer|kitchen timer|cooking timer|wake(?: up)?|calendar|line ?cross(?:ing)?|loitering|intrusion|region (?:entrance|exit)) (?:alarms?|alerts?|detect(?:ed|ion))(?!\p{L})/u,
  /^(?:alarm|alert) (?:motion|movement|person|people|human|presence|occupancy|vehicle|animal|pet|face|visitor|doorbell)$/u,
  /(?<!\p{L})(?:left|leaves|leaving|out of) (?:the )?(?:camera )?(?:frame|view|scene|sight|picture|field of view)(?!\p{L})/u,
];

/** Whether a name or a short text tells of the weather or of who passes by: `storm_warning`, `MotionAlarm`; remembered. */
export function tellsOfOthers(value: JsonValue): boolean {
  return typeof value === "string" && value.length <= MAX_CHARS && isOfOthers(value);
}

const isOfOthers: (text: string) => boolean = remembering((text) => {
  const words = splitWords(text).join(" ");
  return OF_OTHERS.some((warning) => warning.test(words));
});
