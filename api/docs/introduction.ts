/** What a channel's developer reads first, on the page at /docs; Markdown. */
export const INTRODUCTION = [
  'Sells MobiFone Datacode packages. Each order has an id of your own and is sold once, however often it is sent. ' +
    'All amounts are whole đồng (VND). Every failure is a problem document (RFC 9457) whose `code` is for your program; ' +
    '[/problems](/problems) lists all codes, each with what to do.',
  '**Try it on this page**: `npm start` prints a key for each demo channel (they are in `demo-channels.json` of its ' +
    'data folder as well). Press *Authorize* and paste one. Against the sandbox nothing is sold for real: ' +
    '[testing](/docs/testing.md) has the numbers that provoke every outcome.',
  'What changed is in the [change log](/docs/changelog.md), and how long what you use will stay in the ' +
    '[deprecation policy](/docs/deprecation-policy.md).',
].join('\n\n');
