import type { Accelerator } from '../accelerator.ts';
import { diskDevices } from './devices.ts';
import type { Hardware } from './hardware.ts';
import { type GuestNetwork, networkArguments } from './network.ts';
import { smbiosArguments } from './smbios.ts';

/** Files of one guest: names inside its folder, which QEMU is started in. Sockets there have no length limit to fear. */
export const guestFiles = {
  disk: 'disk.qcow2',
  seed: 'seed.iso',
  configuration: 'configuration.iso',
  firmwareVariables: 'efi-vars.fd',
  serialSocket: 'serial.sock',
  controlSocket: 'qmp.sock',
  firmwareSocket: 'firmware.sock',
  neighbourSocket: 'neighbour.sock',
  processId: 'qemu.pid',
  screenshot: 'screen.png',
} as const;

const firmwareFolder = '/usr/share/OVMF';

/** OVMF's code and the variables a machine starts with, by firmware; Debian package ovmf. */
export const ovmf = {
  uefi: { code: `${firmwareFolder}/OVMF_CODE_4M.fd`, variables: `${firmwareFolder}/OVMF_VARS_4M.fd` },
  'uefi-secure-boot': {
    code: `${firmwareFolder}/OVMF_CODE_4M.secboot.fd`,
    // With Microsoft's keys enrolled, as every platform's firmware has them.
    variables: `${firmwareFolder}/OVMF_VARS_4M.ms.fd`,
  },
} as const;

/** One guest's machine, as it is switched on. */
export interface Machine {
  /** Shown by ps(1). */
  readonly name: string;
  readonly hardware: Hardware;
  readonly network: GuestNetwork;
  /** Whether a disc lies in the CD drive. */
  readonly disc: boolean;
  /** Whether a second one does, with the appliance's configuration. */
  readonly configurationDisc?: boolean;
  readonly disk: {
    /** What the guest flushes reaches the file at once, so that QEMU may be killed as a power cut. */
    readonly durable?: boolean;
    readonly writeProtected?: boolean;
  };
  /** What the hardware clock says at power-on, UTC, like 1970-01-01T00:00:00; absent: the right time. */
  readonly clock?: string;
}

/**
 * The command line of a guest. Its sockets are ours to listen on before QEMU starts, so nothing of the console is lost.
 */
export function qemuArguments(machine: Machine, accelerator: Accelerator['name']): [string, ...string[]] {
  const { hardware, disk } = machine;
  return [
    'qemu-system-x86_64',
    ...['-name', `kiln-smoke-${machine.name}`, '-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'std'],
    ...['-pidfile', guestFiles.processId],
    ...chipset(hardware),
    ...acceleration(accelerator, hardware),
    ...['-smp', String(hardware.cpus), '-m', `${Math.floor(hardware.memoryBytes / 2 ** 20)}M`],
    ...['-rtc', `base=${machine.clock ?? 'utc'}`],
    ...firmware(hardware),
    ...['-blockdev', blockNode(disk)],
    ...diskDevices(hardware, 'disk'),
    ...(machine.disc ? disc('seed', 'ide.1') : []),
    ...(machine.configurationDisc ? disc('configuration', secondDrive(hardware)) : []),
    ...networkArguments(hardware, machine.network, guestFiles.neighbourSocket),
    ...smbiosArguments(hardware.smbios),
    ...['-chardev', `socket,id=serial,path=${guestFiles.serialSocket}`, '-serial', 'chardev:serial'],
    ...['-chardev', `socket,id=qmp,path=${guestFiles.controlSocket}`, '-mon', 'chardev=qmp,mode=control'],
  ];
}

function disc(name: 'seed' | 'configuration', bus: string): string[] {
  return [
    ...['-drive', `if=none,id=${name},file=${guestFiles[name]},format=raw,readonly=on`],
    ...['-device', `ide-cd,drive=${name},bus=${bus}`],
  ];
}

/** The old chipset has two devices on a channel, the new one a port for each. */
function secondDrive({ firmware }: Hardware): string {
  return firmware === 'bios' ? 'ide.1,unit=1' : 'ide.2';
}

/** Flushes are not waited for, as `cache=unsafe` does it with -drive: the overlay dies with the run. */
const unsafe = ',cache.no-flush=on,file.cache.no-flush=on';

function blockNode({ durable = false, writeProtected = false }: Machine['disk']): string {
  const access = writeProtected ? ',read-only=on' : durable ? '' : unsafe;
  return `driver=qcow2,node-name=disk,file.driver=file,file.filename=${guestFiles.disk}${access}`;
}

/**
 * A guest with an identity of its own must not be told by the processor that it runs on QEMU: systemd and cloud-init
 * would believe that first.
 */
function acceleration(name: Accelerator['name'], { smbios }: Hardware): string[] {
  const hidden = smbios.manufacturer !== undefined;
  if (name === 'kvm') return ['-accel', 'kvm', '-cpu', hidden ? 'host,kvm=off' : 'host'];
  // With ERMS, Linux clears pages by `rep stosb`, which TCG carries out byte by byte: up to 10 s of a start.
  const cpu = 'max,erms=off,fsrm=off';
  // One thread for all processors. With a thread each, QEMU may run an instruction that another processor is just
  // rewriting: Linux patches its own code by int3, and dies of one now and then ("Oops: int3"; Red Hat bug 2216496).
  // It is quicker as well where guests run side by side: nobody waits for a processor that is not running.
  return ['-accel', 'tcg,thread=single', '-cpu', hidden ? `${cpu},tcg-cpuid=off` : cpu];
}

/** Old machines have a BIOS and an i440FX chipset, new ones UEFI and Q35; Secure Boot keeps its variables by SMM. */
function chipset({ firmware }: Hardware): string[] {
  if (firmware === 'bios') return ['-machine', 'pc'];
  return ['-machine', firmware === 'uefi-secure-boot' ? 'q35,smm=on' : 'q35'];
}

function firmware(hardware: Hardware): string[] {
  if (hardware.firmware === 'bios') {
    // SeaBIOS tells port 0x402 what it does, and nobody else.
    const spoken = `socket,id=firmware,path=${guestFiles.firmwareSocket}`;
    return ['-chardev', spoken, '-device', 'isa-debugcon,iobase=0x402,chardev=firmware'];
  }
  const secure = ['-global', 'driver=cfi.pflash01,property=secure,value=on'];
  return [
    ...(hardware.firmware === 'uefi-secure-boot' ? secure : []),
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${ovmf[hardware.firmware].code}`],
    ...['-drive', `if=pflash,unit=1,format=raw,file=${guestFiles.firmwareVariables}`],
  ];
}
