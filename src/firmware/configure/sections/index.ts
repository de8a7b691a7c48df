import type { Section } from '../section.ts';
import { authorities } from './authorities.ts';
import { hostname } from './hostname.ts';
import { network } from './network.ts';
import { resolver } from './resolver.ts';
import { snmp } from './snmp.ts';
import { sshKeys } from './ssh-keys.ts';
import { syslog } from './syslog.ts';
import { timeServers } from './time-servers.ts';
import { timeZone } from './time-zone.ts';
import { tlsCertificate } from './tls-certificate.ts';

/** In the order they are put in force. The network comes last: whoever loses their session has seen the rest succeed. */
export const sections: readonly Section[] = [
  hostname,
  timeZone,
  authorities,
  tlsCertificate,
  sshKeys,
  resolver,
  timeServers,
  snmp,
  syslog,
  network,
];
