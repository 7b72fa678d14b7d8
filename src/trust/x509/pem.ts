/** The DER of every certificate of a PEM text, in order. */
export const pemCertificates = (pem: string): readonly Uint8Array[] =>
  [...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g)].map(
    (match) => new Uint8Array(Buffer.from(match[1] ?? '', 'base64')),
  );

export const certificatePem = (der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
};
