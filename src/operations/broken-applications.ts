import type {IisConfiguration} from '../iis/configuration.ts';
import {layersOf} from '../iis/layers.ts';
import {serverSchemas} from '../iis/schema/server-schemas.ts';
import {faultsOfSection} from '../iis/section-faults.ts';
import {isAtOrBelow} from '../iis/topology.ts';
import type {Mitigation} from '../mitigation/model.ts';
import {rewriteFaults} from '../rewrite/level-of.ts';
import {joinWindowsPath} from '../server/windows-path.ts';

/** An application whose configuration IIS refuses: every request to it is answered 500.19. */
export interface BrokenApplication {
  readonly configPath: string;
  /** The file and line that IIS would name. */
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** Sections beside those of URL Rewrite that every request makes IIS read. */
const readByRequests = [
  'system.webServer/modules',
  'system.webServer/security/requestFiltering',
  'system.webServer/security/ipSecurity',
] as const;

/** Every application that IIS cannot serve, whoever broke it: no rule protects what is down. */
export const brokenApplications = async (configuration: IisConfiguration): Promise<readonly BrokenApplication[]> => {
  const broken: BrokenApplication[] = [];
  const schemas = await serverSchemas(configuration, joinWindowsPath(configuration.applicationHost.path, '..'));
  for (const {configPath} of configuration.topology.sites.flatMap(({applications}) => applications)) {
    const layers = await layersOf(configuration, configPath);
    const [fault] = [
      ...rewriteFaults(layers),
      ...readByRequests.flatMap((section) => faultsOfSection(layers, section, schemas)),
    ];
    if (fault) broken.push({configPath, file: fault.file, line: fault.line, reason: fault.reason});
  }
  return broken;
};

/** Those among them that a mitigation is for. */
export const brokenFor = (
  mitigation: Mitigation,
  broken: readonly BrokenApplication[],
): readonly BrokenApplication[] => {
  const targets = mitigation.actions.flatMap((action) => (action.kind === 'rewrite' ? [action.target] : []));
  return broken.filter(({configPath}) => targets.some((target) => isAtOrBelow(configPath, target)));
};
