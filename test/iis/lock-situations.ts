import type {CommitFile} from '../../src/iis/locks.ts';
import type {HostParts, WebConfigs} from '../support/application-host.ts';

/*
 * Where a rule may go. In each situation the line that decides carries the comment DECIDES; without one the edit is
 * allowed. Locks bind the files below the one that holds them.
 */

export const decides = '<!-- DECIDES -->';
const declared = (rules: string, others = ''): string => `\n<section name="rules" ${rules} />${decides}\n${others}`;
const plain = (rules: string): string => `\n<section name="rules" ${rules} />\n`;
const rules = (attributes = '', content = ''): string =>
  `<system.webServer><rewrite>\n<rules ${attributes}>${content}</rules>`;
const end = '\n</rewrite></system.webServer>';
const location = (path: string, attributes: string, content: string): string =>
  `<location path="${path}" ${attributes}>${decides}\n<system.webServer><rewrite><rules>${content}</rules></rewrite></system.webServer></location>`;
const quiet = (text: string): string => text.replaceAll(decides, '');

export interface Situation {
  readonly fact: string;
  readonly host?: HostParts;
  readonly webs?: WebConfigs;
  /** Default: `Site/app`. */
  readonly path?: string;
  /** Default: web.config. */
  readonly commit?: CommitFile;
  /** Default: rules. */
  readonly section?: string;
  readonly collection?: string;
  /** What the sentence must hold; absent: allowed. */
  readonly why?: RegExp;
}

const outbound = (attributes: string, content = ''): string =>
  `<system.webServer><rewrite>\n<outboundRules ${attributes}>${content}</outboundRules>${decides}${end}`;

export const situations: readonly Situation[] = [
  {fact: 'delegated by default, nothing in the way: allowed'},
  {fact: 'a rule next to other rules: allowed', webs: {app: rules('', '<rule name="a" />') + end}},
  {
    fact: 'locked by default: the declaration',
    host: {declarations: declared('overrideModeDefault="Deny"')},
    why: /locked by default/,
  },
  {
    fact: 'locked by default, in applicationHost.config: allowed',
    host: {declarations: plain('overrideModeDefault="Deny"')},
    commit: 'apphost',
  },
  {
    fact: 'locked by default and unlocked by a location for the site: allowed',
    host: {
      declarations: plain('overrideModeDefault="Deny"'),
      body: quiet(location('Site', 'overrideMode="Allow"', '')),
    },
  },
  {
    fact: 'locked by default and unlocked for another site: the declaration',
    host: {
      declarations: declared('overrideModeDefault="Deny"'),
      body: quiet(location('Other', 'overrideMode="Allow"', '')),
    },
    why: /locked by default/,
  },
  {
    fact: 'locked by default, and a location unlocks another section: the declaration',
    host: {
      declarations: declared('overrideModeDefault="Deny"', '<section name="outboundRules" />'),
      body: '<location path="Site" overrideMode="Allow"><system.webServer><rewrite><outboundRules /></rewrite></system.webServer></location>',
    },
    why: /locked by default/,
  },
  {
    fact: 'locked by a location for the site: the location',
    host: {body: location('Site', 'overrideMode="Deny"', '')},
    why: /location.* locks/,
  },
  {
    fact: 'locked by a location for the very path: the location',
    host: {body: location('Site/app', 'overrideMode="Deny"', '')},
    why: /location.* locks/,
  },
  {
    fact: 'locked by a location for the whole server: the location',
    host: {body: location('', 'overrideMode="Deny"', '')},
    why: /location.* locks/,
  },
  {
    fact: 'locked by the legacy allowOverride="false": the location',
    host: {body: location('Site', 'allowOverride="false"', '')},
    why: /location.* locks/,
  },
  {
    fact: 'unlocked by the legacy allowOverride="true": allowed',
    host: {
      declarations: plain('overrideModeDefault="Deny"'),
      body: quiet(location('Site', 'allowOverride="true"', '')),
    },
  },
  {
    fact: 'overrideMode="Inherit" says nothing of its own: the outer location',
    host: {
      body: location('Site', 'overrideMode="Deny"', '') + quiet(location('Site/app', 'overrideMode="Inherit"', '')),
    },
    why: /location.* locks/,
  },
  {
    fact: 'locked for the site and unlocked for the application in the same file: allowed',
    host: {body: quiet(location('Site', 'overrideMode="Deny"', '') + location('Site/app', 'overrideMode="Allow"', ''))},
  },
  {
    fact: 'a lower file cannot unlock what an upper one has locked: the upper one',
    host: {body: location('Site', 'overrideMode="Deny"', '')},
    webs: {root: quiet(location('app', 'overrideMode="Allow"', ''))},
    why: /location.* locks/,
  },
  {
    fact: 'a lower file cannot unlock what is locked by default: the declaration',
    host: {declarations: declared('overrideModeDefault="Deny"')},
    webs: {root: quiet(location('app', 'overrideMode="Allow"', ''))},
    why: /locked by default/,
  },
  {
    fact: 'locked by a location in the web.config of the site: that location',
    webs: {root: location('app', 'overrideMode="Deny"', '')},
    why: /location.* locks/,
  },
  {
    fact: 'a location binds files below, not applicationHost.config itself: allowed',
    host: {body: quiet(location('Site/app', 'overrideMode="Deny"', ''))},
    commit: 'apphost',
  },
  {
    fact: 'locked by lockItem on the section above: the section',
    webs: {root: rules('lockItem="true"') + decides + end},
    why: /lockItem/,
  },
  {
    fact: 'lockItem="false": allowed',
    webs: {root: rules('lockItem="false"') + end},
  },
  {
    fact: 'locked by lockElements on the section above: the section',
    webs: {root: rules('lockElements="clear, rule"') + decides + end},
    why: /lockElements/,
  },
  {
    fact: 'lockElements="*": the section',
    webs: {root: rules('lockElements="*"') + decides + end},
    why: /lockElements/,
  },
  {
    fact: 'lockElements for other elements only: allowed',
    webs: {root: rules('lockElements="clear,remove"') + end},
  },
  {
    fact: 'locked by lockAllElementsExcept: the section',
    webs: {root: rules('lockAllElementsExcept="remove"') + decides + end},
    why: /lockAllElementsExcept/,
  },
  {
    fact: 'lockAllElementsExcept that excepts rules: allowed',
    webs: {root: rules('lockAllElementsExcept="rule"') + end},
  },
  {
    fact: 'a lock on the section binds lower files, not the one that holds it: allowed',
    webs: {app: rules('lockElements="rule" lockItem="true"') + end},
  },
  {
    fact: 'a lock in a web.config does not bind applicationHost.config: allowed',
    webs: {app: rules('lockElements="rule"') + end, root: rules('lockItem="true"') + end},
    commit: 'apphost',
  },
  {
    fact: 'lockAttributes are about attributes, not about rules: allowed',
    webs: {root: rules('lockAttributes="*"') + end},
  },
  {
    fact: 'lockElements that names the collection of preconditions: the section',
    webs: {root: outbound('lockElements="preConditions"')},
    section: 'system.webServer/rewrite/outboundRules',
    collection: 'preConditions',
    why: /preConditions.* locked/,
  },
  {
    fact: 'lockElements on the collection of preconditions itself: that line',
    webs: {
      root: `<system.webServer><rewrite>\n<outboundRules>\n<preConditions lockElements="preCondition" />${decides}</outboundRules>${end}`,
    },
    section: 'system.webServer/rewrite/outboundRules',
    collection: 'preConditions',
    why: /preCondition> .*locked/,
  },
  {
    fact: 'preconditions locked, and a rule is to be added: allowed',
    webs: {root: quiet(outbound('lockElements="preConditions"'))},
    section: 'system.webServer/rewrite/outboundRules',
  },
  {
    fact: 'the section stands in a file of its own: the line with configSource',
    webs: {app: rules('configSource="rewriteRules.config"') + decides + end},
    why: /configSource/,
  },
  {
    fact: 'the section of a parent stands in a file of its own: allowed',
    webs: {root: rules('configSource="rewriteRules.config"') + end},
  },
  {
    fact: 'allowDefinition="AppHostOnly" from a site: the declaration',
    host: {declarations: declared('allowDefinition="AppHostOnly"')},
    why: /AppHostOnly/,
  },
  {
    fact: 'allowDefinition="AppHostOnly" in a location of applicationHost.config: the declaration',
    host: {declarations: declared('allowDefinition="AppHostOnly"')},
    commit: 'apphost',
    why: /AppHostOnly/,
  },
  {
    fact: 'allowDefinition="AppHostOnly" for the server: allowed',
    host: {declarations: plain('allowDefinition="AppHostOnly" overrideModeDefault="Deny"')},
    path: '',
    commit: 'apphost',
  },
  {
    fact: 'allowDefinition="MachineOnly", even in applicationHost.config: the declaration',
    host: {declarations: declared('allowDefinition="MachineOnly"')},
    path: '',
    commit: 'apphost',
    why: /MachineOnly/,
  },
  {
    fact: 'allowDefinition="MachineToApplication" in the web.config of an application: allowed',
    host: {declarations: plain('allowDefinition="MachineToApplication"')},
  },
  {
    fact: 'allowLocation="false" and a location of applicationHost.config: the declaration',
    host: {declarations: declared('allowLocation="false"')},
    commit: 'apphost',
    why: /allowLocation/,
  },
  {
    fact: 'allowLocation="false" and the body of the web.config: allowed',
    host: {declarations: plain('allowLocation="false"')},
  },
  {
    fact: 'a location of the same file holds the section for the same level already: that location',
    webs: {root: location('.', 'inheritInChildApplications="false"', '<rule name="a" />')},
    path: 'Site',
    why: /stands in a <location>/,
  },
  {
    fact: 'a location without path holds the section already: that location',
    webs: {
      root: `<location inheritInChildApplications="false">${decides}\n${rules()}${end}</location>`,
    },
    path: 'Site',
    why: /stands in a <location>/,
  },
  {
    fact: 'a non-inheriting location holds other sections only: allowed',
    webs: {
      root: '<location inheritInChildApplications="false"><system.webServer><modules /></system.webServer></location>',
    },
    path: 'Site',
  },
  {
    fact: 'the section stands in a non-inheriting location of applicationHost.config: that location',
    host: {body: location('Site', 'inheritInChildApplications="false"', '<rule name="a" />')},
    path: 'Site',
    commit: 'apphost',
    why: /inheritInChildApplications/,
  },
  {
    fact: 'several locations of one path, one of them locks the section: that one',
    host: {
      body: `<location path="Site"><system.webServer><x /></system.webServer></location>
        ${location('Site', 'overrideMode="Deny"', '')}<location path="Site" overrideMode="Allow"><y /></location>`,
    },
    why: /location.* locks/,
  },
  {
    fact: 'a location that locks without holding the section locks nothing: allowed',
    host: {
      body: '<location path="Site" overrideMode="Deny"><system.webServer><modules /></system.webServer></location>',
    },
  },
  {
    fact: 'a folder that two applications share is no lock: who places rules looks at that',
    path: 'Site/shared/again',
    webs: {shared: rules('lockElements="rule"') + end},
  },
];
