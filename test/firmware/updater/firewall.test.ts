import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { runCommand } from '../../../src/firmware/platform/run-command.ts';
import { wayTo } from '../../../src/firmware/updater/channel/way.ts';
import { Firewall } from '../../../src/firmware/updater/firewall.ts';

const proxy = { url: 'http://127.0.0.3:3128', username: 'ann', password: 'a:b@c', exceptions: ['127.0.0.9'] };

test('the way leads to the channel, or to the proxy in front of it, and the firewall lets out there alone', async () => {
  const said: string[] = [];
  const run: typeof runCommand = async (program, args, _, input = '') => {
    said.push(`${program} ${args.join(' ')}\n${input}`);
    return '';
  };
  const direct = await wayTo('https://127.0.0.2/channel/', { proxy: null }, 'PEM', 'kiln');
  assert.equal(direct.destinations, [{ address: '127.0.0.2', port: 443 }]);
  assert.is(direct.options.proxy, undefined);
  const through = await wayTo('https://127.0.0.2/', { proxy }, 'PEM', 'kiln');
  assert.equal(through.destinations, [{ address: '127.0.0.3', port: 3128 }]);
  assert.is(through.options.proxy, 'http://ann:a%3Ab%40c@127.0.0.3:3128/');
  const excepted = await wayTo('http://127.0.0.9:8080/', { proxy }, 'PEM', 'kiln');
  assert.equal(excepted.destinations, [{ address: '127.0.0.9', port: 8080 }]);
  const six = await wayTo('http://[::1]:8080/', { proxy: null }, 'PEM', 'kiln');

  const firewall = new Firewall(run);
  let finish = (): void => undefined;
  const bundle = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const fetching = firewall.during([...direct.destinations, ...six.destinations], () => bundle);
  // The channel is asked meanwhile, at the same address.
  await firewall.during(direct.destinations, async () => undefined);
  finish();
  await fetching;
  const flush = 'flush set inet kiln fetch4\nflush set inet kiln fetch6\nflush set inet kiln fetch-names\n';
  const open = `nft -f -\n${flush}add element inet kiln fetch4 { 127.0.0.2 . 443 }\nadd element inet kiln fetch6 { ::1 . 8080 }\nadd element inet kiln fetch-names { 53 }\n`;
  assert.equal(said, [open, open, open, `nft -f -\n${flush}`]);
});

test('of two changes at once the later one has the last word, however long the first takes', async () => {
  const ended: string[] = [];
  const run: typeof runCommand = async (_, __, ___, input = '') => {
    if (ended.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    ended.push(input.includes('add element') ? 'open' : 'shut');
    return '';
  };
  const firewall = new Firewall(run);
  await Promise.all([firewall.during([{ address: '127.0.0.2', port: 80 }], async () => undefined), firewall.shut()]);
  assert.is(ended.at(-1), 'shut');
});

test('a host that nobody knows is a channel that is not reached', async () => {
  const message = await wayTo('https://no-such-host.invalid/', { proxy: null }, '', '').then(
    () => 'it was found',
    (error: Error) => error.message,
  );
  assert.match(message, 'no-such-host.invalid: ');
});

test.run();
