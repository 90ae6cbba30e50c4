/** What is measured, as other languages call it. */
import { markedSet } from "../../../payload/severity/word_set.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { remembering } from "../../../payload/remembered.ts";

/** Words of German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Polish and Czech, each by the English one. */
const WORDS: Readonly<Record<string, string>> = {
  temperature:
    "temperatur température temperatura temperatuur temperaturen températures temperaturas teplota teploty",
  humidity:
    "feuchte feuchtigkeit luftfeuchte luftfeuchtigkeit humidité humedad umidità umidade vochtigheid luchtvochtigheid " +
    "fuktighet luftfuktighet fugtighed luftfugtighed wilgotność vlhkost",
  pressure: "druck pression presión pressione pressão druk tryck tryk trykk ciśnienie tlak",
  voltage:
    "spannung tension tensión voltaje tensione tensão spanning spänning spænding spenning napięcie napětí",
  current: "strom courant corriente corrente stroom ström strøm prąd proud",
  power: "leistung puissance potencia potenza potência vermogen moc výkon",
  flow:
    "durchfluss débit caudal portata vazão debiet flöde gennemstrømning gjennomstrømning przepływ průtok",
  level: "füllstand pegel niveau nivel livello nível peil nivå poziom hladina",
  frequency:
    "frequenz fréquence frecuencia frequenza frequência frequentie frekvens częstotliwość frekvence",
  string: "strang chaîne cadena stringa łańcuch strängen streng sträng řetězec",
  inverter:
    "wechselrichter onduleur inversor falownik omvormer växelriktare vekselretter střídač měnič",
};

const ENGLISH: ReadonlyMap<string, string> = new Map(
  Object.entries(WORDS).flatMap(([english, words]) =>
    [...markedSet(words)].map((word) => [word, english] as const)
  ),
);

/** A name as {@linkcode plainKey} writes it, the words of what is measured in English: `napiecie_v` is `voltage_v`. */
export const spokenKey: (key: string) => string = remembering((key) =>
  plainKey(key).replace(/\p{L}{3,}/gu, (word) => ENGLISH.get(word) ?? word)
);
