import type { NamedValue } from "./flag_names.ts";

/** Words in the place of a value, in lower case with `_` between them, that say of a part what is wrong with it. */

/** Words that say of any part that it is broken. */
export const BROKEN =
  /^(?:failed|failure|faulted|faulty|broken|defective|malfunction|malfunctioning|burnt_?out|blown|nok|not_ok|tripped|jammed|seized|clogged|shorted|short_?circuit(?:ed)?|open_?circuit|open_loop|shorted_loop|wire_break|broken_wire|not_responding|unresponsive|iced_up|failed_to_(?:start|open|close|initiali[sz]e|init|connect|respond|read)|collision_detected|defekt|kaputt|en_panne|hors_service|guasto|fuori_servizio|averiad[oa]|fuera_de_servicio|kapot|trasig|uszkodzon[aey])$/;
/** What may fail and be none of the device's own: somebody's try, or the outcome of one. */
export const TRIES =
  /(?:^|_)(?:effect|scene|reason|class|series|album|artist|track|song|channel|film|movie|show|media|playlist|genre|app|program|programme|label|note|comment|alias|tag|brand|manufacturer|category|headline|subject|caption|word|login|auth|authentication|attempt|try|request|result|event|action|response|ack|unlock|match|recognition|test|type|name|title|outcome|transaction|payment|reply|delivery|order)(?:_|$)/;

/** Words that tell trouble only of the parts that are named here. */
export const PART_VALUES: readonly NamedValue[] = [
  {
    name:
      /(?:^|_)(?:gauge|pump|motor|wheel|brush|nozzle|drain|inlet|outlet|fan|rotor|impeller|funnel|filter|sensor|flap|feeder|auger|conveyor|lens|optics)(?:_(?:state|status))?$/,
    value:
      /^(?:blocked|obstructed|stuck|iced|frozen|dirty|fouled|covered|blind|saturated|stalled)$/,
    what: "something is in the way",
  },
  {
    name:
      /(?:^|_)(?:washer_fluid|brake_fluid|coolant|oil|adblue|ink|toner|paper|salt|detergent|rinse_aid|pellets?|filament|chlorine|beans?|feed|refrigerant)(?:_(?:level|state|status|stock))?$/,
    value: /^(?:low|very_low|too_low|empty|out|runout|run_out|end|paper_end)$/,
    what: "it needs to be filled",
  },
  {
    name:
      /(?:^|_)(?:chains?|hash_?boards?|boards?|asics?|fans?|pools?|peers?)(?:_(?:state|status))?$/,
    value: /^(?:dead|missing|lost|not_detected)$/,
    what: "a part of it is gone",
  },
  {
    name: /(?:^|_)(?:charge|charger|charging)(?:_(?:state|status))?$/,
    value: /^(?:fault|error|failure)$/,
    what: "it cannot charge",
  },
  {
    name: /(?:^|_)(?:stream|video|picture|feed|encoder)(?:_(?:state|status|input))?$/,
    value: /^(?:frozen|lost|no_signal|stalled)$/,
    what: "there is no picture",
  },
  {
    name: /(?:^|_)pll(?:_(?:state|status))?$/,
    value: /^(?:unlocked|not_locked)$/,
    what: "it is not locked",
  },
  {
    name: /(?:^|_)(?:front|rear|left|right|wheel|tyre|tire)s?(?:_[a-z]{1,12}){0,3}$/,
    value: /^(?:very_)?low_pressure$/,
    what: "a tyre has too little pressure",
  },
];
