/** Words that deny trouble or say that it is over, in the languages of `trouble_words.ts`, and values that mean none. */
import { wordSet } from "./word_set.ts";

/** Denials around {@linkcode ERROR_IDEOGRAMS}: "no fault", "not abnormal". */
export const DENIED_IDEOGRAMS =
  /(?:无|無|没有|沒有)(?:错误|錯誤|故障|失败|失敗|异常|異常)|(?:エラー|異常)(?:なし|無し)|(?:오류|고장)없음/u;

/** Before a word of trouble they deny it: "no error", "kein Fehler", "sans erreur". */
export const NEGATIONS = wordSet(`
  no not non without zero never none neither nor isn't wasn't didn't doesn't hasn't don't n't
  kein keine keinen keiner keinerlei keines ohne nicht null
  aucun aucune sans pas par ni
  sin ningún ninguna ningun ninguno
  senza nessun nessuna nessuno
  geen zonder niet
  bez brak nie żadnych żaden zadnych
  sem nenhum nenhuma não nao
  ingen inga inget ei ej žádná žádné bezchyb ei yok без нет`);

/** After a word of trouble, at the end of the clause, they deny it: "errors: none", "fault = false". */
export const CLOSING_DENIALS = wordSet(`
  none no not ok okay false off null nil normal inactive disabled passed clear absent never good
  keine keiner keines nein aus inaktiv aucun aucune non ninguno ninguna nessuno nessuna geen nee uit
  brak nie nenhum nenhuma não nao ingen žádné`);

/** After a word of trouble they say that it is over: "fault cleared", "Störung behoben". */
export const RESOLVED = wordSet(`
  cleared resolved recovered fixed gone corrected ended end over free reset acknowledged released
  canceled cancelled deactivation deactivated
  restored restore ripristinato ripristinata rétabli rétablie restaurado restaurada hersteld
  behoben beseitigt quittiert beendet résolu résolue resolu corrigé corrigée resuelto resuelta
  corregido risolto risolta opgelost verholpen usunięty usunięta usunieto naprawiony resolvido
  resolvida corrigido`);

/** After a word of trouble they make it part of a name: "error handler", "fault tolerance". */
export const NAMING_NOUNS = wordSet(`
  clock ticket tickets test tests testing handler handlers handling log logs logging logger correction correcting rate reporting report
  margin budget page callback detection detector tolerance tolerant recovery threshold
  protokoll behandlung`);

/** Words that may stand between a word of trouble and what is said of it. */
export const FILLERS = wordSet(`
  code codes count counter number in out rx tx status state flag flags total is was are were has have been now
  ist sind war wurde wurden est sont es son è sono zijn werd jest são`);

/** The whole of a text in the place of an error that is none. */
export const NO_ERROR =
  /^(?:none|no ?errors?|ok|okay|succ|success|null|unknown|n\/?a|false|-+|0+|0x0+)?$/i;

/** Values that mean "nothing wrong" where a field speaks of trouble. */
export const BENIGN_VALUES = wordSet(`
  none no ok okay false off normal null nil n/a na clear cleared inactive idle good fine success
  successful succeeded undefined unknown healthy pass passed resolved - -- online connected ready
  running closed dry disarm disarmed arm armed armed_home armed_away armed_night armed_vacation away home
  stay night vacation perimeter partial arming pending monitor 0x0 0x00 0x0000
  allclear noerror noerrors nofault noalarm noalarms standby
  keine kein keiner nein gut inaktiv aus aucun aucune non ninguno ninguna nessuno nessuna geen nee uit brak nie
  nenhum nenhuma não nao ingen inga inget nej nei ei ej
  ne není neni yok hayır hayir нет норма norma succ
  corrected recovered canceled cancelled released complete completed accomplished acknowledged
  idleoff untriggered enable disable
  deaktiviert ausgeschaltet désactivé désactivée inactif inactive éteint éteinte desactivado desactivada apagado apagada
  inactivo inactiva ninguna disattivato disattivata disattivo spento spenta desativado desativada desligado desligada
  inativo inativa uitgeschakeld inactief inaktiv deaktiverad avstängd avslagen inget deaktivert deaktiveret slukket
  wyłączony wyłączona wyłączone wylaczony wylaczona wylaczone nieaktywny nieaktywna żaden żadna zaden vypnuto vypnutý
  vypnutá vypnut žádný žádná žádné zadny zadna zadne poissa kapalı выключен выключена отключена`);
