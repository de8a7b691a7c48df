import { type ConfigurationForm, partsOf } from './field.ts';

export const namesForm: ConfigurationForm = {
  title: 'Host name and time',
  intro: '',
  submit: 'Apply',
  fields: [
    {
      name: 'hostname',
      label: 'Host name',
      kind: 'text',
      help: 'Lower-case letters, digits and hyphens. Empty: as the platform gives it.',
      places: ['/hostname'],
    },
    {
      name: 'zone',
      label: 'Time zone',
      kind: 'text',
      help: 'A name of the IANA database, such as Europe/Zurich. Empty: UTC.',
      places: ['/timeZone'],
    },
    {
      name: 'ntp',
      label: 'Time servers',
      kind: 'text',
      help: 'Names or addresses with blanks between them. Empty: those of the platform.',
      places: ['/ntp/servers'],
    },
  ],
  read: ({ hostname, timeZone, ntp }) => ({
    hostname: hostname ?? '',
    zone: timeZone ?? '',
    ntp: ntp.servers.join(' '),
  }),
  write: (configuration, { hostname = '', zone = '', ntp }) => ({
    ...configuration,
    hostname: hostname.trim() || null,
    timeZone: zone.trim() || null,
    ntp: { servers: partsOf(ntp) },
  }),
};
