import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export const everyTest = {
  setupFiles: 'test/no-faults.ts',
  // A process for many files: else half of the time is the loading of the same modules, file by file.
  isolate: false,
  // Node itself loads what it runs, as npm start does: what Vite makes of imports takes a twelfth of the time. It is needed for vi.mock, which is nowhere.
  experimental: { viteModuleRunner: false, nodeLoader: false },
  testTimeout: 30_000,
  hookTimeout: 60_000,
  restoreMocks: true,
  unstubEnvs: true,
  env: { POWERTOOLS_SERVICE_NAME: 'irsa-test' },
  // A thread of a function is short-lived: most of its garbage collections come of a nursery that starts at 1 MB and has to grow.
  execArgv: ['--min-semi-space-size=8'],
}

/** They share the clients that lib/ keeps, which speak to an embedded AWS: in processes without tests that mock some. */
const OF_A_STACK = ['test/workflow/**/*.test.ts', 'test/cli/irsa.test.ts']
/** Those that share a stack, too: in processes where there is no other one. */
const OF_ONE_STACK = [
  'adoption/ccoctl',
  'api/*',
  'boundary',
  'deprovision',
  'failures',
  'found-again',
  'known-defects',
  'last-word',
  'many-requests',
  'member-accounts/*',
  'member-limits',
  'migration',
  'missing-permission',
  'provision',
  'refusals',
  'replays',
  'role-limits',
  'roles',
  'rotation',
  'start',
  'subjects',
  'twice',
].map((name) => `test/workflow/${name}.test.ts`)

export default defineConfig({
  test: {
    // Packages the service once: workflow, template and bundle tests run what would be deployed.
    globalSetup: 'test/package.ts',
    // One more than there are cores: workflow tests often wait, and each process starts what the others have started.
    maxWorkers: availableParallelism() + 1,
    projects: [
      { test: { ...everyTest, name: 'one-stack', include: OF_ONE_STACK } },
      { test: { ...everyTest, name: 'stack', include: OF_A_STACK, exclude: OF_ONE_STACK } },
      { test: { ...everyTest, name: 'unit', include: ['test/**/*.test.ts'], exclude: OF_A_STACK } },
    ],
  },
})
