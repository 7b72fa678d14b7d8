import type {KeyObject} from 'node:crypto';

export const certificatePem = (der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
};

export const keyPem = (key: KeyObject): string => String(key.export({format: 'pem', type: 'pkcs8'}));

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;

/** The certificates of a PEM text as base64 on one line each, in order. */
export const pemBodies = (pem: string): readonly string[] =>
  [...pem.matchAll(block)].map(([text]) => text.replace(/-----[^-]+-----|\s/g, ''));
