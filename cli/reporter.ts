/** Shows what is going on: one line for each task, with what it waits for and how long it took. */
import { Listr } from 'listr2'

export interface Reporter {
  /** Resolves and rejects as `work` does; `tell` says what it waits for. */
  readonly task: <Result>(
    title: string,
    work: (tell: (text: string) => void) => Promise<Result>,
  ) => Promise<Result>
}

/** A spinner on a terminal, plain lines elsewhere. */
export function terminalReporter(): Reporter {
  return {
    async task(title, work) {
      const results: Awaited<ReturnType<typeof work>>[] = []
      const tasks = new Listr(
        {
          title,
          task: async (_, line) => {
            const begun = performance.now()
            results.push(await work((text) => tellOnce(line, text)))
            line.title = `${title} (${seconds(performance.now() - begun)})`
          },
        },
        { renderer: canRedraw() ? 'default' : 'simple', rendererOptions: { collapseErrors: false } },
      )
      await tasks.run()
      const [result] = results
      return result as Awaited<ReturnType<typeof work>>
    },
  }
}

export const silentReporter: Reporter = { task: (_, work) => work(() => undefined) }

/** A terminal that does not know its width says 0, and would get each letter on a line of its own. */
function canRedraw(): boolean {
  return process.stdout.isTTY && process.stdout.columns > 0
}

/** Plain lines would repeat what has not changed. */
function tellOnce(line: { output: string | undefined }, text: string): void {
  if (line.output !== text) line.output = text
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
