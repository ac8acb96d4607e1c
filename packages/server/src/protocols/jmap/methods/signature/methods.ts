import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { signatureKind } from '../../../../personal/types/signature.ts';
import type { Method } from '../../method.ts';
import { changesMethod, getMethod, type ServedKind, setMethod } from '../../personal/standard.ts';

const served: ServedKind = { kind: signatureKind, capability: Capability.Signatures };

/** Signature (CMP-08): get, set, changes. */
export const signatureMethods: readonly Method[] = [
  getMethod(served),
  setMethod(served),
  changesMethod(served),
];
