/** What may be written from the page. */
import type { Core } from "../core.ts";
import { toolsShown } from "../mcp/listed_tools.ts";
import type { AnyTool } from "../tools/tool.ts";
import type { Status } from "./shapes/overview.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/**
 * What the page offers: with a token everything that the policy allows. Without one anybody who reaches the port could
 * write: only a listener on loopback offers it then, or one that answers nobody but those whom an ingress has let in.
 */
export function offersOf(
  core: Core,
  options: {
    readonly tools: readonly AnyTool[];
    readonly hasToken: boolean;
    readonly hasDemo: boolean;
  },
): Status["offers"] {
  const { webHost, namedBrokersOnly, ingress } = core.config;
  const writes = options.hasToken || ingress !== undefined || LOOPBACK.test(webHost);
  const shown = new Set(toolsShown(options.tools, core.config).map(({ name }) => name));
  return {
    writes,
    why: writes
      ? null
      : "This monitor can be reached from elsewhere and asks for no token: set WEB_TOKEN to connect and publish from here",
    publish: writes && shown.has("publish_message"),
    clear: writes && shown.has("clear_retained"),
    named_only: namedBrokersOnly,
    demo: writes && options.hasDemo && !namedBrokersOnly && isAllowed(core),
  };
}

/** Whether the broker of the demo may be connected to, whose port is known only once it runs. */
function isAllowed({ policy }: Core): boolean {
  try {
    policy.checkBroker({ host: "127.0.0.1", port: 1883 });
    return true;
  } catch {
    return false;
  }
}
