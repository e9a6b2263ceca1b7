/** Carries out what a person does in the panel's own outputs: answers, interrupts, "show all". */
import * as vscode from 'vscode';
import { type Log, supervise } from '../logging/log.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { type RendererMessage, rendererId } from './mime.ts';
import { wholeOutputUri } from './whole-output.ts';

export function listenToRenderer(sessions: Sessions, log: Log): vscode.Disposable {
  const messaging = vscode.notebooks.createRendererMessaging(rendererId);
  return messaging.onDidReceiveMessage(({ message }) => {
    // Our own renderer is the only sender on this channel.
    supervise(log, 'a panel action', carryOut(message as RendererMessage, sessions));
  });
}

async function carryOut(message: RendererMessage, sessions: Sessions): Promise<void> {
  switch (message.kind) {
    case 'answer':
      return await sessions.get(message.session).answer(message.inputId, message.data);
    case 'end-of-file':
      return await sessions.get(message.session).answer(message.inputId, undefined);
    case 'interrupt':
      return await sessions.get(message.session).interrupt();
    case 'undo-run':
      await vscode.commands.executeCommand('hindsight.undoRun', message.session, message.key);
      return;
    case 'redo-run':
      await vscode.commands.executeCommand('hindsight.redoRun', message.session, message.key);
      return;
    case 'go-back-into':
      await vscode.commands.executeCommand('hindsight.goBackInto', message.session, message.key);
      return;
    case 'open-table':
      await vscode.commands.executeCommand(
        'hindsight.openTableOf',
        message.session,
        message.name,
        message.key,
      );
      return;
    case 'open':
      await vscode.commands.executeCommand('hindsight.openSource', message.file, message.line);
      return;
    case 'show-all':
      await vscode.window.showTextDocument(wholeOutputUri(sessions.get(message.session), message.key), {
        preview: false,
      });
  }
}
