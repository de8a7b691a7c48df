import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toOpenMetrics, wantsOpenMetrics } from '../../../../src/firmware/agent/metrics/open-metrics.ts';

test('families get the names and types of OpenMetrics, samples keep theirs', () => {
  const text = [
    '# HELP a_total Says "what".',
    '# TYPE a_total counter',
    'a_total{x="1",y="q\\"} 2 #"} 1e+06',
    'a_total{x="2"} 0',
    '# HELP odd A counter of another name.',
    '# TYPE odd counter',
    'odd 3',
    '# TYPE b gauge',
    'b 1',
    '# TYPE b_total counter',
    'b_total 2',
    '# TYPE left untyped',
    'left -1',
    '',
    '# a comment',
    '# TYPE gc summary',
    'gc{quantile="0.5"} NaN',
    'gc_sum 1',
    'gc_count 2',
    '# TYPE h histogram',
    'h_bucket{le="+Inf"} 1',
    'h_sum 1',
    'h_count 1',
    '# TYPE h_other gauge',
    'h_other 1 1500',
    'alone 7',
    'this is no sample',
    '# TYPE empty gauge',
    '',
  ].join('\n');
  assert.is(
    toOpenMetrics(text),
    `${[
      '# TYPE a counter',
      '# HELP a Says \\"what\\".',
      'a_total{x="1",y="q\\"} 2 #"} 1e+06',
      'a_total{x="2"} 0',
      '# TYPE odd unknown',
      '# HELP odd A counter of another name.',
      'odd 3',
      '# TYPE b gauge',
      'b 1',
      '# TYPE b_total unknown',
      'b_total 2',
      '# TYPE left unknown',
      'left -1',
      '# TYPE gc summary',
      'gc{quantile="0.5"} NaN',
      'gc_sum 1',
      'gc_count 2',
      '# TYPE h histogram',
      'h_bucket{le="+Inf"} 1',
      'h_sum 1',
      'h_count 1',
      '# TYPE h_other gauge',
      'h_other 1 1.5',
      '# TYPE alone unknown',
      'alone 7',
      '# TYPE empty gauge',
      '# EOF',
    ].join('\n')}\n`,
  );
  assert.is(toOpenMetrics(''), '# EOF\n');
});

test('OpenMetrics is for those who ask for it, and like it as well as plain text', () => {
  const prometheus2 =
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
  const prometheus3 =
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
  for (const accept of [
    prometheus2,
    prometheus3,
    'Application/OpenMetrics-Text; version="1.0.0"',
    'application/openmetrics-text',
  ])
    assert.ok(wantsOpenMetrics(accept), accept);
  for (const accept of [
    '',
    '*/*',
    'text/plain',
    'text/html,*/*',
    'application/openmetrics-text;version=2.0.0',
    'application/openmetrics-text;q=0',
    'application/openmetrics-text;q=0.4,text/plain;q=0.5',
    'application/openmetrics-text;q=x',
    ','.repeat(5000),
  ])
    assert.not.ok(wantsOpenMetrics(accept), accept.slice(0, 80));
});

test.run();
