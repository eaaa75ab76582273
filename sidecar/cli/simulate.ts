import { type Command, InvalidArgumentError } from 'commander';
import { DomainError } from '../core/errors.ts';
import {
  type Company,
  CompanyError,
  demoCompany,
  generateCompany,
  loadCompanyFile,
  type Simulator,
  startSimulator,
} from '../simulator/simulator.ts';
import { type CliContext, printLine } from './context.ts';
import { untilStopped } from './until-stopped.ts';

interface Options {
  readonly host: string;
  readonly port: number;
  readonly controlPort: number;
  readonly users?: number;
  readonly seed: number;
  readonly company?: string;
  readonly tarpitSeconds: number;
  readonly tls?: true;
}

/** `simulate`. */
export function addSimulateCommand(program: Command, context: CliContext): void {
  program
    .command('simulate')
    .description('run the IceWarp simulator alone, until Ctrl-C. Its administrator is admin@example.com / admin-demo')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 = any free one', wholeNumber(0, 65_535), 0)
    .option('--control-port <number>', 'port of the control endpoint (loopback only)', wholeNumber(0, 65_535), 0)
    .option('--users <number>', 'generate a company of this size', wholeNumber(1, 1_000_000))
    .option(
      '--seed <number>',
      'of the generated company; the same seed gives the same company',
      wholeNumber(0, 2 ** 31),
      1,
    )
    .option('--company <file>', 'YAML file with the company')
    .option('--tarpit-seconds <number>', 'how long a wrong password is held back', wholeNumber(0, 600), 25)
    .option('--tls', 'HTTPS with a self-signed certificate, which is printed')
    .action(async (options: Options) => {
      const simulator = await startSimulator({
        host: options.host,
        port: options.port,
        controlPort: options.controlPort,
        tls: options.tls === true,
        company: chooseCompany(options),
        tarpitMs: options.tarpitSeconds * 1000,
      });
      printLine(context, describe(simulator));
      await untilStopped(context);
      await simulator.stop();
    });
}

function chooseCompany({ users, seed, company }: Options): Company {
  if (users !== undefined && company !== undefined) {
    throw new DomainError(
      'invalid_input',
      '--users and --company cannot both be given: one makes a company, the other reads it',
    );
  }
  if (users !== undefined) return generateCompany({ users, seed });
  if (company === undefined) return demoCompany();
  try {
    return loadCompanyFile(company);
  } catch (error) {
    if (error instanceof CompanyError) throw new DomainError('invalid_input', error.message, { cause: error });
    throw error;
  }
}

function describe(simulator: Simulator): string {
  const { url, controlUrl, certificatePem } = simulator;
  const lines = [
    `IceWarp simulator on ${url}`,
    `control endpoint on ${controlUrl}`,
    'administrator admin@example.com / admin-demo',
  ];
  return [...lines, ...(certificatePem === undefined ? [] : [certificatePem.trimEnd()]), 'Ctrl-C ends it'].join('\n');
}

/** Reads an option that is a whole number within bounds. */
function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}.`);
  };
}
