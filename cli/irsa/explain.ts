/** `irsa explain` */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { partitionOf } from '../../lib/aws/partitions.ts'
import type { Verdict } from '../../lib/explain/explain.ts'
import { checkPod, type PodCheck, podSchema } from '../../lib/explain/pod.ts'
import { createIssuerFetch } from '../../lib/issuer-fetch.ts'
import { explainToken } from '../../lib/ops/explain-token.ts'
import { parse } from '../../lib/parse.ts'
import { iamIfOwn } from '../../lib/wiring.ts'
import { readJsonFile, readTextFile } from '../json-file.ts'
import { fileNamed } from '../options.ts'
import { type ConnectionOptions, connect, localEndpoint } from './connection.ts'
import { print, withExamples } from './output.ts'

interface ExplainOptions extends ConnectionOptions {
  readonly token?: string
  readonly role?: string
  readonly pod?: string
  readonly audience?: string
}

export function explainCommand(): Command {
  const command = new Command('explain')
    .description(
      'what STS would do with a pod’s token for a role, step by step; or what the webhook should have put into a pod',
    )
    .option(
      '--token <file>',
      'a token of the service account; - for standard input. It is neither kept nor shown',
    )
    .option('--role <arn>', 'the role that it should open')
    .option('--pod <file>', 'of kubectl get pod -o json; needs no stack')
    .option(
      '--audience <audience>',
      'with --pod: that the role’s trust policy wants (as the region’s partition has it: sts.amazonaws.com, in China sts.amazonaws.com.cn)',
    )
    .action(async (_, self: Command) => {
      const options = self.optsWithGlobals<ExplainOptions>()
      const { token, role, pod } = options
      if (pod !== undefined && token === undefined && role === undefined) return explainPod(pod, options)
      if (pod !== undefined || token === undefined || role === undefined)
        self.error('error: give --token and --role, or --pod alone')
      const verdict = await judge(token, role, options)
      print(options, verdict, () => verdictText(verdict))
      if (verdict.isAdmitted !== true) process.exitCode = 1
    })
  return withExamples(
    command,
    'kubectl exec mypod -- cat /var/run/secrets/eks.amazonaws.com/serviceaccount/token | irsa explain --token - --role arn:aws:iam::…',
    'irsa explain --token token.jwt --role arn:aws:iam::111122223333:role/irsa/golem/prod_golem_default_s3-access',
    'kubectl get pod mypod -o json > pod.json && irsa explain --pod pod.json',
  )
}

async function judge(file: string, roleArn: string, options: ExplainOptions): Promise<Verdict> {
  const token = (file === '-' ? readFileSync(0, 'utf8') : readTextFile(fileNamed(file))).trim()
  const { stack, table } = await connect(options)
  const explaining = {
    table,
    iamIfOwn: iamIfOwn(stack),
    fetchIssuer: createIssuerFetch(localEndpoint()),
    region: stack.region,
    now: () => new Date(),
  }
  return explainToken(explaining, token, roleArn)
}

function explainPod(file: string, options: ExplainOptions): void {
  const pod = parse(podSchema, readJsonFile(fileNamed(file)), 'pod')
  const checks = checkPod(pod, options.audience ?? audienceOf(options.region))
  print(options, checks, () => checks.map(checkText).join('\n'))
  if (checks.some(({ isRight }) => !isRight)) process.exitCode = 1
}

/** Throws InvalidInput for what is no region. */
function audienceOf(region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? ANYWHERE): string {
  return partitionOf(region).audience
}

const ANYWHERE = 'us-east-1'
const SIGNS = { passes: '✔', refuses: '✖', unknown: '?' } as const

function verdictText({ isAdmitted, error, steps }: Verdict): string {
  const lines = steps.map(({ name, outcome, words, remedy }) =>
    line(`${SIGNS[outcome]} ${name.padEnd(9)}  ${words}`, remedy, 13),
  )
  return [...lines, '', conclusion(isAdmitted, error)].join('\n')
}

function conclusion(isAdmitted: boolean | undefined, error: string | undefined): string {
  if (isAdmitted === undefined) return 'Whether STS would give credentials cannot be told from here.'
  return isAdmitted ? 'STS would give credentials.' : `STS would refuse it: ${error}.`
}

function checkText({ container, isRight, words, remedy }: PodCheck): string {
  const place = container === undefined ? '' : `${container}: `
  return line(`${isRight ? '✔' : '✖'} ${place}${words}`, remedy, 4)
}

function line(text: string, remedy: string | undefined, indent: number): string {
  return remedy === undefined ? text : `${text}\n${' '.repeat(indent)}${remedy}`
}
