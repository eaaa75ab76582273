import { writeFileSync } from 'node:fs';
import { describeSettings } from '../../../sidecar/config/describe.ts';

// `npm run docs`: writes the page that settings.test.ts compares.
writeFileSync(new URL('../../../docs/settings.md', import.meta.url), describeSettings());
