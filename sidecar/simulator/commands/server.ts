import { readServerProperty } from '../properties/server-properties.ts';
import type { CommandResult, SessionCall } from './command.ts';
import { readPropertyNames, writeProperties } from './property-list.ts';

/** `getserverproperties`: settings of the server. A domain administrator gets no values. */
export function getServerProperties({ state, params, caller }: SessionCall): CommandResult {
  const mayRead = caller.admin === 'administrator';
  const names = readPropertyNames(params, 'serverpropertylist');
  const read = (name: string) => (mayRead ? readServerProperty(name, state.company.server) : undefined);
  return { content: writeProperties(names, read) };
}
