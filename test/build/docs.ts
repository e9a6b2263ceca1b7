/**
 * `npm run docs`: writes what is generated and kept in the repository, docs/protocol.md from the protocol's schema and
 * the bundle of texts from the extension's code. Unit tests fail when one is not current.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderProtocolReference } from '../../runtime/protocol/docs.ts';
import { root } from '../tools/paths.ts';
import { bundlePath, renderBundle } from './l10n.ts';

await writeFile(join(root, 'docs', 'protocol.md'), renderProtocolReference());
await writeFile(bundlePath, await renderBundle());
console.log('Wrote docs/protocol.md and client/l10n/bundle.l10n.json');
