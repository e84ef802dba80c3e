import { defineConfig } from 'vitest/config'

export const everyTest = {
  setupFiles: 'test/no-faults.ts',
  testTimeout: 30_000,
  hookTimeout: 60_000,
  restoreMocks: true,
  env: { POWERTOOLS_SERVICE_NAME: 'irsa-test' },
}

/** Those in which clients of lib/ keep the endpoint of an embedded AWS that goes with its file: a process for each. */
const OF_A_STACK = ['test/workflow/**/*.test.ts', 'test/cli/irsa.test.ts']

export default defineConfig({
  test: {
    // Packages the service once: workflow, template and bundle tests run what would be deployed.
    globalSetup: 'test/package.ts',
    // By default one core is left idle.
    maxWorkers: '100%',
    projects: [
      { test: { ...everyTest, name: 'stack', include: OF_A_STACK } },
      {
        // Half of their time would be the loading of the same modules, file by file.
        test: {
          ...everyTest,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: OF_A_STACK,
          isolate: false,
        },
      },
    ],
  },
})
