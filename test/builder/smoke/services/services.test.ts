import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { awsMetadata } from '../../../../src/builder/smoke/services/aws.ts';
import { azureFabric, azureMetadata } from '../../../../src/builder/smoke/services/azure.ts';
import { azureProvisioning } from '../../../../src/builder/smoke/services/azure-disc.ts';
import { broken } from '../../../../src/builder/smoke/services/fault.ts';
import { gceMetadata } from '../../../../src/builder/smoke/services/gce.ts';
import { RequestLog } from '../../../../src/builder/smoke/services/request-log.ts';
import { type MetadataService, startService } from '../../../../src/builder/smoke/services/service.ts';

const guest = {
  hostname: 'smoke-1',
  publicKey: 'ssh-ed25519 AAAA kiln',
  user: 'admin',
  userData: '#cloud-config\n{}\n',
  mac: '02:4b:49:4c:4e:02',
  address: '160.0.0.15',
  prefix: 4,
};

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

type Fetch = (path: string, headers?: Record<string, string>, method?: string, body?: string) => Promise<Answer>;

/** A service over real HTTP. */
async function using(service: MetadataService, work: (fetch: Fetch, log: RequestLog, port: number) => Promise<void>) {
  const log = new RequestLog();
  const running = await startService(service, log);
  const port = running.forwards[0]?.hostPort ?? 0;
  try {
    await work(
      async (path, headers = {}, method = 'GET', body = '') => {
        const sent = request({ port, host: '127.0.0.1', path, method, headers });
        sent.end(body);
        const [response] = await once(sent, 'response');
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() };
      },
      log,
      port,
    );
  } finally {
    await running.close();
  }
}

const ttl = (seconds: string) => ({ 'X-aws-ec2-metadata-token-ttl-seconds': seconds });
const withToken = (token: string) => ({ 'X-aws-ec2-metadata-token': token });

test('EC2 gives nothing without a token, and a token only for a proper life and no forwarder', async () => {
  await using(awsMetadata(guest), async (fetch, log) => {
    assert.is((await fetch('/latest/meta-data/instance-id')).status, 401);
    assert.is((await fetch('/latest/meta-data/instance-id', withToken('made up'))).status, 401);
    for (const wrong of ['0', '21601', 'x', ''])
      assert.is((await fetch('/latest/api/token', ttl(wrong), 'PUT')).status, 400);
    assert.is((await fetch('/latest/api/token', {}, 'PUT')).status, 400);
    const forwarded = { ...ttl('60'), 'X-Forwarded-For': '192.0.2.1' };
    assert.is((await fetch('/latest/api/token', forwarded, 'PUT')).status, 403);
    assert.is((await fetch('/latest/meta-data/', {}, 'POST')).status, 405);
    assert.ok(log.requests.every(({ refused }) => refused !== null));
  });
});

test('EC2 is crawled as cloud-init does it: listings, the key by its number, user-data', async () => {
  await using(awsMetadata(guest), async (fetch, log) => {
    const { body: token } = await fetch('/latest/api/token', ttl('21600'), 'PUT');
    const get = async (path: string): Promise<string> => (await fetch(path, withToken(token))).body;
    assert.match(await get('/'), '2021-03-23');
    const names = (await get('/2021-03-23/meta-data/')).split('\n');
    assert.ok(names.includes('instance-id') && names.includes('network/') && names.includes('public-keys/'));
    assert.is(await get('/latest/meta-data/public-keys/'), '0=kiln\n0/');
    assert.is(await get('/latest/meta-data/public-keys/0/openssh-key'), guest.publicKey);
    assert.is(
      await get(`/latest/meta-data/network/interfaces/macs/${guest.mac}/subnet-ipv4-cidr-block`),
      '160.0.0.0/4',
    );
    assert.is(await get('/latest/user-data'), guest.userData);
    assert.is(JSON.parse(await get('/latest/dynamic/instance-identity/document')).region, 'eu-central-1');
    for (const missing of ['/latest/meta-data/spot', '/2001-01-01/meta-data/', '/latest/meta-data/__proto__'])
      assert.is((await fetch(missing, withToken(token))).status, 404, missing);
    assert.not.match(JSON.stringify(log.requests), token);
  });
});

test('an EC2 token ends with its life', () => {
  let now = 1_000_000;
  const service = awsMetadata(guest, () => now);
  const ask = { query: new URLSearchParams(), body: '' };
  const token = String(
    service.answer({
      ...ask,
      method: 'PUT',
      path: '/latest/api/token',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '10' },
    })?.body,
  );
  const read = () =>
    service.answer({ ...ask, method: 'GET', path: '/', headers: { 'x-aws-ec2-metadata-token': token } })?.status;
  assert.is(read(), 200);
  now += 10_001;
  assert.is(read(), 401);
});

test('GCE wants its header, lists folders and gives trees as JSON', async () => {
  const google = { 'Metadata-Flavor': 'Google' };
  await using(gceMetadata(guest), async (fetch) => {
    const bare = await fetch('/computeMetadata/v1/instance/id');
    assert.equal([bare.status, bare.headers['metadata-flavor']], [403, 'Google']);
    assert.is((await fetch('/computeMetadata/v1/', { ...google, 'X-Forwarded-For': '192.0.2.1' })).status, 403);
    assert.match((await fetch('/computeMetadata/v1/instance/id', google)).body, /^\d+$/);
    assert.is((await fetch('/computeMetadata/v1/', google)).body, 'instance/\nproject/\n');
    const { body, headers } = await fetch('/computeMetadata/v1/instance/attributes/?recursive=True', google);
    assert.is(headers['content-type'], 'application/json');
    assert.equal(
      [JSON.parse(body)['ssh-keys'], JSON.parse(body)['user-data']],
      ['admin:ssh-ed25519 AAAA kiln', guest.userData],
    );
    assert.is((await fetch('/computeMetadata/v1/instance/none', google)).status, 404);
    assert.is((await fetch('/computeMetadata/v1/instance/constructor', google)).status, 404);
    assert.is(
      (await fetch('/computeMetadata/v1/instance/guest-attributes/hostkeys/x', google, 'PUT', 'key')).status,
      200,
    );
  });
});

test('Azure’s metadata wants header and version', async () => {
  await using(azureMetadata(guest), async (fetch) => {
    const header = { Metadata: 'true' };
    assert.is((await fetch('/metadata/instance?api-version=2021-08-01')).status, 400);
    assert.is((await fetch('/metadata/instance', header)).status, 400);
    const { body } = await fetch('/metadata/instance?api-version=2021-08-01&extended=true', header);
    const { compute, network } = JSON.parse(body);
    assert.equal([compute.osProfile.computerName, compute.publicKeys[0].keyData], ['smoke-1', guest.publicKey]);
    assert.is(network.interface[0].macAddress, '024B494C4E02');
    assert.is((await fetch('/metadata/reprovisiondata?api-version=2019-06-01', header)).status, 404);
  });
});

test('Azure’s fabric hands out a goal state and hears of readiness', async () => {
  const reports: string[] = [];
  const [wire, agent] = azureFabric(reports);
  if (wire === undefined || agent === undefined) throw new Error('no fabric');
  await using(wire, async (fetch) => {
    const version = { 'x-ms-version': '2012-11-30' };
    assert.match((await fetch('/?comp=versions')).body, '<Version>2012-11-30</Version>');
    assert.is((await fetch('/machine/?comp=goalstate')).status, 400);
    const { body } = await fetch('/machine/?comp=goalstate', version);
    const container = /<ContainerId>([^<]+)</.exec(body)?.[1];
    for (const [, path = ''] of body.matchAll(/http:\/\/168\.63\.129\.16(\/machine[^<]+)</g))
      assert.is((await fetch(path.replaceAll('&amp;', '&'), version)).status, 200, path);
    const report = `<Health><ContainerId>${container}</ContainerId><State>Ready</State></Health>`;
    assert.is((await fetch('/machine?comp=health', version, 'POST', report.replace(container ?? '', 'x'))).status, 400);
    assert.is((await fetch('/machine?comp=health', version, 'POST', report)).status, 200);
    assert.equal(reports, ['Ready']);
    assert.is((await fetch('/machine/?comp=none', version)).status, 404);
  });
  await using(agent, async (fetch) => {
    assert.equal(JSON.parse((await fetch('/versions')).body), ['2015-09-01']);
    assert.is((await fetch('/vmSettings')).status, 404);
  });
});

test('Azure’s disc holds name, key and custom data', () => {
  const document = azureProvisioning({ ...guest, hostname: 'a&b' });
  assert.match(document, '<ns1:HostName>a&amp;b</ns1:HostName>');
  assert.match(document, `<ns1:CustomData>${Buffer.from(guest.userData).toString('base64')}</ns1:CustomData>`);
  assert.match(document, '<ns1:Value>ssh-ed25519 AAAA kiln</ns1:Value>');
});

test('a broken service still tells what it was asked', async () => {
  await using(broken(awsMetadata(guest), 'error-500'), async (fetch, log) => {
    assert.is((await fetch('/latest/api/token', ttl('60'), 'PUT')).status, 500);
    assert.is(log.requests[0]?.path, '/latest/api/token');
  });
  await using(broken(awsMetadata(guest), 'garbage'), async (fetch) => {
    const { status, body } = await fetch('/latest/api/token', ttl('60'), 'PUT');
    assert.is(status, 200);
    assert.ok(body.length > 500);
  });
});

test('too much, nonsense and broken connections do no harm, and the log is bounded', async () => {
  await using(gceMetadata(guest), async (fetch, log, port) => {
    const raw = connect(port, '127.0.0.1');
    raw.write('NONSENSE\r\n\r\n');
    await once(raw, 'close');
    const half = connect(port, '127.0.0.1');
    half.write('GET / HTTP/1.1\r\nHost: x\r\n');
    await once(half, 'connect');
    half.destroy();
    assert.is((await fetch('/', {}, 'POST', 'x'.repeat(2 ** 20 + 1))).status, 413);
    for (let i = 0; i < 600; i++)
      log.add({ service: 'x', method: 'GET', path: 'y'.repeat(9999), status: 1, refused: null });
    assert.is(log.requests.length, 500);
    assert.ok(log.requests.every(({ path }) => path.length <= 301));
  });
});

test.run();
