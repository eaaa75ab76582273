import type { RequestHandler } from 'express';

export interface AddressLimitOptions {
  /** Requests of one address. */
  readonly perMinute: number;
  /** One address for many people: not limited. */
  readonly isApplicationAddress: (address: string) => boolean;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
  /** Answers what is too much; the header Retry-After is set. */
  readonly refuse: RequestHandler;
}

const minuteMs = 60_000;
/** Addresses of one minute that are counted; more than these are let through, as what they cost is bounded elsewhere. */
const maxAddresses = 50_000;

/** Bounds what one address can make us do: so many requests in each minute of the clock. An IPv6 address counts as its network of 64 bits. */
export function createAddressLimit(options: AddressLimitOptions): RequestHandler {
  const { perMinute, isApplicationAddress, refuse, now = () => performance.now() } = options;
  let minute = Number.NaN;
  let counts = new Map<string, number>();
  return (request, response, next) => {
    const address = request.ip ?? request.socket.remoteAddress ?? '';
    if (isApplicationAddress(address)) return next();
    const current = Math.floor(now() / minuteMs);
    if (current !== minute) {
      minute = current;
      counts = new Map();
    }
    const key = toNetwork(address);
    const count = (counts.get(key) ?? 0) + 1;
    if (counts.size < maxAddresses || counts.has(key)) counts.set(key, count);
    if (count <= perMinute) return next();
    response.set('Retry-After', String(Math.ceil(((current + 1) * minuteMs - now()) / 1000)));
    return refuse(request, response, next);
  };
}

function toNetwork(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':');
    groups.push(...Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0'), ...rest);
  }
  return groups.slice(0, 4).join(':');
}
