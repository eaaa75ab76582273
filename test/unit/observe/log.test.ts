import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { createLog, type LogOptions } from '../../../sidecar/observe/log.ts';

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const destination = { write: (text: string) => lines.push(text), isTTY: false };
  const log = createLog({ level: 'info', format: 'json', destination, ...options });
  return { log, lines, objects: () => lines.map((line) => JSON.parse(line)) };
}

const pretty = (lines: readonly string[]) => lines.join('').replace(/^\d\d:\d\d:\d\d /gm, '');

describe('the log', () => {
  it('writes one JSON object a line with time, level and message', () => {
    const { log, lines, objects } = capture();
    log.warn('IceWarp is slow', { command: 'authenticate', ms: 12 });
    assert.ok(lines[0]?.endsWith('}\n'));
    const [{ time, ...rest }] = objects();
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(rest, { level: 'warn', command: 'authenticate', ms: 12, message: 'IceWarp is slow' });
  });

  it('leaves out lines below its level', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    assert.equal(lines.length, 2);
  });

  const cycle: Record<string, unknown> = { name: 'x' };
  cycle.self = cycle;
  const secrets: readonly [string, Record<string, unknown>][] = [
    ['a Secret', { value: new Secret('hunter2') }],
    ['a Secret in a list in a map', { value: new Map([['a', [new Secret('hunter2')]]]) }],
    ...[
      'password',
      'userPassword',
      'PASSWORD',
      'pass_word',
      'x-api-key',
      'Authorization',
      'set-cookie',
      'sid',
      'authtoken',
    ].map((name): [string, Record<string, unknown>] => [
      `a field named ${name}`,
      { deep: [{ er: { [name]: 'hunter2' } }] },
    ]),
    ['a number named like a secret', { totpcode: 'hunter2' }],
    ['an object named like a secret', { credentials: { user: 'hunter2' } }],
    ['a digest in a map', { map: new Map([['digest', 'hunter2']]) }],
    ['a password in a URL', { url: 'postgres://user:hunter2@db/x' }],
    ['a password in a URL object', { url: new URL('https://user:hunter2@mail.example.com/') }],
    ['a password in the URL of an error', { error: new Error('no answer from https://user:hunter2@mail.example.com') }],
    ['a property of an error', { error: Object.assign(new Error('x'), { request: { password: 'hunter2' } }) }],
    ['the cause of an error', { error: new Error('x', { cause: { password: 'hunter2' } }) }],
    ['bytes', { body: Buffer.from('hunter2') }],
    ['something with toJSON', { body: { password: 'x', toJSON: () => 'hunter2' } }],
    ['something beside a cycle', { cycle, token: 'hunter2' }],
  ];
  for (const [name, fields] of secrets) {
    it(`never shows ${name}`, () => {
      for (const format of ['json', 'pretty'] as const) {
        const { log, lines } = capture({ level: 'debug', format });
        log.error('failed', fields);
        assert.equal(lines.length, 1);
        assert.ok(!lines.join('').includes('hunter2'), lines.join(''));
      }
    });
  }

  it('tells code, message and causes of an error, and its stack at debug only', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = new TypeError('no answer', { cause });
    const told = {
      name: 'TypeError',
      message: 'no answer',
      cause: { name: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
    };
    const atInfo = capture();
    atInfo.log.error('failed', { error });
    assert.deepEqual(atInfo.objects()[0].error, told);
    const atDebug = capture({ level: 'debug' });
    atDebug.log.error('failed', { error });
    assert.match(atDebug.objects()[0].error.stack, /log\.test\.ts/);
  });

  it('survives whatever it is given', () => {
    const { log, objects } = capture();
    const bomb = {
      get value(): string {
        throw new Error('no');
      },
    };
    const deep = Array.from({ length: 50 }).reduce<unknown>((inner) => ({ inner }), 1);
    log.info('odd', {
      bomb,
      deep,
      cycle,
      big: 1n,
      fn() {},
      nothing: undefined,
      list: Array(1000).fill(1),
      bad: new Date(Number.NaN),
    });
    log.info('%s %d %j', JSON.parse('{"__proto__": {"polluted": 1}}'));
    const [odd, formatted] = objects();
    assert.equal(odd.bomb, '[unreadable]');
    assert.equal(odd.cycle.self, '[circular]');
    assert.ok(JSON.stringify(odd.deep).includes('[too deep]'));
    assert.equal(odd.list.length, 101);
    assert.equal(odd.big, '1');
    assert.equal(formatted.message, '%s %d %j');
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  it('keeps its own level, time and message whatever fields are called', () => {
    const { log, objects } = capture();
    log.info('mine', { level: 'x', time: 'y', message: 'z' });
    const [line] = objects();
    assert.deepEqual([line.level, line.message, line.field_level, line.field_message], ['info', 'mine', 'x', 'z']);
  });

  it('does not throw when the line cannot be written', () => {
    const destination = {
      write() {
        throw new Error('EPIPE');
      },
    };
    createLog({ level: 'info', format: 'json', destination }).info('x');
  });
});

describe('the log for people', () => {
  it('writes time, level, message and fields in one line', () => {
    const { log, lines } = capture({ format: 'pretty' });
    log.info('Synchronised', {
      users: 25,
      took: '1.2 s',
      domains: ['a', 'b'],
      none: null,
      error: new DomainError('conflict', 'taken'),
    });
    assert.match(lines[0] ?? '', /^\d\d:\d\d:\d\d INFO {2}Synchronised {2}/);
    assert.equal(
      pretty(lines),
      'INFO  Synchronised  users=25  took="1.2 s"  domains=["a","b"]  none=null  error="taken (conflict)"\n',
    );
  });

  it('lets nobody write to the terminal through a name', () => {
    const { log, lines } = capture({ format: 'pretty' });
    log.info('login of \u001b[2J\r\n12:00:00 INFO  forged', { name: 'x\u009b31m\u202e\u2028', 'k\u001b': 1 });
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines.join('').slice(0, -1), /[\p{Cc}\u2028\u202e]/u);
    assert.ok(lines[0]?.includes('\\u001b[2J'));
  });

  it('tells the causes of an error, and its stack on lines of their own at debug', () => {
    const { log, lines } = capture({ level: 'debug', format: 'pretty' });
    log.error('failed', { error: new Error('a', { cause: new Error('b') }) });
    const [first, second] = pretty(lines).split('\n');
    assert.equal(first, 'ERROR failed  error="a: b"');
    assert.match(second ?? '', /^ {4}at /);
  });

  it('is chosen by itself on a terminal', () => {
    const lines: string[] = [];
    const write = (text: string) => lines.push(text);
    createLog({ level: 'info', format: 'auto', destination: { write, isTTY: true } }).info('x');
    createLog({ level: 'info', format: 'auto', destination: { write } }).info('x');
    assert.match(lines[0] ?? '', /INFO {2}x/);
    assert.equal(JSON.parse(lines[1] ?? '').message, 'x');
  });
});
