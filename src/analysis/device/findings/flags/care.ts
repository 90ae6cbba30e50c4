import { beside, error, has, type Rule, warning } from "./flag.ts";

const NOT_VALID = error("it is not valid any more");

/** What wants to be filled, cleaned, replaced or renewed. */
export const CARE_RULES: readonly Rule[] = [
  // Days that a certificate or a licence is valid.
  {
    name:
      /^(?=.*day)(?!.*(?:warn|limit|threshold|alert|before|notice)).*(?:left|remain|expir|valid|days$)/,
    is: (value) => typeof value === "number" && value <= 7,
    where: ({ name, topic }) =>
      /cert|tls|ssl|licen[sc]e/.test(name + topic.segments.slice(-2).join()),
    tells: ({ value }) => Number(value) <= 0 ? NOT_VALID : warning("it expires within a week"),
  },
  {
    name: /^(licen[sc]e|cert|certificate|subscription|trial)(state|status)?$/,
    is: /^(expired|invalid|revoked)$/,
    tells: NOT_VALID,
  },
  {
    name: /filter(status|state|condition)?$/,
    is: /^(full|dirty|clogged|replace|replacenow|change|expired|worn)$/,
    tells: warning("a filter needs care"),
  },
  // Home Connect's events: Off, Present, and Confirmed once somebody read them.
  {
    name:
      /^(?:(?:door|temperature)alarm[a-z]*|[a-z\d]*(?:error|alert|levelpoor|notlockable|notunlockable|reminder|overdue|blockage|saturation(?:nearly)?reached)|aquastopoccured|checkfiltersystem|deviceshouldbe[a-z]+|unbalancedetected|foamdetection|fatalerroroccured)$/,
    is: /^present$/,
    where: ({ reading }) => has(reading, /^(?:powerstate|operationstate)$/),
    tells: warning("somebody has to see to it"),
  },
  // What a salt cell's controller writes of it, as Jandy's and others do.
  {
    is:
      /^(?:aquapure)?(?:noflow|checkflow|lowsalt|highsalt|cleancell|checkcell|inspectcell|lowvoltage|highcurrent|checkpcb|generalfault)$/,
    where: ({ value, topic, path }) =>
      /^aquapure/i.test(String(value)) ||
      /(?:^|[/_.])swg(?:[/_.]|$)|hydroly|chlorinat|electroly|salt_?cell/i
        .test(`${topic.topic}.${path}`),
    tells: warning("the salt cell wants something"),
  },
  // Valetudo's events, until somebody has seen to them.
  {
    name: /^class$/,
    is: /^(?:consumabledepleted|dustbinfull)valetudoevent$/,
    where: (field) => beside(field, "processed") === false,
    tells: warning("it needs care"),
  },
  // Sugar Valley's controllers, which many makers sell: the cell stands still without a flow.
  {
    name: /^(state|status|chlorinator|hydrolysis)$/,
    is: /^(flow|noflow|lowflow)$/,
    where: ({ path, topic }) => /hydroly|chlorinat|electroly/i.test(path + topic.topic),
    tells: warning("no water flows through the cell"),
  },
];
