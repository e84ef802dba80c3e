import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Packages the service once: workflow, template and bundle tests run what would be deployed.
    globalSetup: 'test/package.ts',
    setupFiles: 'test/no-faults.ts',
    // A process for many files: else half of the time is the loading of the same modules, file by file.
    isolate: false,
    // One more than there are cores: workflow tests often wait.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    unstubEnvs: true,
    env: { POWERTOOLS_SERVICE_NAME: 'irsa-test' },
  },
})
