/**
 * Words that tell trouble, in the languages devices are programmed in, all lower case and without
 * inflections that add no sense. They are compared with whole words only.
 */
import { wordSet } from "./word_set.ts";

/** Something is broken. */
export const ERROR_WORDS = wordSet(`
  alarmă error errors err fail fails failed failing failure failures fault faults faulty fatal critical
  exception exceptions panic crash crashed emergency alarm alarms broken malfunction malfunctioning
  overheat overheated overheating unsuccessful overcurrent overvoltage undervoltage aborted corrupt corrupted
  defective fühlerbruch fuehlerbruch sensorbruch kabelbruch drahtbruch rohrbruch leitungsbruch
  fehler fehlern fehlerhaft fehlgeschlagen störung störungen stoerung stoerungen gestört ausfall
  ausgefallen uitgevallen stör stoer defekt kritisch notfall abgestürzt abgebrochen alarme
  erreur erreurs échec échecs echec échoué échouée echoue panne pannes défaut défauts defaut
  défaillance defaillance critique fatale urgence alarmes
  errores fallo fallos falla fallas falló fallido fallida avería averías averia crítico crítica
  critico critica alarma alarmas emergencia
  errore errori guasto guasti fallito fallita fallimento avaria avarie allarme allarmi emergenza
  fout fouten storing storingen mislukt defect kritiek noodgeval
  błąd błędy błędu błędów bledy bledow awaria awarie awarii usterka usterki usterek nieudane
  nieudany nieudana krytyczny krytyczna krytyczne
  erro erros falha falhas falhou avarias defeito emergência emergencia
  fel misslyckades fejl feil chyba chyby chyb selhání porucha virhe vika vikatila häiriö larm larmer alarmer alarmów alarmy summalarm sumalarm sammelalarm sammelstörung felkod havari hälytys anomalia anomalía anomalie hiba eroare hata arıza ariza arızası arizasi gagal rusak avariya avarija oshibka neispravnost
  неисправность неисправности ошибка ошибки ошибок сбой сбоя авария аварии отказ помилка помилки`);

/** Something may be about to break, or cannot be reached. */
export const WARNING_WORDS = wordSet(`
  warning warnings warn offline disconnected unavailable unreachable unresponsive timeout timeouts
  degraded alert alerts lost caution trouble troubles problem problems unable cannot stale overload overloaded
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
export const DUTCH_ONLY = wordSet(`storing storingen`);

/** Signs that a text is Dutch. */
export const DUTCH = /(?<!\p{L})(?:de|het|een|geen|bij|van|zonder|opgelost)(?!\p{L})/u;

/** German and Dutch write compounds as one word: `Sensorfehler`, `Stromausfall`, `sensorfout`. */
export const ERROR_SUFFIXES = [
  "fehler",
  "störung",
  "stoerung",
  "ausfall",
  "fout",
  "fouten",
  "feil",
  "fejl",
];

/** Chinese, Japanese and Korean have no spaces: trouble and its denial are looked for inside runs. */
export const ERROR_IDEOGRAMS = /错误|錯誤|故障|失败|失敗|异常|エラー|異常|오류|고장/u;

function phrase(alternatives: string): RegExp {
  return new RegExp(`(?<!\\p{L})(?:${alternatives})(?!\\p{L})`, "u");
}

/** Warnings that take more than one word, most of them a denied good. */
export const WARNING_PHRASES = phrase(
  "(?:pressure|voltage|(?:salt|water|oil|fuel|coolant) level|salt|ph|redox|orp|salzgehalt|füllstand|taux de (?:sel|chlore)|niveau d'eau|livello sale|nivel de (?:sal|agua)|\\p{L}*druck|\\p{L}*spannung|pression|pressione|presión|ciśnienie|durchfluss|wasserstand|water level|flow)(?: is| ist| est)? (?:too (?:low|high)|zu (?:niedrig|hoch|gering)|trop (?:bas|basse|élevée?|faible)|troppo (?:bass[oa]|alt[oa])|demasiad[oa] (?:baj[oa]|alt[oa]))|" +
    "(?:sensor|probe|thermocouple|ntc|rtd|wire|cable|loop) (?:break|breakage|shorted|short circuit|open circuit)|" +
    "(?:device|sensor|probe|module|hardware|gerät|fühler|modul|ds18b20|dht\\d{0,2}|bm[ep]\\d{3}|sht\\d{1,2}|scd\\d{2}|bh1750|ads1115|ina\\d{3}|mpu6050|ds3231|rtc|sd card) (?:not found|nicht gefunden)|" +
    "no (?:response|signal|connection|answer|data)|not (?:responding|reachable|available|connected)|" +
    "invalid (?:\\p{L}+ )?(?:response|answer|reading|checksum|frame)|connection (?:lost|refused|reset)|(?:ac|mains|power|supply|comm|signal) (?:loss|lost)|lo(?:w)? batt?(?:ery)?|battery (?:is )?low|not heating at|could not|couldn't|can't|can not|kann nicht|konnte nicht|ne peut pas|non può|no puede|kan niet|kan inte|kan ikke|nie można|hasn't reported|stopped (?:posting|responding|reporting)|timed out|" +
    "keine (?:antwort|verbindung)|nicht (?:erreichbar|verfügbar|verbunden)|batterie (?:schwach|leer)|" +
    "hors ligne|pas de (?:réponse|connexion)|non disponible|batterie faible|" +
    "fuera de línea|sin (?:respuesta|conexión|conexion)|batería baja|" +
    "nessuna (?:risposta|connessione)|non (?:raggiungibile|disponibile)|batteria scarica|" +
    "geen (?:verbinding|antwoord)|niet (?:bereikbaar|beschikbaar|verbonden)|let op|" +
    "brak (?:połączenia|odpowiedzi|sygnału|danych)|security (?:issue|breach|violation)s?|no space left|exited with code [1-9]\\d{0,3}|permission denied|no route to host|broken pipe|cannot allocate memory|read-only file system|thermal runaway(?! protection)|out of order|(?<!(?:no|0) )(?:messages?|events?|packets?|samples?|records?) (?:are|is|were|have been)(?: being)? (?:discarded|dropped|lost)|(?:discarding|dropping) (?:\\p{L}+ )?(?:messages?|events?|packets?|samples?|records?)|brown-?out (?:detector (?:was )?triggered|detected)|watchdog (?:got |was )?triggered|core dumped|stack (?:overflow|smashing)|heap corruption|double free|abort\\(\\) was called|kernel oops|oom-?kill(?:ed|er)|" +
    "keine daten|pas de données|sin datos|nessun dato|geen gegevens|" +
    "niet werkend|werkt niet|nie działa|no funciona|non funziona|ne fonctionne pas|funktioniert nicht|fungerar inte|virker ikke|" +
    "(?<!(?:aucune|nessuna|keine|ninguna|geen|ingen|inga|brak|sin|sans|senza|pas de) )(?:leckage|lekkage|läckage|läcka|lekkasje|wyciek|fuite|fuga|perdita) (?:erkannt|festgestellt|gedetecteerd|upptäckt|oppdaget|wykryty|détectée|detectada|rilevata)|sem (?:resposta|conexão)|bateria fraca",
);

/** A denied "ok" is an error. */
export const ERROR_PHRASES = phrase(
  "(?:not|nicht|pas|non|niet|nie|não) (?:ok|okay)|out of (?:memory|range)|short circuit|kurzschluss",
);
