/**
 * The signature of the call around a cursor, and which parameter is being written. It finds neither itself:
 * the runtime does, from the live function.
 */
import type { EditorPosition } from '../runtime/protocol/editor.ts';
import type { Returns } from '../runtime/protocol/messages.ts';
import { type OpenDocument, placeIn } from './documents.ts';
import type { Looking } from './looking.ts';
import { fromDocstring } from './markdown.ts';

export interface CallSignature {
  readonly label: string;
  readonly markdown?: string;
  readonly parameters: readonly CallParameter[];
  /** Index of the parameter at the cursor; absent where none fits. */
  readonly active?: number;
}

export interface CallParameter {
  /** Where it stands in the label, in UTF-16 code units, end exclusive; or its text where it is not found there. */
  readonly label: readonly [number, number] | string;
  readonly markdown?: string;
}

export const signatureTriggers: readonly string[] = ['(', ','];

/** The call that a position is inside of; undefined where there is none or nothing is known in time. */
export async function signatureAt(
  looking: Looking,
  document: OpenDocument,
  position: EditorPosition,
  signal: AbortSignal,
): Promise<CallSignature | undefined> {
  const looked = await looking.info(document, { ...placeIn(document, position), context: 'call' }, signal);
  return looked?.answer.signature && toCallSignature(looked.answer.signature, looked.answer.doc);
}

/** Pure part of `signatureAt`. */
export function toCallSignature(
  signature: NonNullable<Returns<'info'>['signature']>,
  doc: string | undefined,
): CallSignature {
  const { label, parameters, active } = signature;
  const places = placeParameters(
    label,
    parameters.map((parameter) => parameter.label),
  );
  return {
    label,
    parameters: parameters.map((parameter, index) => ({
      label: places[index] ?? parameter.label,
      ...(parameter.doc !== undefined && { markdown: fromDocstring(parameter.doc) }),
    })),
    ...(doc !== undefined && { markdown: fromDocstring(firstParagraph(doc)) }),
    ...(active !== undefined && { active }),
  };
}

/** Where each parameter stands in the label; found one after the other, so that `b` is not found in `bar`. */
function placeParameters(label: string, parameters: readonly string[]): ([number, number] | undefined)[] {
  let from = label.indexOf('(') + 1;
  return parameters.map((parameter) => {
    const start = label.indexOf(parameter, from);
    if (start === -1) return undefined;
    from = start + parameter.length;
    return [start, from];
  });
}

function firstParagraph(doc: string): string {
  return doc.trim().split(/\n\s*\n/, 1)[0] ?? '';
}
