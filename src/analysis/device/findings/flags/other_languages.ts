/** Troubles that machines name in the languages of their makers: German, French, Italian, Spanish, Dutch, Polish and Nordic. */

const STANDS_STILL: readonly (readonly [string, string])[] = [
  [
    "übertemperatur|uebertemperatur|überhitz(?:t|ung)|ueberhitz(?:t|ung)|überlast(?:et|ung)?|ueberlast|überstrom|ueberstrom|überspannung|ueberspannung|unterspannung|überdrehzahl|" +
    "surchauffe|surtension|surintensité|sous_tension_réseau|sovratemperatura|surriscaldamento|sovraccarico|sovratensione|sovracorrente|" +
    "sobretemperatura|sobrecalentamiento|sobrecarga|sobretensi[oó]n|sobrecorriente|oververhit(?:ting)?|overbelast(?:ing)?|overspanning|" +
    "przegrzanie|przeciążenie|przepięcie|överhett(?:ad|ning)|överlast|overop?phet(?:et|ing)|overophed(?:et|ning)|overbelast(?:et|ning)|" +
    "sicherheitsabschaltung|notabschaltung|störabschaltung|motorschutz_ausgel(?:ö|oe)st",
    "a protection tripped",
  ],
  [
    "(?:wasser|brennstoff|gas|öl|oel|kältemittel|luft|druckluft|pellet)mangel|manque_(?:de_|d_)?(?:eau|air|gaz|granulés|pellets|pression|débit)|" +
    "mancanza_(?:di_)?(?:acqua|gas|fiamma|pellets?|rete|tensione|flusso)|falta_(?:de_)?(?:agua|gas|llama|pellets?|tensión|caudal|papel)|" +
    "(?:water|gas|lucht)tekort|brak_(?:wody|paliwa|zasilania|płomienia|przepływu|komunikacji|opału|łączności)|(?:vatten|bränsle|vann|vand)(?:brist|mangel)",
    "something is missing",
  ],
  [
    "leckage|lekkage|läckage|lekkasje|lækage|fuite(?:_d_eau)?|perdita_(?:d_)?acqua|fuga_de_agua|wyciek",
    "a leak",
  ],
  [
    "not_?aus|not_?halt|arr[eê]t_(?:d_)?urgence|parada_(?:de_)?emergencia|arresto_(?:di_)?emergenza|noodstop|nödstopp|nødstopp?|stop_awaryjny",
    "an emergency stop",
  ],
];

const NEEDS_CARE: readonly (readonly [string, string])[] = [
  [
    "filter_(?:verschmutzt|voll|verstopft|wechseln|tauschen|vuil|vervangen|smutsigt|tilsmusset)|filterwechsel_(?:nötig|fällig|erforderlich)|" +
    "filtre_(?:encrass[eé]|sale|colmat[eé]|à_changer)|filtro_(?:sporco|intasato|sucio|obstruido)|filtr_(?:brudny|zabrudzony)|" +
    "wartung_(?:fällig|faellig|erforderlich|nötig|notwendig)|entretien_(?:requis|nécessaire)|manutenzione_(?:richiesta|necessaria)|" +
    "mantenimiento_(?:requerido|necesario)|onderhoud_(?:nodig|vereist)|service_(?:krävs|påkrevd|påkrævet|nødvendig)",
    "it needs care",
  ],
];

const pattern = (text: string): RegExp =>
  new RegExp(
    `(?:^|_)(?<!(?:protection|protezione|protección|beveiliging|ochrona)_)(?:${text})(?:_(?:alarm|aktiv|aktywny|actif|active|attivo|activo|actief|detected|state|status)){0,2}$`,
  );

/** Flags and states that tell of what does not work. */
export const STANDS_STILL_ELSEWHERE = STANDS_STILL.map(([text, what]) =>
  [pattern(text), what] as const
);

/** The same of what somebody has to see to. */
export const NEEDS_CARE_ELSEWHERE = NEEDS_CARE.map(([text, what]) =>
  [pattern(text), what] as const
);

/** Beside one of these a name speaks of what was, or from when on something shall be. */
export const NOT_NOW_ELSEWHERE =
  /(?:^|_)(?:derni[eè]re?|letzte[rns]?|[uú]ltim[oa]|laatste|ostatni[ae]?|senaste|siste|seneste|grenze|grenzwert|limite|soglia|seuil|umbral|próg|verlauf|historique|storico|historial|anzahl|nombre|zähler)(?:_|$)/;

/** Names of states in these languages. */
export const STATE_ELSEWHERE =
  /zustand$|(?:^|_)(?:stato|estado|[eé]tat|statut|stan|tila|toestand|tilstand|tillstånd)$/;
