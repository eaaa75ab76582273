import { CompactTable } from './compact-table.ts';
import { type Fingerprint, fingerprintWords } from './fingerprints.ts';
import { type Ticks, ticksPerMs } from './ticks.ts';

/** The window is counted in eighths of a bit more than itself: never too few, up to a seventh too long. */
const buckets = 8;
const bucketsPerWindow = buckets - 1;
const maxPerBucket = 255;

/** Columns: number of the newest bucket, its counts (a byte each), questions under way, tick of the last failure, failures in a row. */
const newest = 0;
const counts = 1;
const underWay = 3;
const lastFailure = 4;
const inARow = 5;
const ownColumns = 6;

export interface FailureRecordsOptions {
  readonly ticks: Ticks;
  /** Most subjects remembered. */
  readonly capacity: number;
  /** Over which time failures count; may change as IceWarp's policy becomes known. */
  readonly windowMs: () => number;
  /** Columns for whoever keeps more about the same subjects. */
  readonly extraColumns?: number;
}

/** Failures and questions under way for each subject, over a sliding window. */
export class FailureRecords {
  readonly table: CompactTable;
  /** The first of the extra columns. */
  readonly extraFrom = ownColumns;
  readonly #ticks: Ticks;
  readonly #windowMs: () => number;
  #bucketTicks: number;

  constructor({ ticks, capacity, windowMs, extraColumns = 0 }: FailureRecordsOptions) {
    this.#ticks = ticks;
    this.#windowMs = windowMs;
    this.#bucketTicks = bucketTicksOf(windowMs());
    this.table = new CompactTable({
      keyWords: Math.min(2, fingerprintWords),
      valueWords: ownColumns + extraColumns,
      capacity,
      isWorthKeeping: (record) => this.#countOf(record) > 0,
    });
  }

  /** Failures within the window and questions under way. */
  count(key: Fingerprint): number {
    this.#followWindow();
    const record = this.table.find(key);
    return record === -1 ? 0 : this.#countOf(record);
  }

  underWay(key: Fingerprint): number {
    const record = this.table.find(key);
    return record === -1 ? 0 : this.table.get(record, underWay);
  }

  begin(key: Fingerprint): void {
    const record = this.table.ensure(key);
    this.table.set(record, underWay, this.table.get(record, underWay) + 1);
  }

  end(key: Fingerprint): void {
    const record = this.table.find(key);
    if (record !== -1) this.table.set(record, underWay, Math.max(0, this.table.get(record, underWay) - 1));
  }

  /** Adds a failure, or takes one back that had been added at that time. */
  add(key: Fingerprint, tick = this.#ticks.now(), difference: 1 | -1 = 1): void {
    this.#followWindow();
    const record = this.table.ensure(key);
    this.#shift(record);
    const age = Math.max(0, this.table.get(record, newest) - Math.floor(tick / this.#bucketTicks));
    if (age < buckets) this.#addToBucket(record, age, difference);
    this.table.set(record, inARow, Math.max(0, this.table.get(record, inARow) + difference));
    if (difference === 1) this.table.set(record, lastFailure, Math.max(tick, this.table.get(record, lastFailure)));
  }

  /** Failures since the last success, however long ago. */
  inARow(key: Fingerprint): number {
    const record = this.table.find(key);
    return record === -1 ? 0 : this.table.get(record, inARow);
  }

  /** A right password: the next failure is the first in a row. */
  endRow(key: Fingerprint): void {
    const record = this.table.find(key);
    if (record !== -1) this.table.set(record, inARow, 0);
  }

  /** Whether a failure happened within the last `ms` milliseconds. */
  hasFailedWithin(key: Fingerprint, ms: number): boolean {
    const last = this.lastFailureTick(key);
    return last !== 0 && this.#ticks.now() - last < ms * ticksPerMs;
  }

  /** 0 = none is remembered. */
  lastFailureTick(key: Fingerprint): number {
    const record = this.table.find(key);
    return record === -1 ? 0 : this.table.get(record, lastFailure);
  }

  /** Forgets failures; what is under way stays. */
  clear(key: Fingerprint): void {
    const record = this.table.find(key);
    if (record === -1) return;
    for (const column of [counts, counts + 1, lastFailure, inARow]) this.table.set(record, column, 0);
  }

  #countOf(record: number): number {
    this.#shift(record);
    let sum = this.table.get(record, underWay);
    for (let age = 0; age < buckets; age++) sum += this.#bucketAt(record, age);
    return sum;
  }

  #bucketAt(record: number, age: number): number {
    return (this.table.get(record, counts + (age >> 2)) >>> ((age & 3) * 8)) & maxPerBucket;
  }

  #addToBucket(record: number, age: number, difference: number): void {
    const count = Math.max(0, Math.min(maxPerBucket, this.#bucketAt(record, age) + difference));
    const bit = (age & 3) * 8;
    const column = counts + (age >> 2);
    this.table.set(record, column, (this.table.get(record, column) & ~(maxPerBucket << bit)) | (count << bit));
  }

  /** Moves the buckets on to the present; time that runs backwards leaves them where they are. */
  #shift(record: number): void {
    const present = Math.floor(this.#ticks.now() / this.#bucketTicks);
    const steps = present - this.table.get(record, newest);
    if (steps <= 0) return;
    const old = Array.from({ length: buckets }, (_, age) => this.#bucketAt(record, age));
    this.table.set(record, newest, present);
    this.table.set(record, counts, 0);
    this.table.set(record, counts + 1, 0);
    for (let age = 0; age + steps < buckets; age++) this.#addToBucket(record, age + steps, old[age] ?? 0);
  }

  /** When the window changes, what was counted so far counts as of now. */
  #followWindow(): void {
    const bucketTicks = bucketTicksOf(this.#windowMs());
    if (bucketTicks === this.#bucketTicks) return;
    const sums: number[] = [];
    for (let record = 0; record < this.table.size; record++) {
      sums.push(this.#countOf(record) - this.table.get(record, underWay));
    }
    this.#bucketTicks = bucketTicks;
    for (const [record, sum] of sums.entries()) {
      this.table.set(record, newest, Math.floor(this.#ticks.now() / bucketTicks));
      this.table.set(record, counts, 0);
      this.table.set(record, counts + 1, 0);
      this.#addToBucket(record, 0, sum);
    }
  }
}

function bucketTicksOf(windowMs: number): number {
  return Math.max(1, Math.ceil((windowMs * ticksPerMs) / bucketsPerWindow));
}
