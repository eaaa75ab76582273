import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** What one check costs: see RFC 7914 §2. Memory is 128 · `cost` · `blockSize` bytes. */
export interface ScryptCost {
  /** N, a power of two. */
  readonly cost: number;
  /** r. */
  readonly blockSize: number;
  /** p: how often the work is done, one after the other. */
  readonly parallelization: number;
}

/** What is kept of a password that a person chose. Plain data, so that it can be handed to another thread. */
export interface HashedPassword extends ScryptCost {
  /** base64url. */
  readonly salt: string;
  /** base64url. */
  readonly hash: string;
}

/** 16 MiB and some 200 ms of one core: of the equally strong choices one that needs little memory. */
export const usualCost: ScryptCost = { cost: 2 ** 14, blockSize: 8, parallelization: 5 };

const hashBytes = 32;
const saltBytes = 16;

/** Puts a password through scrypt with a salt of its own, in the thread pool. */
export async function hashPassword(password: string, cost: ScryptCost = usualCost): Promise<HashedPassword> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(Buffer.from(password, 'utf8'), salt, cost);
  return { ...cost, salt: salt.toString('base64url'), hash: hash.toString('base64url') };
}

/** Whether `given` is the password of which the hash was made; as slow as making it, whatever the answer. */
export async function matchesPassword(hashed: HashedPassword, given: Uint8Array): Promise<boolean> {
  const expected = Buffer.from(hashed.hash, 'base64url');
  const actual = await derive(given, Buffer.from(hashed.salt, 'base64url'), hashed);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function derive(password: Uint8Array, salt: Uint8Array, work: ScryptCost): Promise<Buffer> {
  const { cost, blockSize, parallelization } = work;
  // Node's default limit on memory is just what its own default needs.
  const options: ScryptOptions = {
    cost,
    blockSize,
    parallelization,
    maxmem: 256 * blockSize * (cost + parallelization + 2),
  };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hashBytes, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
