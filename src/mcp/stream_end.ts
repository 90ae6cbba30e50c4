/** The same bytes; `onEnd` is called once they are through, or nobody wants the rest of them. */
export function onStreamEnd(
  body: ReadableStream<Uint8Array>,
  onEnd: (wanted: boolean) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
      } catch (error) {
        onEnd(true);
        throw error;
      }
      onEnd(true);
      controller.close();
    },
    async cancel(reason) {
      onEnd(false);
      await reader.cancel(reason);
    },
  });
}
