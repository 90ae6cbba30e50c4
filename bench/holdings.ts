/** What a process holds. */
export interface Holdings {
  readonly rssMb: number;
  readonly descriptors: number;
  readonly sockets: number;
  readonly threads: number;
  /** Processor time so far, in milliseconds. */
  readonly cpuMs: number;
}

/** What a process of this machine holds now. */
export async function holdingsOf(pid: number): Promise<Holdings> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const field = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
  const links = [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      return "";
    }
  });
  const stat = (await Deno.readTextFile(`/proc/${pid}/stat`)).split(") ")[1].split(" ");
  return {
    rssMb: field("VmRSS") / 1024,
    descriptors: links.length,
    sockets: links.filter((link) => link.startsWith("socket:")).length,
    threads: field("Threads"),
    cpuMs: (Number(stat[11]) + Number(stat[12])) * 10,
  };
}

/** What it takes while nobody wants anything: a timer or a subscription that was left would show. */
export async function idle(pid: number): Promise<Holdings & { idleCpuPercent: number }> {
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const before = await holdingsOf(pid);
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const after = await holdingsOf(pid);
  return { ...after, idleCpuPercent: (after.cpuMs - before.cpuMs) / 50 };
}
