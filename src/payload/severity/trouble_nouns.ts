import { NO_KEYS } from "./key_words.ts";
import { ERROR_SUFFIXES, ERROR_WORDS } from "./trouble_words.ts";

/** Whether a part of a name, in lower case, is a word of trouble. */
export function isTroubleNoun(word: string): boolean {
  return word === "alm" || ERROR_WORDS.has(word) && !NO_KEYS.has(word) || isTroubleCompound(word);
}

/** `Fehlermeldung`, `errorcode`: what follows is about the trouble that is. */
const REPORT_COMPOUND =
  /^(?:(?:fehler|störungs?|stoerungs?|alarm)(?:meldung|code|text|nummer|status|zustand)|alarm(?:tekst|kode|kod|koodi)|larm(?:text|kod|status)|(?:(?:hög|låg|hoch|nieder)?(?:tryck|druck)|temperatur|nivå|flöde|givar|motor|drift|fläkt|pump|fas|filter|füllstand)s?a?larm|(?:error|fault|err)(?:code|text|message|msg|number|status|state|type|flags?|bits)|(?:fel|feil|fejl|fout|storings?)(?:kod|kode|koder|codes?|melding|meldinger|meddelande|besked|tekst|text)|vika(?:koodi|tila|tieto)|st(?:ö|oe)rmeldung(?:en)?)$/;

/** `sensorfehler`, `errorcode`: whether a word is made of one of trouble and another. */
export function isTroubleCompound(word: string): boolean {
  return REPORT_COMPOUND.test(word) ||
    word.length > 6 && ERROR_SUFFIXES.some((suffix) => word.endsWith(suffix));
}
