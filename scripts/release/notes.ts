/** Prints the changelog's entry of a version: `notes.ts VERSION`. */

/** The entry under `## [VERSION]`, without the definitions of links at the file's end. Throws when there is none. */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  const notes = section?.slice(section.indexOf("\n")).replace(/^\[[^\]]+\]: .*$/gm, "").trim();
  if (!notes) throw new Error(`Cannot find version ${version} in the changelog`);
  return notes;
}

if (import.meta.main) {
  console.log(releaseNotes(await Deno.readTextFile("CHANGELOG.md"), Deno.args[0]));
}
