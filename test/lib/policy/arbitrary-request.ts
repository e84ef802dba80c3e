/** Requests as anybody may send them, all of a form that is taken: what they ask for may still be refused. */
import fc from 'fast-check'
import { CATALOGUE } from '../../../lib/policy/catalogue/catalogue.ts'

const oneOrMany = (element: fc.Arbitrary<string>) =>
  fc.oneof(element, fc.array(element, { minLength: 1, maxLength: 4 }))

const action = fc.stringMatching(/^[a-z0-9-]{1,12}:[A-Za-z*?]{1,12}$/)
const resource = fc.oneof(
  fc.constant('*'),
  fc.stringMatching(/^arn:(aws|aws-cn|\*):[a-z0-9-]{1,8}:[a-z0-9-]{0,8}:[0-9]{0,4}:[ -~]{1,40}$/),
)
const text = fc.stringMatching(/^[ -~]{1,20}$/)

const statement = fc.oneof(
  fc.record({
    Effect: fc.constant('Allow'),
    Action: oneOrMany(action),
    Resource: oneOrMany(resource),
  }),
  fc.record(
    {
      Sid: fc.stringMatching(/^[A-Za-z0-9]{1,20}$/),
      Effect: fc.constant('Deny'),
      NotAction: oneOrMany(action),
      NotResource: oneOrMany(resource),
      Condition: fc.dictionary(
        fc.constantFrom('StringLike', 'ForAnyValue:StringEquals', 'Bool'),
        fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean()), { noNullPrototype: true }),
        { noNullPrototype: true },
      ),
    },
    { requiredKeys: ['Effect', 'NotAction', 'NotResource'] },
  ),
)

const policy = fc.oneof(
  fc.record({
    arn: fc.oneof(
      fc.stringMatching(/^arn:aws:iam::(aws|111122223333):policy\/[A-Za-z0-9]{1,20}$/),
      fc.constantFrom(
        'arn:aws:iam::aws:policy/AdministratorAccess',
        'arn:aws:iam::444455556666:policy/theirs',
        'arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess',
      ),
    ),
  }),
  fc.record({
    catalogue: fc.constantFrom(...CATALOGUE.map(({ name }) => name), 'no such entry'),
    parameters: fc.oneof(
      fc.constant({}),
      fc.record({ bucket: fc.stringMatching(/^[a-z][a-z0-9.-]{1,20}[a-z]$/) }),
      fc.record({ hostedZoneIds: fc.array(fc.stringMatching(/^Z[A-Z0-9]{1,20}$/), { minLength: 1 }) }),
    ),
  }),
  fc.record({ statements: fc.array(statement, { minLength: 1, maxLength: 5 }) }),
)

const name = (length: number) =>
  fc.stringMatching(new RegExp(`^[a-z0-9]([a-z0-9-]{0,${length - 2}}[a-z0-9])?$`))

const tagKey = fc.oneof(
  fc.constantFrom('team', 'Team', 'TEAM'),
  fc.stringMatching(/^[A-Za-z][A-Za-z_.:=+@-]{0,20}$/).filter((key) => !/^(aws|irsa):/i.test(key)),
)

export const aRoleRequestInput = fc.record(
  {
    namespace: name(63),
    serviceAccount: fc.array(name(63), { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.')),
    policies: fc.array(policy, { maxLength: 4 }),
    description: fc.stringMatching(/^[ -~]{0,40}$/),
    maxSessionDuration: fc.integer({ min: 3600, max: 43_200 }),
    tags: fc
      .uniqueArray(tagKey, { maxLength: 40, selector: (key) => key.toLowerCase() })
      .map((keys) => Object.fromEntries(keys.map((key) => [key, 'x']))),
    audience: fc.constantFrom('sts.amazonaws.com', 'vault', 'other'),
  },
  { requiredKeys: ['namespace', 'serviceAccount', 'policies'] },
)
