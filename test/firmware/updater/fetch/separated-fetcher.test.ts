// The real program, asked over its pipes, against a server that behaves and others that do not.

import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startHelper } from '../../../../src/firmware/platform/run-command.ts';
import { ChannelError } from '../../../../src/firmware/updater/channel/channel-error.ts';
import { FETCHED_MAX_BYTES } from '../../../../src/firmware/updater/fetch/fetch-answer.ts';
import { SeparatedFetcher } from '../../../../src/firmware/updater/fetch/separated-fetcher.ts';
import { repositoryRoot } from '../../../support/source-files.ts';
import { serving } from '../../../support/tuf-channel.ts';

const program = `${repositoryRoot}/src/firmware/updater/fetch/main.ts`;
const helper = (file = program) =>
  startHelper(process.execPath, ['--import', `${repositoryRoot}/node_modules/tsx/dist/loader.mjs`, file]);
const options = { limitSeconds: 5, userAgent: 'kiln-test' };

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  return text;
}

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => assert.unreachable('taken'),
    (error: unknown) => error,
  );

test('files come as they are, and what is not there or not right is told by its kind', async () => {
  await serving(
    (request, response) => {
      if (request.url === '/good') response.end('{"a":"ü"}');
      else if (request.url === '/moved') response.writeHead(302, { location: 'http://127.0.0.2/' }).end();
      else if (request.url === '/endless') response.end(Buffer.alloc(FETCHED_MAX_BYTES + 1));
      else response.writeHead(404).end();
    },
    async (address) => {
      const one = helper();
      try {
        const fetcher = new SeparatedFetcher(one, options);
        assert.is(await textOf(await fetcher.fetch(`${address}good`)), '{"a":"ü"}');
        const missing = await thrownBy(fetcher.fetch(`${address}none`));
        assert.ok(missing instanceof DownloadHTTPError && missing.statusCode === 404);
        for (const [path, fault] of [
          ['moved', 'moved'],
          ['endless', 'oversized'],
        ] as const) {
          const error = await thrownBy(fetcher.fetch(`${address}${path}`));
          assert.ok(error instanceof ChannelError && error.fault === fault, String(error));
        }
        assert.is(await textOf(await fetcher.fetch(`${address}good`)), '{"a":"ü"}');
      } finally {
        await one.close();
      }
    },
  );
});

test('a program that ends without an answer is a channel that is not reached', async () => {
  const one = startHelper('sh', ['-c', 'echo it broke >&2; exit 3']);
  const error = await thrownBy(new SeparatedFetcher(one, options).fetch('http://127.0.0.1:1/'));
  assert.ok(error instanceof ChannelError && error.fault === 'unreachable', String(error));
  assert.match((error as ChannelError).message, 'sh ended without an answer');
  await one.close();
});

test('a program that can not be started is told of, and closing it ends', async () => {
  const one = startHelper('/nowhere/fetch', []);
  assert.match(String(await thrownBy(one.line())), '/nowhere/fetch');
  await one.close();
});

test.run();
