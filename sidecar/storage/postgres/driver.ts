import pg from 'pg';

/**
 * A client that hangs up when it cannot log in. Sequelize lets go of it then, and a server that waits for a password keeps the
 * socket, and with it our process, for a minute.
 */
class SettledClient extends pg.Client {
  override connect(): Promise<pg.Client>;
  override connect(connected: (error: Error) => void): void;
  override connect(connected?: (error: Error) => void): Promise<pg.Client> | undefined {
    if (connected === undefined) return super.connect();
    super.connect((error: Error) => {
      // In its success the error is null.
      if (error) void this.end().catch(() => undefined);
      connected(error);
    });
    return undefined;
  }
}

/** The `pg` module as Sequelize takes it. Not a copy: its `native` part is looked for as soon as it is read. */
export const postgresDriver: object = Object.create(pg, { Client: { value: SettledClient } });
