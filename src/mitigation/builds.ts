import type {Product} from './model.ts';

/** The four numbers of a build: 15.2.1118.7. The third is the lane, one per cumulative update. */
export type Build = readonly [major: number, minor: number, lane: number, update: number];

/** Exchange SE is 15.2 as Exchange 2019 is; its lanes begin here (HealthChecker's rule too). */
const firstLaneOfSubscriptionEdition = 2562;

/**
 * Reads `15.2.1118.7` and the padded `15.02.1118.007` of ExSetup.exe. AdminDisplayVersion, `Version 15.2 (Build 1118.7)`,
 * is not read: it hides security updates, so whatever is decided by it is wrong.
 */
export const parseBuild = (text: string): Build | undefined => {
  const match = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})\.(\d{1,5})$/.exec(text.trim());
  if (!match) return undefined;
  const [major, minor, lane, update] = match.slice(1).map(Number);
  if (major === undefined || minor === undefined || lane === undefined || update === undefined) return undefined;
  return [major, minor, lane, update];
};

export const formatBuild = (build: Build): string => build.join('.');

/** Below 0, 0 or above 0, number by number. Only builds of one lane say anything about each other's fixes. */
export const compareBuilds = (a: Build, b: Build): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];

export const sameLane = (a: Build, b: Build): boolean => a[0] === b[0] && a[1] === b[1] && a[2] === b[2];

/** `undefined`: no Exchange that stopgap knows of. */
export const productOf = ([major, minor, lane]: Build): Product | undefined => {
  if (major !== 15) return undefined;
  if (minor === 0) return 'Exchange2013';
  if (minor === 1) return 'Exchange2016';
  if (minor === 2) return lane < firstLaneOfSubscriptionEdition ? 'Exchange2019' : 'ExchangeSE';
  return undefined;
};
