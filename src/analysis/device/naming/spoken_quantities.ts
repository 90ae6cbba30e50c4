/** What is measured, as other languages call it. */
import { markedSet } from "../../../payload/severity/word_set.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { remembering } from "../../../payload/remembered.ts";

/** Words of German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Polish, Czech, Turkish, Hungarian and Finnish, each by the English one. */
const WORDS: Readonly<Record<string, string>> = {
  temperature:
    "temperatur température temperatura temperatuur temperaturen températures temperaturas teplota teploty sıcaklık hőmérséklet lämpötila",
  humidity:
    "feuchte feuchtigkeit luftfeuchte luftfeuchtigkeit humidité humedad umidità umidade vochtigheid luchtvochtigheid " +
    "fuktighet luftfuktighet fugtighed luftfugtighed wilgotność vlhkost páratartalom kosteus ilmankosteus",
  pressure:
    "druck pression presión pressione pressão druk tryck tryk trykk ciśnienie tlak basınç nyomás paine",
  voltage:
    "spannung tension tensión voltaje tensione tensão spanning spänning spænding spenning napięcie napětí gerilim feszültség jännite",
  current:
    "strom courant corriente corrente stroom ström strøm prąd proud akım áram áramerősség virta",
  power:
    "leistung puissance potencia potenza potência vermogen moc výkon güç teljesítmény teho effekt",
  flow:
    "durchfluss débit caudal portata vazão debiet flöde gennemstrømning gjennomstrømning przepływ průtok debi áramlás virtaus",
  level:
    "füllstand pegel niveau nivel livello nível peil nivå poziom hladina seviye szint vízszint pinnankorkeus vattennivå hladiny",
  frequency:
    "frequenz fréquence frecuencia frequenza frequência frequentie frekvens częstotliwość frekvence frekans frekvencia taajuus",
  speed:
    "drehzahl geschwindigkeit vitesse velocidad velocità velocidade toerental snelheid varvtal hastighet hastighed omdrejninger " +
    "prędkość obroty otáčky rychlost hız sebesség fordulatszám nopeus kierrosluku",
  battery:
    "batterie batería batteria bateria batterij batteri bateria baterie batteriet akku accu akumulator akumulátor pila pilha " +
    "paristo akkumulátor",
  oxygen:
    "sauerstoff oxygène oxígeno ossigeno oxigénio zuurstof syre oksygen tlen kyslík oksijen oxigén happi",
  saturation:
    "sättigung saturación saturazione saturação verzadiging mättnad mætning metning nasycenie nasycení",
  heat: "wärme chaleur calor calore warmte värme varme ciepło teplo ısı hő lämpö",
  total: "gesamt totale totaal razem łącznie celkem samlet totalt yhteensä toplam összes összesen",
  restarts:
    "neustarts redémarrages reinicios riavvii reinícios herstarts omstarter genstarter restarty újraindítások",
  sequence:
    "laufnummer løpenummer lopenummer løpenr lopenr löpnummer løbenummer lobenummer volgnummer sorszám",
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
