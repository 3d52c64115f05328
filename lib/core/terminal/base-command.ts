import { Command, Flags } from '@oclif/core';
import { processEnvironment, readConfig, type Config, type Overrides } from '../config.ts';
import { ImmersionError } from '../errors.ts';
import type { Connection } from './connection.ts';
import { errorJson, errorText, jsonText, type SaidError } from './error-text.ts';
import { EXIT_CODES, exitStatusOf, isInterruption, type ExitName } from './exit-codes.ts';
import type { Prompts } from './prompts.ts';
import { asLines } from './text.ts';
import { usageError } from './usage-error.ts';
import { waysOut } from './ways-out.ts';
import { canPrompt, screenOf, type Io, type Screen } from './terminal.ts';

/**
 * Base of all commands: flags, API connection, output, errors with suggestions, exit statuses. A command's return type
 * is its `--json` output.
 */
export abstract class ImmersionCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    debug: Flags.boolean({ description: 'Show log lines and stack traces', helpGroup: 'GLOBAL' }),
    input: Flags.boolean({
      description: 'Ask questions when run in a terminal',
      allowNo: true,
      default: true,
      helpGroup: 'GLOBAL',
    }),
    insecure: Flags.boolean({
      description: 'Send the password to an http:// address on the network, where others can read it',
      helpGroup: 'GLOBAL',
    }),
  };

  /** The process's own, unless replaced by the demo or a test. */
  io: Io = {
    environment: processEnvironment(),
    workingDirectory: process.cwd(),
    input: process.stdin,
    output: process.stdout,
    errorOutput: process.stderr,
  };
  /** Instead of the process's, so that callers in this process can read it. */
  exitStatus = 0;
  private openConnection: Connection | undefined;
  private readonly onInterrupt = () => this.interrupt();

  protected settings(overrides: Overrides = {}): Config {
    const { environment, workingDirectory } = this.io;
    const insecure = this.argv.includes('--insecure') ? { IMMERSION_INSECURE: '1' } : {};
    return readConfig({ environment, overrides: { ...insecure, ...overrides }, workingDirectory });
  }

  /** Opens the connection to the API, closed when the command ends. */
  protected async connect(overrides: Overrides = {}): Promise<Connection> {
    if (this.openConnection) return this.openConnection;
    const { connect } = await import('./connection.ts');
    const debug = this.isDebugging() ? (line: string) => this.tell(line) : undefined;
    this.openConnection = connect(this.settings(overrides), { reread: () => this.settings(overrides), debug });
    return this.openConnection;
  }

  async disconnect(): Promise<void> {
    const connection = this.openConnection;
    this.openConnection = undefined;
    await connection?.close();
  }

  /** Prints a result to standard output, without what could control the terminal; nothing with `--json`. */
  protected say(text = ''): void {
    if (!this.jsonEnabled()) this.io.output.write(`${asLines(text, this.screen)}\n`);
  }

  /** Prints anything else to standard error, without what could control the terminal. */
  protected tell(text = ''): void {
    this.io.errorOutput.write(`${asLines(text)}\n`);
  }

  protected get screen(): Screen {
    return screenOf(this.io.output, this.io.environment);
  }

  protected get errorScreen(): Screen {
    return screenOf(this.io.errorOutput, this.io.environment);
  }

  protected mayAsk(flags: { input: boolean }): boolean {
    return flags.input && !this.jsonEnabled() && !this.io.environment['CI'] && canPrompt(this.io);
  }

  /** Undefined without a terminal. */
  protected async prompts(flags: { input: boolean }): Promise<Prompts | undefined> {
    if (this.io.prompts) return this.io.prompts;
    if (!this.mayAsk(flags)) return undefined;
    const { createPrompts } = await import('./prompts.ts');
    return createPrompts(this.io);
  }

  /** Ends successfully with another status than 0. */
  protected finishWith(name: ExitName): void {
    this.exitStatus = EXIT_CODES[name][0];
  }

  override async init(): Promise<void> {
    await super.init();
    process.on('SIGINT', this.onInterrupt);
  }

  override logJson(json: unknown): void {
    this.io.output.write(jsonText(json));
  }

  protected override toErrorJson(thrown: unknown): unknown {
    const error = this.toKnownError(thrown);
    if (error instanceof ImmersionError) return errorJson({ ...partsOf(error), code: error.code });
    return errorJson({ message: error instanceof Error ? error.message : String(error), code: 'internal_error' });
  }

  protected override async catch(thrown: Error): Promise<unknown> {
    // oclif ends `--help` with an error.
    if (isUsageError(thrown) && thrown.oclif.exit === 0) throw thrown;
    const error = this.toKnownError(thrown);
    this.exitStatus = exitStatusOf(error);
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(error));
    else this.tellError(error);
    return undefined;
  }

  protected override async finally(cause: Error | undefined): Promise<void> {
    process.off('SIGINT', this.onInterrupt);
    await this.disconnect();
    if (this.exitStatus !== 0) process.exitCode = this.exitStatus;
    await super.finally(cause);
  }

  private tellError(error: Error): void {
    const { style } = this.errorScreen;
    if (isInterruption(error)) {
      return this.tellStyled(style('yellow', 'Stopped. Nothing is lost: run the same command again to continue.'));
    }
    const known = error instanceof ImmersionError;
    if (known && error.code === 'declined') return this.tell(error.message);
    const said = known
      ? partsOf(error)
      : {
          message: `Something unexpected happened: ${error.message}`,
          suggestions: ['Run it again with --debug to see where.'],
        };
    const stack = this.isDebugging() ? error.stack : undefined;
    this.io.errorOutput.write(errorText({ ...said, stack }, style));
  }

  /** Prints text whose only control characters are its style. */
  protected tellStyled(text: string): void {
    this.io.errorOutput.write(`${text}\n`);
  }

  private toKnownError<E>(error: E): E | ImmersionError {
    if (!isUsageError(error)) return error;
    const flags = Object.entries({ ...this.ctor.baseFlags, ...this.ctor.flags, json: { hidden: false } });
    const known = flags.filter(([, { hidden }]) => !hidden).map(([name]) => name);
    return usageError(error, (this.id ?? '').replaceAll(':', ' '), known);
  }

  private isDebugging(): boolean {
    return this.argv.includes('--debug') || Boolean(this.io.environment['DEBUG']);
  }

  protected interrupt(): void {
    this.tellError(Object.assign(new Error('interrupted'), { name: 'ExitPromptError' }));
    // Writes survive a sudden exit, so there is nothing to wait for.
    process.exit(EXIT_CODES.interrupted[0]);
  }
}

const partsOf = ({ message, code, details, suggestions }: ImmersionError): SaidError => ({
  message,
  details,
  suggestions: suggestions.length > 0 ? suggestions : waysOut(code),
});

const isUsageError = (error: unknown): error is Error & { oclif: { exit?: number } } =>
  error instanceof Error && 'oclif' in error && !(error instanceof ImmersionError);

export const libraryFlag = Flags.string({
  description: 'Library folder with shows/, movies/ and watched.txt (default: the current directory)',
});
