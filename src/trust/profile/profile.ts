import {Refusal} from '../../kit/refusal.ts';
import type {YamlSource} from '../../kit/yaml-source.ts';
import {type Certificate, parseCertificate} from '../x509/certificate.ts';
import {pemCertificates} from '../x509/pem.ts';
import type {TrustProfileFile} from './schema.ts';

/** A pinned certificate; with its bytes where the profile brings them. */
export interface Anchor {
  readonly sha256: string;
  readonly certificate: Certificate | undefined;
}

export interface TrustProfile extends Omit<TrustProfileFile, 'anchors' | 'timestampAnchors'> {
  readonly anchors: readonly Anchor[];
  readonly timestampAnchors: readonly Anchor[];
}

export interface ProfileSource extends YamlSource {
  /** Texts of the PEM files beside the profile, by name. */
  readonly pemFiles: Readonly<Record<string, string>>;
}

type AnchorEntry = TrustProfileFile['anchors'][number];

const fromPem = (pem: string, name: string): readonly Anchor[] => {
  const list = pemCertificates(pem).map(parseCertificate);
  if (list.length === 0) {
    throw new Refusal('TRUST_PROFILE.ANCHOR', `${name} holds no certificate.`, {
      next: [{label: 'Correct the trust profile'}],
    });
  }
  return list.map((certificate) => ({sha256: certificate.sha256, certificate}));
};

const anchorsOf = (entry: AnchorEntry, source: ProfileSource): readonly Anchor[] => {
  if ('sha256' in entry) return [{sha256: entry.sha256, certificate: undefined}];
  if ('pem' in entry) return fromPem(entry.pem, source.file);
  const pem = Object.hasOwn(source.pemFiles, entry.file) ? source.pemFiles[entry.file] : undefined;
  if (pem === undefined) {
    throw new Refusal('TRUST_PROFILE.ANCHOR', `${source.file} names ${entry.file}, which does not lie beside it.`, {
      where: {file: source.file},
      next: [{label: 'Put the PEM file beside the profile, or pin the certificate by its SHA-256'}],
    });
  }
  return fromPem(pem, entry.file);
};

export const resolveProfile = (file: TrustProfileFile, source: ProfileSource): TrustProfile => ({
  ...file,
  anchors: file.anchors.flatMap((entry) => anchorsOf(entry, source)),
  timestampAnchors: file.timestampAnchors.flatMap((entry) => anchorsOf(entry, source)),
});
