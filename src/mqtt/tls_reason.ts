/** Where and how to look again at a certificate that was not accepted. */
interface TlsPeer {
  /** The address that was connected to. */
  readonly address: string;
  readonly port: number;
  /** The name that the certificate has to be for. */
  readonly host: string;
  readonly ca?: string;
  readonly timeoutMs: number;
}

/**
 * Why a broker's certificate is not accepted, in the words of the TLS library (`invalid peer
 * certificate: …`). Node's interface calls an expired certificate and one from an unknown authority
 * by the same name, so the handshake is done once more, without sending anything after it.
 *
 * @returns null when the second handshake tells nothing, or succeeds
 */
export async function findTlsReason(peer: TlsPeer): Promise<string | null> {
  let connection: Deno.Conn | null = null;
  const timer = setTimeout(() => close(connection), peer.timeoutMs);
  try {
    connection = await Deno.connect({ hostname: peer.address, port: peer.port });
    const secure = await Deno.startTls(connection as Deno.TcpConn, {
      hostname: peer.host,
      ...(peer.ca !== undefined && { caCerts: [peer.ca] }),
    });
    connection = secure;
    await secure.handshake();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : null;
  } finally {
    clearTimeout(timer);
    close(connection);
  }
}

function close(connection: Deno.Conn | null): void {
  try {
    connection?.close();
  } catch {
    // A failed handshake has closed it.
  }
}
