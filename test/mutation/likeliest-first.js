/** Jest's order of test files: the one that most likely notices the mutation goes first, since one failure is enough. */
module.exports = class LikeliestFirst {
  sort(tests) {
    const likeliest = process.env.LIKELIEST_TESTS ?? '';
    return [...tests].sort(
      (one, other) => Number(other.path.endsWith(likeliest)) - Number(one.path.endsWith(likeliest)),
    );
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
};
