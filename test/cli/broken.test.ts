import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runCli} from '../../src/cli/run-cli.ts';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {fixture, testFolder} from '../support/lab.ts';

const owa = 'lab/C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/web.config';

/** M2 as it was written in May 2026: into the file that /owa/Calendar inherits and reads once more. */
const byHand = `    <system.webServer>
        <rewrite>
            <outboundRules>
                <preConditions>
                    <preCondition name="shell">
                        <add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" />
                        <add input="{REQUEST_URI}" pattern="^/owa/?($|\\?|default\\.aspx|projection\\.aspx|readingPane\\.aspx|popout\\.aspx)" />
                    </preCondition>
                </preConditions>
                <rule name="by hand" preCondition="shell">
                    <match serverVariable="RESPONSE_Content_Security_Policy" pattern="(.*)" />
                    <action type="Rewrite" value="{R:1}; script-src-attr 'none'" />
                </rule>
            </outboundRules>
        </rewrite>
    </system.webServer>
</configuration>`;

test('a mitigation that takes applications down is Broken, not Active: status names each with file and line', async () => {
  const cwd = await testFolder();
  await createSandbox(join(cwd, 'lab'), {from: fixture('exchange2019-cu12')});
  const file = join(cwd, owa);
  await writeFile(file, (await readFile(file, 'utf8')).replace('</configuration>', byHand));
  const parts: string[] = [];
  const output = {write: (part: string) => parts.push(part)};
  const io = {stdout: output, stderr: {write: () => true}, now: () => new Date(), cwd, env: {}};
  const argv = ['status', '--server', 'sandbox:lab', '--json', '--detailed-exitcode'];
  expect(await runCli(argv, io)).toBe(2);
  const {code, data} = JSON.parse(parts.join(''));
  expect(code).toBe('STATUS.ATTENTION');
  expect(data.broken.map(({configPath}: {configPath: string}) => configPath)).toEqual([
    'Default Web Site/owa/Calendar',
    'Default Web Site/owa/Integrated',
    'Default Web Site/owa/oma',
  ]);
  expect(data.mitigations.find(({id}: {id: string}) => id === 'M2').status).toBe('Broken');
}, 60_000);
