/** `irsa issuer` */
import { Command, InvalidArgumentError } from 'commander'
import { partitionOf } from '../../lib/aws/partitions.ts'
import { parseClusterCreatedDetail } from '../../lib/events/cluster-created.ts'
import type { Place } from '../../lib/events/hosting.ts'
import { isRecord } from '../../lib/is-record.ts'
import { discoveryUrl } from '../../lib/oidc/discovery.ts'
import { sharedHostFault } from '../../lib/oidc/issuer.ts'
import { JWKS_KEY } from '../../lib/oidc/jwks.ts'
import { fileNamed } from '../options.ts'
import { readEventDetail } from '../start/event-file.ts'
import type { ConnectionOptions } from './connection.ts'
import { fields, print, withExamples } from './output.ts'

interface IssuerOptions extends ConnectionOptions {
  readonly event: string
  readonly account?: string
  readonly sharedHost?: string
}

export function issuerCommand(): Command {
  const command = new Command('issuer')
    .description(
      'what the issuer of a cluster will be, for --service-account-issuer; asks nobody, needs no stack',
    )
    .requiredOption('--event <file>', 'detail of its Cluster Created event')
    .option('--account <id>', 'of the stack; s3 hosting has it in the issuer')
    .option(
      '--shared-host <host>',
      'of the stack (its parameter sharedHost); shared hosting has it in the issuer',
      parseSharedHost,
    )
    .action((_, self: Command) => {
      const options = self.optsWithGlobals<IssuerOptions>()
      const detail = readEventDetail(fileNamed(options.event))
      checkPlaceGiven(options, hostingOf(detail), self)
      const { desired, keys } = parseClusterCreatedDetail(detail, NOBODY, placeOf(options))
      const { cluster, issuer, audiences } = desired
      const document = {
        cluster,
        issuer,
        hosting: desired.hosting.type,
        discoveryDocument: discoveryUrl(issuer),
        // An external issuer says itself where its keys are.
        ...(desired.hosting.type !== 'external' && { jwks: `${issuer}/${JWKS_KEY}` }),
        audiences,
        kids: keys.map(({ kid }) => kid),
      }
      print(options, document, () =>
        fields({
          Cluster: cluster,
          Issuer: issuer,
          Hosting: document.hosting,
          Discovery: document.discoveryDocument,
          JWKS: document.jwks,
          Audiences: audiences.join(', '),
          Keys: document.kids.join('\n') || undefined,
        }),
      )
    })
  return withExamples(
    command,
    'irsa issuer --event examples/put-events.json',
    'kube-apiserver --service-account-issuer=$(irsa issuer --event event.json --json | jq -r .issuer) …',
  )
}

/** A dedicated issuer does not depend on where the stack is, one in a public bucket does; whether the stack allows that only it knows. */
function placeOf({ account, stage, region, sharedHost = '' }: IssuerOptions): Place {
  const { AWS_REGION = ANYWHERE, IRSA_STAGE = '' } = process.env
  const regionName = region ?? AWS_REGION
  return {
    stage: stage ?? IRSA_STAGE,
    accountId: account ?? NOBODY,
    region: regionName,
    partition: partitionOf(regionName),
    allowPublicBuckets: true,
    sharedHost,
  }
}

/** A wrong issuer would be worse than none. */
function checkPlaceGiven(
  { account, sharedHost, stage = process.env.IRSA_STAGE }: IssuerOptions,
  hosting: unknown,
  self: Command,
): void {
  if (hosting === 'shared' && sharedHost === undefined)
    self.error('error: the issuer has the host of the stack in it: give --shared-host')
  if (hosting === 's3' && (account === undefined || stage === undefined))
    self.error(
      'error: the issuer in a public bucket has the stage, the account and the region of the stack in it: give --stage, --account and --region',
    )
}

function hostingOf(detail: object): unknown {
  return 'hosting' in detail && isRecord(detail.hosting) ? detail.hosting.type : undefined
}

function parseSharedHost(host: string): string {
  const fault = sharedHostFault(host)
  if (fault !== undefined) throw new InvalidArgumentError(`It ${fault}.`)
  return host
}

const NOBODY = '000000000000'
const ANYWHERE = 'us-east-1'
