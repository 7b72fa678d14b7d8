import {expect, test} from 'vitest';
import {askOcsp} from '../../src/feed/ocsp.ts';
import {parseCertificate} from '../../src/trust/x509/certificate.ts';
import {ocspRequest} from '../../src/trust/x509/ocsp-request.ts';
import {authority, signer} from '../support/certificates.ts';
import {serveHttp} from '../support/web-server.ts';

test('a question is posted as it is, and an answer that does not come is named', async () => {
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
  const {responses, problems} = await askOcsp({questions, env: {}});
  await responder.close();
  expect(responses.map((bytes) => Buffer.from(bytes).toString())).toEqual(['answer']);
  expect(problems).toEqual([expect.stringContaining('answered with status 503')]);
  expect(asked[0]).toEqual({method: 'POST', type: 'application/ocsp-request', body: Buffer.from(request)});
  expect(Buffer.from(request).toString('hex')).toMatch(/020300ff01$/);
});
