/** What a PEM text is to hold (RFC 7468). */
export type PemContent = "certificate" | "private key";

const MARKS: Record<PemContent, RegExp> = {
  certificate: /-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----[\s\S]+-----END \1-----/,
  "private key": /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[\s\S]+-----END \1-----/,
};

/**
 * Returns the text if it holds what it should, whole. TLS itself takes any text, and fails at the first connection only.
 *
 * @throws {Error} with what is missing in words, never with the text
 */
export function checkPem(text: string, content: PemContent): string {
  if (MARKS[content].test(text)) return text;
  throw new Error(`it holds no whole ${content} in PEM form`);
}
