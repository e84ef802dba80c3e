/** `irsa doctor` */
import { Command } from 'commander'
import {
  acmClient,
  cloudFrontClient,
  iamClient,
  s3Client,
  serviceQuotasClient,
} from '../../lib/aws/clients.ts'
import { now } from '../../lib/clock.ts'
import { createIssuerFetch } from '../../lib/issuer-fetch.ts'
import { createIssuerProbe } from '../../lib/issuer-probe.ts'
import { keysFromJwks, type PublicJwk } from '../../lib/oidc/jwks.ts'
import { type Check, judgeCluster, judgeCompanion } from '../../lib/ops/doctor.ts'
import { type Examining, examineCluster } from '../../lib/ops/examine.ts'
import { iamIfOwn } from '../../lib/wiring.ts'
import type { DeployedStack } from '../deployed-stack.ts'
import { UnusableInput } from '../failure.ts'
import { readJsonFile } from '../json-file.ts'
import { fileNamed } from '../options.ts'
import { type ConnectionOptions, connect, localEndpoint } from './connection.ts'
import { print, withExamples } from './output.ts'

interface DoctorOptions extends ConnectionOptions {
  readonly jwks?: string
}

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description(
      'check a cluster from outside, as STS and a pod would: what is wrong, and how to mend it; exit code 1 when something is',
    )
    .argument('<cluster>', 'its name')
    .option('--jwks <file>', 'the keys that the cluster itself serves: kubectl get --raw /openid/v1/jwks')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<DoctorOptions>()
      const keys = options.jwks === undefined ? undefined : readKeys(options.jwks)
      const examining = examiningOf(await connect(options))
      const findings = await examineCluster(examining, cluster, keys)
      const { migration } = findings.summary
      // Of a migration both issuers must be as they should.
      const companion = migration && (await examineCluster(examining, migration.to, keys))
      const checks = [...judgeCluster(findings), ...(companion ? judgeCompanion(companion) : [])]
      print(options, checks, () => checksText(checks))
      if (checks.some(({ outcome }) => outcome === 'wrong')) process.exitCode = 1
    })
  return withExamples(
    command,
    'irsa doctor golem',
    'kubectl get --raw /openid/v1/jwks > jwks.json && irsa doctor golem --jwks jwks.json',
    'irsa doctor golem --json | jq \'.[] | select(.outcome == "wrong")\'',
  )
}

/** Throws UnusableInput. */
function readKeys(file: string): readonly PublicJwk[] {
  const { keys, faults } = keysFromJwks(readJsonFile(fileNamed(file)))
  const [fault] = faults
  if (fault !== undefined) throw new UnusableInput(`${['jwks', ...fault.path].join('.')}: ${fault.message}`)
  return keys
}

function examiningOf({ stack, table }: DeployedStack): Examining {
  const endpoint = localEndpoint()
  return {
    table,
    stack,
    iam: iamClient(stack.partition),
    iamIfOwn: iamIfOwn(stack),
    s3: s3Client(stack.region),
    acm: acmClient(stack.partition),
    cloudFront: cloudFrontClient(stack.partition),
    serviceQuotas: serviceQuotasClient(stack.partition),
    fetchIssuer: createIssuerFetch(endpoint),
    probeIssuer: endpoint === undefined ? createIssuerProbe() : undefined,
    now,
  }
}

const SIGNS = { ok: '✔ ok', wrong: '✖ wrong', unknown: '? cannot be told' } as const

function checksText(checks: readonly Check[]): string {
  const subjects = checks.map(({ name, about }) => (about === undefined ? name : `${name} ${about}`))
  const width = Math.max(...subjects.map(({ length }) => length))
  const lines = checks.flatMap(({ outcome, words, remedy }, index) => {
    const line = `${SIGNS[outcome].padEnd(16)}  ${subjects[index]?.padEnd(width)}  ${words}`
    return remedy === undefined ? [line] : [line, `${' '.repeat(20 + width)}${remedy}`]
  })
  const count = checks.filter(({ outcome }) => outcome === 'wrong').length
  return [
    ...lines,
    '',
    count === 0 ? 'Nothing is wrong.' : `${count} of ${checks.length} checks are wrong.`,
  ].join('\n')
}
