/** The LSP library, in a bundle of its own that is loaded with the first language server and not with the extension. */
export { LanguageClient, TransportKind } from 'vscode-languageclient/node';
