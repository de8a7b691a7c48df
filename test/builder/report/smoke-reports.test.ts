import { XmlDocument } from 'libxml2-wasm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { smokeJunit } from '../../../src/builder/report/junit.ts';
import { smokeJson } from '../../../src/builder/report/smoke-json.ts';
import { smokeTable } from '../../../src/builder/report/smoke-table.ts';
import { sampleSmokeReport } from './sample-smoke-report.ts';

test('JUnit: a suite for each guest, a case for each check', () => {
  const expected = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="sample 1.2.3 smoke" tests="5" failures="1" errors="0" skipped="1" time="600.5">
  <testsuite name="kvm" tests="2" failures="0" errors="0" skipped="0" time="80.3">
    <testcase classname="smoke.kvm" name="login: the guest let us in over SSH" time="56.0"/>
    <testcase classname="smoke.kvm" name="slot: the slot booted is A" time="0.3"/>
    <system-out>sample-1.2.3-kvm.qcow2
BIOS, virtio-blk, virtio-net, 2 CPUs, 1024 MiB
Serial log: kvm.serial.log
Display at login: kvm.login.png</system-out>
  </testsuite>
  <testsuite name="azure" tests="2" failures="1" errors="0" skipped="1" time="600.0">
    <testcase classname="smoke.azure" name="login: the guest let us in over SSH" time="600.0">
      <failure message="no login">no login
&lt;why&gt; &amp; "how"</failure>
    </testcase>
    <testcase classname="smoke.azure" name="slot: the slot booted is A" time="0.0">
      <skipped message="nobody was let in"/>
    </testcase>
    <system-out>sample-1.2.3-azure.vhd
BIOS, ide, virtio-net, 2 CPUs, 1024 MiB
virtio stands in
Serial log: azure.serial.log
Display at failure: azure.failure.png
Kernel panic
with \ufffd bell ]]&gt;</system-out>
  </testsuite>
  <testsuite name="kvm-power-loss" tests="1" failures="0" errors="0" skipped="0" time="144.5">
    <testcase classname="smoke.kvm-power-loss" name="power-loss: data is whole after the power was cut" time="64.3"/>
    <system-out>sample-1.2.3-kvm.qcow2
BIOS, virtio-blk, virtio-net, 2 CPUs, 1024 MiB
Fault: the power cut while it wrote
Serial log: kvm-power-loss.serial.log</system-out>
  </testsuite>
</testsuites>
`;
  assert.fixture(smokeJunit(sampleSmokeReport), expected);
});

test('JUnit is XML to a strict parser, whatever the console said', () => {
  const xml = XmlDocument.fromString(smokeJunit(sampleSmokeReport));
  assert.is(xml.find('//testcase').length, 5);
  assert.is(xml.find('//failure').length, 1);
  xml.dispose();
});

test('the table has a row for each guest, then what failed with the end of its console', () => {
  const expected = `name            artifact                result  login  healthy  total  checks  guest
kvm             sample-1.2.3-kvm.qcow2  passed   56 s     61 s   80 s     2/2  BIOS, virtio-blk, virtio-net, 2 CPUs, 1024 MiB
azure           sample-1.2.3-azure.vhd  failed      -        -  600 s     0/2  BIOS, ide, virtio-net, 2 CPUs, 1024 MiB
kvm-power-loss  sample-1.2.3-kvm.qcow2  passed   56 s     61 s  145 s     1/1  BIOS, virtio-blk, virtio-net, 2 CPUs, 1024 MiB

azure failed (sample-1.2.3-azure.vhd):
  login: no login
    <why> & "how"
  the last 2 lines of its console (more in azure.serial.log and azure.failure.png):
  | Kernel panic
  | with \u0007 bell ]]>`;
  assert.fixture(smokeTable(sampleSmokeReport), expected);
});

test('smoke.json is the report, with seconds that a person can read', () => {
  const text = smokeJson(sampleSmokeReport);
  const report = JSON.parse(text);
  assert.is(report.guests[0].secondsToLogin, 56);
  assert.is(report.guests[0].checks[1].seconds, 0.3);
  assert.is(report.guests[1].secondsToLogin, null);
  assert.is(report.guests[0].secondsToHealthy, 61.3);
  assert.is(report.guests[0].boot.secondsFirmware, 4);
  assert.is(report.guests[0].boot.slowest[0].seconds, 7);
  assert.is(report.guests[1].requests[0].seconds, 31.3);
  assert.is(report.schemaVersion, 2);
  assert.ok(text.endsWith('}\n'));
});

test.run();
