/**
 * Bundles ask Node.js for its own modules with `process.getBuiltinModule`. An `import` of one reads all of its exports, also those that are made
 * when somebody asks for them: that of `node:http` loads undici, for its `WebSocket`, and takes a third of a function's start.
 * https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */
const { isBuiltin } = require('node:module')

const name = 'builtin-modules'

module.exports = [
  {
    name,
    setup(build) {
      build.onResolve({ filter: /^(node:)?[a-z_]+(\/[a-z_]+)*$/ }, ({ path }) =>
        isBuiltin(path) ? { path, namespace: name } : undefined,
      )
      build.onLoad({ filter: /.*/, namespace: name }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule('${path}')`,
      }))
    },
  },
]
