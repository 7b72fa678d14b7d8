import {sameName, type Topology, type VirtualDirectory} from '../../iis/topology.ts';
import {windowsPathKey} from '../../server/windows-path.ts';
import {type Diagnosis, good, notApplicable, warn} from './diagnosis.ts';
import {question} from './question.ts';

/** The sites that Exchange's setup makes; mitigations are for their virtual directories. */
const sitesOfSetup = ['Default Web Site', 'Exchange Back End'];

/** Virtual directories of other sites that serve folders of Exchange. @param folder where Exchange is installed */
export const directoriesElsewhere = ({sites}: Pick<Topology, 'sites'>, folder: string): readonly VirtualDirectory[] => {
  const above = `${windowsPathKey(folder).replace(/\\$/, '')}\\`;
  return sites
    .filter(({name}) => !sitesOfSetup.some((known) => sameName(known, name)))
    .flatMap(({applications}) => applications)
    .flatMap(({virtualDirectories}) => virtualDirectories)
    .filter(({physicalPath}) => `${windowsPathKey(physicalPath)}\\`.startsWith(above));
};

export const judgeFurtherSites = (elsewhere: readonly VirtualDirectory[] | undefined): Diagnosis => {
  if (elsewhere === undefined) return notApplicable('no Exchange is installed here');
  if (elsewhere.length === 0) return good('no other site serves folders of Exchange');
  const each = elsewhere.map(({configPath, physicalPath}) => `${configPath} serves ${physicalPath}`);
  return warn(`mitigations are for "${sitesOfSetup.join('" and "')}", and miss these: ${each.join('; ')}`, {
    label: 'Remove the site if nobody needs it, or see in the plan what its rules leave open (IIS.FURTHER_SITE)',
    command: 'stopgap status --rules',
  });
};

export const furtherSites = question({
  ...{id: 'further-sites', title: 'Further sites', of: 'server'},
  look: async ({facts, configuration}) => {
    const {exchange, environment} = await facts();
    const folder = environment['ExchangeInstallPath'];
    if (!exchange || folder === undefined) return undefined;
    return directoriesElsewhere((await configuration()).topology, folder);
  },
  judge: judgeFurtherSites,
});
