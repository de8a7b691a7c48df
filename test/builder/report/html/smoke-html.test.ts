import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { smokeHtml } from '../../../../src/builder/report/html/smoke-html.ts';
import type { GuestReport, SmokeReport } from '../../../../src/builder/report/smoke-report.ts';
import { sampleSmokeReport } from '../sample-smoke-report.ts';
import { fullPictures, fullReport } from './full-report.ts';

const none: ReadonlyMap<string, Buffer> = new Map();
const [passed, failed] = sampleSmokeReport.guests as readonly [GuestReport, GuestReport, ...GuestReport[]];
const withGuests = (...guests: GuestReport[]): SmokeReport => ({ ...sampleSmokeReport, guests });
const count = (page: string, pattern: RegExp): number => [...page.matchAll(pattern)].length;
/** What a person reads: no styles, no tags. */
const words = (page: string): string =>
  page
    .replace(/<style>[\s\S]*?<\/style>|<[^>]*>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ');

test('a row and a section for each platform and each fault', () => {
  const page = smokeHtml(fullReport, fullPictures());
  assert.is(count(page, /<section aria-labelledby="(overview|boot-times|platforms|faults)">/g), 4);
  assert.is(count(page, /<details class="guest /g), 25);
  assert.is(count(page, /<details class="guest failed" open>/g), 2);
  const tables = [...page.matchAll(/<table class="overview[\s\S]*?<\/table>/g)].map(([text]) => text);
  assert.equal(
    tables.map((text) => count(text, /<th scope="row"/g)),
    [13, 12],
  );
  for (const { name } of fullReport.guests) assert.ok(page.includes(`href="#guest-${name}"`), name);
  for (const [, anchor] of page.matchAll(/href="#([^"]+)"/g))
    assert.is(count(page, new RegExp(` id="${anchor}"`, 'g')), 1);
});

test('the head tells verdict, time, accelerator and counts in words', () => {
  const text = words(smokeHtml(fullReport, none));
  assert.match(text, /✕ failed 2 of 25 guests failed : aws-bios , kvm-bad-slot /);
  assert.match(text, /Started 2026-01-02 03:04:05 UTC/);
  assert.match(text, /Wall time 18 min 24 s guests 1 h 9 min, 3\.8 times the wall time/);
  assert.match(text, /13 platforms, 12 faults; at most 4 at once/);
  assert.match(text, /Checks 228 of 244 passed 2 failed, 14 skipped/);
  assert.match(text, /Accelerator TCG no kernel spoke under KVM within 20 s/);
  assert.match(words(smokeHtml(withGuests(passed, passed), none)), /✓ passed All 2 guests passed/);
});

test('a section has what failed first, notes, requests, slowest units and the console', () => {
  const text = words(smokeHtml(sampleSmokeReport, none));
  assert.match(text, /Failed first login: the guest let us in over SSH no login/);
  assert.match(text, /Unlike the platform virtio stands in/);
  assert.match(text, /1 request to imds, 1 refused/);
  assert.match(
    text,
    /31\.3 s imds GET \/metadata\/instance\?api-version&#x3D;2021-08-01 400 refused no header Metadata: true/,
  );
  assert.match(text, /cloud-init-local\.service 7\.0 s/);
  assert.match(text, /Console, last 2 lines Kernel panic/);
  assert.match(text, /the power cut while it wrote/);
  assert.match(text, /412 writes kept, 0 lost/);
});

test('long lists of requests are folded, short ones are not', () => {
  const page = smokeHtml(fullReport, none);
  assert.is(count(page, /<details class="requests">\s*<summary>31 requests/g), 1);
  assert.is(count(page, /<details class="requests" open>\s*<summary>6 requests/g), 2);
});

test('what a guest says stays text, wherever it stands', () => {
  const evil = `</pre></td><script>alert(1)</script><img src=x onerror=alert(2)>" onload="x' {{image}} &amp;\u0000\u001b[2J\u202e\ud800`;
  const guest: GuestReport = {
    name: evil,
    profile: evil,
    fault: { id: evil, title: evil },
    hardware: evil,
    notes: [evil],
    artifact: { kind: evil, file: evil, sha256: evil },
    verdict: 'failed',
    datasource: evil,
    secondsToLogin: null,
    secondsToHealthy: null,
    secondsToInService: null,
    seconds: 1,
    boot: { ...passed.boot, secondsFirmware: 1, slowest: [{ unit: evil, seconds: 1 }] } as GuestReport['boot'],
    checks: [{ id: evil, title: evil, verdict: 'failed', detail: evil, seconds: 1 }],
    requests: [{ service: evil, seconds: 1, method: evil, path: evil, status: 200, refused: evil }],
    serialLog: evil,
    consoleTail: [evil],
    screenshots: { login: evil, failure: evil },
  };
  const report: SmokeReport = {
    ...withGuests(guest, { ...guest, fault: null, boot: null }),
    image: evil,
    version: evil,
    started: evil,
    accelerator: { name: 'tcg', reason: evil },
  };
  const page = smokeHtml(report, none);
  assert.not.match(page, /<script|<img|onerror=|onload="/);
  assert.match(page, /&lt;\/pre&gt;&lt;\/td&gt;&lt;script&gt;/);
  assert.match(page, /\{\{image\}\} &amp;amp;\ufffd\ufffd\[2J\ufffd\ufffd/);
  assert.not.match(page, /[^\P{Cc}\n]|\p{Cs}|\p{Bidi_Control}/u);
});

test('the lines of a console are not indented by the page', () => {
  const page = smokeHtml(sampleSmokeReport, none);
  assert.match(page, /<pre class="console">Kernel panic\nwith \ufffd bell \]\]&gt;<\/pre>/);
});

test('nothing is loaded from anywhere, and the policy says so', () => {
  const page = smokeHtml(fullReport, fullPictures());
  assert.match(page, /content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/);
  assert.not.match(page, /<(script|link|iframe|object|embed|base|form)\b/);
  assert.not.match(page, /@import|url\(/);
  for (const [, target = ''] of page.matchAll(/\s(?:src|href|srcset|action|data)="([^"]*)"/g))
    assert.match(target, /^(#|data:image\/png;base64,)/);
});

test('pictures are inside, with alt text and size; one that is not there is named', () => {
  const pictures = fullPictures();
  pictures.set('kvm.login.png', Buffer.from('<svg onload="alert(1)"/>'.repeat(4)));
  const page = smokeHtml(fullReport, pictures);
  assert.is(
    count(
      page,
      /<img src="data:image\/png;base64,[A-Za-z0-9+/&#;x]+=*" width="720" height="400" alt="Display of [^"]+">/g,
    ),
    24,
  );
  assert.is(count(page, /No picture: the file is missing or is no PNG\./g), 2);
  assert.match(page, /alt="Display of kvm-bad-slot at failure"/);
  assert.match(page, /<code>kvm-low-memory\.login\.png<\/code>/);
});

test('an empty run is no pass', () => {
  const text = words(smokeHtml({ ...withGuests(), seconds: 0 }, none));
  assert.match(text, /– skipped Nothing was booted/);
  assert.match(text, /No boot times could be told\./);
});

test('a guest that never started still has a section', () => {
  const page = smokeHtml(withGuests({ ...failed, checks: [], consoleTail: [], requests: [] }), none);
  assert.match(words(page), /Nothing was asked\./);
  assert.match(words(page), /First login never/);
});

test('forty guests, and equal reports give equal pages', () => {
  const many = withGuests(...Array.from({ length: 40 }, (_, index) => ({ ...passed, name: `kvm-${index}` })));
  const page = smokeHtml(many, none);
  assert.is(count(page, /<details class="guest /g), 40);
  assert.is(page, smokeHtml(structuredClone(many), none));
});

test.run();
