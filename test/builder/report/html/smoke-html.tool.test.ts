import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { smokeHtml } from '../../../../src/builder/report/html/smoke-html.ts';
import type { SmokeReport } from '../../../../src/builder/report/smoke-report.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { fullPictures, fullReport } from './full-report.ts';

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const test = suite('the report page in a browser');
let browser: BrowserContext;

test.before(async () => {
  browser = await chromium.launchPersistentContext(tempFolder(), {
    executablePath: '/usr/bin/chromium',
    headless: true,
    timeout: 120_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  browser.setDefaultTimeout(60_000);
});

test.after(async () => {
  await browser?.close();
});

/** Opens a report from a file, does the work, and holds that the page neither complained nor asked for anything. */
async function visit(report: SmokeReport, work: (page: Page) => Promise<void>): Promise<void> {
  const file = join(tempFolder(), 'smoke.html');
  writeFileSync(file, smokeHtml(report, fullPictures()));
  const page = await browser.newPage();
  const said: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  try {
    await page.setViewportSize(WIDE);
    await page.goto(pathToFileURL(file).href);
    await work(page);
    assert.equal(said, []);
    const outside = asked.filter((url) => !/^(file:|data:image\/png;)/.test(url));
    assert.equal(outside, []);
  } finally {
    await page.close();
  }
}

const openAll = (page: Page): Promise<unknown> =>
  page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");

/** How many pixels the page is wider than the window. */
const overflow = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

test('has its rows, and what the console said stayed text', async () => {
  await visit(fullReport, async (page) => {
    assert.is(await page.locator('#overview-platforms tbody tr').count(), 13);
    assert.is(await page.locator('#overview-faults tbody tr').count(), 12);
    assert.is(await page.locator('script').count(), 0);
    assert.match(await page.title(), /^reference 1\.4\.0 failed/);
    const console = await page.locator('.guest.failed pre.console').first().innerText();
    assert.match(console, /<\/pre><script>document\.title = "hacked"<\/script><img src=/);
  });
});

test('shows every picture that is there', async () => {
  await visit(fullReport, async (page) => {
    await openAll(page);
    const widths = await page.evaluate('Array.from(document.images, (image) => image.naturalWidth)');
    assert.equal(widths, Array(25).fill(720));
  });
});

test('a link of the overview opens the guest it leads to; a click on its head folds it', async () => {
  await visit(fullReport, async (page) => {
    const facts = page.locator('#guest-vmware .facts');
    assert.not(await facts.isVisible());
    await page.locator('#overview-platforms a[href="#guest-vmware"]').click();
    await facts.waitFor({ state: 'visible' });
    await page.locator('details:has(> #guest-vmware) > summary').click();
    await facts.waitFor({ state: 'hidden' });
  });
});

test('bars are drawn as wide as their seconds', async () => {
  await visit(fullReport, async (page) => {
    const drawn = await page.evaluate(
      "Array.from(document.querySelector('.chart tbody td.bar svg').querySelectorAll('rect'), (one) => one.width.baseVal.value)",
    );
    assert.ok(Array.isArray(drawn) && drawn.length === 5);
    const [firmware, , kernel] = drawn;
    assert.ok(Math.abs(kernel / firmware - 14.8 / 3.2) < 0.01, `${kernel} / ${firmware}`);
  });
});

test('fits a phone and a desk, light and dark, with everything open and with words that never end', async () => {
  const endless = 'x'.repeat(300);
  const guests = fullReport.guests.map((guest) => ({
    ...guest,
    name: `${guest.name}-${endless}`,
    hardware: endless,
    artifact: { ...guest.artifact, file: endless },
    notes: [endless],
    consoleTail: [endless],
    checks: guest.checks.map((check) => ({ ...check, title: endless, detail: endless })),
    requests: guest.requests.map((request) => ({ ...request, path: endless, refused: endless })),
    fault: guest.fault && { id: endless, title: endless },
  }));
  for (const report of [fullReport, { ...fullReport, guests }]) {
    await visit(report, async (page) => {
      const grounds = new Set<unknown>();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        grounds.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
        for (const size of [PHONE, { width: 800, height: 900 }, WIDE]) {
          await page.setViewportSize(size);
          assert.is(await overflow(page), 0, `${size.width} pixels, ${colorScheme}`);
          await openAll(page);
          assert.is(await overflow(page), 0, `${size.width} pixels, ${colorScheme}, open`);
        }
      }
      assert.is(grounds.size, 2);
    });
  }
});

test('paper shows what is folded on a screen', async () => {
  await visit(fullReport, async (page) => {
    await page.emulateMedia({ media: 'print' });
    for (const selector of ['#guest-vmware .checks', '#guest-azure .requests table', '#guest-kvm-no-dhcp .facts']) {
      const box = await page.locator(selector).boundingBox();
      assert.ok(box !== null && box.height > 20, selector);
    }
  });
});

test('its policy refuses what somebody might still bring in', async () => {
  const page = await browser.newPage();
  try {
    const file = join(tempFolder(), 'smoke.html');
    writeFileSync(file, smokeHtml(fullReport, new Map()));
    await page.goto(pathToFileURL(file).href);
    const refused = await page.evaluate(`new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
      const image = document.createElement('img');
      image.addEventListener('error', () => setTimeout(() => resolve('nothing'), 5_000));
      image.src = 'http://127.0.0.1:9/x.png';
      document.body.append(image);
    })`);
    assert.is(refused, 'img-src');
  } finally {
    await page.close();
  }
});

test.run();
