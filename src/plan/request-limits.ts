import type {IisConfiguration} from '../iis/configuration.ts';
import {effectiveAttribute} from '../iis/effective-attribute.ts';
import {layersOf} from '../iis/layers.ts';

/** How long a URL may be that reaches a rule: request filtering, which runs before, refuses longer ones with 404. */
export interface UrlLimits {
  /** Characters of the path, maxUrl. */
  readonly path: number;
  /** Characters of the query, maxQueryString. */
  readonly query: number;
  /** Whether the server says so; otherwise IIS's schema does. */
  readonly configured: boolean;
}

/** The defaults of IIS's schema. */
export const defaultLimits: UrlLimits = {path: 4096, query: 2048, configured: false};

export const urlLimitsAt = async (configuration: IisConfiguration, configPath: string): Promise<UrlLimits> => {
  const layers = await layersOf(configuration, configPath);
  const limit = (name: string): number | undefined => {
    const where = {section: 'system.webServer/security/requestFiltering', element: 'requestLimits'};
    const written = effectiveAttribute(layers, where, name);
    return written !== undefined && /^\d+$/.test(written) ? Number(written) : undefined;
  };
  const [path, query] = [limit('maxUrl'), limit('maxQueryString')];
  return {
    path: path ?? defaultLimits.path,
    query: query ?? defaultLimits.query,
    configured: path !== undefined || query !== undefined,
  };
};

const counted = (steps: number): string => {
  if (steps < 1e9) return `${Math.round(steps / 1e6)} million`;
  return steps < 1e18 ? `${Math.round(steps / 1e9)} billion` : `10 to the power of ${Math.floor(Math.log10(steps))}`;
};

/** What the worst URL that is let through costs one request. */
export const worstCase = (degree: number, {path, query, configured}: UrlLimits): string => {
  const steps = (path + 1 + query) ** degree;
  const whose = configured ? "the site's" : "IIS's default";
  return `at ${whose} limits (path ${path}, query ${query} characters) up to about ${counted(steps)} steps a request`;
};
