/** Signs within a text that a person speaks, and that what it names is asked, tried, planned, over or explained: no report. */

const NO_LETTER = "(?<!\\p{L})";
const END = "(?!\\p{L})";

function words(alternatives: string): RegExp {
  return new RegExp(`${NO_LETTER}(?:${alternatives})${END}`, "iu");
}

/** Fewer words may be a device's own. */
const LEAST_WORDS = 3;
const LEAST_ASKED = 5;
/** Longer texts are no remark. */
const MOST_CHARS = 400;

/** `Wer holt Milch?`, `is the printer still broken?` */
const ASKING =
  /^(?:\S{1,20}: )?(?:who|why|when|what|where|how|is|are|was|were|does|did|do|has|have|any(?:one|body)?|wer|wann|warum|wieso|was|wo|wie|ist|sind|hat|habt|weiß|qui|quand|pourquoi|comment|où|est-ce|quién|quien|cuándo|cómo|dónde|chi|quando|perché|dove|waarom|wanneer|waar|heeft|kto|kiedy|dlaczego|czy|gdzie|hvem|hvorfor|hvornår|vem|varför|kdo|proč|miért|neden)(?!\p{L})[^?]{3,200}\?+[^\p{L}\p{N}]{0,8}$/iu;

/** "why did the alarm go off last night", as a recogniser of speech writes it. */
const WONDERING =
  /^(?:why|who|when|what|how|warum|wieso|pourquoi|perché|waarom) (?:did|does|do|was|is|are|were|has|ist|hat|war|sind|est|è|is) |^(?:did|does|is|are|was|were|has|can|could|will|should) (?:the|my|our|there|any|it|you|we) /iu;
const ASKED = /\?[^\p{L}\p{N}]{0,8}$/u;
/** What a device asks is whether somebody has looked. */
const ASKED_TO_LOOK = words("check|verify|prüfen|vérifier|comprobar|controllare");
/** `Power outage? No, just the meter swap` */
const ANSWERED = /\? (?:no|nope|nein|non|nee|nej|nie|ei),/iu;

/** Faces, as people put them at the end of what they write. */
const FACE =
  /[\u{1F600}-\u{1F637}\u{1F641}-\u{1F644}\u{1F910}-\u{1F917}\u{1F923}\u{1F970}]|(?:^|\s)[:;]-?[)(DPp](?:\s|$)|(?<!\p{L})(?:lol|rofl|haha|hahaha|xD)(?!\p{L})/u;

/** What people say to one another beside what they tell. */
const COURTESY = words(
  "thanks|thank you|danke|merci|gracias|grazie|bedankt|dank je|obrigad[oa]|dzięki|tack|takk|tak|btw|fyi|just kidding|good morning|guten morgen|bonjour|buenos días|buongiorno|hi all|hallo zusammen|salut|great stay|nur spaß",
);

/** What is said last of what is well, or was nobody's fault. */
const ALL_WELL = words(
  "all good|all fine|all well|(?:works|working|runs|fine) again|alles gut|alles ok(?:ay)?|alles in ordnung|läuft wieder|geht wieder|tout va bien|ça remarche|todo bien|tutto (?:ok|bene|a posto)|wszystko dobrze|allt bra|alt i orden|(?:sorry|sry|désolée?|perdón|scusate?)[.!]?$",
);

/** Who speaks of himself, of what was: robots speak of themselves as well, of what is. */
const MYSELF = words(
  "my|we|our|ich|mein|meine[rnms]?|wir|unsere?|j['’]ai|mon|mes|nous|notre|ik|mijn|wij|yo|mi|nuestr[oa]|mio|mia|abbiamo|jag|jeg|mój|moja",
);
const I_DID = /(?<!\p{L})I(?:['’](?:ve|d))?(?!\p{L})/u;
const BEFORE = words(
  "yesterday|last (?:night|week|month|year|summer|winter|spring|autumn|time)|this morning|earlier|remember|gestern|vorgestern|letzte[nrs]? (?:nacht|woche|monat|jahr|sommer|winter|mal)|heute (?:morgen|früh)|hier|la semaine dernière|ayer|ieri|gisteren|vorige week|wczoraj|igår|i går|včera",
);
const PASSED = words(
  "was|were|had|came|owner|guest|always|war|waren|hatte|hatten|kam|était|avait|fue|era|aveva",
);

/** What somebody tries, for which there is a word in each language. */
const DRILL = words(
  "(?:fire|alarm|evacuation|emergency|safety|rescue|failure|outage|lifeboat|man overboard) ?(?:drills?|exercises?)|drill (?:held|today|over|done|completed|finished)|\\p{L}{0,20}übung|übungsalarm|probealarm|probelauf|exercice (?:d['’]évacuation|d['’]alerte|d['’]incendie|incendie)|simulacros?|esercitazion[ei]|\\p{L}{0,12}oefening|\\p{L}{0,12}øvelse|\\p{L}{0,12}övning|ćwiczenia|cvičení|harjoitus|tatbikat[ıi]?|(?:simulated|simulierter?|simulé|simulado|simulato) (?:\\p{L}+ ){0,2}(?:failure|outage|fault|alarm|loss|stromausfall|ausfall)|(?:stromausfall|ausfall|fehler|störung) simuliert",
);

/** A try that went wrong, or did not take place. */
const NOT_HELD = words("failed|fehlgeschlagen|échoué|overdue|missed|error|did not|not started");

/** What rang for nothing. */
const FALSE_ALARM = words(
  "false alarm|fehlalarm|täuschungsalarm|fausse al(?:arme|erte)|falsa alarma|fals[oa] al(?:larme|arme)|(?:vals|loos) alarm|falskt larm|falsk alarm|fałszywy alarm|falešný poplach|väärä hälytys|téves riasztás|yanlış alarm|ложная тревога",
);

/** A system of alarms that somebody switches: `Alarm armed for the night`, `Alarm is set for 6:30 tomorrow`. */
const SWITCHED =
  /(?<!\p{L})(?:alarm|alarme|alarma|allarme|alarmanlage)(?: (?:system|panel|mode|is|now|wird|ist|est|będzie)){0,3} (?:(?:dis)?armed|(?:un)?scharf|disarmiert|armée?|désarmée?|armad[oa]|desarmad[oa]|inserito|disinserito|uzbrojony|rozbrojony|set (?:for|at|to) \d{1,2}[:.]\d\d|aktiv ab)(?!\p{L})/iu;

/** `[RESOLVED] web01 was down`, `Fixed: crash on boot`, `fix(pump): fault not cleared`. */
const SETTLED =
  /^(?:\[(?:resolved|recovered|closed|cleared|fixed|ok|test|drill|planned|maintenance|behoben|erledigt|résolu|resuelto|risolto|opgelost)\]|(?:resolved|fixed|fixes|bugfix|hotfix|behoben|gelöst|corrigé|résolu|resuelto|risolto|opgelost|rozwiązano|vyřešeno|changelog|release notes)(?:\([\w -]{1,20}\))?:|fix(?:\([\w -]{1,20}\))?: )/iu;

/** What a text says that words mean. */
const EXPLAINING = words("means|bedeutet|signifie|significa|betekent|oznacza|znamená|betyder");

/** A line of news, as it runs across a screen. */
const TICKER = /^\+{2,5} .{1,300} \+{2,5}$/;

/** `<Lina> …`: who writes, where people write. */
const BY_NICK = /^(?:\[[^\]]{1,20}\] ?){0,3}<[^\s<>\/]{1,24}> \S/u;

/** Work that somebody plans, and what is off meanwhile. */
const WORK = words(
  "planned|scheduled|maintenance|geplante?[rsn]?|wartung\\p{L}*|\\p{L}{0,20}abschaltung|prévue?|maintenance|mantenimiento|manutenzione|onderhoud|konserwacja|odstávka|underhåll|vedlikehold|huolto|bakım|offline|unavailable|down|outage|nicht verfügbar|stromausfall|blackout|coupure",
);
/** When it will be. */
const THEN =
  /(?<![\p{L}\d])(?:\d{1,2}[:.]\d\d(?: ?uhr)? ?(?:-|–|to|bis|until|à|a|tot|do) ?\d{1,2}[:.]\d\d|\d{1,2} (?:-|–|to|bis|until|à|tot|do) \d{1,2} ?(?:uhr|h|o'clock|am|pm)|\d{1,2}-\d{1,2} ?(?:uhr|h|am|pm)|(?:tomorrow|next week|next month|tonight|morgen|übermorgen|nächste\p{L}* \p{L}+|demain|mañana|domani|volgende week|jutro|zítra|imorgon)(?!\p{L})|(?:on |am |le |el |op |w )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)(?!\p{L}))/iu;
/** What was to be and is late, or went wrong. */
const LATE = words(
  "overdue|missed|expired|since|still|überfällig|seit|versäumt|en retard|depuis|vencid[oa]|scadut[oa]|sinds|locked|required|erforderlich|fail(?:ed|ure)?|fehlgeschlagen|error|fault",
);

/** Whether a text is none of a device that reports how it is, by what it says beside its words of trouble. */
export function isSpoken(text: string): boolean {
  const said = text.trim();
  if (said.length > MOST_CHARS) return false;
  const count = said.split(/\s+/, LEAST_ASKED).length;
  if (SETTLED.test(said) || FALSE_ALARM.test(said) && !LATE.test(said)) return true;
  if (count >= 2 && (isSwitched(said) || DRILL.test(said) && !NOT_HELD.test(said))) return true;
  if (count < LEAST_WORDS) return false;
  return ASKING.test(said) || WONDERING.test(said) || ANSWERED.test(said) ||
    count >= LEAST_ASKED && ASKED.test(said) && !ASKED_TO_LOOK.test(said) ||
    FACE.test(said) || COURTESY.test(said) || ALL_WELL.test(said) || EXPLAINING.test(said) ||
    TICKER.test(said) ||
    BY_NICK.test(said) || isToldOfThen(said) ||
    WORK.test(said) && THEN.test(said) && !LATE.test(said);
}

/** Whether somebody tells of himself, or asks, what was. */
function isToldOfThen(said: string): boolean {
  const isOfMyself = MYSELF.test(said) || I_DID.test(said);
  return BEFORE.test(said) && (isOfMyself || ASKED.test(said)) ||
    isOfMyself && PASSED.test(said) && /[,!.] \p{L}/u.test(said);
}

function isSwitched(said: string): boolean {
  return SWITCHED.test(said) && !LATE.test(said);
}
