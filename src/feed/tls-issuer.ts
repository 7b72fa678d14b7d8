import type {PeerCertificate} from 'node:tls';

/** Who issued a certificate of TLS, by its names. */
export interface TlsIssuer {
  readonly commonName: string | undefined;
  readonly organization: string | undefined;
}

/** A name may stand in a certificate several times. */
const first = (value: string | string[] | undefined): string | undefined => [value].flat()[0] || undefined;

export const tlsIssuerOf = ({issuer}: PeerCertificate): TlsIssuer => ({
  commonName: first(issuer?.CN),
  organization: first(issuer?.O),
});

/** `Contoso Inspection CA, Contoso`; undefined where it says nothing. */
export const issuerWords = ({commonName, organization}: TlsIssuer): string | undefined =>
  [commonName, organization].filter((part) => part !== undefined).join(', ') || undefined;

/**
 * What to tell a person where the machine trusts an issuer that a trust profile does not expect: an organisation that inspects
 * TLS installs its own root everywhere. The signature still protects the content of the feed; it does not show that it is the newest.
 */
export const unexpectedIssuer = (
  host: string,
  issuer: TlsIssuer | undefined,
  expected: readonly string[],
): string | undefined => {
  if (issuer === undefined || expected.length === 0) return undefined;
  const {commonName, organization} = issuer;
  if ([commonName, organization].some((name) => name !== undefined && expected.includes(name))) return undefined;
  const who = issuerWords(issuer) ?? 'somebody unnamed';
  return `The certificate of ${host} was issued by "${who}", not by ${expected.join(' or ')}: a TLS-inspecting proxy is in the way. The signature holds all the same, but who stands between can keep a newer feed from this server.`;
};
