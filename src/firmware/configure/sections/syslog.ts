import { createHash } from 'node:crypto';
import type { Configuration, Syslog } from '../../../contract/configuration/configuration.ts';
import type { CommandLine, RenderedFile, Section } from '../section.ts';

const COLLECTOR = '/etc/rsyslog.d/kiln-collector.conf';
const AUTHORITY = '/etc/rsyslog.d/kiln-collector.pem';
/** Debian's, and those of the configuration. */
const TRUSTED = '/etc/ssl/certs/ca-certificates.crt';

/** The journal to a collector, by Debian's rsyslog. The unit starts when the collector's file is there. */
export const syslog: Section = {
  id: 'syslog',
  files({ monitoring: { syslog }, trustedAuthorities }) {
    if (syslog === null) return [];
    const { authority } = syslog;
    const content = `${authority === null ? trusting(trustedAuthorities) : ''}${collector(syslog)}`;
    const files: RenderedFile[] = [{ path: COLLECTOR, mode: 0o644, content }];
    if (authority !== null) files.push({ path: AUTHORITY, mode: 0o644, content: authority });
    return files;
  },
  check({ monitoring: { syslog } }) {
    if (syslog === null) return [];
    const authority: CommandLine[] =
      syslog.authority === null ? [] : [['openssl', 'x509', '-in', AUTHORITY, '-noout', '-subject']];
    return [...authority, ['rsyslogd', '-N1', '-f', '/etc/rsyslog.conf']];
  },
  activate: ({ monitoring: { syslog } }) =>
    syslog === null
      ? [
          ['systemctl', 'stop', 'kiln-syslog.service'],
          // A collector that is named later gets what is logged from then on, not all since this one was.
          ['systemctl', 'clean', '--what=state', 'kiln-syslog.service'],
        ]
      : [['systemctl', 'restart', 'kiln-syslog.service']],
};

/** rsyslogd reads certificates when it starts: the file has to change with them. */
function trusting(authorities: Configuration['trustedAuthorities']): string {
  if (authorities.length === 0) return '';
  const digest = createHash('sha256').update(authorities.join('\n')).digest('hex');
  return `# Authorities besides Debian's: ${digest}\n`;
}

/**
 * RFC 5424 messages with their lengths before them (RFC 5425, section 4.3), to a server that shows a certificate for its
 * name (section 5.2).
 */
function collector({ server, port, authority }: Syslog): string {
  return `template(name="rfc5424" type="string"
    string="<%PRI%>1 %TIMESTAMP:::date-rfc3339% %HOSTNAME% %APP-NAME% %PROCID% %MSGID% %STRUCTURED-DATA% %msg%")
action(type="omfwd" target="${server}" port="${port}" protocol="tcp" tcp_framing="octet-counted" template="rfc5424"
    streamDriver="ossl" streamDriverMode="1" streamDriverAuthMode="x509/name" streamDriverPermittedPeers="${server}"
    streamDriver.CAFile="${authority === null ? TRUSTED : AUTHORITY}" gnutlsPriorityString="MinProtocol=TLSv1.2"
    queue.type="Direct" action.resumeRetryCount="-1" action.resumeInterval="5" action.resumeIntervalMax="60")
`;
}
