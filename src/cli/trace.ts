import type {TracedRequest} from '../operations/trace.ts';
import {defineCommand} from './command.ts';
import {profileOption} from './shared-options.ts';

/** Which rewrite rules a request meets, on the server as it is and as a plan would leave it. Reads only. */
export const traceCommand = defineCommand({
  name: 'trace <target>',
  describe: 'Show what the rewrite rules do to a request, or to many from a file, and why',
  builder: (yargs) =>
    yargs
      .positional('target', {
        type: 'string',
        demandOption: true,
        describe: 'URL (/owa/, https://...), or a file with one request a line: URL, "POST /url", or JSON',
      })
      .option('with', {type: 'string', describe: 'Plan file: show the server as this plan would leave it, too'})
      .option('method', {type: 'string', default: 'GET', describe: 'HTTP method'})
      .option('header', {type: 'string', array: true, nargs: 1, default: [] as string[], describe: '"Name: value"'})
      .option('cookie', {type: 'string', array: true, nargs: 1, default: [] as string[], describe: '"name=value"'})
      .option('answer', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'A header of the answer, "Name: value": outbound rules are looked at too',
      })
      .option('answer-status', {type: 'number', default: 200, describe: 'Status of that answer'})
      .option('site', {type: 'string', describe: 'Name of the site, instead of the one that the URL leads to'})
      .option('profile', profileOption),
  run: async (args, io) => {
    const {openReader} = await import('./open-server.ts');
    const {parseHeaders, requestsFrom} = await import('./requests.ts');
    const {configurationNow} = await import('../operations/server-with-plan.ts');
    const {tracer} = await import('../operations/trace.ts');
    const {siteFor} = await import('../operations/bindings.ts');
    const {traceText} = await import('./trace-text.ts');
    const {withPlanFile} = await import('./with-plan.ts');
    const cookies = args.cookie.length === 0 ? {} : {Cookie: args.cookie.join('; ')};
    const headers = {...parseHeaders(args.header), ...cookies};
    const asked = await requestsFrom(args.target, {method: args.method.toUpperCase(), headers}, io);
    const given = parseHeaders(args.answer);
    const response = Object.keys(given).length === 0 ? undefined : {status: args['answer-status'], headers: given};
    const reader = await openReader(args, io);
    const planned = args.with === undefined ? undefined : await withPlanFile(args.with, reader, {args, io});
    const now = planned?.before ?? (await configurationNow(reader));
    const traced: TracedRequest[] = [];
    const tracers = new Map<string, ReturnType<typeof tracer>>();
    for (const request of asked) {
      const site = siteFor(now.topology, request.url, args.site);
      const follow = tracers.get(site) ?? tracer(site, now, planned?.after);
      tracers.set(site, follow);
      const host = /^https?:\/\/([^/?#]+)/i.exec(request.url)?.[1];
      const sent = host === undefined ? request.headers : {Host: host, ...request.headers};
      traced.push(await follow.trace({...request, headers: sent, response}));
    }
    const notes = planned?.notes ?? [];
    return {code: 'TRACE.DONE', exitCode: 0, data: {notes, requests: traced}, text: traceText(traced, notes)};
  },
});
