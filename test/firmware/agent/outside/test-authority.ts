import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../support/temp-folder.ts';

export interface Issued {
  readonly key: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly certFile: string;
}

/** An authority of a test, that signs for whatever name it is asked to. */
export function testAuthority() {
  const folder = tempFolder();
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '5',
    '-subj',
    '/CN=Authority',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
  );
  return {
    file: at('ca.pem'),
    pem: readFileSync(at('ca.pem'), 'utf8'),
    /** @param names as in `subjectAltName` @param days negative: it ended already */
    issue(names: string, days = 5): Issued {
      const name = names.replace(/\W/g, '-') + days;
      openssl('req', ...newKey, '-subj', '/CN=x', '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`));
      writeFileSync(at(`${name}.ext`), `subjectAltName=${names}\n`);
      const [keyFile, certFile] = [at(`${name}.key`), at(`${name}.pem`)];
      const signing = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at(`${name}.ext`)];
      openssl('x509', '-req', '-in', at(`${name}.csr`), ...signing, '-days', String(days), '-out', certFile);
      return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8'), keyFile, certFile };
    },
  };
}
