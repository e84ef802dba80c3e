/** `npm run request-roles`: asks the registry of a deployed stack, local mode's or AWS's, for roles. Until there is an API for it. */
import { parseArgs } from 'node:util'
import { readCaller } from './caller.ts'
import { readDeployedStack } from './deployed-stack.ts'
import { endWhenUnread } from './endings.ts'
import { failureWords } from './failure.ts'
import { EXAMPLE_ROLES, fileNamed, understood } from './options.ts'
import { REGION, STAGE } from './package-stack.ts'
import { placeOf, readRoleRequests, requestRoles } from './start/role-requests.ts'
import { nameOf } from './start/roles-progress.ts'

const USAGE = `Usage: npm run request-roles -- --cluster NAME [options]

Writes role requests into the registry, as whoever the AWS credentials in the environment are. AWS_ENDPOINT_URL names local mode.

  --cluster NAME   a cluster that has been announced
  --roles FILE     list of role requests   (default: examples/roles.json)
  --stage STAGE    of the deployed stack   (default: ${STAGE})
  --help           print this`

endWhenUnread()
process.exitCode = await main(process.argv.slice(2))

/** 0: every request was taken. 1: one was refused, or none could be written. 2: the command line was not understood. */
async function main(words: readonly string[]): Promise<number> {
  const given = understood(() => parseRequestArguments(words), USAGE)
  if ('exitCode' in given) return given.exitCode
  try {
    const requests = readRoleRequests(given.rolesFile)
    const region = process.env.AWS_REGION ?? REGION
    const deployed = await readDeployedStack(given.stage, region)
    const requestedBy = await readCaller(region)
    const { accepted, refused } = await requestRoles({ ...deployed, requestedBy }, given.cluster, requests)
    for (const role of accepted) console.log(`${role.isChanged ? 'requested' : 'unchanged'} ${nameOf(role)}`)
    for (const request of refused)
      console.error(`refused ${placeOf(request)}: ${request.error}: ${request.message}\n  ${request.remedy}`)
    return refused.length === 0 ? 0 : 1
  } catch (error) {
    console.error(failureWords(error))
    return 1
  }
}

interface RequestArguments {
  readonly cluster: string
  readonly rolesFile: string
  readonly stage: string
}

function parseRequestArguments(words: readonly string[]): RequestArguments | undefined {
  const { values } = parseArgs({
    args: [...words],
    options: {
      cluster: { type: 'string' },
      roles: { type: 'string' },
      stage: { type: 'string', default: STAGE },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  if (values.cluster === undefined) throw new TypeError('--cluster is missing.')
  const rolesFile = values.roles === undefined ? EXAMPLE_ROLES : fileNamed(values.roles)
  return { cluster: values.cluster, rolesFile, stage: values.stage }
}
