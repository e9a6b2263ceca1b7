/**
 * The debug adapter, as it runs inside the extension host: a bundle of its own that is loaded with the first debug session
 * and not with the extension. What it knows of the runtime it brings along.
 */
export { createDebugAdapter } from '../../debug-adapter/adapter.ts';
