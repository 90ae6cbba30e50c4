/** Topics come from strangers: a sentence holds only so much of one. */
export function shortTopic(topic: string): string {
  return topic.length <= 80 ? topic : `${topic.slice(0, 79)}…`;
}
