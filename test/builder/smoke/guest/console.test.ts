import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Console, clean } from '../../../../src/builder/smoke/guest/console.ts';
import { forwardedPorts } from '../../../../src/builder/smoke/guest/guest.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const ESC = '\u001b';

test('escapes and control characters are dropped, tabs and other scripts stay', () => {
  assert.is(clean(`${ESC}[2J${ESC}[01;01HSeaBIOS\r`), 'SeaBIOS');
  assert.is(clean(`${ESC}[0;32m  OK  ${ESC}[0m]\tStarted Grüße\u0007  `), '  OK  ]\tStarted Grüße');
  assert.is(clean(`${ESC}c${ESC}(Bx`), 'x');
  assert.is(clean(`${ESC}]104${ESC}\\${ESC}]0;title\u0007text${ESC}Pq data${ESC}\\.`), 'text.');
});

test('lines are logged with the seconds since power-on, and the prompt at the cursor is part of the tail', async () => {
  const file = join(tempFolder(), 'serial.log');
  const heard: string[] = [];
  const serial = new Console(file, (line) => heard.push(line));
  serial.add(Buffer.from('one\r\n\r\ntw'));
  serial.add(Buffer.from('o\nhost login: '));
  assert.equal(serial.tail(40), ['one', 'two', 'host login:']);
  assert.equal(serial.tail(1), ['host login:']);
  assert.equal(heard, ['one', 'two']);
  await serial.close();
  const lines = (await readFile(file, 'utf8')).split('\n');
  for (const line of lines.slice(0, -1)) assert.match(line, /^ {1,5}\d+\.\d {2}/);
  assert.match(lines[3] ?? '', /host login:$/);
});

test('a character cut in two by the line is put together', () => {
  const serial = new Console('/dev/null', () => undefined);
  const bytes = Buffer.from('é\n');
  serial.add(bytes.subarray(0, 1));
  serial.add(bytes.subarray(1));
  assert.equal(serial.tail(1), ['é']);
});

test('a guest that never ends its line can not fill the memory', () => {
  const serial = new Console('/dev/null', () => undefined);
  for (let round = 0; round < 100; round++) serial.add(Buffer.alloc(1000, 'x'));
  assert.ok((serial.tail(1)[0] ?? '').length <= 4096);
  for (let round = 0; round < 1000; round++) serial.add(Buffer.from(`line ${round}\n`));
  assert.is(serial.tail(1000).length, 200);
});

test('ports come from what QEMU says of its network', () => {
  const info =
    'Hub -1 (net):\r\n  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n' +
    '  TCP[HOST_FORWARD]   3       127.0.0.1 45675       10.0.2.15    22     0     0\r\n' +
    '  TCP[HOST_FORWARD]   4       127.0.0.1 45676       10.0.2.15   443     0     0\r\n';
  assert.equal(forwardedPorts(info), [
    { host: 45_675, guest: 22 },
    { host: 45_676, guest: 443 },
  ]);
  assert.equal(forwardedPorts('nothing'), []);
});

test.run();
