/**
 * The import arrows of docs/architecture.md, as rules:
 *
 *     protocol <- core <- engines, transports <- main
 *     client, server, debug-adapter import runtime/protocol and nothing else of the runtime
 *
 * Packages of npm are not looked into. `npm run check` applies the rules; each says why it is there.
 */

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid('no-circular', 'A cycle cannot be understood or tested in parts.', {}, { circular: true }),
    forbid(
      'protocol-imports-nothing',
      'The protocol is what everybody shares; it depends on nobody.',
      { path: '^runtime/protocol/' },
      { path: '^(runtime|client|server|debug-adapter|test)/', pathNot: '^runtime/protocol/' },
    ),
    forbid(
      'core-imports-protocol-only',
      'Core knows no language and no transport.',
      { path: '^runtime/core/' },
      { path: '^(runtime|client|server|debug-adapter|test)/', pathNot: '^runtime/(core|protocol)/' },
    ),
    forbid(
      'engines-know-core-and-protocol',
      'An engine knows no transport, and no other engine.',
      { path: '^runtime/engines/([^/]+)/' },
      {
        path: '^(runtime|client|server|debug-adapter|test)/',
        pathNot: '^runtime/(core|protocol)/|^runtime/engines/$1/',
      },
    ),
    forbid(
      'transports-know-core-and-protocol',
      'A transport knows no language.',
      { path: '^runtime/transports/' },
      {
        path: '^(runtime|client|server|debug-adapter|test)/',
        pathNot: '^runtime/(core|protocol|transports)/',
      },
    ),
    forbid(
      'adapters-meet-the-runtime-in-its-protocol',
      'The extension and the adapters are clients like any other.',
      { path: '^(client|server|debug-adapter)/' },
      { path: '^runtime/', pathNot: '^runtime/protocol/' },
    ),
    forbid(
      'adapters-stay-apart',
      'The extension and the adapters share only the protocol. One file of the extension loads the debug adapter, which can run in its process.',
      {
        path: '^(client|server|debug-adapter)/',
        pathNot: '^client/debugging/adapter-library\\.ts$',
      },
      { path: '^(client|server|debug-adapter)/', pathNot: '^$1/' },
    ),
    forbid(
      'nothing-imports-the-client',
      'The extension is the rim; only its own tests look inside.',
      { pathNot: '^(client|test)/' },
      { path: '^client/' },
    ),
    forbid(
      'the-runtime-imports-no-adapter',
      'The runtime does not know who its clients are; its main file starts the language server as a process.',
      { path: '^runtime/' },
      { path: '^(client|server|debug-adapter|test)/' },
    ),
    forbid(
      'vscode-only-in-the-client',
      'Whatever imports vscode runs only inside an extension host.',
      { pathNot: '^(client|test/e2e/inside)/' },
      { path: '^(vscode$|node_modules/@types/vscode/)' },
    ),
    forbid(
      'nothing-ships-tests',
      'Tests and tools are not in the package.',
      { path: '^(runtime|client|server|debug-adapter)/' },
      { path: '^test/' },
    ),
    forbid(
      'resolvable',
      'An import that leads nowhere fails at run time only.',
      {},
      { couldNotResolve: true, pathNot: '^vscode$' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
