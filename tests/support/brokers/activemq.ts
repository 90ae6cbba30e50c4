import { freePorts } from "../free_ports.ts";
import { startProgram, type TestBroker } from "./broker_process.ts";

/** What its MQTT transport needs, which Debian's package leaves to others. */
const LIBRARIES = ["mqtt-client", "hawtdispatch", "hawtdispatch-transport", "hawtbuf"];

/** ActiveMQ with nothing but its MQTT transport, in memory: no instance of the package, no Spring. */
export async function startActivemq(): Promise<TestBroker> {
  const [mqtt] = freePorts(1);
  const server = await startProgram({
    name: "activemq",
    command: "java",
    args: (dir) => [
      "-Xmx256m",
      "-Dactivemq.home=/usr/share/activemq",
      `-Dactivemq.base=${dir}`,
      `-Djava.io.tmpdir=${dir}`,
      "-cp",
      [
        "/usr/share/activemq/lib/*",
        "/usr/share/activemq/lib/optional/*",
        ...LIBRARIES.map((name) => `/usr/share/java/${name}.jar`),
      ].join(":"),
      "org.apache.activemq.console.Main",
      "start",
      `broker:(mqtt://127.0.0.1:${mqtt})?persistent=false&useJmx=false`,
    ],
    ports: [mqtt],
  });
  return {
    url: `mqtt://127.0.0.1:${mqtt}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
