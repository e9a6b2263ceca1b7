/** What the adapter says of itself in `initialize`: exactly what it answers. */
import type { DebugProtocol } from '@vscode/debugprotocol';

export const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsDataBreakpoints: true,
  supportsBreakpointLocationsRequest: true,
  supportsExceptionFilterOptions: true,
  supportsExceptionOptions: true,
  supportsExceptionInfoRequest: true,
  exceptionBreakpointFilters: [
    {
      filter: 'raised',
      label: 'Raised Exceptions',
      description: 'Stop wherever an exception is raised, caught or not.',
      default: false,
      supportsCondition: true,
      conditionDescription:
        'Class names, separated by commas; ! before one leaves it out: ValueError, !KeyError',
    },
    {
      filter: 'uncaught',
      label: 'Uncaught Exceptions',
      description: 'Stop where an exception is raised that nothing catches.',
      default: true,
      supportsCondition: true,
      conditionDescription:
        'Class names, separated by commas; ! before one leaves it out: ValueError, !KeyError',
    },
    {
      filter: 'userUncaught',
      label: 'User Uncaught Exceptions',
      description: 'Stop where an exception leaves your code for that of a library.',
      default: false,
      supportsCondition: true,
      conditionDescription:
        'Class names, separated by commas; ! before one leaves it out: ValueError, !KeyError',
    },
  ],
  supportsStepBack: true,
  supportsRestartFrame: true,
  supportsGotoTargetsRequest: true,
  supportsStepInTargetsRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsValueFormattingOptions: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['.'],
  supportsModulesRequest: true,
  supportsLoadedSourcesRequest: true,
  supportsReadMemoryRequest: true,
  supportsWriteMemoryRequest: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportTerminateDebuggee: true,
  supportsCancelRequest: true,
};
