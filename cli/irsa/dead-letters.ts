/** `irsa dead-letters` */
import { setTimeout as delay } from 'node:timers/promises'
import { Argument, Command } from 'commander'
import {
  discardLetter,
  type Letter,
  listLetters,
  type QueueName,
  replayLetter,
  replayLetters,
  showLetter,
  shownLetter,
} from '../../lib/ops/dead-letters.ts'
import { failureWords } from '../failure.ts'
import { parseCount } from './arguments.ts'
import { auditingOf, type ConnectionOptions, connect } from './connection.ts'
import { fields, print, table, time, withExamples } from './output.ts'

export function deadLettersCommand(): Command {
  const command = new Command('dead-letters')
    .description(
      'events that came to nothing: what EventBridge could not deliver, what handlers refused or failed to do',
    )
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(replayCommand())
    .addCommand(discardCommand())
  return withExamples(
    command,
    'irsa dead-letters',
    'irsa dead-letters show 6a5c28ae-…',
    'irsa dead-letters replay --all --rate 30',
    'irsa dead-letters discard 6a5c28ae-…',
  )
}

const id = () => new Argument('<id>', 'as irsa dead-letters lists it')

function listCommand(): Command {
  const command = new Command('list')
    .description(
      'of all three queues, the oldest first; those that somebody else is looking at are not there for some seconds',
    )
    .action(async (_, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const { letters, unread, heldByOthers } = await listLetters((await connect(options)).queues)
      tellUnread(unread)
      tellHeld(heldByOthers)
      print(options, letters.map(shownLetter), () => lettersText(letters, heldByOthers))
    })
  return withExamples(command, 'irsa dead-letters', "irsa dead-letters --json | jq -r '.[].error'")
}

function showCommand(): Command {
  const command = new Command('show')
    .description('one, with its event: what could be a secret is struck out')
    .addArgument(id())
    .action(async (letterId: string, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const letter = await showLetter((await connect(options)).queues, letterId)
      print(options, shownLetter(letter), () => letterText(letter))
    })
  return withExamples(command, 'irsa dead-letters show 6a5c28ae-…')
}

interface ReplayOptions extends ConnectionOptions {
  readonly all?: true
  readonly rate: number
}

function replayCommand(): Command {
  const command = new Command('replay')
    .description('send the original event to its function again, then delete the dead letter')
    .addArgument(id().argOptional())
    .option('--all', 'every one that can be replayed')
    .option('--rate <count>', 'at most so many a minute', parseCount, 60)
    .action(async (letterId: string | undefined, _, self: Command) => {
      const options = self.optsWithGlobals<ReplayOptions>()
      if ((letterId === undefined) === (options.all === undefined))
        self.error('error: name one dead letter, or all of them with --all')
      const deployed = await connect(options)
      const { queues } = deployed
      const auditing = await auditingOf(deployed)
      if (letterId !== undefined) {
        const letter = await replayLetter(queues, letterId, auditing)
        return print(options, shownLetter(letter), () => sentText(letter))
      }
      const sent: object[] = []
      const pause = () => (sent.length === 0 ? Promise.resolve() : delay(60_000 / options.rate))
      const unread = await replayLetters(
        queues,
        auditing,
        (letter, error) => {
          sent.push({
            ...shownLetter(letter),
            ...(error === undefined ? {} : { failed: failureWords(error) }),
          })
          if (error !== undefined) process.exitCode = 1
          if (!options.json) console.log(error === undefined ? sentText(letter) : failureWords(error))
        },
        pause,
      )
      tellUnread(unread)
      print(options, sent, () => `${sent.length} of those that can be replayed were tried.`)
    })
  return withExamples(
    command,
    'irsa dead-letters replay 6a5c28ae-…',
    'irsa dead-letters replay --all --rate 30',
  )
}

function discardCommand(): Command {
  const command = new Command('discard')
    .description('delete one for good')
    .addArgument(id())
    .action(async (letterId: string, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const deployed = await connect(options)
      const letter = await discardLetter(deployed.queues, letterId, await auditingOf(deployed))
      print(options, shownLetter(letter), () => `${letter.id} is discarded.`)
    })
  return withExamples(command, 'irsa dead-letters discard 6a5c28ae-…')
}

/** To the person even when a program reads the list. */
function tellUnread(queues: readonly QueueName[]): void {
  if (queues.length === 0) return
  console.error(
    `There may be more than were read in ${queues.join(', ')}: replay or discard some, then look again.`,
  )
}

/** As above. */
function tellHeld(count: number): void {
  if (count === 0) return
  console.error(
    `Somebody else is looking at ${count === 1 ? 'a dead letter' : `about ${count} dead letters`} just now: list again in a minute.`,
  )
}

function lettersText(letters: readonly Letter[], heldByOthers: number): string {
  if (letters.length === 0)
    return heldByOthers === 0 ? 'There is no dead letter.' : 'There is no dead letter that can be shown now.'
  return table(
    ['ID', 'QUEUE', 'SENT', 'REPLAY', 'REASON'],
    letters.map(({ id, queue, at, error, message, replay }) => [
      ...[id, queue, time(at)],
      replay === undefined ? 'no' : 'yes',
      `${error}: ${message}`,
    ]),
  )
}

function letterText({ id, queue, at, error, message, remedy, replay, event }: Letter): string {
  return fields({
    ID: id,
    Queue: queue,
    Sent: time(at),
    Error: `${error}: ${message}`,
    Remedy: remedy,
    Replay: replay === undefined ? 'no: it can only be discarded' : `to ${replay.functionName}`,
    Event: event === undefined ? undefined : JSON.stringify(event, undefined, 2),
  })
}

function sentText({ id, replay }: Letter): string {
  return `${id} is sent to ${replay?.functionName} again, and deleted here.`
}
