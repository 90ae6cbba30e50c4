/** Whether what stands around a word of trouble denies it. */
import { inEnglish } from "../spoken_words.ts";
import { markedSet } from "./word_set.ts";
import {
  BENIGN_VALUES,
  CLOSING_DENIALS,
  FILLERS,
  NAMING_NOUNS,
  NEGATIONS,
  RESOLVED,
} from "./denial_words.ts";
import { type Token, wordRank } from "./tokens.ts";

/** Whether the word of trouble at a place is denied by what stands around it. */
export function isDenied(tokens: Token[], at: number): boolean {
  return isDeniedBefore(tokens, at) || isDeniedAfter(tokens, at);
}

/** "no error", "0 new errors", "kein bekannter Fehler", "no errors or warnings". */
function isDeniedBefore(tokens: Token[], at: number): boolean {
  for (let i = at - 1; i >= 0 && i >= at - 3; i--) {
    const token = tokens[i];
    if (token.kind === "break" || token.kind === "bind") return false;
    if (token.kind === "number") {
      if (!isZero(token)) return false;
      // "errors: 0 warnings: 2": the zero belongs to what stands before it.
      const bound = tokens[i - 1]?.kind === "bind" && i >= 2 && wordRank(tokens[i - 2]) > 0;
      return !bound;
    }
    // "Module not discharging alarm": what is denied stands between.
    if (token.text === "not" && /.ing$/.test(tokens[i + 1].text) && i + 1 < at) return false;
    if (NEGATIONS.has(token.text)) return true;
    // "Test alarm", "prueba de alarma"; a failed test is none.
    if (TESTS.has(token.text) && ALARM.test(tokens[at].text)) return true;
    // "Hit * for faults", "checking for errors": nothing is said to be wrong.
    if (i === at - 1 && token.text === "for" && tokens[at].text.endsWith("s")) return true;
  }
  return false;
}

/** Words for a try of an alarm, before it. */
const TESTS = markedSet(
  `test testing probe prueba prova essai proef prøve prov zkouška zkušební koe teszt próba próbny тест teste`,
);

const ALARM = /^(?:alarm|allarm|larm|alert|häly|poplach|riaszt|тревог)/;

/** "(in test)", "(Testbetrieb)": what a text says is tried. */
const IN_TEST =
  /[([](?:in |im |en |in modalità )?(?:test(?:ing|modus|betrieb|bedrijf|läge| ?mode)?|prueba|prova|essai)[)\]]/i;

/** "Allarme incendio ripristinato", "fire alarm kitchen restored". */
function isOverAtEnd(tokens: Token[], at: number): boolean {
  let end = at + 1;
  while (end < tokens.length && end <= at + 5 && tokens[end].kind === "word") end++;
  const last = tokens[end - 1];
  const isWhole = end === tokens.length || tokens[end].kind === "break";
  return isWhole && end - 1 > at && last.text.length > 6 && RESOLVED.has(last.text) &&
    !NEGATIONS.has(tokens[end - 2].text);
}

/** "alarm: ikke aktiv", "vika: pois päältä": the whole of what is said of it. */
function isNoneAfter(tokens: Token[], from: number): boolean {
  if (tokens[from]?.kind !== "bind") return false;
  let end = from + 1;
  while (end <= from + 4 && tokens[end]?.kind === "word") end++;
  const isWhole = tokens[end] === undefined || tokens[end].kind === "break";
  return isWhole && saysNone(tokens.slice(from + 1, end).map(({ text }) => text).join(" "));
}

/** "errors: 0", "error = none", "fault has been cleared", "error handler started". */
function isDeniedAfter(tokens: Token[], at: number): boolean {
  let i = at + 1;
  // A failed test is none that only bears its name.
  const isName = tokens[i]?.kind === "word" && NAMING_NOUNS.has(tokens[i].text) &&
    !(/^tests?$/.test(tokens[i].text) && /^fail/.test(tokens[at].text));
  if (isName) return true;
  let fillers = 0;
  while (
    i < tokens.length && fillers < 3 &&
    (tokens[i].kind === "bind" || tokens[i].kind === "word" && FILLERS.has(tokens[i].text))
  ) {
    if (tokens[i].kind === "word") fillers++;
    i++;
  }
  const said = tokens[i];
  if (said === undefined) return false;
  if (said.kind === "word" && RESOLVED.has(said.text)) {
    // "DISK CRITICAL - free space: /var 91 MiB": how much is left.
    return said.text !== "free" ||
      !/^(?:space|memory|disk|ram|heap|inodes?|mem|bytes)$/.test(tokens[i + 1]?.text ?? "");
  }
  if (isOverAtEnd(tokens, at) || isNoneAfter(tokens, at + 1)) return true;
  if (isZero(said) || said.kind === "word" && CLOSING_DENIALS.has(said.text)) {
    const next = tokens[i + 1];
    if (next === undefined || next.kind === "break") return true;
    return isZero(said) && next.kind === "word" && tokens[i + 2]?.kind === "bind";
  }
  return false;
}

function isZero(token: Token | undefined): boolean {
  return token?.kind === "number" && !/[1-9]/.test(token.text);
}

const STEM =
  "(?:err|fault|fehl|stö?r|stoer|alarm|defekt|défaut|defaut|panne|erreur|anomal|fall[oa]|aver[ií]a|guast|allarm|avari|alerta|falha|storing|fout|awari|ust[e]?r|bł[aeęą]d|bled|blad|chyb|poruch|závad|zavad|poplach|varov|fel|feil|fejl|larm|vika|vikoja|häly|haly|häir|hair|hib[aá]|riaszt|hata|arıza|ariza|uyar|ошиб|авари|неисправ|тревог|сбо)\\p{L}*";

/** `ei vikaa`, `brak alarmu`, `nincs hiba`, `hata yok`: a word of trouble, however it is inflected, and its denial. */
const DENIED_STEM = new RegExp(
  `^(?:kein\\p{L}*|ohne|aucun\\p{L}*|pas d['’e] ?|sans|sin|no hay|ning[uú]n\\p{L}*|nessun\\p{L}*|senza|geen|zonder|brak|bez|żadn\\p{L}*|nie ma|sem|nenhum\\p{L}*|ingen|inga|inget|intet|utan|uten|uden|ej|inte|ikke|ei|ilman|žádn\\p{L}*|není|nincs|nincsenek|без|нет) ?(?:a[ck]ti[vwf]\\p{L}* |aktywn\\p{L}* |aktiivis\\p{L}* |актив\\p{L}* )?${STEM}[.!]?$|^(?:\\p{L}+ )?${STEM} (?:yok|değil|nincs|нет|ei ole)[.!]?$`,
  "u",
);

/** `nicht betätigt`, `non actionné`: how a stop, a guard or a switch of trouble says that nobody and nothing used it. */
const NOT_ACTUATED =
  /^(?:not|nicht|pas|non|no|não|nao|niet|nie|ej|inte|ikke|ei|nem|ne|un) ?(?:pressed|actuated|operated|engaged|triggered|tripped|raised|set|betätigt|gedrückt|ausgelöst|angesprochen|actionnée?|enclenchée?|déclenchée?|activée?|enfoncée?|accionad[ao]|activad[ao]|pulsad[ao]|disparad[ao]|azionat[ao]|attivat[ao]|premut[ao]|scattat[ao]|intervenut[ao]|acionad[ao]|ativad[ao]|premid[ao]|pressionad[ao]|bediend|ingedrukt|geactiveerd|wciśnięt[yae]|aktywowan[yae]|zadziałał|stisknut[oaýáé]|aktivován[oa]?|intryckt|utlöst|aktiverad|trykket|utløst|udløst|aktiveret|aktivert|painettu|lauennut|megnyomva|működtetve)$/u;

/** `[INFO] …`, `2026-11-26 10:00:00 DEBUG …`, `[I][wifi:12]: …`, `level=info …`: a line of a log that only informs. */
const INFORMS =
  /^(?:\p{Cc}\[[\d;]*m)*(?:\[?[\d][\d:.,TZ+\-\/ ]{0,40}\]?[ \t|]{0,8})?(?:\[(?:[iI][nN][fF][oO]|INFORMATION|[dD][eE][bB][uU][gG]|NOTICE|TRACE|trace|VERBOSE|verbose|[IDV])[ \d]*\]|(?:INFO|DEBUG|TRACE|VERBOSE|NOTICE)(?=[\s:|\-])|\[[^\]\[]{1,40}\/(?:INFO|DEBUG|TRACE)\]|[IDV] \(\d+\) |\([IDV]\) |[IDV]\/[\w.]+: |level=(?:info|debug|trace)(?![a-z]))/u;

/** RFC 3164 and 5424: the priority, of which the last three bits are the severity, before a time or a version. */
const SYSLOG = /^<(\d{1,2}|1\d\d)>(?:1 )?[A-Za-z\d]/;

/** The severity of a line of syslog, 0 the worst and 7 a programmer's note; null for any other text. */
export function syslogSeverity(text: string): number | null {
  const [, priority] = SYSLOG.exec(text) ?? [];
  return priority === undefined ? null : Number(priority) % 8;
}

/** In syslog what is higher only informs. */
export const NOTICE = 5;

/** Whether a line of a log says itself that it only informs. */
export function onlyInforms(text: string): boolean {
  return INFORMS.test(text) || (syslogSeverity(text) ?? 0) >= NOTICE;
}

/** "Högtrycksvakt (kvitterat)", "Störung Pumpe, erledigt", "Zone 12 (in test)": what a text says at its end of all that it names. */
export function isOverInTheEnd(text: string): boolean {
  const read = inEnglish(text);
  // "F28 for lavt flow (afhjulpet, filter renset)": what stands in brackets at the end begins with it; "(over current)" does not.
  const said = /[([](\p{L}+),[^()\[\]]{1,60}[)\]][.!]?$/u.exec(read) ??
    /(?:[([]|[,;–-] )(\p{L}+)[)\]]?[.!]?$/u.exec(read);
  return IN_TEST.test(text) || RESOLVED.has(said?.[1] ?? "");
}

/** Whether the whole of a text says that there is nothing: `none`, `brak alarmu`, `ikke aktiv`, a line that only informs. */
export function saysNone(text: string): boolean {
  if (onlyInforms(text) || isOverInTheEnd(text.trim().toLowerCase())) return true;
  if (text.length > LONGEST_NONE) return false;
  // `0 - ei vikaa`, `OK (0)`
  const said = inEnglish(
    text.trim().toLowerCase().replace(/^0+ ?[-:] ?(?=\p{L})|[.!]$| ?\(0+\)$/gu, ""),
  );
  if (BENIGN_VALUES.has(said)) return true;
  const words = said.replace(/[-_]+/g, " ");
  if (BENIGN_VALUES.has(words.replaceAll(" ", "")) || DENIED_STEM.test(words)) return true;
  if (NOT_ACTUATED.test(words) || /^(?:none \p{L}+|not active)$/u.test(words)) return true;
  // "Porucha: odstraněna"
  const [, rest] = /^[^:=]{2,40}[:=] *([^:=]+)$/.exec(said) ?? [];
  return rest !== undefined && saysNone(rest);
}

const LONGEST_NONE = 60;
