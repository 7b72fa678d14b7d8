import {type Plan, type PlanBody, plan as planSchema, type Step} from '../../src/plan/model.ts';
import {sealPlan} from '../../src/plan/seal.ts';

/*
 * One plan that has everything a preview can meet: a rewrite rule, a service, a pool with its monitoring, a step that is
 * done already, findings of every severity, and text that tries to break out of every form.
 */

const webConfig = 'C:\\inetpub\\wwwroot\\web.config';
const rule = 'stopgap M1.1 PowerShell - inbound';
const section = '/section:system.webServer/rewrite/rules';
const digest = (digit: string): string => digit.repeat(64);
const seconds = (count: number): number => count * 1000;

const at = {
  file: webConfig,
  location: null,
  configPath: 'Default Web Site',
  section: 'system.webServer/rewrite/rules',
  collection: '',
  element: 'rule',
  keys: {name: rule},
} as const;

const ruleStep: Step = {
  id: 'rewrite/M1.1/add',
  kind: 'config-edit',
  symbol: '+',
  label: `web.config of Default Web Site: rewrite rule "${rule}"`,
  because: ['M1'],
  status: 'to-do',
  resources: [{kind: 'element', at: {...at}, was: 'absent'}],
  disruption: [],
  reloads: ['all applications of Default Web Site'],
  declares: [],
  touches: [webConfig],
  before: [{check: 'element', at: {...at}, is: 'absent'}],
  commands: [
    {
      do: 'run',
      command: {
        tool: 'appcmd.exe',
        args: [
          'set',
          'config',
          'Default Web Site',
          section,
          `/+[name='${rule}',stopProcessing='true']`,
          `/[name='${rule}'].match.url:.*`,
          `/+[name='${rule}'].conditions.[input='{UrlDecode:{REQUEST_URI}}',pattern='(?=.*autodiscover)(?=.*powershell)']`,
          `/[name='${rule}'].action.type:AbortRequest`,
        ],
      },
      timeoutMs: seconds(60),
      after: [{check: 'element', at: {...at}, is: 'present', meaning: digest('a')}],
      settleMs: 0,
    },
  ],
  undo: [
    {
      do: 'run',
      command: {tool: 'appcmd.exe', args: ['set', 'config', 'Default Web Site', section, `/-[name='${rule}']`]},
      timeoutMs: seconds(60),
      after: [{check: 'element', at: {...at}, is: 'absent'}],
      settleMs: 0,
    },
  ],
};

const sc = (args: string[], after: Step['before'], settleMs: number): Step['commands'][number] => ({
  do: 'run',
  command: {tool: 'sc.exe', args},
  timeoutMs: seconds(30),
  after,
  settleMs,
});

const monitoringStep: Step = {
  id: 'service/MSExchangeHM/off',
  kind: 'monitoring-off',
  symbol: '~',
  label: 'service MSExchangeHM: auto, RUNNING → disabled, STOPPED',
  because: ['CVE-2021-27065'],
  status: 'to-do',
  resources: [{kind: 'service', service: 'MSExchangeHM', was: {startType: 'auto', state: 'RUNNING'}}],
  disruption: [
    'All Managed Availability of this server is off until the way back: no probe, no automatic recovery, no alert. The narrower way is Add-ServerMonitoringOverride.',
  ],
  reloads: [],
  declares: [],
  touches: [],
  before: [
    {check: 'service-state', service: 'MSExchangeHM', is: 'RUNNING'},
    {check: 'service-start-type', service: 'MSExchangeHM', is: 'auto'},
  ],
  commands: [
    sc(
      ['config', 'MSExchangeHM', 'start=', 'disabled'],
      [{check: 'service-start-type', service: 'MSExchangeHM', is: 'disabled'}],
      0,
    ),
    sc(['stop', 'MSExchangeHM'], [{check: 'service-state', service: 'MSExchangeHM', is: 'STOPPED'}], seconds(90)),
    {
      do: 'wait',
      why: 'its workers end by themselves',
      until: [{check: 'process', image: 'MSExchangeHMWorker.exe', is: 'absent'}],
      timeoutMs: seconds(120),
    },
  ],
  undo: [
    sc(
      ['config', 'MSExchangeHM', 'start=', 'auto'],
      [{check: 'service-start-type', service: 'MSExchangeHM', is: 'auto'}],
      0,
    ),
    sc(['start', 'MSExchangeHM'], [{check: 'service-state', service: 'MSExchangeHM', is: 'RUNNING'}], seconds(90)),
  ],
};

const pool = 'MSExchangeECPAppPool';
const poolCommand = (args: string[], after: Step['before'], settleMs: number): Step['commands'][number] => ({
  do: 'run',
  command: {tool: 'appcmd.exe', args},
  timeoutMs: seconds(60),
  after,
  settleMs,
});

const poolStep: Step = {
  id: `app-pool/${pool}/off`,
  kind: 'app-pool-off',
  symbol: '~',
  label: `app pool ${pool}: Started → Stopped`,
  because: ['CVE-2021-27065'],
  status: 'to-do',
  resources: [{kind: 'app-pool', pool, was: {autoStart: null, state: 'Started'}}],
  disruption: [
    'Exchange Control Panel and admin center answer 503 at this server, also for requests that others proxy here.',
  ],
  reloads: ['/ecp of Default Web Site', '/ecp of Exchange Back End'],
  declares: [
    {site: 'Default Web Site', path: '/ecp', status: 503},
    {site: 'Exchange Back End', path: '/ecp', status: 503},
    {site: 'Default Web Site', path: '/ecp/legacy', status: 'reset'},
  ],
  touches: ['C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config'],
  before: [
    {check: 'app-pool-state', pool, is: 'Started'},
    {check: 'app-pool-auto-start', pool, is: null},
  ],
  commands: [
    poolCommand(['set', 'apppool', pool, '/autoStart:false'], [{check: 'app-pool-auto-start', pool, is: 'false'}], 0),
    poolCommand(['stop', 'apppool', pool], [{check: 'app-pool-state', pool, is: 'Stopped'}], seconds(90)),
    {do: 'look-again', afterMs: seconds(60), expect: [{check: 'app-pool-state', pool, is: 'Stopped'}]},
  ],
  undo: [
    poolCommand(['set', 'apppool', pool, '/autoStart:true'], [{check: 'app-pool-auto-start', pool, is: 'true'}], 0),
    poolCommand(['start', 'apppool', pool], [{check: 'app-pool-state', pool, is: 'Started'}], seconds(60)),
  ],
};

const serviceStep: Step = {
  ...monitoringStep,
  id: 'service/MSExchangeUM/off',
  kind: 'service-off',
  label: 'service MSExchangeUM: disabled, STOPPED',
  because: ['CVE-2021-26857'],
  status: 'done',
  resources: [{kind: 'service', service: 'MSExchangeUM', was: {startType: 'disabled', state: 'STOPPED'}}],
  disruption: ['Unified Messaging takes no calls.'],
  before: [{check: 'service-state', service: 'MSExchangeUM', is: 'STOPPED'}],
  commands: [],
  undo: [],
};

/** What a hostile feed would write: an escape sequence, a forged line, HTML, Markdown, and a bidirectional override. */
export const hostileText =
  'see \u001b[2J\u001b[31mred\u001b[0m\nNext: stopgap disarm <img src=x onerror=alert(1)> **bold** [a](http://b) `code` \u202Egnp.exe';

const mitigation = {
  source: 0,
  cves: [],
  sideEffects: [],
  reach: [],
  losses: [],
  rollback: '',
  alternative: null,
} as const;

const diff = `--- ${webConfig}
+++ ${webConfig}
@@ -3,7 +3,21 @@
   <system.webServer>
     <!-- the comment ends
---->
+    <rewrite>
+      <rules>
+        <rule name="${rule}" stopProcessing="true">
+          <match url=".*" />
+          <conditions>
+            <add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" />
+          </conditions>
+          <action type="AbortRequest" />
+        </rule>
+      </rules>
+    </rewrite>
     <machineKey validationKey="0123456789ABCDEF0123456789ABCDEF" />
\t\t<identity userName="IIS_USER" password="Tuesday!" />
   </system.webServer>
`;

export const sampleBody: PlanBody = {
  formatVersion: 1,
  purpose: 'apply',
  server: {exchangeBuild: '15.2.1118.7', buildSource: 'ExSetup.exe'},
  options: {place: 'web.config'},
  sources: [
    {
      kind: 'signed-feed',
      digest: digest('1'),
      name: 'feed-12.xml',
      signer: 'CN=Contoso Mitigations, C=DE',
      profile: 'contoso',
    },
    {kind: 'local-catalogue', digest: digest('2'), name: 'CVE-2021-27065.yaml', signer: null, profile: null},
  ],
  mitigations: [
    {
      ...mitigation,
      id: 'M1',
      description: 'Mitigation of CVE-2022-41040 via a URL Rewrite configuration',
      cves: ['CVE-2022-41040'],
      status: 'planned',
      reason: 'build 15.2.1118.7 is affected; fixed in 15.2.1118.20',
      sideEffects: ['Requests that name both autodiscover and powershell are cut off without an answer.'],
      reach: ['Default Web Site only'],
      rollback: 'Remove the rule after 15.2.1118.20 is installed.',
    },
    {
      ...mitigation,
      id: 'CVE-2021-27065',
      description: 'Stops the Exchange Control Panel',
      cves: ['CVE-2021-27065'],
      source: 1,
      status: 'planned',
      reason: 'asked for by name',
      losses: ['Administration in the browser', 'Options of Outlook on the web'],
      alternative: 'Close /ecp in a firewall.',
    },
    {
      ...mitigation,
      id: 'CVE-2021-26857',
      description: 'Stops Unified Messaging',
      source: 1,
      status: 'in-place',
      reason: 'the service is off already',
    },
    {
      ...mitigation,
      id: 'PING1',
      description: hostileText,
      status: 'nothing-to-do',
      reason: 'the heartbeat of the feed',
    },
  ],
  steps: [ruleStep, monitoringStep, poolStep, serviceStep],
  predicted: [{file: webConfig, diff}],
  findings: [
    {
      code: 'rewrite.quadratic',
      severity: 'warn',
      message: 'The pattern of M1.1 takes quadratic time: 130 ms for 8 kB.',
      concerns: ['M1'],
      where: null,
      acceptable: false,
    },
    {code: 'iis.side-note', severity: 'note', message: hostileText, concerns: [], where: null, acceptable: false},
    {
      code: 'rewrite.duplicate',
      severity: 'refuse',
      message: 'EEMS has put the same rule there.',
      concerns: ['M1'],
      where: {file: webConfig, line: 12},
      acceptable: true,
    },
  ],
  accepted: [{code: 'rewrite.duplicate', reason: 'CHG0042: EEMS goes off in the same window'}],
  assumes: [{what: 'section system.webServer/rewrite/rules at Default Web Site', value: digest('3')}],
};

/** Through the schema, so that the sample stays a plan when the format moves on. */
export const samplePlan = (change: Partial<PlanBody> = {}): Plan =>
  planSchema.parse(
    sealPlan(
      {...sampleBody, ...change},
      {plannedAt: '2026-11-21T20:00:00.000Z', hostName: 'EX01', server: 'sandbox:./lab', stopgap: '0.1.0'},
    ),
  );
