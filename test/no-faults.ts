/** A fault of local mode's own ends no process, but a test run: nobody reads what is only a warning. */
process.on('warning', (warning) => {
  if (warning.name === 'LocalModeFault') throw warning
})
