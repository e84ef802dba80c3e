/** `npm run local` as a person runs it. */
import { createServer } from 'node:net'
import { ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53'
import { expect, onTestFinished, test } from 'vitest'
import { command, PATIENCE } from './command.ts'

test('says where it listens in one line, serves, and leaves nothing behind when it is interrupted', {
  timeout: PATIENCE,
}, async () => {
  const { process, out, firstLine, ended } = command('local.ts', ['--port', '0'])
  await firstLine

  const [, endpoint = ''] = /^ready (http:\/\/127\.0\.0\.1:[1-9]\d*)\n$/.exec(out()) ?? []
  expect(endpoint).not.toBe('')
  expect(await zonesIn(endpoint)).toEqual(['golem.gaws.gigantic.io.'])

  // Ctrl-C comes from the terminal and from npm.
  process.kill('SIGINT')
  process.kill('SIGINT')

  expect(await ended).toEqual({ exitCode: 0, out: `ready ${endpoint}\n`, err: '', left: [] })
  await expect(fetch(endpoint)).rejects.toThrow()
})

test('says that its port is taken, and leaves nothing behind', { timeout: PATIENCE }, async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : address

  const { exitCode, out, err, left } = await command('local.ts', ['--port', String(port)]).ended

  expect([exitCode, out, left]).toEqual([1, '', []])
  expect(err).toContain(`Port ${port} is taken`)
})

test.each([
  ['a port', ['--port', '65536'], '--port must be from 0'],
  ['a region', ['--region', 'nowhere'], 'not the name of a region'],
])('does not understand %s that is none: exit code 2', { timeout: PATIENCE }, async (_, words, reason) => {
  const { exitCode, out, err } = await command('local.ts', words).ended

  expect([exitCode, out]).toEqual([2, ''])
  expect(err).toContain(reason)
  expect(err).toContain('Usage: npm run local')
})

async function zonesIn(endpoint: string): Promise<(string | undefined)[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new Route53Client({ endpoint, region: 'us-east-1', credentials })
  onTestFinished(() => client.destroy())
  const { HostedZones = [] } = await client.send(new ListHostedZonesCommand({}))
  return HostedZones.map(({ Name }) => Name)
}
