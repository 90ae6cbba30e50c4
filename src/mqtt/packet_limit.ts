/**
 * The largest packet that is taken from a broker, in bytes. A payload here is 1 MiB at most, firmware images on MQTT are a
 * few; what is larger would only be cut, and five sessions may each have one in the making.
 */
export const MAX_PACKET_BYTES = 16 * 1024 * 1024;

/** What stays in doubt until a packet ends: the parser looks at this much without being asked about it. */
const UNSUSPICIOUS_BYTES = 1024 * 1024;

/**
 * Calls back once, when so many bytes have come without a packet coming to its end. The library would collect them in
 * memory up to the 256 MiB that MQTT allows (MQTT 5 §1.5.5). Costs next to nothing while packets are small.
 *
 * @returns what ends the watch
 */
export function watchPacketSize(
  client: {
    once(event: "packetreceive", listener: () => void): unknown;
    off(event: "packetreceive", listener: () => void): unknown;
  },
  stream: {
    on(event: "data", listener: (chunk: { readonly length: number }) => void): unknown;
    off(event: "data", listener: (chunk: { readonly length: number }) => void): unknown;
  },
  onTooLarge: () => void,
): () => void {
  let bytes = 0;
  let suspicious = false;
  const onPacket = () => {
    bytes = 0;
    suspicious = false;
  };
  const onData = (chunk: { readonly length: number }) => {
    bytes += chunk.length;
    if (bytes > UNSUSPICIOUS_BYTES && !suspicious) {
      suspicious = true;
      client.once("packetreceive", onPacket);
    }
    if (bytes > MAX_PACKET_BYTES + UNSUSPICIOUS_BYTES) {
      stop();
      onTooLarge();
    }
  };
  function stop(): void {
    stream.off("data", onData);
    client.off("packetreceive", onPacket);
  }
  stream.on("data", onData);
  return stop;
}
