import { moscaFolder } from "../../../scripts/mosca.ts";
import { freePorts } from "../free_ports.ts";
import { startProgram, type TestBroker } from "./broker_process.ts";

const SERVER = `
const mosca = require("mosca");
const interfaces = [{ type: "mqtt", host: "127.0.0.1", port: Number(process.argv[2]) }];
new mosca.Server({ interfaces, persistence: { factory: mosca.persistence.Memory } });
`;

/** mosca from npm under Node, with retained messages in memory. */
export async function startMosca(): Promise<TestBroker> {
  const [mqtt] = freePorts(1);
  const folder = moscaFolder();
  Deno.writeTextFileSync(`${folder}/server.cjs`, SERVER);
  const server = await startProgram({
    name: "mosca",
    command: "node",
    args: () => [`${folder}/server.cjs`, `${mqtt}`],
    ports: [mqtt],
    asNobody: false,
  });
  return {
    url: `mqtt://127.0.0.1:${mqtt}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
