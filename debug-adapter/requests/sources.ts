/** The requests about code: which modules and sources there are, and the text of what is in no file. */
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import { type Context, debuggingOf } from '../context.ts';
import { toModule } from '../convert.ts';
import type { Handlers } from './request.ts';

type SourceCommand = 'modules' | 'loadedSources' | 'source';

export function sourceRequests(context: Context): Handlers<SourceCommand> {
  const { editor } = context;
  return {
    async modules({ startModule = 0, moduleCount = 0 }, { signal }) {
      const { modules = [] } = await debuggingOf(context).debuggee.navigate('modules', {}, signal);
      const end = moduleCount > 0 ? startModule + moduleCount : modules.length;
      return { modules: modules.slice(startModule, end).map(toModule), totalModules: modules.length };
    },
    async loadedSources(_, { signal }) {
      const { sources = [] } = await debuggingOf(context).debuggee.navigate('loaded-sources', {}, signal);
      return { sources: sources.map(({ file, name }) => ({ ...editor.convert.toSource(file), name })) };
    },
    async source({ source, sourceReference }, { signal }) {
      const file = editor.convert.fromSource(source ?? { sourceReference });
      // Python keeps the text of what was evaluated, for tracebacks; asking for it changes nothing.
      const expression = `''.join(__import__('linecache').getlines(${JSON.stringify(file)}))`;
      const { variable } = await debuggingOf(context).debuggee.navigate(
        'evaluate',
        { frame: 0, expression, context: 'clipboard' },
        signal,
      );
      const content = variable?.value;
      if (!content) throw new ProtocolError('invalid-request', `the text of ${file} is not known`);
      return { content, mimeType: 'text/x-python' };
    },
  };
}
