import {existsSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {type Browser, type BrowserContextOptions, chromium, type Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {previewHtml} from '../../src/preview/html.ts';
import type {LogImpact} from '../../src/preview/impact-figures.ts';
import {samplePlan} from '../preview/sample-plan.ts';
import {stickingOut, visibleDiff, weakContrasts} from './page-probes.ts';

/* The page that a change board opens, in the browser that it opens it with. */

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (executablePath === undefined) console.warn('SKIPPED: there is no Chromium here to open the HTML preview with');

const impact: LogImpact = {
  read: '8000000 requests to Default Web Site in 31 log files',
  rules: [
    {
      rule: 'stopgap M1.1 PowerShell - inbound',
      ordinary: 1234567,
      attackLike: 800,
      untold: 42,
      span: '2026-11-01T00:00:07Z to 2026-11-30T23:59:58Z',
      applications: 'Default Web Site/Microsoft-Server-ActiveSync (1200000), Default Web Site/owa (34567)',
    },
  ],
};

/** Where pictures go that somebody wants to look at. */
const pictures = process.env['PREVIEW_PICTURES'];

describe.skipIf(executablePath === undefined)('the HTML preview in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let folder = '';
  let url = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stopgap-browser-'));
    const file = join(folder, 'plan.html');
    await writeFile(file, previewHtml(samplePlan(), {impact}));
    url = pathToFileURL(file).href;
    // A container has no user namespaces for Chromium's own sandbox; the page is ours.
    browser = await chromium.launch({executablePath: executablePath ?? '', args: ['--no-sandbox']});
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, {recursive: true, force: true});
  });

  /** The page as a reader has it who allows no script, and everything that it asked for. */
  const opened = async (
    options: BrowserContextOptions,
    look: (page: Page, asked: readonly string[]) => Promise<void>,
  ): Promise<void> => {
    const context = await browser.newContext({javaScriptEnabled: false, ...options});
    try {
      const page = await context.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(url);
      await look(page, asked);
    } finally {
      await context.close();
    }
  };

  test('shows the diff line by line without a script', async () => {
    await opened({}, async (page) => {
      const lines = await page.evaluate(visibleDiff);
      expect(lines.some(([kind, text]) => kind === 'add' && text.includes('<rule name="stopgap M1.1'))).toBe(true);
      expect(new Set(lines.map(([kind]) => kind))).toEqual(new Set(['file', 'hunk', 'same', 'add', 'cut']));
      expect(await page.locator('script').count()).toBe(0);
    });
  });

  test('asks for nothing but itself', async () => {
    await opened({}, async (_, asked) => {
      expect(asked).toEqual([url]);
    });
  });

  test.each([400, 1280])('is never wider than a window of %d pixels', async (width) => {
    await opened({viewport: {width, height: 900}}, async (page) => {
      expect(await page.evaluate(stickingOut)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      if (pictures) await page.screenshot({path: join(pictures, `preview-${width}.png`), fullPage: true});
    });
  });

  test.each(['light', 'dark'] as const)('every text can be read in the %s scheme: 4.5 to 1', async (colorScheme) => {
    await opened({colorScheme}, async (page) => {
      expect(await page.evaluate(weakContrasts, 4.5)).toEqual([]);
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(paper === 'rgb(255, 255, 255)').toBe(colorScheme === 'light');
      if (pictures) await page.screenshot({path: join(pictures, `preview-${colorScheme}.png`), fullPage: true});
    });
  });

  test('is dark ink on white paper, whatever the scheme of the screen, and no wider than the paper', async () => {
    // A4 at 96 dots an inch, less the margins of a centimetre.
    await opened({colorScheme: 'dark', viewport: {width: 718, height: 1047}}, async (page) => {
      await page.emulateMedia({media: 'print', colorScheme: 'dark'});
      expect(await page.evaluate(weakContrasts, 4.5)).toEqual([]);
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
      expect(await page.evaluate(stickingOut)).toEqual([]);
      const pdf = await page.pdf({format: 'A4', margin: {top: '1cm', bottom: '1cm', left: '1cm', right: '1cm'}});
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      if (pictures) await writeFile(join(pictures, 'preview.pdf'), pdf);
    });
  });

  test('the numbers of the logs stand in it', async () => {
    await opened({}, async (page) => {
      expect(await page.getByText(impact.read).isVisible()).toBe(true);
      expect(await page.getByText('1234567', {exact: true}).isVisible()).toBe(true);
    });
  });
});
