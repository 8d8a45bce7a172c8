/** Tells the runner, a line of JSON each, which tests fail as soon as they do, and how many passed in the end. */
module.exports = class FindingsReporter {
  onTestCaseResult({ path }, { status, fullName, failureMessages }) {
    if (status !== 'failed') return;
    const hung = failureMessages.some((message) => message.includes('Exceeded timeout of'));
    const message = failureMessages.join('\n');
    tell({ kind: hung ? 'hung' : 'failed', test: fullName, file: path, message });
  }

  onTestResult(test, { testExecError }) {
    if (!testExecError) return;
    const { message } = testExecError;
    const crashed = message.includes('child process exceptions'); // of the test's own process, while it ran tests
    const file = test.path.split('/').slice(-2).join('/');
    tell(
      crashed
        ? { kind: 'failed', test: `${file} crashes`, file: test.path, message }
        : { kind: 'broken', message },
    );
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    tell({ kind: 'over', passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites });
  }
};

function tell(finding) {
  process.stdout.write(`${JSON.stringify(finding)}\n`);
}
