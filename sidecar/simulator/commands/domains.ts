import { createGlob } from '../company/glob.ts';
import { type Domain, domainTypes } from '../company/model.ts';
import { readDomainProperty } from '../properties/domain-properties.ts';
import { ApiError, child, textOf } from '../wire/envelope.ts';
import { leaf } from '../wire/xml-writer.ts';
import type { CommandResult, SessionCall } from './command.ts';
import { readMask, writePage } from './paging.ts';
import { readPropertyNames, writeProperties } from './property-list.ts';
import { maySeeDomain, requireDomain } from './rights.ts';

/** `getdomainsinfolist`: the domains that the session may see. */
export function getDomainsInfoList({ state, params, caller }: SessionCall): CommandResult {
  const { company } = state;
  const filter = child(params, 'filter');
  const glob = createGlob(textOf(filter, 'namemask'));
  const type = readMask(filter, 'typemask');
  const domains = company
    .domains()
    .filter(
      (domain) =>
        maySeeDomain(caller, domain.name) &&
        glob(domain.name) &&
        (type === undefined || domainTypes.indexOf(domain.type) === type),
    );
  const { dialect } = company.server;
  const writeItem = (domain: Domain) =>
    leaf('name', domain.name) +
    leaf('desc', domain.description) +
    leaf('domaintype', domainTypes.indexOf(domain.type)) +
    leaf('accountcount', dialect.oldLists ? -1 : company.countAccounts(domain.name));
  return { content: writePage(domains, params, dialect, writeItem) };
}

/** `getdomainproperties`: named properties of one domain. */
export function getDomainProperties({ state, params, caller }: SessionCall): CommandResult {
  const domain = requireVisibleDomain(textOf(params, 'domainstr'), { state, caller });
  const names = readPropertyNames(params, 'domainpropertylist');
  return { content: writeProperties(names, (name) => readDomainProperty(name, domain, state.company.server)) };
}

/** The domain a request is about. Throws {@link ApiError}; the uid for an unknown domain is made up by analogy. */
export function requireVisibleDomain(name: string, call: Pick<SessionCall, 'state' | 'caller'>): Domain {
  if (name === '') throw new ApiError('domain_parameter_empty');
  requireDomain(call.caller, name);
  const domain = call.state.company.domain(name);
  if (domain === undefined) throw new ApiError('domain_invalid');
  return domain;
}
