/** What a quantity can be, in the unit in which nearly all tell it. */
interface Bounds {
  readonly name: RegExp;
  readonly isBeyond: (value: number) => boolean;
  /** Whether values that are all beyond it are wrong, and not told in another unit. */
  readonly areWrong: (values: readonly number[]) => boolean;
}

const hasFraction = (values: readonly number[]) => values.some((v) => !Number.isInteger(v));
const never = () => false;

const QUANTITIES: readonly Bounds[] = [
  {
    name: /hum(idity)?$|^rh$/,
    isBeyond: (value) => value > 102 || value < 0,
    areWrong: (values) => values.every((v) => v < -90),
  },
  {
    name: /batter(y|ylevel|ypercent)$|^soc$/,
    isBeyond: (value) => value < 0 || (value > 101 && value < 255),
    areWrong: (values) => values.every((v) => v < -90),
  },
  {
    name: /temp(erature)?[cf]?\d?$/,
    isBeyond: (value) => value < -90 || value > 1_200,
    // Whole numbers may be tenths of a degree.
    areWrong: (values) => values.every((v) => v < -90) || hasFraction(values),
  },
  {
    name: /^(?:water|pool|soil|tank|current|probe|sensor)?ph(?:value|level|reading)?\d?$/,
    // −1 is what is not measured; whole numbers are tenths and hundredths, and millivolts.
    isBeyond: (value) => value > 14 || value < 0 && value !== -1,
    areWrong: (values) => values.every((v) => v < 0 ? v > -20 : v <= 30) || hasFraction(values),
  },
  {
    name: /^(?:gps)?lat(?:itude)?$/,
    isBeyond: (value) => value > 90 || value < -90,
    areWrong: (values) => values.every((v) => Math.abs(v) < 1_000),
  },
  {
    name: /^(?:gps)?(?:lon|lng|longitude)$/,
    isBeyond: (value) => value > 360 || value < -180,
    areWrong: (values) => values.every((v) => Math.abs(v) < 1_000),
  },
  {
    name: /^wind(?:dir|direction|bearing)(?:deg|degrees)?$/,
    isBeyond: (value) => value > 360 || value < 0 && value >= -1 || value < -180,
    areWrong: never,
  },
  // None of these is less than nothing; −1 is what is not measured.
  {
    name: /^(?:co2|eco2|tvoc|pm(?:1|25|10|4)(?:ugm3)?|lux|illuminance|rainrate|windspeed|uvindex)$/,
    isBeyond: (value) => value < 0 && value !== -1,
    areWrong: (values) => values.every((v) => v < -1 && v > -1_000),
  },
];

/** Which of the values no such quantity can be; null where none is, or all may be in another unit. */
export function impossibleIn(name: string, values: readonly number[]): number[] | null {
  const bounds = QUANTITIES.find((one) => one.name.test(name));
  if (bounds === undefined) return null;
  const at = values.flatMap((value, i) => bounds.isBeyond(value) ? [i] : []);
  if (at.length === 0) return null;
  return at.length > values.length / 2 && !bounds.areWrong(values) ? null : at;
}
