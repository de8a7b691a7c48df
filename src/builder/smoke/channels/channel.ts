import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../../exec/run.ts';
import type { ServiceRequest } from '../../report/smoke-report.ts';
import { makeSeedIso } from '../../tools/seed-iso.ts';
import type { Outcome } from '../checks/check.ts';
import { guestFiles } from '../guest/arguments.ts';
import type { GuestNetwork } from '../guest/network.ts';

/** Who a guest is to become. */
export interface GuestIdentity {
  /** Also part of the instance id: no guest takes another's state for its own. */
  readonly hostname: string;
  readonly publicKey: string;
  readonly mac: string;
}

export interface ChannelInput {
  readonly exec: Exec;
  /** The guest's own; the disc goes there, under the name of {@link guestFiles}. */
  readonly folder: string;
  readonly identity: GuestIdentity;
}

/** A configuration of the appliance that a platform hands over, and what must have become of it. */
export interface HandedConfiguration {
  /** As `appliancectl config history` names it. */
  readonly channel: 'disc' | 'ovf' | 'user-data';
  /** Settings of the document; all of them must be in force. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A platform's side of the talk, while a guest runs. */
export interface OpenChannel {
  readonly network: GuestNetwork;
  /** Whether a disc was laid into the guest's folder. */
  readonly disc: boolean;
  /** Whether there is a second one, with a configuration. */
  readonly configurationDisc?: true;
  /** Seconds of requests count from here. */
  powerOn(): void;
  /** What the guest asked so far, in order. */
  requests(): readonly ServiceRequest[];
  /** Whether the guest asked and told what this platform expects; undefined where it expects nothing. */
  judge(): Outcome | undefined;
  close(): Promise<void>;
}

/** How a platform hands settings to its guest. One file each. */
export interface Channel {
  /** The class of cloud-init's datasource that must find it; null: cloud-init stays off. */
  readonly datasource: string | null;
  /** Who the channel's key lets in; null: nobody can log in. */
  readonly user: string | null;
  /** The guest's IPv4 address with its prefix length; null: it gets none. */
  readonly address: string | null;
  /** Whether it is told a gateway. QEMU's DHCP server names none on a network that leads nowhere. */
  readonly routed: boolean;
  /** The server its clock must follow; null: none is within reach. */
  readonly clock: string | null;
  /** Whether the guest learns its host name. */
  readonly named: boolean;
  /** Null: the appliance stays as shipped. */
  readonly configuration: HandedConfiguration | null;
  open(input: ChannelInput): Promise<OpenChannel>;
}

/** Lays a disc with these files into the guest's drive, or into its second one. */
export async function makeDisc(
  { exec, folder }: ChannelInput,
  label: string,
  files: Readonly<Record<string, string>>,
  drive: 'seed' | 'configuration' = 'seed',
): Promise<void> {
  const content = join(folder, `${drive}-disc`);
  await mkdir(content);
  for (const [name, text] of Object.entries(files)) await writeFile(join(content, name), text);
  await makeSeedIso(exec, content, join(folder, guestFiles[drive]), label);
}

/** A platform that answers nothing: everything was said before power-on. */
export function silentChannel(network: GuestNetwork, disc: boolean): OpenChannel {
  return {
    network,
    disc,
    powerOn: () => undefined,
    requests: () => [],
    judge: () => undefined,
    close: async () => undefined,
  };
}
