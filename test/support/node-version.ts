// The suite must run on the Node.js line that it claims to run on: a machine's own older Node.js must never slip in.
const expected = process.env['EXPECT_NODE'] ?? '22';
if (!process.versions.node.startsWith(`${expected}.`)) {
  throw new Error(`expected to run on Node.js ${expected}, but this is ${process.versions.node}`);
}
