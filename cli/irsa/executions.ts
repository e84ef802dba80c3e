/** `irsa executions`, `irsa execution show` */
import { Command } from 'commander'
import { readExecution } from '../../lib/ops/execution-detail.ts'
import type { StepStory } from '../../lib/ops/execution-story.ts'
import {
  type ExecutionSubject,
  type ExecutionSummary,
  explainFailures,
  type FailedExecution,
  listExecutions,
} from '../../lib/ops/executions.ts'
import type { StepName } from '../../lib/steps.ts'
import { parseCount, sinceOption, stepOption } from './arguments.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { fields, print, table, time, withExamples } from './output.ts'

interface ListOptions extends ConnectionOptions {
  readonly failed?: true
  readonly since?: Date
  readonly step?: StepName
  readonly limit: number
}

export function executionsCommand(): Command {
  const command = new Command('executions')
    .description('executions of every workflow, the newest first')
    .option('--failed', 'only those that failed, with the reason')
    .addOption(sinceOption('only what is under way or ended'))
    .addOption(stepOption())
    .option('--limit <count>', 'at most so many', parseCount, 50)
    .action(async (_, self: Command) => {
      const options = self.optsWithGlobals<ListOptions>()
      const deployed = await connect(options)
      const { failed = options.step !== undefined, since, limit } = options
      const executions = await listExecutions(deployed, { failed, since }, limit)
      if (!failed) return print(options, executions, () => executionsText(executions))
      const explained = await explainFailures(deployed, executions)
      const wanted = explained.filter(({ step }) => options.step === undefined || step === options.step)
      print(options, wanted, () => failuresText(wanted))
    })
  return withExamples(
    command,
    'irsa executions --since 2h',
    'irsa executions --failed --since 1d --step certificate',
    "irsa executions --failed --json | jq -r '.[].name'",
  )
}

export function executionCommand(): Command {
  return new Command('execution').description('one execution').addCommand(showCommand())
}

function showCommand(): Command {
  const command = new Command('show')
    .description('its steps, with times, inputs and errors')
    .argument('<name>', 'as irsa executions lists it: golem-1')
    .action(async (name: string, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const deployed = await connect(options)
      const execution = await readExecution(deployed, name)
      const { failure } = execution
      print(options, execution, () =>
        [
          fields({
            Execution: execution.arn,
            For: subjectText(execution),
            Status: execution.status,
            Started: time(execution.startedAt),
            Stopped: execution.stoppedAt && time(execution.stoppedAt),
            Redrives: `${execution.redriveCount} (${execution.redriveStatus})`,
            Error: failure && `${failure.error}: ${failure.message}`,
            Remedy: failure?.remedy,
          }),
          stepsText(execution.steps),
        ].join('\n\n'),
      )
    })
  return withExamples(
    command,
    'irsa execution show golem-1',
    "irsa execution show golem-1 --json | jq '.steps[-1].input'",
  )
}

function executionsText(executions: readonly ExecutionSummary[]): string {
  if (executions.length === 0) return 'There is none.'
  return table(
    ['EXECUTION', 'WORKFLOW', 'STATUS', 'STARTED', 'STOPPED', 'REDRIVES'],
    executions.map(({ name, workflow, status, startedAt, stoppedAt, redriveCount }) => [
      ...[name, workflow, status, time(startedAt), time(stoppedAt)],
      redriveCount === 0 ? '' : String(redriveCount),
    ]),
  )
}

function subjectText({ cluster, role }: ExecutionSubject): string {
  return role === undefined ? cluster : `${cluster} ${role.namespace}/${role.serviceAccount}`
}

function failuresText(executions: readonly FailedExecution[]): string {
  if (executions.length === 0) return 'None has failed.'
  return executions
    .map(({ name, cluster, role, step, stoppedAt, error, message, remedy }) =>
      [
        `${name}: ${subjectText({ cluster, role })} failed at ${step}, ${time(stoppedAt)}`,
        `    ${error}: ${message}`,
        `    ${remedy}`,
      ].join('\n'),
    )
    .join('\n\n')
}

function stepsText(steps: readonly StepStory[]): string {
  const rows = steps.map(({ step, outcome, startedAt, endedAt, attempts, redrives, reason = '' }) => [
    step,
    outcome,
    time(startedAt),
    time(endedAt),
    String(attempts),
    redrives === 0 ? '' : String(redrives),
    outcome === 'under-way' ? reason : '',
  ])
  const details = steps
    .filter(({ errors }) => errors.length > 0)
    .map(({ step, input, errors }) =>
      [
        `${step}, with the input ${JSON.stringify(input)}:`,
        ...errors.map(({ at, error, message }) => `    ${time(at)}  ${error}: ${message}`),
      ].join('\n'),
    )
  return [
    table(['STEP', 'OUTCOME', 'STARTED', 'ENDED', 'ATTEMPTS', 'REDRIVES', 'WAITS FOR'], rows),
    ...details,
  ].join('\n\n')
}
