import {Refusal} from '../kit/refusal.ts';
import {type Build, compareBuilds, formatBuild, parseBuild, productOf, sameLane} from './builds.ts';
import type {BuildLane, Mitigation, Product} from './model.ts';

export interface Applicability {
  /**
   * `fixed-keep`: the build carries the fix, but the vendor says to keep the mitigation until a later one.
   * `fixed`: not needed, and to be taken away where it still is.
   */
  readonly status: 'affected' | 'fixed' | 'fixed-keep' | 'not-applicable';
  /** One clause that names the builds which decide. */
  readonly reason: string;
  /** The lane of the mitigation that decided; `undefined` where none is listed for this build. */
  readonly lane: BuildLane | undefined;
}

interface ParsedLane {
  readonly lane: BuildLane;
  readonly from: Build;
}

const readBuild = (text: string): Build => {
  const build = parseBuild(text);
  if (build) return build;
  throw new Refusal('BUILD.UNREADABLE', `"${text}" is not a build of Exchange`, {
    next: [{label: 'Name the file version of ExSetup.exe, for example 15.2.1118.7'}],
  });
};

const lanesOf = (mitigation: Mitigation, product: Product): readonly ParsedLane[] =>
  mitigation.appliesTo
    .filter((lane) => lane.product === product)
    .map((lane) => ({lane, from: readBuild(lane.from)}))
    .toSorted((a, b) => compareBuilds(a.from, b.from));

/**
 * Compares inside one lane only: 15.2.986.36 is fixed against CVE-2022-41040 although it is lower than 15.2.1118.15,
 * which is not, because they belong to different cumulative updates.
 */
const insideLane = (build: Build, {lane, from}: ParsedLane): Applicability => {
  const shown = `${formatBuild(build)} (${lane.product} ${lane.cu})`;
  if (compareBuilds(build, from) < 0) {
    return {status: 'not-applicable', reason: `${shown} is older than ${lane.from}, the first affected build`, lane};
  }
  if (lane.fixedIn === undefined || compareBuilds(build, readBuild(lane.fixedIn)) < 0) {
    const fix = lane.fixedIn === undefined ? 'this update line has no fix' : `the fix comes with ${lane.fixedIn}`;
    return {status: 'affected', reason: `${shown} is affected: ${fix}`, lane};
  }
  if (lane.removableFrom !== undefined && compareBuilds(build, readBuild(lane.removableFrom)) < 0) {
    const reason = `${shown} has the fix since ${lane.fixedIn}; the vendor says keep the mitigation until ${lane.removableFrom}`;
    return {status: 'fixed-keep', reason, lane};
  }
  return {status: 'fixed', reason: `${shown} has the fix since ${lane.fixedIn}`, lane};
};

/** A lane that nobody lists: what came before the last listed one never got a fix, what came after was born with it. */
const outsideLanes = (build: Build, product: Product, newest: ParsedLane): Applicability => {
  const shown = `${formatBuild(build)} (${product})`;
  return compareBuilds(build, newest.from) < 0
    ? {status: 'affected', reason: `${shown} is of an update line that never got a fix`, lane: undefined}
    : {status: 'fixed', reason: `${shown} is newer than ${newest.lane.cu}, the last affected update`, lane: undefined};
};

/**
 * Whether a build needs the mitigation. An empty list of lanes means every build.
 * @throws Refusal BUILD.UNREADABLE
 */
export const applicabilityOf = (mitigation: Mitigation, buildText: string): Applicability => {
  const build = readBuild(buildText);
  if (mitigation.appliesTo.length === 0) {
    return {status: 'affected', reason: `${mitigation.id} is for every build`, lane: undefined};
  }
  const product = productOf(build);
  const lanes = product === undefined ? [] : lanesOf(mitigation, product);
  const newest = lanes.at(-1);
  if (product === undefined || newest === undefined) {
    const reason = `${formatBuild(build)} is ${product ?? 'a product that is not known'}, which it is not for`;
    return {status: 'not-applicable', reason, lane: undefined};
  }
  const own = lanes.find((lane) => sameLane(lane.from, build));
  return own ? insideLane(build, own) : outsideLanes(build, product, newest);
};
