/** Words by which an answer says that it did not do what it was told. */
import { isGoodNews } from "../../../../payload/severity/text.ts";

/** What an answer says that did as it was told. */
const WELL =
  /^(?:ok|okay|success|successful|succeeded|succeed|done|accepted|ack|true|none|no[ _]?errors?|0|)$/;
/** Parts of words by which an answer says that it did not. */
const REFUSES =
  /invalid|illegal|unsupported|\bnot[ _-]?paired|\bnot[ _-](?:exist|supported|allowed|found|permitted|possible|ready|authori|executed|accepted|accept|ok)|did not accept|unknown[ _](?:command|cmd|method|parameter|param|device|key|topic)|busy|denied|refus|reject|fail|(?:^|[^\p{L}])err(?:or|eur)?(?!\p{L})|errore|time[d _]?-?out|out[ _]of[ _]range|forbidden|unauthori|missing|bad[ _](?:request|param|value)|wrong[ _]|too[ _](?:large|long|many|small)|expired|declined|(?:is|are)[ _]read[ _-]?only|\bnot[ _](?:writ|set)t?e?able|(?:without|has[ _]no)[ _]setter|tried to set|no such|cannot|could not|unable to|constraint|violation|undeliver|not[ _-]delivered|ungültig|unzulässig|nicht[ _](?:zulässig|möglich|erlaubt|gefunden|ausgeführt|erreichbar)|abgelehnt|verweigert|odmow|fehl|invalide|inválid|rechaz|refusé|échou|échec|impossible|recusad|negad|falh|non[ _](?:eseguito|riuscito|valido|consentito)|rifiut|fallit|odrzuc|niepoprawn|nieudan|błąd|poza zakresem|geweigerd|mislukt|ongeldig|nekad|avvis|misslyck|virhe|hylätty|zamítnut|chyba|hata\b|reddedildi|ошибк|отказ|отклон/iu;

/** The whole of a text by which an answer says that it did not; parts of it are in {@linkcode REFUSES}. */
const REFUSED =
  /^(?:(?:nac?k|nok|ko)(?:[ :,]{1,3}[\w-]{1,12})?|no|aborted|blocked|blockiert|bloqu[eé]e?|unknown|unsuccessful|cancel+ed by device|too (?:late|early))$/i;

/** `timed_out`, `MAV_RESULT_DENIED`; `NO_ERROR` is none, and `rejects: 0` neither. */
export function isRefused(text: string): boolean {
  const said = text.trim().replaceAll("_", " ");
  if (WELL.test(said.toLowerCase()) || isGoodNews(said) || said.length > MOST_CHARS) return false;
  return REFUSED.test(said) || REFUSES.test(said) && !DENIES.test(said);
}

const DENIES =
  /(?<!\p{L})(?:no|without|kein\w{0,2}|ohne|sans|sin|senza|sem|geen|bez|0) \p{L}*(?:err|fail|fehl|fault|échec|fall|refus|timeout)|(?:error|err|fehler|erreur)s?["']?[ :=]{0,3}(?:0x)?(?:0+|none|no|null|false|ok)(?![\p{L}\d])/iu;
const MOST_CHARS = 300;
