// The journal at the customer's collector: Debian 13's rsyslogd with the rendered configuration sends it over TLS to a real
// rsyslogd, and to openssl, which shows the bytes.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Configuration, defaultConfiguration } from '../../../../src/contract/configuration/configuration.ts';
import { completeConfiguration } from '../../../../src/contract/configuration/parse-configuration.ts';
import { syslog } from '../../../../src/firmware/configure/sections/syslog.ts';
import { Journal } from './journal.ts';
import { Room } from './room.ts';
import { commandLines, readUnit } from './unit.ts';

const room = await Room.open();
const unit = readUnit(room, 'kiln-syslog.service');
const journal = await Journal.open(room);
// What rsyslogd has to say goes to /dev/log, which is the journal's in an appliance.
room.start(['busybox', 'syslogd', '-n', '-O', '/sender.log'], room.path('/busybox.log'));
const log = room.path('/sender.log');
writeFileSync(log, '');
const received = room.path('/collector/received');
const NAME = 'logs.example.com';

/** A key and a certificate for a name, signed by an authority that is made when needed. */
async function certify(authority: string, file: string, name: string, alternative: string): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  const openssl = async (...args: string[]): Promise<void> => {
    const { code, said } = await room.run(['openssl', 'req', '-x509', ...key, ...args]);
    assert.is(code, 0, said);
  };
  const at = (path: string): string => `/collector/${path}`;
  if (!existsSync(room.path(at(`${authority}.pem`)))) {
    const own = ['-addext', 'keyUsage=critical,keyCertSign'];
    await openssl(
      '-subj',
      `/CN=${authority}`,
      ...own,
      '-keyout',
      at(`${authority}.key`),
      '-out',
      at(`${authority}.pem`),
    );
  }
  const signer = ['-CA', at(`${authority}.pem`), '-CAkey', at(`${authority}.key`)];
  const names = ['-addext', `subjectAltName=${alternative}`, '-addext', 'basicConstraints=critical,CA:FALSE'];
  await openssl('-subj', `/CN=${name}`, ...names, ...signer, '-keyout', at(`${file}.key`), '-out', at(`${file}.pem`));
}

function to(server: string, authority: string | null = 'authority'): Configuration {
  const pem = authority && readFileSync(room.path(`/collector/${authority}.pem`), 'utf8');
  return completeConfiguration({ monitoring: { syslog: { server, authority: pem } } });
}

async function stopped(pattern: string): Promise<void> {
  await room.run(['pkill', '-TERM', '-f', pattern]);
  await room.until(`the end of ${pattern}`, async () => (await room.run(['pgrep', '-f', pattern])).code !== 0);
}

/** What `systemctl restart kiln-syslog.service` does, the state folder included. */
async function restart(): Promise<void> {
  await stopped('^/usr/sbin/rsyslogd .*/etc/rsyslog.conf');
  const [needed = ''] = unit.values('ConditionPathExists');
  if (!existsSync(room.path(needed))) return;
  const [user = ''] = unit.values('User');
  const folder = `/var/lib/${unit.values('StateDirectory')[0]}`;
  await room.run(['install', '-d', '-m', '0700', '-o', user, '-g', user, folder]);
  for (const command of commandLines(unit, 'ExecStartPre', '/nonexistent')) {
    const { code, said } = await room.run(command);
    assert.is(code, 0, said);
  }
  for (const command of commandLines(unit, 'ExecStart', '/nonexistent')) room.start(command, log);
}

/** A collector that keeps each message as it came. */
async function collect(certificate = 'server'): Promise<void> {
  const file = room.path('/collector/rsyslog.conf');
  writeFileSync(
    file,
    `global(workDirectory="/collector" defaultNetstreamDriverCAFile="/collector/authority.pem"
  defaultNetstreamDriverCertFile="/collector/${certificate}.pem" defaultNetstreamDriverKeyFile="/collector/${certificate}.key")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imtcp" address="127.0.0.1" port="6514")
template(name="raw" type="string" string="%rawmsg%\\n")
if $inputname == "imtcp" then action(type="omfile" file="/collector/received" template="raw")
`,
  );
  room.start(['/usr/sbin/rsyslogd', '-n', '-iNONE', '-f', '/collector/rsyslog.conf'], log);
  const listens = async (): Promise<boolean> =>
    (await room.run(['ss', '-Hntl', 'sport', '6514'])).said.includes(':6514');
  await room.until('the collector', listens, () => readFileSync(log, 'utf8'));
}
const collectorGone = (): Promise<void> => stopped('^/usr/sbin/rsyslogd .*/collector/rsyslog.conf');
const messages = (): string => (existsSync(received) ? readFileSync(received, 'utf8') : '');
const words = (): string => readFileSync(log, 'utf8');
const arrives = (message: string): Promise<void> => room.until(message, () => messages().includes(message), words);
/** Each connection that breaks takes a message along, and rsyslogd as a collector breaks some: one of these arrives. */
async function oneArrives(message: string): Promise<void> {
  await room.until(
    message,
    () => {
      journal.log(message);
      return messages().includes(message);
    },
    words,
  );
}

test('nothing is there before a collector is named', async () => {
  mkdirSync(room.path('/collector'));
  writeFileSync(
    room.path('/etc/hosts'),
    `127.0.0.1 localhost ${NAME} elsewhere.example.com\n127.0.1.1 ${hostname()}\n`,
  );
  await certify('authority', 'server', NAME, `DNS:${NAME}`);
  await certify('authority', 'address', '127.0.0.1', 'IP:127.0.0.1');
  await certify('stranger', 'impostor', NAME, `DNS:${NAME}`);
  assert.equal(syslog.files(defaultConfiguration), []);
  assert.is((await room.apply(syslog, defaultConfiguration)).code, 0);
  await restart();
  assert.is((await room.run(['pgrep', '-x', 'rsyslogd'])).code, 1);
});

test('the sandbox lets rsyslogd start threads: it sets their scheduling and reads nothing when it may not', () => {
  const filters = unit.values('SystemCallFilter');
  assert.ok(filters.indexOf('sched_setscheduler') > filters.findIndex((one) => one.includes('@resources')));
});

test('a message arrives whole, in RFC 5424, with its length before it', async () => {
  journal.log('from before anybody asked');
  const applied = await room.apply(syslog, to(NAME));
  assert.is(applied.code, 0, applied.said);
  const server = ['-accept', '127.0.0.1:6514', '-cert', '/collector/server.pem', '-key', '/collector/server.key'];
  const bytes = room.path('/bytes');
  const listener = room.start(['openssl', 's_server', '-quiet', ...server], bytes);
  await restart();
  await room.until('the sender', async () => (await room.run(['pgrep', '-x', 'rsyslogd'])).code === 0);
  const seen = (): string => (existsSync(bytes) ? readFileSync(bytes, 'utf8') : '');
  journal.log('Grüße 1.');
  await room.until(
    'the first message',
    () => seen().includes('Grüße 1.'),
    () => readFileSync(log, 'utf8'),
  );
  const framed = /^(\d+) (<28>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00 \S+ sample 77 - - Grüße \d+\.)/.exec(seen());
  assert.ok(framed, seen());
  assert.is(Number(framed?.[1]), Buffer.byteLength(framed?.[2] ?? ''));
  assert.not.match(seen(), /from before/);
  listener.kill();
  await stopped('^openssl s_server');
});

test('a real collector takes it; what it missed while it was away comes when it is back', async () => {
  await collect();
  await oneArrives('here again');
  await collectorGone();
  for (let count = 0; count < 50; count += 1) journal.log(`while away ${count}.`);
  await room.until('the sender’s complaint', () => /cannot connect/.test(readFileSync(log, 'utf8')));
  await collect();
  await arrives('while away 49.');
  const missing = Array.from({ length: 50 }, (_, count) => count).filter(
    (count) => !messages().includes(`while away ${count}.`),
  );
  assert.ok(missing.length <= 2, `missing: ${missing.join(', ')}`);
});

test('what was logged while nothing ran comes at the next start, also after a kill', async () => {
  await room.run(['pkill', '-KILL', '-f', '^/usr/sbin/rsyslogd .*/etc/rsyslog.conf']);
  for (let count = 0; count < 5; count += 1) journal.log(`while dead ${count}.`);
  await restart();
  await arrives('while dead 4.');
});

test('what rsyslogd says of itself is not sent', async () => {
  journal.log('cannot connect', 'rsyslogd');
  await oneArrives('after the complaint');
  assert.not.match(messages(), /rsyslogd/);
});

test('a collector with another name or another authority gets nothing', async () => {
  for (const [server, certificate] of [
    ['elsewhere.example.com', 'server'],
    [NAME, 'impostor'],
  ] as const) {
    await collectorGone();
    rmSync(received, { force: true });
    const before = readFileSync(log, 'utf8').length;
    assert.is((await room.apply(syslog, to(server))).code, 0);
    await collect(certificate);
    await restart();
    journal.log(`for ${server} alone`);
    const refusal = /not permitted to talk|certificate verify failed|unknown ca|certificate.*(invalid|not valid)/i;
    await room.until(
      'a refusal',
      () => refusal.test(readFileSync(log, 'utf8').slice(before)),
      () => readFileSync(log, 'utf8').slice(before),
    );
    assert.is(messages(), '');
  }
  await collectorGone();
});

test('a collector without a name is known by the address that its certificate has for a name', async () => {
  assert.is((await room.apply(syslog, to('127.0.0.1'))).code, 0);
  await collect('address');
  await restart();
  await oneArrives('by address');
  await collectorGone();
});

test('without an authority of its own the collector’s has to be among the trusted ones', async () => {
  const [file] = syslog.files(to(NAME, null));
  assert.match(
    file !== undefined && 'content' in file ? file.content : '',
    /CAFile="\/etc\/ssl\/certs\/ca-certificates\.crt"/,
  );
  assert.is(syslog.files(to(NAME, null)).length, 1);
  // A change of those restarts the sender.
  const trustedAuthorities = [readFileSync(room.path('/collector/authority.pem'), 'utf8')];
  assert.not.equal(syslog.files({ ...to(NAME, null), trustedAuthorities }), syslog.files(to(NAME, null)));
  assert.equal(syslog.files({ ...to(NAME), trustedAuthorities }), syslog.files(to(NAME)));
});

test('an authority that is no certificate is refused before anything is put in force', async () => {
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const configuration = completeConfiguration({ monitoring: { syslog: { server: NAME, authority: broken } } });
  const { code, said } = await room.apply(syslog, configuration);
  assert.not.equal(code, 0);
  assert.match(said, /certificate/i);
});

test('an outage costs no space and a stop no time', async () => {
  await room.apply(syslog, to(NAME));
  await restart();
  for (let count = 0; count < 1000; count += 1) journal.log(`flood ${count} ${'x'.repeat(1000)}`);
  await room.until('the sender’s complaint', () => /cannot connect/.test(readFileSync(log, 'utf8').slice(-500)));
  const begun = performance.now();
  await restart();
  assert.ok(performance.now() - begun < Number.parseInt(unit.values('TimeoutStopSec')[0] ?? '', 10) * 1000);
  assert.equal(readdirSync(room.path('/var/lib/kiln-syslog')), ['cursor']);
  await room.apply(syslog, defaultConfiguration);
  await restart();
  assert.is((await room.run(['pgrep', '-x', 'rsyslogd'])).code, 1);
});

test.after(() => room.close());

test.run();
