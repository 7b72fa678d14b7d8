import {getCACertificates} from 'node:tls';

/** Roots for TLS: those of Node.js, those that this machine trusts (an organisation's own, say), and those that are given as PEM. */
export const trustedRoots = (extraRoots: string | undefined): readonly string[] => [
  ...new Set([...getCACertificates('default'), ...getCACertificates('system')]),
  ...(extraRoots === undefined ? [] : [extraRoots]),
];
