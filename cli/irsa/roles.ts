/** `irsa roles`, `irsa role show`, `manifest` and `request` */
import { Argument, Command } from 'commander'
import { serviceAccountManifest } from '../../lib/manifest.ts'
import { type DetailedRole, type RoleSummary, readRole, readRoles } from '../../lib/ops/roles.ts'
import type { Approval, RoleKey } from '../../lib/registry/roles.ts'
import { readCaller } from '../caller.ts'
import { fileNamed } from '../options.ts'
import { placeOf, readRoleRequests, requestRoles } from '../start/role-requests.ts'
import { nameOf } from '../start/roles-progress.ts'
import { parseRole } from './arguments.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { fields, print, table, time, withExamples } from './output.ts'

export function rolesCommand(): Command {
  const command = new Command('roles')
    .description('every role that was requested for a cluster')
    .argument('<cluster>', 'its name')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const { table: registry, now } = await connect(options)
      const roles = await readRoles(registry, cluster, now())
      print(options, roles, () => rolesText(roles))
    })
  return withExamples(
    command,
    'irsa roles golem',
    'irsa roles golem --json | jq -r \'.[] | select(.state == "failed").serviceAccount\'',
  )
}

export function roleCommand(): Command {
  return new Command('role')
    .description('one role')
    .addCommand(showCommand())
    .addCommand(manifestCommand())
    .addCommand(requestCommand())
}

const clusterArgument = () => new Argument('<cluster>', 'its name')
const roleArgument = () => new Argument('<role>', '<namespace>/<service account>').argParser(parseRole)

function showCommand(): Command {
  const command = new Command('show')
    .description('what was requested, by whom, and what came of it')
    .addArgument(clusterArgument())
    .addArgument(roleArgument())
    .action(async (cluster: string, key: RoleKey, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const { table, stack, now } = await connect(options)
      const role = await readRole(table, stack, cluster, key, now())
      print(options, role, () => roleText(role))
    })
  return withExamples(command, 'irsa role show golem default/s3-access')
}

function manifestCommand(): Command {
  const command = new Command('manifest')
    .description('the ServiceAccount to apply to the cluster, as YAML')
    .addArgument(clusterArgument())
    .addArgument(roleArgument())
    .action(async (cluster: string, key: RoleKey, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const { table, stack, now } = await connect(options)
      const role = await readRole(table, stack, cluster, key, now())
      if (role.state !== 'ready') console.error(`The role is ${role.state}: pods cannot assume it yet.`)
      const manifest = serviceAccountManifest(role)
      print(options, { manifest }, () => manifest.trimEnd())
    })
  return withExamples(command, 'irsa role manifest golem default/s3-access | kubectl apply -f -')
}

function requestCommand(): Command {
  const command = new Command('request')
    .description('write role requests into the registry, as whoever the AWS credentials are')
    .addArgument(clusterArgument())
    .argument('<file>', 'a list of role requests, as examples/roles.json')
    .action(async (cluster: string, file: string, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const requests = readRoleRequests(fileNamed(file))
      const deployed = await connect(options)
      const requestedBy = await readCaller(deployed.stack.region)
      const asked = await requestRoles({ ...deployed, requestedBy }, cluster, requests)
      print(options, asked, () =>
        [
          ...asked.accepted.map((role) => `${role.isChanged ? 'requested' : 'unchanged'} ${nameOf(role)}`),
          ...asked.refused.map(
            (request) =>
              `refused ${placeOf(request)}: ${request.error}: ${request.message}\n  ${request.remedy}`,
          ),
        ].join('\n'),
      )
      if (asked.refused.length > 0) process.exitCode = 1
    })
  return withExamples(command, 'irsa role request golem examples/roles.json')
}

function rolesText(roles: readonly RoleSummary[]): string {
  if (roles.length === 0) return 'No role was requested for it.'
  return table(
    ['ROLE', 'STATE', 'ARN', 'ERROR'],
    roles.map((role) => [nameOf(role), role.state, role.status?.roleArn ?? '', errorOf(role) ?? '']),
  )
}

export function roleText(role: DetailedRole): string {
  return fields({
    Role: nameOf(role),
    State: role.state,
    ARN: role.roleArn,
    Audience: role.audience,
    Requested: `version ${role.requestedVersion}, ${time(role.requestedAt)} by ${role.requestedBy}`,
    Approval: role.approval && approvalText(role.approval),
    'In force': inForceText(role),
    Settled: role.status && `version ${role.status.version}, ${time(role.status.at)}`,
    Error: errorOf(role),
    Remedy: role.status?.remedy,
    Content: JSON.stringify(role.content, undefined, 2),
  })
}

function approvalText({ state, needs, by = '', at, reason }: Approval): string {
  if (state !== 'waiting') return `${state} by ${by}, ${time(at)}${reason === undefined ? '' : `: ${reason}`}`
  return ['waits', ...needs.map(({ rule, pointer, detail }) => `${pointer} ${detail} (${rule})`)].join('\n')
}

/** Only where it is not what was requested. */
function inForceText({ state, version, requestedVersion }: DetailedRole): string | undefined {
  if (state === 'unapproved') return 'nothing'
  return version === requestedVersion ? undefined : `version ${version}`
}

function errorOf({ status }: Pick<RoleSummary, 'status'>): string | undefined {
  return status?.error && `${status.error}: ${status.message}`
}
