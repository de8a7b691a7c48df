import { ConfigurationStore } from '../../platform/configuration-store.ts';
import { placesBelow } from '../../platform/places.ts';
import { askOutside } from './ask-outside.ts';
import { writeResults } from './results.ts';

// Run by kiln-outside.service, as often as its timer says and when the configuration changes.
const places = placesBelow(process.env.KILN_ROOT ?? '/');
const tell = (message: string): void => void process.stderr.write(`${message}\n`);
const { configuration } = await new ConfigurationStore(places.configuration).current(tell);
const results = await askOutside(configuration, places.trustedAuthorities);
await writeResults(places.outsideResults, results);
for (const { id, healthy, detail } of results) if (!healthy) tell(`${id}: ${detail}`);
