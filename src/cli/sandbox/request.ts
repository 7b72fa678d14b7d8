import {resolve} from 'node:path';
import {escapeControl, escapeLine} from '../../kit/escape-control.ts';
import {Refusal} from '../../kit/refusal.ts';
import type {SimulatedRequest} from '../../server/sandbox/http/exchange.ts';
import type {SimulatedAnswer} from '../../server/sandbox/http/serve.ts';
import {defineCommand} from '../command.ts';

const badUrl = (url: string): Refusal =>
  new Refusal('USAGE.URL', `"${url}" is neither a path nor an http or https URL`, {
    next: [{label: 'Give a path', command: 'stopgap sandbox request DIR /owa/'}],
  });

/** The path stays as it was written: rules look at what was sent, not at what a URL parser makes of it. */
const parseTarget = (url: string): Pick<SimulatedRequest, 'url' | 'protocol' | 'host'> => {
  if (url.startsWith('/')) return {url, protocol: 'http', host: 'localhost'};
  const [, scheme, host, rest = ''] = /^(https?):\/\/([^/?#]+)([^#]*)$/i.exec(url) ?? [];
  if (scheme === undefined || host === undefined) throw badUrl(url);
  const protocol = scheme.toLowerCase() === 'https' ? 'https' : 'http';
  return {url: rest.startsWith('/') ? rest : `/${rest}`, protocol, host};
};

const parseHeaders = (headers: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    headers.map((header) => {
      const [, name, value] = /^([^:\s]+)\s*:\s*(.*)$/s.exec(header) ?? [];
      if (name === undefined || value === undefined) {
        throw new Refusal('USAGE.HEADER', `"${header}" is no header`, {next: [{label: 'Write it as "Name: value"'}]});
      }
      return [name, value];
    }),
  );

const statusLine = ({status, subStatus}: SimulatedAnswer): string => {
  if (status === 'reset') return 'connection reset, no answer';
  return subStatus === undefined || subStatus === 0 ? String(status) : `${status}.${subStatus}`;
};

const describe = (answer: SimulatedAnswer): string =>
  [
    statusLine(answer),
    ...Object.entries(answer.headers).map(([name, value]) => `${escapeLine(name)}: ${escapeLine(value)}`),
    ...answer.trace.map((line) => `  ${escapeLine(line)}`),
    ...(answer.error ? ['', escapeControl(answer.error.text.trimEnd())] : []),
  ].join('\n');

export const sandboxRequestCommand = defineCommand({
  name: 'sandbox request <dir> <url>',
  describe: 'Ask the simulated server for a page and show its answer',
  builder: (yargs) =>
    yargs
      .positional('dir', {type: 'string', demandOption: true, describe: 'Folder of the sandbox'})
      .positional('url', {type: 'string', demandOption: true, describe: 'URL, or path and query at the first site'})
      .option('method', {type: 'string', default: 'GET', describe: 'HTTP method'})
      .option('header', {type: 'string', array: true, nargs: 1, default: [] as string[], describe: '"Name: value"'})
      .option('site', {type: 'string', describe: 'Name of the site, instead of the one that the URL leads to'}),
  run: async (args, io) => {
    const {serve} = await import('../../server/sandbox/http/serve.ts');
    const request = {...parseTarget(args.url), method: args.method, headers: parseHeaders(args.header)};
    const site = args.site === undefined ? {} : {site: args.site};
    const answer = serve(resolve(io.cwd, args.dir), io.now(), {request, ...site});
    return {code: 'SANDBOX.ANSWERED', exitCode: 0, data: answer, text: describe(answer)};
  },
});
