/** The functions' packages, opened: what each holds and weighs. */
import { unzipSync } from 'fflate'
import type { Packaged } from './packaged.ts'

export interface Bundle {
  /** As serverless.yml calls the function. */
  readonly name: string
  /** Logical ID of its role. */
  readonly role: string
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly code: string
  readonly minifiedBytes: number
  readonly zippedBytes: number
  /** By the namespace of their models: `dynamodb`, `sfn`, … */
  readonly sdkClients: readonly string[]
}

export function bundlesOf(packaged: Packaged): Bundle[] {
  return packaged.ofType('AWS::Lambda::Function').map(([, { Properties }]) => {
    const { FunctionName, Handler, Role } = Properties as unknown as FunctionProperties
    const name = FunctionName.replace('irsa-local-', '')
    const zip = packaged.artefact(`${name}.zip`)
    const files = unzipSync(zip)
    const module = files[`${Handler.replace('.handler', '')}.mjs`] ?? new Uint8Array()
    const code = new TextDecoder().decode(module)
    return {
      name,
      role: Role['Fn::GetAtt'][0],
      files,
      code,
      minifiedBytes: module.length,
      zippedBytes: zip.length,
      sdkClients: sdkClientsIn(code),
    }
  })
}

interface FunctionProperties {
  readonly FunctionName: string
  readonly Handler: string
  readonly Role: { readonly 'Fn::GetAtt': readonly [logicalId: string, attribute: string] }
}

/** Every client carries the schemas of its service, in a namespace of its own. */
function sdkClientsIn(code: string): string[] {
  const namespaces = code.matchAll(/["'`]com\.amazonaws\.([a-z0-9]+)["'`]/g)
  return [...new Set([...namespaces].map(([, service = '']) => service))].toSorted()
}
