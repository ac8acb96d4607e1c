/** Request-level errors of RFC 8620 §3.6.1, and the two that a sign-in can end in. */
export type ProblemType = 'unknownCapability' | 'notJSON' | 'notRequest' | 'limit';

export interface RequestProblem {
  readonly type: ProblemType;
  readonly detail: string;
  /** Name of the limit; with `type: 'limit'` only. */
  readonly limit?: string;
}

/** The problem details object (RFC 7807) that tells a client why its request was not processed. */
export function problemDetails(
  problem: RequestProblem,
  status: number = 400,
): Record<string, string | number> {
  return {
    type: `urn:ietf:params:jmap:error:${problem.type}`,
    status,
    detail: problem.detail,
    ...(problem.limit === undefined ? {} : { limit: problem.limit }),
  };
}
