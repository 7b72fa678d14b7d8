/** The command line that signs a feed with what `feed make-test-ca ca` has made. */
export const signing = (unsigned: string, output: string): readonly string[] => [
  'feed',
  'sign',
  unsigned,
  '--key',
  'ca/signer.key.pem',
  '--chain',
  'ca/signer.pem',
  '-o',
  output,
];
