import { freePorts } from "../free_ports.ts";
import { startProgram, type TestBroker } from "./broker_process.ts";

/** Where Debian's package puts the script that runs as the user who calls it. */
const SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/** RabbitMQ with its MQTT plugins, a node and a port mapper (epmd) of its own. */
export async function startRabbitmq(): Promise<TestBroker> {
  const [mqtt, webSocket, mapper, distribution] = freePorts(4);
  const portMapper = await startProgram({
    name: "epmd",
    command: "epmd",
    args: () => ["-port", `${mapper}`, "-address", "127.0.0.1"],
    ports: [mapper],
  });
  try {
    const server = await startProgram({
      name: "rabbitmq",
      command: SERVER,
      args: () => [],
      env: (dir) => ({
        // it then replaces its shell by the server itself
        RUNNING_UNDER_SYSTEMD: "true",
        ERL_EPMD_PORT: `${mapper}`,
        ERL_EPMD_ADDRESS: "127.0.0.1",
        RABBITMQ_CONF_ENV_FILE: "/dev/null",
        RABBITMQ_NODENAME: `mqtt-mcp-test-${mqtt}@localhost`,
        RABBITMQ_DIST_PORT: `${distribution}`,
        RABBITMQ_MNESIA_BASE: `${dir}/mnesia`,
        RABBITMQ_LOG_BASE: `${dir}/log`,
        RABBITMQ_PID_FILE: `${dir}/pid`,
        RABBITMQ_GENERATED_CONFIG_DIR: `${dir}/generated`,
        RABBITMQ_CONFIG_FILE: `${dir}/rabbitmq.conf`,
        RABBITMQ_ENABLED_PLUGINS_FILE: `${dir}/enabled_plugins`,
      }),
      files: () => ({
        enabled_plugins: "[rabbitmq_mqtt,rabbitmq_web_mqtt].\n",
        "rabbitmq.conf": [
          "listeners.tcp = none",
          `mqtt.listeners.tcp.1 = 127.0.0.1:${mqtt}`,
          "web_mqtt.tcp.ip = 127.0.0.1",
          `web_mqtt.tcp.port = ${webSocket}`,
          "log.console = true",
          "log.file = false",
          "",
        ].join("\n"),
      }),
      ports: [mqtt, webSocket],
    });
    return {
      url: `mqtt://guest:guest@127.0.0.1:${mqtt}`,
      webSocketUrl: `ws://guest:guest@127.0.0.1:${webSocket}/ws`,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await portMapper[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await portMapper[Symbol.asyncDispose]();
    throw error;
  }
}
