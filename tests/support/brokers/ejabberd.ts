import { freePorts } from "../free_ports.ts";
import { startProgram, type TestBroker } from "./broker_process.ts";

const REGISTER = 'ejabberd_auth:try_register(<<"mqtt">>,<<"localhost">>,<<"secret">>)';

/** Where Debian puts Erlang's libraries of the machine's architecture: those of ejabberd among them. */
function libraryFolder(): string {
  const machine = Deno.build.arch === "aarch64" ? "aarch64" : "x86_64";
  return `/usr/lib/${machine}-linux-gnu`;
}

/** ejabberd with mod_mqtt, over TCP and WebSocket, and one account. Its own script would insist on its own user. */
export async function startEjabberd(): Promise<TestBroker> {
  const [mqtt, webSocket, distribution] = freePorts(3);
  const server = await startProgram({
    name: "ejabberd",
    command: "erl",
    args: (dir) => [
      ...["-sname", `mqtt-mcp-test-${mqtt}@localhost`],
      ...["-start_epmd", "false", "-erl_epmd_port", `${distribution}`],
      ...["-kernel", "inet_dist_use_interface", "{127,0,0,1}"],
      ...["-mnesia", "dir", `"${dir}/spool"`],
      ...["-s", "ejabberd", "-eval", REGISTER, "-noinput"],
    ],
    env: (dir) => ({
      ERL_LIBS: libraryFolder(),
      ERL_CRASH_DUMP: `${dir}/crash`,
      EJABBERD_CONFIG_PATH: `${dir}/ejabberd.yml`,
      EJABBERD_LOG_PATH: `${dir}/ejabberd.log`,
    }),
    files: () => ({
      "ejabberd.yml": [
        "hosts: [localhost]",
        "auth_method: [internal]",
        "listen:",
        `  - {port: ${mqtt}, ip: "127.0.0.1", module: mod_mqtt}`,
        `  - {port: ${webSocket}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {/mqtt: mod_mqtt}}`,
        "modules:",
        "  mod_mqtt: {}",
        "",
      ].join("\n"),
    }),
    ports: [mqtt, webSocket],
  });
  return {
    url: `mqtt://mqtt%40localhost:secret@127.0.0.1:${mqtt}`,
    webSocketUrl: `ws://mqtt%40localhost:secret@127.0.0.1:${webSocket}/mqtt`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
