import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {getCACertificates, setDefaultCACertificates} from 'node:tls';
import type {Mitigation} from '../../src/mitigation/model.ts';
import {builtInCatalogue} from '../../src/operations/catalogue.ts';
import {buildFeed} from '../../src/publish/build-feed.ts';
import {signFeed} from '../../src/publish/sign-feed.ts';
import {makeTestAuthority} from '../../src/publish/test-ca.ts';
import {type ShownCertificate, serveHttpsAs, webRootPem} from '../support/web-server.ts';

/*
 * The publisher's side of the loopback: a real https server in place of the Office endpoint, and an authority that signs
 * feeds in our dialect as `feed make-test-ca`, `feed build` and `feed sign` do.
 */

export interface Publisher {
  /** Where the agent finds the feed. */
  readonly address: string;
  /** Puts the trust profile where the server looks for it. */
  trustedBy(stateDir: string): Promise<void>;
  /** Signs and serves these mitigations from now on. */
  publish(mitigations: readonly Mitigation[], now: Date): void;
  /** Serves what it served before the last change. */
  replay(): void;
  /** Answers with these bytes or this status instead; `undefined`: as before. */
  answer(instead: {readonly status: number; readonly body: string} | undefined): void;
  /** The certificate that its server shows from now on. */
  show(which: ShownCertificate): void;
  close(): Promise<void>;
}

/** Makes this process trust the loopback server, as the certificates of a machine would. */
export const trustWebRoot = (): void => setDefaultCACertificates([...getCACertificates('default'), webRootPem]);

/** A mitigation of the built-in catalogue. */
export const catalogued = async (id: string): Promise<Mitigation> => {
  const found = (await builtInCatalogue()).flatMap(({mitigations}) => mitigations).find((one) => one.id === id);
  if (!found) throw new Error(`the catalogue has no ${id}`);
  return found;
};

export interface PublisherOptions {
  /** Until its certificates end. */
  readonly days?: number;
  /** As `microsoft`, it announces ids as the genuine feed does, and nobody reads more in it. */
  readonly dialect?: 'stopgap' | 'microsoft';
}

export const openPublisher = async (
  now: Date,
  {days = 365, dialect = 'stopgap'}: PublisherOptions = {},
): Promise<Publisher> => {
  const authority = makeTestAuthority({now, days, name: 'acme'});
  const served: string[] = [];
  let instead: {readonly status: number; readonly body: string} | undefined;
  const listener: Parameters<typeof serveHttpsAs>[0] = (_, response) => {
    const answer = instead ?? {status: 200, body: served.at(-1) ?? ''};
    response.writeHead(answer.status, {'content-type': 'application/xml; charset=utf-8'}).end(answer.body);
  };
  const listening = await serveHttpsAs(listener);
  let serial = 0;
  return {
    address: `https://localhost:${listening.port}/GetExchangeMitigations`,
    trustedBy: async (stateDir) => {
      const folder = join(stateDir, 'trust');
      await mkdir(folder, {recursive: true, mode: 0o700});
      const profile = authority['profile.yaml'].replace('dialect: stopgap', `dialect: ${dialect}`);
      await writeFile(join(folder, 'acme.yaml'), profile);
      await writeFile(join(folder, 'ca.pem'), authority['ca.pem']);
    },
    publish: (mitigations, at) => {
      serial += 1;
      const xml = buildFeed(mitigations, {
        version: `1.0.${serial}`,
        serial,
        issued: new Date(Math.floor(at.getTime() / 1000) * 1000),
        expires: undefined,
      });
      served.push(signFeed(xml, {keyPem: authority['signer.key.pem'], certificateChainPem: authority['signer.pem']}));
    },
    replay: () => {
      served.pop();
    },
    answer: (next) => {
      instead = next;
    },
    show: listening.show,
    close: listening.close,
  };
};
