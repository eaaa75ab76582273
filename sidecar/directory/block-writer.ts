import { DomainError } from '../core/errors.ts';
import type { Sections } from './layout.ts';

const kibibyte = 2 ** 10;
const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;
/** Largest block. */
const maxLength = 16 * gibibyte;
/** Address space held for a block beyond what it is expected to take, so that it grows where it lies. Only what is written takes memory. */
const reservedShare = 4;
const leastReserved = 64 * mebibyte;
/** A block that fills less than this share of the memory it was given moves to memory of its own. */
const leastShare = 1 / 4;
/** Sections hold words (Uint32Array) or octets and begin at multiples of 8. */
const alignment = 8;

export interface BlockWriterOptions {
  /** Octets that the block is expected to take: a guess. */
  readonly expected: number;
  /** Memory of a block that nobody reads any more; it is written over. Memory that cannot grow is left alone. */
  readonly retired?: SharedArrayBuffer | undefined;
}

/** Lays sections one behind the other into shared memory that grows with them. */
export class BlockWriter {
  readonly #sections: Record<string, readonly [number, number]> = {};
  #memory: SharedArrayBuffer;
  #octets: Buffer;
  #end = 0;

  constructor({ expected, retired }: BlockWriterOptions) {
    this.#memory = retired?.growable === true ? retired : reserve(expected * reservedShare);
    this.#octets = Buffer.from(this.#memory, 0, this.#memory.byteLength);
  }

  /** Octets laid down so far. */
  get length(): number {
    return this.#end;
  }

  /** The memory so far; valid until something is added. */
  get octets(): Buffer {
    return this.#octets;
  }

  /**
   * Room for `length` octets right behind what was laid down last; gives its offset. The room is not empty: write all of it.
   * Throws `unsupported` when the block becomes too large or the machine has no memory for it.
   */
  take(length: number): number {
    const offset = this.#end;
    this.#end = offset + length;
    if (this.#end > this.#octets.length) this.#grow(offset);
    return offset;
  }

  /** Makes a section of everything from `offset` to the end. */
  close(name: string, offset: number): void {
    this.#sections[name] = [offset, this.#end - offset];
    const start = this.take(-this.#end & (alignment - 1));
    this.#octets.fill(0, start, this.#end);
  }

  /** Adds a section made of a typed array. */
  append(name: string, array: Uint8Array | Uint32Array): void {
    const offset = this.take(array.byteLength);
    this.#octets.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    this.close(name, offset);
  }

  /** What was laid down: `length` octets of `memory`. */
  finish(): { readonly sections: Sections; readonly memory: SharedArrayBuffer; readonly length: number } {
    const length = this.#end;
    const { byteLength } = this.#memory;
    if (byteLength > leastReserved && length < byteLength * leastShare) this.#move(length, length * reservedShare);
    return { sections: this.#sections, memory: this.#memory, length };
  }

  #grow(filled: number): void {
    if (this.#end > maxLength) {
      const limit = `${maxLength / gibibyte} GiB`;
      throw new DomainError(
        'unsupported',
        `the directory takes more than ${limit} to serve: synchronise fewer domains or groups`,
      );
    }
    if (this.#end > this.#memory.maxByteLength) this.#move(filled, this.#end * reservedShare);
    else this.#makeRoom();
  }

  /** With head room: by little at a time the system would be asked again and again. */
  #makeRoom(): void {
    const wanted = this.#end + Math.max(64 * kibibyte, Math.ceil(this.#end / 16));
    try {
      this.#memory.grow(Math.min(wanted, this.#memory.maxByteLength));
    } catch (error) {
      throw outOfMemory(this.#end, error);
    }
    this.#octets = Buffer.from(this.#memory, 0, this.#memory.byteLength);
  }

  #move(filled: number, reserved: number): void {
    const before = this.#octets.subarray(0, filled);
    this.#memory = reserve(reserved);
    this.#makeRoom();
    this.#octets.set(before);
  }
}

function reserve(octets: number): SharedArrayBuffer {
  const maxByteLength = Math.min(Math.max(octets, leastReserved), maxLength);
  try {
    return new SharedArrayBuffer(64 * kibibyte, { maxByteLength });
  } catch (error) {
    throw outOfMemory(maxByteLength, error);
  }
}

function outOfMemory(octets: number, cause: unknown): DomainError {
  const size = `${Math.ceil(octets / mebibyte)} MiB`;
  const text = `no memory for ${size} of directory: give the service more, or synchronise fewer domains or groups`;
  return new DomainError('unsupported', text, { cause });
}
