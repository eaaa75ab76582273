import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createCaptureFile } from './capture-file.ts';
import { type Capture, findCaptureFaults } from './tshark.ts';
import { startWireTap, type WireTap } from './wire-tap.ts';

/** All that clients and listeners say to each other, on disk for tshark. */
export interface Recording {
  readonly capture: Capture;
  /** Where clients of a listener connect to. */
  port(listener: string): number;
  /** Connections made to a listener so far. */
  connections(listener: string): number;
  /** Cuts what is open; an error when tshark finds a malformed LDAP message, or something that is neither LDAP nor TLS. */
  stop(): Promise<void>;
}

export interface RecordedListener {
  readonly name: string;
  readonly port: number;
  readonly isLdaps: boolean;
}

/** Where Node.js is told to write the secrets of its TLS connections: `NODE_OPTIONS=--tls-keylog=FILE`. */
export function secretsFileIn(folder: string): string {
  return join(folder, 'tls-secrets.txt');
}

/** Puts a tap before each listener. Files are made in `folder`. */
export async function startRecording(folder: string, listeners: readonly RecordedListener[]): Promise<Recording> {
  const file = join(folder, 'ldap.pcap');
  const captureFile = createCaptureFile(file);
  const taps = new Map<string, WireTap>();
  for (const { name, port, isLdaps } of listeners) {
    taps.set(name, await startWireTap({ target: port, capture: captureFile, shownAs: isLdaps ? 636 : 389 }));
  }
  const tapOf = (name: string) => {
    const tap = taps.get(name);
    if (tap === undefined) throw new TypeError(`no listener ${name}; there are ${[...taps.keys()].join(', ')}`);
    return tap;
  };
  const secretsFile = secretsFileIn(folder);
  const recording: Recording = {
    get capture() {
      return { file, secretsFile: existsSync(secretsFile) ? secretsFile : undefined };
    },
    port: (name) => tapOf(name).port,
    connections: (name) => tapOf(name).connections,
    async stop() {
      for (const tap of taps.values()) await tap.stop();
      captureFile.close();
      const { malformed, foreign } = await findCaptureFaults(recording.capture);
      // Not as a comparison: to work out the difference of thousands of lines takes minutes.
      const found = [...malformed, ...foreign];
      assert.ok(found.length === 0, `tshark finds ${found.length} faults: ${JSON.stringify(found).slice(0, 2000)}`);
    },
  };
  return recording;
}
