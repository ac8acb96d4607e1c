/** Below this size waiting for the garbage collector costs nothing worth a call. */
const worthwhileBytes = 96 * 1024;

/**
 * Gives back the memory of large buffers at once. The collector looks at the heap, not at what buffers hold outside it,
 * and would let tens of megabytes of dead frames pile up during one large mail. Only for buffers that nobody else has.
 */
export function freeMemory(buffers: readonly Uint8Array[]): void {
  for (const { buffer } of buffers) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= worthwhileBytes) buffer.transfer(0);
  }
}

/** Gives back the memory of a buffer at once, if it is the buffer's alone and not a part of Node's pool. Nobody else may have it. */
export function freeOwn({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
