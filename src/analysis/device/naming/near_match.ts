import { unmarked } from "../../../payload/severity/word_set.ts";
import {
  contradicts,
  holdsToken,
  isSaidNumber,
  readSaid,
  spelledRight,
  type Token,
  withGarageApart,
  WrittenTexts,
} from "./spoken.ts";
import { plainNames } from "./plain_names.ts";
import { holdsWord, looksUnique, normalizeName, takenApart, tellingWords } from "./names.ts";
import {
  isAdded,
  isKind,
  isNaming,
  isOwnName,
  isRoom,
  isThing,
  isWeak,
  LEAST_MORE,
  PLACES,
} from "./said_words.ts";
import {
  type Candidate,
  holdsIn,
  isInOtherRoom,
  isPart,
  isPlaceOfOthers,
  isSeveral,
  leavesOfOne,
  namingLevels,
  type NearMatch,
} from "./candidate.ts";
import { inSteps, type Steps } from "../steps.ts";
import { calledByModel, type Named, namesIn, saidByOne } from "./told_names.ts";
import type { Sample } from "../reading/trace.ts";

/** At least one word in so many must be known. */
const MOST_UNKNOWN = 3;
/** A name that shares only words shorter than this shares them by chance. */
const LEAST_TELLING = 2;
/** Two short words joined are in others by chance. */
const LEAST_JOINED = 7;
const MOST_JOINED = 5;
/** A longer number may be the end of a serial number. */
const LEAST_TAIL = 4;
const MOST_TOPICS = 20_000;
const MOST_LEVELS = 12;

/** What a level that ends in one of these tells is measured of something. */
const QUANTITY =
  /[_\- ]?(?:temp(?:erature)?|power|voltage|current|energy|frequency|soc|state|status|mode|level|pressure|speed|flow)$/i;

const MOST_CANDIDATES = 400;
/** Texts of which is remembered what words they have. */
const MOST_APART = 50_000;

/**
 * Devices whose names, or the levels of whose topics, hold what is asked for in any order, by one way of reading it
 * after the other: groups of candidates, the surest first, the shortest name of each first. Several may be names of one
 * device.
 */
export function* nearMatches(
  deviceId: string,
  o: { topics: Iterable<string>; names: ReadonlyMap<string, string>; samples: Iterable<Sample> },
): Steps<(() => Steps<NearMatch[][]>)[]> {
  const topics = [...firstOf(o.topics, MOST_TOPICS)];
  const named = [...o.names].map(([name, topic]): Named => ({ name, topic }));
  yield* inSteps(namesIn(o.samples), (one) => void named.push(one));
  const texts = new WrittenTexts();
  const said = readSaid(deviceId);
  if (yield* bearsStrangeId(deviceId, { topics, named })) return [];
  const asked = tellingWords(deviceId);
  const there = { topics, named: named.filter(({ isWhole }) => isWhole !== true) };
  const apart = new Map<string, Apart>();
  const apartOf = (text: string) => {
    let known = apart.get(text);
    if (known === undefined) {
      known = takenApart(text);
      if (apart.size < MOST_APART) apart.set(text, known);
    }
    return known;
  };
  const present = yield* kindsThere(said, { ...there, texts });
  const numberAtEnd = /(?:^|[\s#_-])(\d{1,6})$/.exec(deviceId.slice(-64).trim())?.[1];
  const numbers = said.filter(({ text }) =>
    /^\d{1,3}$/.test(text) && Number(text) === Number(numberAtEnd ?? NaN) &&
    (numberAtEnd ?? "").length < LEAST_TAIL
  );
  const isOther = (text: string) => {
    const read = texts.read(text);
    return contradicts(read, said) || present.some((token) => !holdsToken(read, token)) ||
      numbers.some((token) => !holdsToken(read, token, said));
  };
  const models = new Set(
    [...deviceId.slice(0, 120).matchAll(/\p{L}-?(\d{3,6})(?=\s)/gu)].map(([, number = ""]) =>
      number
    ),
  );
  // "smart tub" is `smarttub`.
  const joined = asked.all.join("");
  const whole = { all: [joined], telling: [joined], strong: new Set([joined]) };
  const isOdd = (candidate: Candidate) =>
    isInOtherRoom(candidate, { asked: said, named, texts }) ||
    said.some((token) => isRoom(token) && !holdsToken(texts.read(candidate.topic), token)) &&
      isSeveral(candidate, topics) ||
    isPlaceOfOthers(candidate, { said, topics, texts });
  const byHeld = { ...there, holds: holdsWord, models, isOther, isOdd, apartOf };
  return [
    () => byName(deviceId, { topics, named }),
    () => byWords(asked, byHeld),
    function* () {
      const isJoined = asked.all.length === 2 || asked.all.length === 3;
      if (!isJoined || joined.length < LEAST_JOINED) return [];
      return yield* byWords(whole, { ...byHeld, holds: holdsWhole });
    },
    // Only what no device is called by these very words is looked for by what they mean.
    () => byMeaning(said, { ...there, texts }),
    function* () {
      const apart = withGarageApart(said);
      return apart === null ? [] : yield* byMeaning(apart, { ...there, texts, isWhole: true });
    },
    // What is nowhere said, such as what kind of thing it is, may be added to a name.
    () => byWords(asked, { ...byHeld, isLoose: true }),
    () => onlyOne(said, { ...there, texts }),
    function* () {
      const one = yield* saidByOne(deviceId, o.samples);
      return one === null ? [] : [[{ ...one, deviceId: one.deviceId ?? one.name }]];
    },
    function* () {
      const one = yield* calledByModel(deviceId, o.samples);
      return one === null ? [] : [[{ ...one, deviceId }]];
    },
    // Of a few letters one that is written with a mark or without is no slip of the pen.
    () =>
      byWords(tellingWords(unmarked(deviceId.toLowerCase())), {
        ...byHeld,
        apartOf: (text) => takenApart(unmarked(text.toLowerCase())),
      }),
  ];
}

/** Whether a name holds an id that nothing here bears: then none of these is meant. */
function* bearsStrangeId(deviceId: string, there: There): Steps<boolean> {
  const ids = deviceId.slice(0, 120).split(/[^\p{L}\p{N}]+/u).map(normalizeName)
    .filter((word) => looksUnique(word) && /[a-f]/.test(word) || /^[0-9a-f]{12}$/.test(word));
  const left = new Set(ids);
  const look = (text: string) => {
    if (left.size === 0) return;
    const normalized = normalizeName(text);
    for (const id of left) if (normalized.includes(id)) left.delete(id);
  };
  yield* inSteps(textsOf(there), look);
  yield* inSteps(there.named, ({ deviceId = "" }) => look(deviceId));
  return left.size > 0;
}

/** By a name or an address that payloads tell, as it is. */
function* byName(deviceId: string, { named }: There): Steps<NearMatch[][]> {
  const wanted = new Set([deviceId, ...plainNames(deviceId)].map(normalizeName));
  const found: NearMatch[] = [];
  yield* inSteps(named, ({ name, topic, deviceId }) => {
    if (
      deviceId === undefined || found.length >= MOST_CANDIDATES || !wanted.has(normalizeName(name))
    ) return;
    found.push({ name, topic, deviceId });
  });
  return found.length === 0 ? [] : [found];
}

/** The kinds asked for that are on this broker: what lacks one of them is something else. */
function* kindsThere(
  said: readonly Token[],
  o: There & { texts: WrittenTexts },
): Steps<Token[]> {
  const left = new Set(said.filter((token) => isKind(token) && !isAdded(token)));
  const found: Token[] = [];
  yield* inSteps(textsOf(o), (text) => {
    if (left.size === 0) return;
    const read = o.texts.read(text);
    for (const token of left) if (holdsToken(read, token) && left.delete(token)) found.push(token);
  });
  return found;
}

/** Two words written as one are that word, or the start of one: `shellypro4pm-a8032ab1` is a Shelly Pro 4PM. */
function holdsWhole({ words }: { words: readonly string[]; bare: string }, word: string): boolean {
  return words.some((_, at) => words.slice(at, at + MOST_JOINED).join("").startsWith(word));
}

type Holds = typeof holdsWord;
type Apart = ReturnType<typeof takenApart>;

/** What is there: topics, and names that payloads and documents tell. */
interface There {
  readonly topics: readonly string[];
  readonly named: readonly Named[];
}

/** Whether a word only says what a device is, letter by letter, not by likeness. */
function holdsPlainly(text: { words: readonly string[]; bare: string }, word: string): boolean {
  return text.words.includes(word) || word.length > 4 && text.bare.includes(word);
}

/** By the very words. */
function* byWords(
  asked: ReturnType<typeof tellingWords>,
  o: There & {
    holds: Holds;
    apartOf: (text: string) => Apart;
    isOther: (text: string) => boolean;
    isOdd: (candidate: Candidate) => boolean;
    /** Numbers that stand behind letters, as in the names of models. */
    models: ReadonlySet<string>;
    /** Whether words that mean something may be left out. */
    isLoose?: boolean;
  },
): Steps<NearMatch[][]> {
  const { topics, named, holds, apartOf } = o;
  // Words that are nowhere on this broker tell no device from another; numbers always do.
  // What kind of "HM-800" it is need not be said.
  const known = new Set(
    asked.telling.filter((word) =>
      /^\p{N}/u.test(word) && !(/^\d{3,}$/.test(word) && o.models.has(word)) ||
      // "Model S" is no Model Y.
      /^\p{L}$/u.test(word) && word === asked.all.at(-1)
    ),
  );
  const unknown = new Set(asked.telling.filter((word) => !known.has(word)));
  yield* inSteps(textsOf(o), (text) => {
    if (unknown.size === 0) return;
    const apart = apartOf(text);
    for (const word of unknown) if (holds(apart, word) && unknown.delete(word)) known.add(word);
  });
  const telling = asked.telling.filter((word) => known.has(word));
  // `P102` is a letter and a number that tell nothing one by one.
  const isCode = telling.length === 2 && /^\p{L}$/u.test(telling[0]) &&
    /^\p{N}{2,}$/u.test(telling[1]);
  const isTelling = isCode ||
    telling.some((word) => word.length >= LEAST_TELLING && asked.strong.has(word));
  if (!isTelling || telling.length * MOST_UNKNOWN < asked.telling.length) return [];
  // "home battery" is no "home", and "living room Sonos" none of another room.
  const isMeant = (word: string) =>
    isSaidNumber(word) ||
    o.isLoose !== true && readSaid(word).some(({ meanings }) => meanings.length > 0);
  if ([...unknown].some(isMeant)) return [];
  if (o.isLoose === true && telling.every((word) => PLACES.test(word))) return [];
  const isUnsure = telling.length < asked.telling.length &&
    !telling.some((word) => /^\p{N}{4,}$/u.test(word));
  const holdsOne = (text: string) => {
    const apart = apartOf(text);
    return telling.some((word) => asked.strong.has(word) && holds(apart, word));
  };
  const groups = yield* candidatesFor({ topics, named }, {
    fitOf: (text) => {
      const apart = apartOf(text);
      if (!telling.every((word) => holds(apart, word))) return 0;
      const others = asked.all.filter((word) => !telling.includes(word));
      return others.every((word) => holdsPlainly(apart, word)) ? 2 : 1;
    },
    holdsOne,
    namesOne: (text) => {
      const apart = apartOf(text);
      return telling.some((word) => holds(apart, word));
    },
    // "carport east" is not "Carport West": each has a word that the other lacks.
    isOther: (candidate, text) =>
      isUnsure && hasMore(candidate.name, { words: asked.all, holds }) || o.isOther(text),
  });
  const isAlone = telling.length === asked.telling.length;
  return withoutOdd(isAlone ? [...groups, ...leavesOfOne(groups[0] ?? [])] : groups, o.isOdd);
}

function withoutOdd<T>(groups: readonly T[][], isOdd: (candidate: T) => boolean): T[][] {
  return groups.map((group) => group.filter((one) => !isOdd(one)))
    .filter((group) => group.length > 0);
}

/** By what the words mean: the room, the kind of device, its maker, in whatever language. */
function* byMeaning(
  said: readonly Token[],
  { topics, named, texts, isWhole = false }: There & {
    texts: WrittenTexts;
    /** Whether each word must be somewhere. */
    isWhole?: boolean;
  },
): Steps<NearMatch[][]> {
  let asked = said.filter((token) => token.meanings.length > 0 || !isWeak(token.text));
  const unknown = new Set(asked.filter(({ text }) => !/^(?:\d|\p{L}$)/u.test(text)));
  const look = function* (tokens: Iterable<Token>) {
    const left = new Set(tokens);
    yield* inSteps(textsOf({ topics, named }), (text) => {
      if (left.size === 0) return;
      const read = texts.read(text);
      for (const token of left) {
        if (holdsToken(read, token) && left.delete(token)) unknown.delete(token);
      }
    });
  };
  yield* look([...unknown]);
  const misspelt = new Map<Token, Token>();
  for (const token of unknown) {
    const meant = token.meanings.length === 0 ? spelledRight(token.text) : null;
    if (meant !== null) misspelt.set(token, meant);
  }
  if (misspelt.size > 0) {
    asked = asked.map((token) => misspelt.get(token) ?? token);
    for (const [token, meant] of misspelt) if (unknown.delete(token)) unknown.add(meant);
    yield* look([...misspelt.values()]);
  }
  if ([...unknown].some((token) => isWhole || isKind(token) && !isAdded(token))) return [];
  const telling = asked.filter((token) => !unknown.has(token));
  const isStrong = (token: Token) =>
    !/^\d{1,3}$/.test(token.text) &&
    (token.meanings.length === 0 ? token.text.length >= LEAST_TELLING : isNaming(token));
  // Words without a meaning were looked for before.
  const isPlain = ({ text, meanings }: Token) => meanings.length === 0 && !/^\d{1,3}$/.test(text);
  if (telling.every(isPlain)) return [];
  const isPlaced = telling.some(isRoom) && (telling.some(isThing) || said.length > 1);
  // "living room sensor" is what has both words.
  const isWholly = !telling.some((token) => isStrong(token) || isThing(token));
  if (!isPlaced && !telling.some(isStrong) || telling.length * MOST_UNKNOWN < asked.length) {
    return [];
  }
  const hasNames = [...unknown].some((token) =>
    isThing(token) || isRoom(token) || token.meanings.length === 0
  );
  const groups = yield* candidatesFor({ topics, named }, {
    fitOf: (text) => {
      const read = texts.read(text);
      if (!telling.every((token) => holdsToken(read, token, asked))) return 0;
      const isAll = said.every((token) => telling.includes(token) || holdsToken(read, token));
      return isAll ? 2 : isWholly ? 0 : 1;
    },
    holdsOne: (text) =>
      telling.some((token) => isStrong(token) && holdsToken(texts.read(text), token)),
    namesOne: (text) => telling.some((token) => holdsToken(texts.read(text), token)),
    isOther: (candidate, text) => {
      const read = texts.read(text);
      return contradicts(read, asked) || isPart(candidate, { asked, texts }) ||
        isInOtherRoom(candidate, { asked, named, texts }) ||
        hasNames &&
          namingLevels(candidate).some((level) =>
            texts.read(level).some((own) =>
              (isOwnName(own) || isThing(own)) && !holdsIn(asked, own)
            )
          );
    },
  });
  return withoutOdd(
    [...groups, ...leavesOfOne(groups.flat())],
    (one) => isSeveral(one, topics),
  );
}

/**
 * The only device that there is, when it is asked for by nothing but what kind of thing it is, or by its maker, and
 * neither its topics nor its names say that it is anything else.
 */
function* onlyOne(
  said: readonly Token[],
  { topics, named, texts }: There & { texts: WrittenTexts },
): Steps<NearMatch[][]> {
  const asked = said.filter((token) => token.meanings.length > 0 || !isWeak(token.text));
  if (asked.length === 0 || !asked.every(isNaming)) return [];
  const own = topics.filter((topic) => !INFRASTRUCTURE.test(topic));
  const first = own[0];
  if (first === undefined) return [];
  const levels = first.split("/");
  let depth = Math.max(1, levels.length - 1);
  yield* inSteps(own, (topic) => {
    while (depth > 0 && !topic.startsWith(`${levels.slice(0, depth).join("/")}/`)) depth--;
  });
  if (depth === 0) return [];
  const path = levels.slice(0, depth).join("/");
  const one: Candidate = { name: path, deviceId: `${path}/#`, topic: first, path, fit: 1 };
  const isElse = (text: string) => texts.read(text).some(isNaming);
  const below = named.filter(({ topic }) => topic.startsWith(`${path}/`));
  const called = new Set(
    below.filter(({ deviceId = "" }) => !deviceId.includes("/")).map(({ name }) => name),
  );
  const bearing = new Set(below.filter(({ name }) => called.has(name)).map(({ topic }) => topic));
  if (called.size > 1 && bearing.size > 1) return [];
  if (named.some(({ name, also = "" }) => isElse(`${name} ${also}`))) return [];
  const isPlace = texts.read(path).every((token) =>
    isRoom(token) || token.meanings.length === 0 && !isOwnName(token)
  );
  if (isPlace && own.some((topic) => topic.slice(path.length + 1).includes("/"))) return [];
  let isOther = false;
  yield* inSteps(own, (topic) => isOther ||= isElse(topic));
  if (isOther) return [];
  return isSeveral(one, topics) ? [] : [[one]];
}

/** What brokers and bridges say of themselves. */
const INFRASTRUCTURE = /^\$|^homeassistant\/|^[^\/]+\/bridge\//;

function* textsOf({ topics, named }: There): Generator<string> {
  yield* topics;
  for (const { name, also = "" } of named) yield `${name} ${also}`;
}

/** How texts are asked. */
interface Question {
  /** 2: holds all of it; 1: all but what only says what it is. */
  fitOf(text: string): 0 | 1 | 2;
  /** Whether a path holds a word that names it. */
  holdsOne(text: string): boolean;
  /** Whether a name holds one of the words. */
  namesOne(text: string): boolean;
  /** Whether a candidate, with all that is told of it, is something else. */
  isOther(candidate: Candidate, text: string): boolean;
}

function* candidatesFor(
  { topics, named }: There,
  question: Question,
): Steps<Candidate[][]> {
  const found = new Map<string, Candidate>();
  const looked = new Set<string>();
  const consider = (candidate: Candidate, text: string) => {
    const key = `${candidate.fit} ${candidate.deviceId}`;
    if (found.size >= MOST_CANDIDATES || looked.has(key)) return;
    looked.add(key);
    if (!question.isOther(candidate, text)) found.set(key, candidate);
  };
  yield* inSteps(named, ({ name, topic, also = "", deviceId }) => {
    // "miele washer": a word may be of the name, another of its topic or of its maker.
    const text = `${name} ${also}/${topic}`;
    const fit = question.fitOf(text);
    if (fit !== 0 && question.namesOne(`${name} ${also}`)) {
      consider({ name, deviceId: deviceId ?? name, topic, fit }, text);
    }
  });
  yield* inSteps(topics, (topic) => {
    const tree = treeOf(topic, question.fitOf);
    if (tree !== null) consider(tree, tree.path ?? topic);
    // What a device is stands in no topic of it, or only in some of them.
    const plain = tree?.fit === 2
      ? treeOf(topic, (text) => question.fitOf(text) === 0 ? 0 : 1)
      : null;
    if (plain !== null) consider(plain, plain.path ?? topic);
  });
  const groups = [2, 1].map((fit) =>
    [...found.values()].filter((one) => one.fit === fit)
      .sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
  ).filter((group) => group.length > 0);
  const shared = commonTree(groups.flat(), (text) => question.holdsOne(text));
  return shared === null ? groups : [...groups, [shared]];
}

/** The tree above all candidates, if its own levels hold one of the words. */
function commonTree(
  candidates: readonly Candidate[],
  holdsOne: (text: string) => boolean,
): Candidate | null {
  const [first, ...others] = candidates.map(({ path, topic }) => (path ?? topic).split("/"));
  if (first === undefined || others.length === 0) return null;
  let depth = 0;
  while (
    depth < first.length - 1 && others.every((segments) => segments[depth] === first[depth])
  ) depth++;
  const path = first.slice(0, depth).join("/");
  return depth === 0 || !holdsOne(path)
    ? null
    : { name: path, deviceId: `${path}/#`, topic: candidates[0]?.topic ?? path, path, fit: 1 };
}

/** Whether a name has a telling word that none of these is in. */
function hasMore(name: string, o: { words: readonly string[]; holds: Holds }): boolean {
  const { words, holds } = o;
  const last = name.split("/").at(-1) ?? name;
  return tellingWords(last).telling.some((own) => {
    if (own.length < LEAST_MORE || /^\d{1,3}\p{L}$/u.test(own)) return false;
    const apart = { words: [own], bare: own };
    return !words.some((word) => holds(apart, word) || word.includes(own));
  });
}

function* firstOf<T>(items: Iterable<T>, most: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (++taken > most) return;
    yield item;
  }
}

/** The shortest beginning of a topic that holds the words. */
function treeOf(topic: string, fitOf: (text: string) => 0 | 1 | 2): Candidate | null {
  const levels = topic.split("/").slice(0, MOST_LEVELS);
  const whole = fitOf(levels.join("/"));
  if (whole === 0) return null;
  for (let end = 1; end <= levels.length; end++) {
    const head = levels.slice(0, end);
    if (fitOf(head.join("/")) !== whole) continue;
    const last = levels[end - 1];
    // A level that holds the words by itself is a name, and documents may know it.
    const isName = fitOf(last) === whole && last.length > 2;
    // "sunsynk inverter" asks for what has an `inverter_temperature`, not for that temperature.
    const parent = levels.slice(0, end - 1).join("/");
    if (whole === 2 && end === levels.length && QUANTITY.test(last) && fitOf(parent) === 1) {
      return null;
    }
    const path = head.join("/");
    return isName
      ? { name: last, deviceId: last, topic, path, fit: whole }
      : { name: path, deviceId: `${path}/#`, topic, path, fit: whole };
  }
  return null;
}
