import { parentPort } from 'node:worker_threads';
import type { DeflatedBlock, Reply, Request } from './jobs.ts';
import { deflateBlock } from './run-deflate.ts';
import { hashFile } from './run-hash.ts';
import { surveyBlocks } from './run-survey.ts';

/** The thread's side of the pool: one request, one reply, nothing kept between them. */
parentPort?.on('message', (request: Request) => {
  try {
    send({ output: answer(request) });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    send({ failure: { message, ...(code === undefined ? {} : { code }) } });
  }
});

function answer(request: Request) {
  switch (request.kind) {
    case 'survey':
      return surveyBlocks(request.input);
    case 'deflate':
      return deflateBlock(request.input);
    case 'hash':
      return { sha256: hashFile(request.input) };
  }
}

function send(reply: Reply): void {
  const data = 'output' in reply ? (reply.output as Partial<DeflatedBlock>).data : undefined;
  // Moving the compressed bytes instead of copying them keeps memory flat.
  parentPort?.postMessage(reply, data?.buffer instanceof ArrayBuffer ? [data.buffer] : []);
}
