/**
 * Every command that may leave this program. All of them read or open and close a session: nothing here can change
 * an account, a group or a setting of the server.
 */
export const readCommands = [
  'authenticate',
  'logout',
  'getsessioninfo',
  'getauthtoken',
  'getdomainsinfolist',
  'getdomainproperties',
  'getaccountsinfolist',
  'getaccountproperties',
  'getaccountmemberinfolist',
  'getserverproperties',
] as const;

export type ReadCommand = (typeof readCommands)[number];

const allowed: ReadonlySet<unknown> = new Set(readCommands);

/** Throws `TypeError` for anything but a read command, so that not even a cast gets a write to the server. */
export function assertReadCommand(command: unknown): asserts command is ReadCommand {
  if (!allowed.has(command)) throw new TypeError(`the IceWarp connector sends no command ${JSON.stringify(command)}`);
}
