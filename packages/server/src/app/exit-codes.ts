/** What the exit status of a command says. Documented in docs/operator/command-line.md. */
export const exitCode = {
  ok: 0,
  /** It was tried and failed. */
  failure: 1,
  /** The command line, the input or the configuration is wrong; nothing was done. */
  usage: 2,
  /** It ran, and found something that somebody should look at. */
  findings: 3,
  /** What was named does not exist. */
  notFound: 4,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
