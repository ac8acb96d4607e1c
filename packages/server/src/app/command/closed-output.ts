/**
 * Lets whoever reads our output go away (`| head`, a terminal that is closed): the work goes on, and what it says goes
 * nowhere. Other failures, such as a full disk under a redirected output, end the program.
 */
export function outliveReader(stream: NodeJS.WritableStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}
