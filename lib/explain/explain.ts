/**
 * What STS would do with a pod's token for a role, step by step, in its order. Pure: whoever asks has looked everything up. It shares no
 * code with the embedded STS, and neither repeats nor keeps the token.
 */

import { judgeAudience, judgeDocuments, judgeProvider, judgeSignature, judgeTime } from './identity.ts'
import { judgeRole, judgeTrustPolicy } from './role.ts'
import type { Judged, Situation, Step } from './situation.ts'
import { passes, refuses } from './situation.ts'
import { readToken } from './token.ts'

export type { Situation, Step } from './situation.ts'

export interface Verdict {
  /** Undefined when something cannot be told, and nothing refuses. */
  readonly isAdmitted: boolean | undefined
  /** STS's code of the first step that refuses. */
  readonly error: string | undefined
  readonly steps: readonly Step[]
}

export function explain(situation: Situation): Verdict {
  const token = readToken(situation.token)
  const judged: readonly Judged[] =
    'fault' in token
      ? [refuses('token', token.error, token.fault, 'Use the token that the kubelet has put into the pod.')]
      : [
          passes('token', `It is a token of ${token.claims.sub}, issued by ${token.claims.iss}.`),
          judgeProvider(situation, token.claims),
          judgeTime(situation, token.claims),
          judgeDocuments(situation, token.claims),
          judgeSignature(situation, token),
          judgeAudience(situation, token.claims),
          judgeRole(situation),
          judgeTrustPolicy(situation, token.claims),
        ]
  const refusal = judged.find(({ outcome }) => outcome === 'refuses')
  const isTold = judged.every(({ outcome }) => outcome === 'passes')
  return {
    isAdmitted: refusal !== undefined ? false : isTold ? true : undefined,
    error: refusal?.error,
    steps: judged.map(({ error: _, ...step }) => step),
  }
}
