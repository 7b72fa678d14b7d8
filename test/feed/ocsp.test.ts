import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {askOcsp} from '../../src/feed/ocsp.ts';
import {parseCertificate} from '../../src/trust/x509/certificate.ts';
import {ocspRequest} from '../../src/trust/x509/ocsp-request.ts';
import {authority, signer} from '../support/certificates.ts';
import {serveHttp} from '../support/web-server.ts';

test('a question is posted as it is, its answer is kept for an hour, and one that does not come is named', async () => {
  const asked: {method: string | undefined; type: string | undefined; body: Buffer}[] = [];
  const responder = await serveHttp((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      asked.push({method: request.method, type: request.headers['content-type'], body: Buffer.concat(parts)});
      response.writeHead(request.url === '/down' ? 503 : 200).end('answer');
    });
  });
  const root = authority('Root');
  const request = ocspRequest(
    parseCertificate(signer('Leaf', {issuer: root, serial: '00ff01'}).der),
    parseCertificate(root.der),
  );
  const url = `http://localhost:${responder.port}`;
  const questions = [`${url}/`, `${url}/down`].map((each) => ({url: each, request}));
  const stateDir = await mkdtemp(join(tmpdir(), 'stopgap-ocsp-'));
  const now = new Date();
  const ask = (cache: 'keep' | 'read') =>
    askOcsp({questions, env: {}, stateDir, now, cache, whyNotKeep: () => undefined});
  const words = (list: readonly Uint8Array[]): readonly string[] => list.map((bytes) => Buffer.from(bytes).toString());
  expect(words((await ask('read')).responses)).toEqual(['answer']);
  expect(await readdir(stateDir)).toEqual([]);
  const {responses, problems} = await ask('keep');
  expect(words(responses)).toEqual(['answer']);
  const before = asked.filter(({body}) => body.equals(Buffer.from(request))).length;
  expect(words((await ask('read')).responses)).toEqual(['answer']);
  // The one that answered is not asked again within the hour; the one that did not is.
  expect(asked.length).toBe(before + 1);
  await responder.close();
  await rm(stateDir, {recursive: true, force: true});
  expect(problems).toEqual([expect.stringContaining('answered with status 503')]);
  expect(asked[0]).toEqual({method: 'POST', type: 'application/ocsp-request', body: Buffer.from(request)});
  expect(Buffer.from(request).toString('hex')).toMatch(/020300ff01$/);
});
