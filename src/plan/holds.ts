import {windowsPathKey} from '../server/windows-path.ts';
import type {Resource} from './model.ts';

/** A shared thing that at least one active mitigation needs as it is now. */
export interface HeldResource {
  /** As the first run that held it recorded it: its `was` is what the last holder out restores. */
  readonly first: Resource;
  /** The run that recorded it. */
  readonly run: string;
  /** Ids of the mitigations that hold it now, never empty. */
  readonly holders: readonly string[];
}

export interface HeldMitigation {
  /** The run that applied it first since it was last rolled back. */
  readonly run: string;
}

/** What earlier runs left behind, as far as planning needs to know it. The journal's state fits this shape. */
export interface Holds {
  /** By `resourceKey`. */
  readonly resources: ReadonlyMap<string, HeldResource>;
  /** By id of the mitigation. */
  readonly mitigations: ReadonlyMap<string, HeldMitigation>;
}

export const noHolds: Holds = {resources: new Map(), mitigations: new Map()};

/** The key under which two spellings of one file meet. */
export const fileKey = (path: string): string => windowsPathKey(path);

/**
 * One text per thing, whatever the spelling: Windows paths, service, pool and section names and the key attributes of
 * IIS collections are compared without regard to case. The configuration path is left out: applications that share a
 * physical path reach one element of one file.
 */
export const resourceKey = (resource: Resource): string => {
  switch (resource.kind) {
    case 'service':
      return `service:${resource.service.toLowerCase()}`;
    case 'app-pool':
      return `app-pool:${resource.pool.toLowerCase()}`;
    case 'element': {
      const {file, location, section, collection, element, keys} = resource.at;
      const sorted = Object.entries(keys).toSorted(([a], [b]) => (a < b ? -1 : 1));
      const parts = [location, section, collection, element, sorted];
      return `element:${fileKey(file)}:${JSON.stringify(parts).toLowerCase()}`;
    }
  }
};
