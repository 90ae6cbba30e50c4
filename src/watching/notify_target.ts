/**
 * NOTIFY_URL: where watches are posted to, and in which form. `json+https://…` is posted JSON, `ntfy+https://…` a text
 * with ntfy's headers. Without either the host decides: one that is called ntfy (`ntfy.sh`, `ntfy.home.example`,
 * `ntfy`) is posted a text, all others JSON. A login in it is sent as `Authorization: Basic`.
 */

/** Where, and in which form, is posted. */
export interface NotifyTarget {
  /** Without the login. */
  readonly url: string;
  readonly form: "text" | "json";
  /** Header that carries the login, where there is one. */
  readonly authorization: string | null;
}

const FORM = /^(json|ntfy)\+(?=https?:)/i;

/** Reads the setting, which was checked when it was given. */
export function notifyTarget(setting: string): NotifyTarget {
  const prefix = FORM.exec(setting)?.[1]?.toLowerCase();
  const url = new URL(setting.replace(FORM, ""));
  const login = [url.username, url.password].map(decoded).join(":");
  url.username = url.password = url.hash = "";
  const isNtfy = prefix === undefined
    ? url.hostname.split(".").some((label) => /^ntfy(?:-|$)/i.test(label))
    : prefix === "ntfy";
  return {
    url: url.href,
    form: isNtfy ? "text" : "json",
    authorization: login === ":" ? null : `Basic ${new TextEncoder().encode(login).toBase64()}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
