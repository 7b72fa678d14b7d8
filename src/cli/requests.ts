import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import * as z from 'zod';
import {Refusal} from '../kit/refusal.ts';
import type {Io} from './command.ts';

/** A request as the command line or a file names it. */
export interface AskedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const isUrl = (text: string): boolean => text.startsWith('/') || /^https?:\/\//i.test(text);

export const parseHeaders = (headers: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    headers.map((header) => {
      const [, name, value] = /^([^:\s]+)\s*:\s*(.*)$/s.exec(header) ?? [];
      if (name === undefined || value === undefined) {
        throw new Refusal('USAGE.HEADER', `"${header}" is no header`, {next: [{label: 'Write it as "Name: value"'}]});
      }
      return [name, value];
    }),
  );

const jsonRequest = z.strictObject({
  method: z.string().optional(),
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
});

/** `/url`, `POST /url`, or one JSON object with method, url and headers. */
const parseLine = (line: string, given: Omit<AskedRequest, 'url'>): AskedRequest | undefined => {
  if (line.startsWith('{')) {
    const {method, url, headers} = jsonRequest.parse(JSON.parse(line));
    return {method: method ?? given.method, url, headers: {...given.headers, ...headers}};
  }
  const [, method, url = ''] = /^(?:([A-Za-z]+)\s+)?(\S+)$/.exec(line) ?? [];
  return isUrl(url) ? {...given, method: method ?? given.method, url} : undefined;
};

const malformed = (file: string, line: number, reason: string): Refusal =>
  new Refusal('TRACE.REQUEST_MALFORMED', `${file}:${line}: ${reason}`, {
    where: {file, line},
    next: [
      {label: 'Write one request a line: a URL, a method and a URL, or {"method": "GET", "url": "/", "headers": {}}'},
    ],
  });

const readRequests = (file: string, text: string, given: Omit<AskedRequest, 'url'>): readonly AskedRequest[] =>
  text.split(/\r?\n/).flatMap((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    let request: AskedRequest | undefined;
    try {
      request = parseLine(line, given);
    } catch (error) {
      throw malformed(file, index + 1, error instanceof SyntaxError ? error.message : 'not a request');
    }
    if (!request || !isUrl(request.url)) throw malformed(file, index + 1, 'neither a path nor an http or https URL');
    return [request];
  });

/** What begins with a slash or a scheme is a URL; a file with such a name is written as `file:///...` or `./...`. */
export const requestsFrom = async (
  target: string,
  given: Omit<AskedRequest, 'url'>,
  io: Io,
): Promise<readonly AskedRequest[]> => {
  if (isUrl(target)) return [{...given, url: target}];
  const file = target.startsWith('file:') ? fileURLToPath(target) : resolve(io.cwd, target);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new Refusal('TRACE.NOT_FOUND', `${target} is neither a URL nor a file that can be read`, {
      where: {file},
      next: [{label: 'Begin a URL with / or https://'}],
      cause,
    });
  }
  return readRequests(target, text.replace(/^\uFEFF/, ''), given);
};
