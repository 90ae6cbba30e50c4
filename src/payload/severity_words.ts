/**
 * Words that tell trouble, in the languages devices are programmed in, all lower case and without
 * inflections that add no sense. They are compared with whole words only.
 */

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Something is broken. */
export const ERROR_WORDS = words(`
  error errors err fail fails failed failing failure failures fault faults faulty fatal critical
  exception exceptions panic crash crashed emergency alarm alarms broken malfunction malfunctioning
  overheat overheated overheating overcurrent overvoltage undervoltage aborted corrupt corrupted
  fehler fehlern fehlerhaft fehlgeschlagen störung störungen stoerung stoerungen gestört ausfall
  ausgefallen defekt kritisch notfall abgestürzt abgebrochen alarme
  erreur erreurs échec échecs echec échoué échouée echoue panne pannes défaut défauts defaut
  défaillance defaillance critique fatale urgence alarmes
  errores fallo fallos falla fallas falló fallido fallida avería averías averia crítico crítica
  critico critica alarma alarmas emergencia
  errore errori guasto guasti fallito fallita fallimento avaria avarie allarme allarmi emergenza
  fout fouten storing storingen mislukt defect kritiek noodgeval
  błąd błędy błędu błędów bledy bledow awaria awarie awarii usterka usterki usterek nieudane
  nieudany nieudana krytyczny krytyczna krytyczne
  erro erros falha falhas falhou avarias defeito emergência emergencia
  fel misslyckades fejl feil chyba chyby chyb selhání porucha virhe hata arıza
  ошибка ошибки ошибок сбой сбоя авария аварии отказ помилка помилки`);

/** Something may be about to break, or cannot be reached. */
export const WARNING_WORDS = words(`
  warning warnings warn offline disconnected unavailable unreachable unresponsive timeout timeouts
  degraded alert alerts lost caution problem problems unable cannot stale overload overloaded
  warnung warnungen achtung probleme getrennt zeitüberschreitung unerreichbar
  überschritten blockiert verklemmt verstopft undicht überhitzt überlastet exceeded
  avertissement avertissements alerte alertes problème problèmes probleme déconnecté déconnectée
  indisponible injoignable
  advertencia advertencias aviso avisos alerta alertas problema problemas desconectado desconectada
  inaccesible
  avviso avvisi avvertimento problemi disconnesso disconnessa irraggiungibile
  waarschuwing waarschuwingen probleem problemen verbroken onbereikbaar
  ostrzeżenie ostrzeżenia ostrzezenie problemy rozłączony rozlaczony niedostępny niedostepny
  advertência atenção indisponível
  varning advarsel varování varoitus uyarı предупреждение внимание`);

/** Words of one language that are harmless in another: they count where {@linkcode DUTCH} does. */
export const DUTCH_ONLY = words(`storing storingen`);
/** Signs that a text is Dutch. */
export const DUTCH = /(?<!\p{L})(?:de|het|een|geen|bij|van|zonder|opgelost)(?!\p{L})/u;

/** German and Dutch write compounds as one word: `Sensorfehler`, `Stromausfall`, `sensorfout`. */
export const ERROR_SUFFIXES = ["fehler", "störung", "stoerung", "ausfall", "fout", "fouten"];

/** Chinese, Japanese and Korean have no spaces: trouble and its denial are looked for inside runs. */
export const ERROR_IDEOGRAMS = /错误|錯誤|故障|失败|失敗|异常|エラー|異常|오류|고장/u;
/** Denials around {@linkcode ERROR_IDEOGRAMS}: "no fault", "not abnormal". */
export const DENIED_IDEOGRAMS =
  /(?:无|無|没有|沒有)(?:错误|錯誤|故障|失败|失敗|异常|異常)|(?:エラー|異常)(?:なし|無し)|(?:오류|고장)없음/u;

/** Before a word of trouble they deny it: "no error", "kein Fehler", "sans erreur". */
export const NEGATIONS = words(`
  no not non without zero never none neither nor isn't wasn't didn't doesn't hasn't don't n't
  kein keine keinen keiner keinerlei keines ohne nicht null
  aucun aucune sans pas par ni
  sin ningún ninguna ningun ninguno
  senza nessun nessuna nessuno
  geen zonder niet
  bez brak nie żadnych żaden zadnych
  sem nenhum nenhuma não nao
  ingen inga ej žádná žádné bezchyb ei yok без нет`);

/** After a word of trouble, at the end of the clause, they deny it: "errors: none", "fault = false". */
export const CLOSING_DENIALS = words(`
  none no not ok okay false off null nil normal inactive disabled passed clear absent never good
  keine keiner keines nein aus inaktiv aucun aucune non ninguno ninguna nessuno nessuna geen nee uit
  brak nie nenhum nenhuma não nao ingen žádné`);

/** After a word of trouble they say that it is over: "fault cleared", "Störung behoben". */
export const RESOLVED = words(`
  cleared resolved recovered fixed gone corrected ended end over free reset acknowledged
  restored restore ripristinato ripristinata rétabli rétablie restaurado restaurada hersteld
  behoben beseitigt quittiert beendet résolu résolue resolu corrigé corrigée resuelto resuelta
  corregido risolto risolta opgelost verholpen usunięty usunięta usunieto naprawiony resolvido
  resolvida corrigido`);

/** After a word of trouble they make it part of a name: "error handler", "fault tolerance". */
export const NAMING_NOUNS = words(`
  handler handlers handling log logs logging logger correction correcting rate reporting report
  margin budget page callback detection detector tolerance tolerant recovery threshold
  protokoll behandlung`);

/** Words that may stand between a word of trouble and what is said of it. */
export const FILLERS = words(`
  code codes count counter number in out rx tx status state flag flags total is was are were has have been now
  ist sind war wurde wurden est sont es son è sono zijn werd jest são`);

/** Values that mean "nothing wrong" where a field speaks of trouble. */
export const BENIGN_VALUES = words(`
  none no ok okay false off normal null nil n/a na clear cleared inactive idle good fine success
  successful succeeded undefined unknown healthy pass passed resolved - -- online connected ready
  running closed dry disarm disarmed arm armed armed_home armed_away armed_night armed_vacation away home
  stay night vacation perimeter partial arming pending monitor 0x0 0x00 0x0000
  allclear noerror noerrors nofault noalarm noalarms standby
  keine kein keiner nein gut inaktiv aus aucun aucune non ninguno ninguna nessuno nessuna geen nee uit brak nie
  nenhum nenhuma não nao`);

/** Levels of a log record that say it is only for information. */
export const INFORMATIONAL_LEVELS = words(`
  info information informational notice debug trace verbose fine finer finest ok okay normal success
  hinweis none`);

/** Further words that a level field uses for errors. */
export const ERROR_LEVELS = words(`crit emerg alert severe failure blocker schwerwiegend grave`);

function phrase(alternatives: string): RegExp {
  return new RegExp(`(?<!\\p{L})(?:${alternatives})(?!\\p{L})`, "u");
}

/** Warnings that take more than one word, most of them a denied good. */
export const WARNING_PHRASES = phrase(
  "no (?:response|signal|connection|answer|data)|not (?:responding|reachable|available|connected)|" +
    "invalid (?:\\p{L}+ )?(?:response|answer|reading|checksum|frame)|connection (?:lost|refused|reset)|low battery|battery low|could not|can not|timed out|" +
    "keine (?:antwort|verbindung)|nicht (?:erreichbar|verfügbar|verbunden)|batterie (?:schwach|leer)|" +
    "hors ligne|pas de (?:réponse|connexion)|non disponible|batterie faible|" +
    "fuera de línea|sin (?:respuesta|conexión|conexion)|batería baja|" +
    "nessuna (?:risposta|connessione)|non (?:raggiungibile|disponibile)|batteria scarica|" +
    "geen (?:verbinding|antwoord)|niet (?:bereikbaar|beschikbaar|verbonden)|let op|" +
    "brak (?:połączenia|odpowiedzi)|sem (?:resposta|conexão)|bateria fraca",
);

/** A denied "ok" is an error. */
export const ERROR_PHRASES = phrase(
  "(?:not|nicht|pas|non|niet|nie|não) (?:ok|okay)|out of (?:memory|range)|short circuit|kurzschluss",
);
