import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {isFault, lineOf, parseConfigFile} from '../../src/iis/config-file.ts';
import {layersOf, sectionsIn} from '../../src/iis/layers.ts';
import {schemaFaults} from '../../src/iis/schema/faults.ts';
import {builtInSchemas} from '../../src/iis/schema/sections.ts';
import {faultsOfSection} from '../../src/iis/section-faults.ts';
import {childrenNamed, type XmlElement} from '../../src/iis/text/xml-node.ts';
import {toSpec} from '../../src/iis/to-spec.ts';
import {configurationOf, smallServer, webConfigPath} from '../support/application-host.ts';

const pools = 'system.applicationHost/applicationPools';
const sites = 'system.applicationHost/sites';
const modules = 'system.webServer/modules';
const globalModules = 'system.webServer/globalModules';
const filtering = 'system.webServer/security/requestFiltering';
const ipSecurity = 'system.webServer/security/ipSecurity';

const parsed = (xml: string): XmlElement => {
  const result = parseConfigFile('x', new TextEncoder().encode(`<configuration>${xml}</configuration>`));
  const [element] = isFault(result) ? [] : result.file.document.root.children;
  if (!element) throw new Error(`no element: ${xml}`);
  return element;
};

const faultsOf = (section: string, xml: string): readonly string[] => {
  const schema = builtInSchemas[section];
  if (!schema) throw new Error(section);
  return schemaFaults(toSpec(parsed(xml)), schema).map(({reason, certain}) => `${certain ? '' : '? '}${reason}`);
};

const site = (inner: string, attributes = 'name="S" id="1"'): string =>
  `<sites><site ${attributes}>${inner}</site></sites>`;

describe('what IIS refuses of a section', () => {
  test.each<readonly [string, string, RegExp]>([
    [
      pools,
      '<applicationPools><add name="P" queueLength="9" /></applicationPools>',
      /queueLength .* between 10 and 65535/,
    ],
    [pools, '<applicationPools><add name="P" queueLength="many" /></applicationPools>', /queueLength .*integer/],
    [
      pools,
      '<applicationPools><add name="P" startMode="Sometimes" /></applicationPools>',
      /startMode .*OnDemand, AlwaysRunning/,
    ],
    [pools, '<applicationPools><add name="a|b" /></applicationPools>', /must not hold "\|"/],
    [pools, '<applicationPools><add autoStart="true" /></applicationPools>', /<add> lacks the attribute name/],
    [pools, '<applicationPools><add name="P" autoStart="maybe" /></applicationPools>', /autoStart .*true or false/],
    [pools, '<applicationPools><add name="P" /><add name="p" /></applicationPools>', /the same <add> twice/],
    [
      pools,
      '<applicationPools><add name="P"><processModel idleTimeout="00:00:30" /></add></applicationPools>',
      /idleTimeout .*granularity of 60/,
    ],
    [
      pools,
      '<applicationPools><add name="P"><processModel shutdownTimeLimit="00:00:00" /></add></applicationPools>',
      /between 1 and 4294967/,
    ],
    [
      pools,
      '<applicationPools><add name="P"><recycling logEventOnRecycle="Time, Nothing" /></add></applicationPools>',
      /logEventOnRecycle .*"Nothing"/,
    ],
    [
      pools,
      '<applicationPools><add name="P"><recycling><periodicRestart><schedule><add value="1.00:00:00" /></schedule></periodicRestart></recycling></add></applicationPools>',
      /between 0 and 86399/,
    ],
    [
      pools,
      '<applicationPools><add name="P"><environmentVariables><add name="" value="x" /></environmentVariables></add></applicationPools>',
      /name .*must not be empty/,
    ],
    [pools, '<applicationPools><add name="P" colour="red" /></applicationPools>', /unknown attribute colour/],
    [
      pools,
      '<applicationPools><applicationPoolDefaults queueLength="1" /></applicationPools>',
      /<applicationPoolDefaults> .*between 10/,
    ],
    [sites, site('', 'name="S"'), /<site> lacks the attribute id/],
    [sites, site('', 'name="S/T" id="1"'), /must not hold "\/"/],
    [
      sites,
      site('<bindings><binding protocol="http" /></bindings>'),
      /<binding> lacks the attribute bindingInformation/,
    ],
    [
      sites,
      site(
        '<bindings><binding protocol="http" bindingInformation="*:80:" /><binding protocol="http" bindingInformation="*:80:" /></bindings>',
      ),
      /the same <binding> twice/,
    ],
    [sites, site('<limits maxBandwidth="512" />'), /maxBandwidth .*must not be between 0 and 1023/],
    [sites, site('<logFile period="Yearly" />'), /period .*MaxSize, Daily/],
    [sites, site('<application path="/a" /><application path="/A" />'), /the same <application> twice/],
    [
      sites,
      site('<application path="/"><virtualDirectory path="/" logonMethod="Post" /></application>'),
      /logonMethod/,
    ],
    [globalModules, '<globalModules><add name="M" /></globalModules>', /lacks the attribute image/],
    [
      globalModules,
      '<globalModules><add name="M" image="m.dll" /><add name="M" image="n.dll" /></globalModules>',
      /twice/,
    ],
    [modules, '<modules runAllManagedModulesForAllRequests="yes"><add name="M" /></modules>', /true or false/],
    [modules, '<modules><add type="T" /></modules>', /lacks the attribute name/],
    [filtering, '<requestFiltering><requestLimits maxUrl="-1" /></requestFiltering>', /between 0 and 4294967295/],
    [
      filtering,
      '<requestFiltering><verbs><add verb="TRACE" /></verbs></requestFiltering>',
      /lacks the attribute allowed/,
    ],
    [
      filtering,
      '<requestFiltering><fileExtensions><add fileExtension="" allowed="false" /></fileExtensions></requestFiltering>',
      /must not be empty/,
    ],
    [
      filtering,
      '<requestFiltering><denyUrlSequences><add sequence=".." /><add sequence=".." /></denyUrlSequences></requestFiltering>',
      /twice/,
    ],
    [filtering, '<requestFiltering><nothing /></requestFiltering>', /unknown element <nothing>/],
    [ipSecurity, '<ipSecurity denyAction="Ignore" />', /denyAction .*Forbidden, AbortRequest/],
    [ipSecurity, '<ipSecurity><add ipAddress="10.0.0.1" /><add ipAddress="10.0.0.1" /></ipSecurity>', /twice/],
  ])('%s: %s', (section, xml, why) => {
    expect(faultsOf(section, xml)).toEqual([expect.stringMatching(why)]);
  });

  test.each<readonly [string, string]>([
    [
      pools,
      '<applicationPools><add name="P"><processModel idleTimeout="00:00:00" /></add><applicationPoolDefaults managedRuntimeVersion="v4.0" /></applicationPools>',
    ],
    [
      pools,
      '<applicationPools><add name="P"><recycling><periodicRestart time="1.05:00:00" /></recycling></add></applicationPools>',
    ],
    [sites, site('<limits maxBandwidth="4294967295" /><hsts enabled="true" /><application path="/" />')],
    [modules, '<modules lockItem="false"><add name="M" lockItem="true" /><remove name="N" /><clear /></modules>'],
    [modules, '<modules><remove name="M" /><add name="M" /><remove name="M" /><add name="M" /></modules>'],
    [
      filtering,
      '<requestFiltering removeServerHeader="true"><hiddenSegments><add segment="bin" /><remove segment="x" /></hiddenSegments></requestFiltering>',
    ],
    [
      ipSecurity,
      '<ipSecurity allowUnlisted="false"><add ipAddress="10.0.0.0" subnetMask="255.0.0.0" allowed="true" /><add ipAddress="10.0.0.0" subnetMask="255.255.0.0" /></ipSecurity>',
    ],
  ])('and lets pass: %s %s', (section, xml) => {
    expect(faultsOf(section, xml)).toEqual([]);
  });

  test('what is not known is told as that: another letter case of a name', () => {
    expect(faultsOf(pools, '<applicationPools><add name="P" startMode="ondemand" /></applicationPools>')).toEqual([
      expect.stringMatching(/^\? /),
    ]);
  });
});

test('a fault of an application has file and line, a duplicate along the chain has IIS’s words', async () => {
  const root = '<system.webServer><modules>\n<add name="M" type="T" /></modules></system.webServer>';
  const app = '<system.webServer><modules>\n<add name="M" type="T" />\n<add type="N" />\n</modules></system.webServer>';
  const path = await layersOf(await configurationOf(smallServer({}, {root, app})), 'Site/app');
  expect(faultsOfSection(path, modules, builtInSchemas)).toEqual([
    expect.objectContaining({file: webConfigPath('app'), line: 4, reason: expect.stringContaining("set to 'M'")}),
    {file: webConfigPath('app'), line: 5, reason: '<add> lacks the attribute name'},
  ]);
});

describe('no healthy file is refused', () => {
  const real = join(import.meta.dirname, '../../../shared/real');
  if (!existsSync(real)) console.warn('SKIPPED: no real configuration files in ../shared/real');
  const folders = [join(import.meta.dirname, '../../fixtures/iis/servers'), ...(existsSync(real) ? [real] : [])];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, {recursive: true, encoding: 'utf8'})
      .filter((name) => name.endsWith('.config'))
      .map((name) => join(folder, name)),
  );

  test.each(files)('%s', (file) => {
    const result = parseConfigFile(file, readFileSync(file));
    if (isFault(result)) return;
    const {root} = result.file.document;
    for (const [section, schema] of Object.entries(builtInSchemas)) {
      const elements = [root, ...childrenNamed(root, 'location')].flatMap((holder) => sectionsIn(holder, section));
      for (const element of elements) {
        expect(schemaFaults(toSpec(element), schema), `${section} ${lineOf(result.file, element)}`).toEqual([]);
      }
    }
  });
});
