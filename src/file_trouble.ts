/** Why a file cannot be used, in plain words with a way out; the caller says before which file it is. */
export function fileTrouble(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return SENTENCES[error.name] ?? error.message;
}

const SENTENCES: Readonly<Record<string, string>> = {
  NotFound:
    "there is no such file or directory. Try: check the path, which has to be one that this program sees (in a container: a mounted one)",
  PermissionDenied:
    "this user may not use it. Try: chown or chmod the file and its directory for the user that runs this program",
  NotCapable:
    "it lies outside of the directories that this program was started with rights for. Try: move it into one of them (in the image /app/config or /run/secrets), or name its directory in --allow-read or --allow-write",
  IsADirectory: "it is a directory. Try: give the path of a file in it",
  NotADirectory: "a part of its path is a file, no directory. Try: check the path",
};
