/** Names and words by which machines, meters, chargers and instruments tell their troubles. */
import { type FlagNames, flags, type NamedValue } from "./flag_names.ts";

/** Flags of machines which when up tell that something does not work. */
export const MACHINE_STANDS_STILL: readonly FlagNames[] = [
  [
    flags(
      "(?:sensor|probe|wire|cable|loop|thermocouple|rtd|pt_?100\\d?|line|lead|conductor)_(?:break|breakage|broken|burnout|open_circuit|short_circuit)|(?:broken|open)_(?:wire|circuit|loop|sensor|probe)|drahtbruch|fühlerbruch",
    ),
    "a sensor or its cable is broken",
  ],
  [
    flags(
      "(?:phase|neutral|earth|ground|field|fieldbus|signal|echo|reference|encoder_signal)_(?:loss|lost|missing|failure|reversal|reversed|inverted)|(?:loss_of|missing|reversed)_(?:phase|neutral|earth|ground|signal|echo|flow)|(?:phase|flow)_reversed",
    ),
    "something is lost or turned round",
  ],
  [
    flags(
      "(?:contactor|relay|contact)s?_(?:welded|stuck|weld)|(?:welded|stuck)_(?:contactor|relay)s?",
    ),
    "a contact does not open",
  ],
  [
    flags(
      "(?:precharge|pre_charge|start|ignition|homing|self_test|startup|calibration|communication|sync)_failed|(?:fail|failed|failure)_to_(?:start|stop|run|open|close|ignite|connect|charge|home|reach_[a-z_]{1,20})",
    ),
    "it tried and failed",
  ],
  [
    flags(
      "(?:(?:thermal|thermic|overload|freeze|frost|antifreeze|anti_freeze|temp|temperature|pressure|high_pressure|low_pressure|safety|flow|level|vibration|overspeed|motor|compressor|pump|fan|protection)_)(?:trip|cutout|cut_out|lockout|lock_out)",
    ),
    "a protection tripped",
  ],
  [flags("kurzschluss|trockenlauf|dry_running"), "it protects itself"],
  [
    flags("watchdog_(?:expired|elapsed|tripped|timeout)|slave_lost|node_lost|lost_slave"),
    "a part of it is gone",
  ],
  [
    flags("tool_(?:broken|breakage)|shaft_broken|belt_(?:broken|slip|torn)|coupling_broken"),
    "a part of it is broken",
  ],
  [
    flags(
      "arc_?fault|no_(?:ground|earth|pulses?)|(?:pe|ground|earth)_missing|(?:isolation|insulation)_low|coil_open",
    ),
    "its wiring is broken",
  ],
  [
    flags(
      "(?:oil|coolant|bearing|winding|motor|discharge|cabinet|heatsink)_temp(?:erature)?_high|(?:total|cell|pack|supply|dc|bus)_(?:voltage|volt)_(?:low|high)|level_(?:hihi|high_high|lolo|low_low)",
    ),
    "out of what is allowed",
  ],
];

/** Flags of machines which when up want somebody to look. */
export const MACHINE_NEEDS_CARE: readonly FlagNames[] = [
  [
    flags("burst|pipe_burst|burst_pipe|backflow|back_flow|reverse_flow|empty_pipe|cavitation"),
    "the pipe or its flow is not as it shall be",
  ],
  [
    flags(
      "(?:temp|temperature|cold_chain|humidity|pressure)_excursion|excursion",
    ),
    "out of what is allowed",
  ],
  [
    flags(
      "(?:pv|value|sensor|measurement|signal|input|process_value|temperature|temp|pressure|level|flow|voltage|frequency)_out_of_(?:range|spec|specification|limits?|bounds)",
    ),
    "out of what is allowed",
  ],
  [
    flags(
      "(?:lube|lubricant|fuel|grease|oil|coolant|refrigerant|hydraulic_oil|suction_pressure|oil_pressure)_low|low_(?:lube|lubricant|fuel|grease|suction_pressure|oil_pressure|battery_voltage|insulation|isolation)",
    ),
    "something is too low",
  ],
  [
    flags("(?:battery|batt|lamp|fan|filter|cartridge|seal|anode)_replace(?:ment_?(?:needed|due))?"),
    "it needs care",
  ],
  [flags("door_open_too_long|door_ajar"), "a door stands open"],
  [
    flags("cell_?(?:imbalance|unbalanced)|phase_(?:imbalance|unbalance)|imbalance"),
    "its parts differ too much",
  ],
];

/** What the value of a state or a level says, by what the name is of. */
export const MACHINE_VALUES: readonly NamedValue[] = [
  {
    name:
      /(?:^|_)(?:switch|breaker|relay|fuse|rcd|rcbo|mcb|protection|overload|motor|compressor|pump|fan|drive|thermostat|cutout|limiter|interlock|safety|motorschutz|stb)(?:_(?:state|status))?$/,
    value: /^(?:tripped(?:_[a-z]{1,20})?|ausgel(?:ö|oe)st)$/,
    what: "a protection tripped",
  },
  {
    name:
      /(?:^|_)(?:device|slave|comms?|communication|plc|controller|station|rtu|meter|inverter|charger|bus|fieldbus|profinet|profibus|ethercat|modbus|canopen|polling)(?:_(?:state|status|connection|link))?$/,
    value:
      /^(?:down|dead|unreachable|no_response|no_reply|not_responding|not_reachable|lost|(?:device|slave|module|station|bus|link)_(?:failure|failed|lost|missing)|comm(?:s|unication)?_(?:error|failure|fault|lost|timeout))$/,
    what: "it does not answer",
  },
  {
    name:
      /(?:^|_)(?:oil|coolant|lubricant|lube|fuel|refrigerant|salt|toner|ink|pellets?|brake_fluid|grease|adblue)(?:_?(?:level|state|status|pressure))?$/,
    value: /^(?:low|very_low|too_low|empty|critical|out)$/,
    what: "it needs to be filled",
  },
  {
    name: /(?:^|_)(?:phase|phases)(?:_(?:sequence|rotation|order))(?:_(?:state|status))?$/,
    value: /^(?:reversed?|inverted|wrong|incorrect|negative|error|missing)$/,
    what: "its phases are turned round",
  },
  {
    name:
      /(?:^|_)(?:calibration|maintenance|service|inspection|verification)(?:_(?:state|status))?$/,
    value: /^(?:expired|overdue|required|needed|due_now|invalid)$/,
    what: "it needs care",
  },
  {
    name:
      /(?:^|_)(?:signal|echo|measurement|sensor|value|pv|reading)(?:_(?:state|status|quality))?$/,
    value:
      /^(?:lost_echo|echo_lost|echo_loss|loss_of_echo|no_echo|out_of_spec(?:ification)?|sensor_failure|sensor_break|open_circuit|burnout)$/,
    what: "what it measures is not to be trusted",
  },
  {
    name:
      /(?:^|_)(?:bearing|winding|belt|seal|motor|gearbox|valve|actuator|damper)(?:_(?:condition|state|status))?$/,
    value: /^(?:damaged|stuck|seized|worn_out|jammed|torn)$/,
    what: "a part of it is broken",
  },
  {
    name: /(?:^|_)(?:comms?|communication)(?:_(?:state|status))?$/,
    value: /^(?:fail|failure|error|nok|no_response)$/,
    what: "it does not answer",
  },
  {
    name: /(?:^|_)(?:grid|mains)(?:_(?:state|status))?$/,
    value: /^(?:abnormal|out_of_range|fault)$/,
    what: "the mains is not as it shall be",
  },
  {
    name: /(?:^|_)(?:iso|vibration)_(?:zone|severity)$/,
    value: /^(?:d|unacceptable|danger|dangerous)$/,
    what: "it shakes more than it may",
  },
  {
    name: /(?:^|_)(?:refrigerant|oil|gas|coolant)_leak(?:age)?(?:_(?:state|status))?$/,
    value: /^(?:detected|leaking)$/,
    what: "a leak",
  },
];
