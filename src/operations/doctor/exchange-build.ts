import {type Build, compareBuilds, formatBuild, parseBuild, productOf, sameLane} from '../../mitigation/builds.ts';
import type {Product} from '../../mitigation/model.ts';
import type {ServerFacts} from '../../server/server.ts';
import {type Diagnosis, good, notApplicable, unknown, warn} from './diagnosis.ts';
import {question} from './question.ts';
import {firstWithService, knownUntil, march2023, type UpdateLine, updateLines} from './update-lines.ts';

const isOlder = (build: Build, than: string | undefined): boolean => {
  const other = than === undefined ? undefined : parseBuild(than);
  return other !== undefined && compareBuilds(build, other) < 0;
};

const lineOf = (build: Build): UpdateLine | undefined =>
  updateLines.find(({from}) => {
    const first = parseBuild(from);
    return first !== undefined && sameLane(first, build);
  });

/** A line that is not listed: what came before the last listed one of its product never got that update. */
const lacksMarch2023 = (build: Build): boolean => {
  const fixes = march2023
    .map(parseBuild)
    .filter((fix) => fix !== undefined)
    .filter((fix) => productOf(fix) === productOf(build));
  const fix = fixes.find((one) => sameLane(one, build)) ?? fixes.toSorted(compareBuilds).at(-1);
  return fix !== undefined && compareBuilds(build, fix) < 0;
};

/** Whether the feed still reaches Exchange's own service on that build. stopgap brings its own trust, so it is another story for stopgap. */
const serviceFate = (build: Build, product: Product, line: UpdateLine | undefined): string => {
  const first = firstWithService[product];
  if (first === undefined || isOlder(build, first)) return 'Exchange has no mitigation service in this build.';
  if (lacksMarch2023(build))
    return 'Its own mitigation service cannot fetch any feed since 2025: it lacks the update of March 2023.';
  if (line && !isOlder(build, line.june2026)) return 'Its own mitigation service can use the feed of today.';
  return 'Its own mitigation service cannot use a feed of July 2026 or later: it lacks the update of June 2026.';
};

const newestLineOf = (product: Product): UpdateLine | undefined =>
  updateLines.findLast((line) => line.product === product) ?? updateLines.at(-1);

const outsideLines = (build: Build, product: Product, shown: string): Diagnosis => {
  const newest = newestLineOf(product);
  if (!newest || !isOlder(build, newest.from)) return good(`${shown}, newer than what was known on ${knownUntil}`);
  const evidence = `${shown} is of an update line that gets no security updates any more. ${serviceFate(build, product, undefined)}`;
  const target = `${newest.product} ${newest.cu} with its newest security update (${newest.newest} or later)`;
  return warn(evidence, {label: `Update to ${target}: mitigations are no replacement for updates`});
};

/** @param source where the build was read */
export const judgeBuild = (text: string, source: string): Diagnosis => {
  const build = parseBuild(text);
  const product = build && productOf(build);
  if (!build || !product) return unknown(`"${text}" (${source}) is no build of Exchange that stopgap knows`);
  const line = lineOf(build);
  const shown = `${formatBuild(build)} by ${source}: ${product}${line ? ` ${line.cu}` : ''}`;
  if (!line) return outsideLines(build, product, shown);
  const fate = serviceFate(build, product, line);
  return isOlder(build, line.newest)
    ? warn(`${shown}, behind ${line.newest}, the newest update known on ${knownUntil}. ${fate}`, {
        label: `Install the newest security update of ${product} ${line.cu}`,
      })
    : good(`${shown}, up to date by what was known on ${knownUntil}. ${fate}`);
};

const judge = ({exchange}: Pick<ServerFacts, 'exchange'>): Diagnosis =>
  exchange ? judgeBuild(exchange.build, exchange.buildSource) : notApplicable('no Exchange that could be read');

export const exchangeBuild = question({
  ...{id: 'exchange-build', title: 'Exchange build', of: 'server'},
  look: ({facts}) => facts(),
  judge,
});
