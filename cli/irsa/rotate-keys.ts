/** `irsa cluster rotate` */
import { Command } from 'commander'
import { holdsPrivateKey } from '../../lib/oidc/private-key.ts'
import { readClusterDetail } from '../../lib/ops/clusters.ts'
import { type KeysDetail, rotateKeys } from '../../lib/ops/key-rotation.ts'
import { UnusableInput } from '../failure.ts'
import { readJsonFile, readTextFile } from '../json-file.ts'
import { fileNamed } from '../options.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { keysText } from './keys-text.ts'
import { print, withExamples } from './output.ts'
import { sayingIn } from './saying.ts'
import { watch } from './watch.ts'

interface RotateOptions extends ConnectionOptions {
  readonly key?: readonly string[]
  readonly jwks?: string
  readonly retireNow?: string
  readonly wait: boolean
}

export function rotateCommand(): Command {
  const command = new Command('rotate')
    .description(
      "say which public keys the cluster's API server has now, all of them, and follow that until they are served",
    )
    .argument('<cluster>', 'its name')
    .option('--key <file...>', 'public keys in PEM: those of --service-account-key-file')
    .option('--jwks <file>', 'or the JWK Set that it serves at /openid/v1/jwks')
    .option(
      '--retire-now <reason>',
      'take every other key off at once (it was disclosed): tokens that are signed by them stop working',
    )
    .option('--no-wait', 'only say it; irsa cluster watch follows')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<RotateOptions>()
      const keys = keysOf(options, self)
      const deployed = await connect(options)
      const reason = await rotateKeys(sayingIn(deployed), cluster, keys)
      if (reason === undefined && options.wait)
        await watch(deployed, await readClusterDetail(deployed.table, cluster, deployed.now()), options)
      const { state, keys: known } = await readClusterDetail(deployed.table, cluster, deployed.now())
      print(options, { cluster, state, keys: known, refused: reason }, () =>
        reason === undefined
          ? keysText(known)
          : `✖ The keys of ${cluster} stay: ${reason.error}: ${reason.message}\n    ${reason.remedy}`,
      )
      if (reason !== undefined) process.exitCode = 1
    })
  return withExamples(
    command,
    'irsa cluster rotate golem --key sa-old.pub sa-new.pub',
    'kubectl get --raw /openid/v1/jwks > jwks.json && irsa cluster rotate golem --jwks jwks.json',
    "irsa cluster rotate golem --key sa-new.pub --retire-now 'sa-old.key was disclosed'",
  )
}

/** Throws UnusableInput. */
function keysOf({ key, jwks, retireNow }: RotateOptions, self: Command): KeysDetail {
  const emergency = retireNow === undefined ? {} : { retireNow }
  if (key !== undefined && jwks === undefined)
    return { serviceAccountKeys: key.map((file) => publicOnly(file, readTextFile)), ...emergency }
  if (jwks !== undefined && key === undefined) return { jwks: publicOnly(jwks, readJsonFile), ...emergency }
  self.error('error: name the keys that it has now, with either --key or --jwks')
}

/** The files lie beside each other, and one is mistaken for the other. */
function publicOnly<Content>(file: string, read: (file: string) => Content): Content {
  const content = read(fileNamed(file))
  if (holdsPrivateKey(content))
    throw new UnusableInput(`${file} holds a private key. Name the public one; nothing was sent.`)
  return content
}
