/** What STS would do with a token, as it is published. */
import * as z from 'zod'
import { parseRoleArn, ROLE_ARN_FAULT } from '../../../aws/names.ts'
import { stringWith } from '../../../parse.ts'
import { none } from '../../parameters.ts'
import type { Published } from '../../route.ts'

export const explainBody = z.strictObject({
  token: z
    .string()
    .min(1)
    .max(20_000)
    .describe('That the kubelet has put into the pod. It is neither kept nor told.'),
  roleArn: stringWith((arn) => (parseRoleArn(arn) === undefined ? ROLE_ARN_FAULT : undefined)),
})

export const EXPLAIN = {
  method: 'POST',
  path: '/explain',
  operation: 'explain',
  summary: "What STS would do with a pod's token for a role, step by step",
  description:
    'For roles that you may read. Keys are fetched from issuers of this stack only. What is in another account than the stack’s cannot be told from here: irsa explain, with credentials of that account, can.',
  access: 'authorised',
  parameters: none,
  query: none,
  body: { name: 'ExplainRequest', schema: explainBody },
  answers: {
    200: {
      description: 'The verdict.',
      content: {
        name: 'Verdict',
        schema: z.strictObject({
          isAdmitted: z
            .boolean()
            .optional()
            .describe('Absent when something cannot be told, and nothing refuses.'),
          error: z.string().optional().describe("STS's code of the first step that refuses."),
          steps: z.array(
            z.strictObject({
              name: z.string(),
              outcome: z.enum(['passes', 'refuses', 'unknown']),
              words: z.string(),
              remedy: z.string().optional(),
            }),
          ),
        }),
      },
    },
  },
  errors: ['RoleNotFound'],
} as const satisfies Published
