/** The questions that a person is asked before a session goes to another state. Each answers what was chosen. */
import * as vscode from 'vscode';
import type { KeepReport } from '../../runtime/protocol/states.ts';
import { atMost, type Concerns } from './concerns.ts';
import { describeEffect } from './words.ts';

const maxLines = 12;

/** `silence`: go on, and do not ask again for this session. */
export type Confirmed = 'go' | 'silence' | undefined;

/** Lists what does not come back. `action`: what the button says, such as `Undo`. */
export async function confirm(action: string, concerns: Concerns): Promise<Confirmed> {
  const silence = vscode.l10n.t('{0}, and Don’t Ask Again for This Session', action);
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('Not everything comes back exactly.'),
    { modal: true, detail: concernLines(concerns).join('\n') },
    action,
    silence,
  );
  if (choice === undefined) return undefined;
  return choice === silence ? 'silence' : 'go';
}

export function concernLines({ warnings, lost, effects }: Concerns): readonly string[] {
  const more = (count: number): string => vscode.l10n.t('… and {0} more', count);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0
      ? []
      : [
          title,
          ...atMost(
            lines.map((line) => `• ${line}`),
            maxLines,
            more,
          ),
          '',
        ];
  return [
    ...section(
      vscode.l10n.t('These variables could not be kept:'),
      lost.map(({ name, type, reason }) => `${name} (${type}): ${reason}`),
    ),
    ...section(
      vscode.l10n.t('This does not come back as it was:'),
      warnings.map(({ message }) => message),
    ),
    ...section(
      vscode.l10n.t('This is outside of the session and is not undone:'),
      effects.map(describeEffect),
    ),
  ];
}

/** What to do while the session runs something. */
export async function askBusy(action: string): Promise<'interrupt' | 'queue' | undefined> {
  const interrupt = vscode.l10n.t('Interrupt and {0}', action);
  const wait = vscode.l10n.t('Wait');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('The session runs something.'),
    {
      modal: true,
      detail: vscode.l10n.t('Interrupt it now, or wait until it has ended and then go on?'),
    },
    interrupt,
    wait,
  );
  if (choice === interrupt) return 'interrupt';
  return choice === wait ? 'queue' : undefined;
}

/** Whether the code of an imported checkpoint may run. `name`: of the checkpoint. */
export async function askTrust(name: string, report: KeepReport | undefined): Promise<boolean> {
  const load = vscode.l10n.t('Load It and Run Its Code');
  const kept = report?.kept.map((variable) => `• ${variable.name}: ${variable.type}`) ?? [];
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('The checkpoint "{0}" was imported. Loading it runs code that is in it.', name),
    {
      modal: true,
      detail: [
        vscode.l10n.t('Load it only if you trust whoever made it.'),
        ...(kept.length === 0 ? [] : ['', vscode.l10n.t('It holds:')]),
        ...atMost(kept, maxLines, (count) => vscode.l10n.t('… and {0} more', count)),
      ].join('\n'),
    },
    load,
  );
  return choice === load;
}
