import { z } from 'zod';
import type { KeycloakConnection } from './keycloak-connection.ts';
import { parseReply } from './keycloak-reads.ts';
import type { LoginStep, RealmReader, RealmWriter } from './realm-admin.ts';

type FlowCalls = Pick<RealmReader, 'findLoginFlow'> &
  Pick<RealmWriter, 'createLoginFlow' | 'replaceLoginSteps' | 'deleteLoginFlow'>;

const flowsSchema = z.array(z.object({ id: z.string(), alias: z.string(), description: z.string().nullish() }));
const stepsSchema = z.array(
  z.object({ id: z.string(), level: z.number(), requirement: z.string(), providerId: z.string().default('') }),
);

/** Login flows without sub-flows: all that ours need. */
export function createFlowCalls({ client, call }: KeycloakConnection): FlowCalls {
  const { authenticationManagement: flows } = client;
  const listSteps = async (flow: string) => {
    const found = await call(`read the steps of the flow ${flow}`, () => flows.getExecutions({ flow }));
    return parseReply(stepsSchema, found, 'login steps').filter(({ level }) => level === 0);
  };
  const addSteps = async (flow: string, steps: readonly LoginStep[]) => {
    for (const { authenticator: provider, requirement } of steps) {
      const what = `add ${provider} to the flow ${flow}`;
      await call(what, () => flows.addExecutionToFlow({ flow, provider }));
      const added = (await listSteps(flow)).find(({ providerId }) => providerId === provider);
      await call(what, () => flows.updateExecution({ flow }, { ...added, requirement }));
    }
  };
  return {
    async findLoginFlow(alias) {
      const found = parseReply(flowsSchema, await call('read the login flows', () => flows.getFlows()), 'login flows');
      const flow = found.find((each) => each.alias === alias);
      if (flow === undefined) return undefined;
      const steps = (await listSteps(alias)).map(({ providerId, requirement }) => ({
        authenticator: providerId,
        requirement,
      }));
      return { id: flow.id, alias, description: flow.description ?? '', steps };
    },
    async createLoginFlow(alias, description, steps) {
      const flow = { alias, description, providerId: 'basic-flow', topLevel: true, builtIn: false };
      await call(`make the flow ${alias}`, () => flows.createFlow(flow));
      await addSteps(alias, steps);
    },
    async replaceLoginSteps({ alias }, steps) {
      for (const { id } of await listSteps(alias))
        await call(`clear the flow ${alias}`, () => flows.delExecution({ id }));
      await addSteps(alias, steps);
    },
    async deleteLoginFlow(flowId) {
      await call('delete the login flow', () => flows.deleteFlow({ flowId }));
    },
  };
}
