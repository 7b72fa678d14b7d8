import {type IisConfiguration, loadConfiguration} from '../../src/iis/configuration.ts';
import {applicationHostPath, type MemoryServer, memoryServer} from './memory-server.ts';

export interface HostParts {
  /** Declarations of the rewrite group, in place of the usual ones. */
  readonly declarations?: string;
  readonly pools?: string;
  /** `<site>` elements, in place of the usual one. */
  readonly sites?: string;
  /** What stands in the body after the sites. */
  readonly body?: string;
}

const usualDeclarations = `
                <section name="globalRules" overrideModeDefault="Deny" allowDefinition="AppHostOnly" />
                <section name="rules" overrideModeDefault="Allow" />
                <section name="outboundRules" overrideModeDefault="Allow" />
                <section name="rewriteMaps" overrideModeDefault="Allow" />
                <section name="allowedServerVariables" overrideModeDefault="Deny" />`;

export const usualSites = `
            <site name="Site" id="1">
                <application path="/" applicationPool="Web">
                    <virtualDirectory path="/" physicalPath="%SystemDrive%\\inetpub\\wwwroot" />
                    <virtualDirectory path="/files" physicalPath="D:\\files" />
                </application>
                <application path="/app" applicationPool="App">
                    <virtualDirectory path="/" physicalPath="C:\\web\\app" />
                </application>
                <application path="/app/nested" applicationPool="App">
                    <virtualDirectory path="/" physicalPath="C:\\web\\nested" />
                </application>
                <application path="/shared" applicationPool="App">
                    <virtualDirectory path="/" physicalPath="C:\\web\\shared" />
                </application>
                <application path="/shared/again" applicationPool="App">
                    <virtualDirectory path="/" physicalPath="c:/web/shared/" />
                </application>
            </site>`;

const usualPools = '<add name="Web" /><add name="App" autoStart="true" />';

/** A small applicationHost.config in the shape that IIS writes. */
export const applicationHost = ({declarations, pools, sites, body}: HostParts = {}): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <configSections>
        <sectionGroup name="system.webServer">
            <sectionGroup name="rewrite">${declarations ?? usualDeclarations}
            </sectionGroup>
        </sectionGroup>
    </configSections>
    <system.applicationHost>
        <applicationPools>
            ${pools ?? usualPools}
        </applicationPools>
        <sites>${sites ?? usualSites}
        </sites>
    </system.applicationHost>
${body ?? ''}
</configuration>
`.replaceAll('\n', '\r\n');

/** A web.config around that content. */
export const webConfig = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n${content}\r\n</configuration>\r\n`;

/** The folders of the usual site by short names. */
export const folders = {
  root: 'C:\\inetpub\\wwwroot',
  app: 'C:\\web\\app',
  nested: 'C:\\web\\nested',
  shared: 'C:\\web\\shared',
  files: 'D:\\files',
} as const;

export type Folder = keyof typeof folders;
export type WebConfigs = Readonly<Partial<Record<Folder, string>>>;

export const webConfigPath = (folder: Folder): string => `${folders[folder]}\\web.config`;

/** A server of these parts; a text that is no whole file is put into one. */
export const smallServer = (host: HostParts = {}, webs: WebConfigs = {}): MemoryServer =>
  memoryServer({
    files: {
      [applicationHostPath]: applicationHost(host),
      ...Object.fromEntries(
        Object.entries(folders).flatMap(([name, folder]) => {
          const content = Object.entries(webs).find(([key]) => key === name)?.[1];
          if (content === undefined) return [];
          return [[`${folder}\\web.config`, content.startsWith('<?xml') ? content : webConfig(content)]];
        }),
      ),
    },
    pools: {Web: 'Started', App: 'Started'},
  });

export const configurationOf = async (server: MemoryServer): Promise<IisConfiguration> =>
  loadConfiguration(server, {
    configFolder: server.configFolder,
    environment: (await server.facts()).environment,
  });

/** The number of the line that holds the marker. */
export const lineWith = (text: string, marker: string): number => {
  const index = text.split(/\r\n|\n/).findIndex((line) => line.includes(marker));
  if (index === -1) throw new Error(`no line holds ${marker}`);
  return index + 1;
};
