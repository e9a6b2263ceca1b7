/** How an operation is described, and the fields that several of them share. The table itself is `operations.ts`. */
import Type, { type TObject, type TProperties } from 'typebox';

export interface Operation<
  Params extends TProperties = TProperties,
  Returns extends TProperties = TProperties,
> {
  readonly doc: string;
  readonly params: TObject<Params>;
  readonly returns: TObject<Returns>;
  /** `owner`: changes the session or the runtime, refused to an observer. `observer`: open to all. */
  readonly access: 'owner' | 'observer';
}

export function operation<Params extends TProperties, Returns extends TProperties>(
  access: Operation['access'],
  doc: string,
  params: Params,
  returns: Returns,
): Operation<Params, Returns> {
  return { doc, access, params: Type.Object(params), returns: Type.Object(returns) };
}

export const session = Type.String({ minLength: 1, description: 'Session id, `sess-…`.' });

export const ownSession = Type.Optional(
  Type.String({
    minLength: 1,
    description:
      'Default: the session that this connection opened or attached to last; a new one where there is none.',
  }),
);

export const count = Type.Integer({ minimum: 0 });
