/** Ends the output with one plain line that any CI can read. */
module.exports = class PlainSummaryReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = results;
    process.once('exit', () => {
      process.stdout.write(
        `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`,
      );
    });
  }
};
