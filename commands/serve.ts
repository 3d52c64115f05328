import { randomBytes } from 'node:crypto';
import { Flags } from '@oclif/core';
import { hasAwsSecret, hashPassword, startService, type RunningServer } from '../api/server.ts';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { EXIT_CODES } from '../lib/core/terminal/exit-codes.ts';
import { createOwnSecret, ownSecretFile } from '../lib/users/own-secret.ts';
import { withServerStore } from '../lib/core/terminal/server-store.ts';
import { isTerminal } from '../lib/core/terminal/terminal.ts';
import type { Config } from '../lib/core/config.ts';
import { InvalidInputError } from '../lib/core/errors.ts';
import { isLoopback } from '../lib/core/loopback-rules.ts';

/** The first user of a server without a secret file. */
const FIRST_USER = 'me';

/** The first output of `immersion serve --json`, when it listens; log lines follow. */
export interface ServeResult {
  url: string;
}

export default class Serve extends ImmersionCommand {
  static override summary = 'Run the API as a server';
  static override description =
    'Serves the same data that the other commands use on this computer. Without a secret file it creates the user “me” and a password, and shows that password once. Logs go to standard output: JSON with CloudWatch metrics, unless it is a terminal. SIGTERM lets requests in flight finish.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --port 8080',
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --behind-proxy',
    '<%= config.bin %> <%= command.id %> --open',
  ];
  static override flags = {
    host: Flags.string({ description: 'Address to listen on (default: HOST or 127.0.0.1)' }),
    port: Flags.string({ description: 'Port to listen on, 0 for any free one (default: PORT or 5000)' }),
    'behind-proxy': Flags.boolean({ description: 'Allow non-loopback addresses; a proxy in front handles TLS' }),
    'episode-sync-mode': Flags.string({
      description: 'Which shows to keep up to date: GREEDY or ON_DEMAND (default: EPISODE_SYNC_MODE or ON_DEMAND)',
    }),
    open: Flags.boolean({
      description: 'No passwords; loopback addresses only',
      exclusive: ['behind-proxy'],
    }),
  };
  private server: RunningServer | undefined;
  private readonly ended = Promise.withResolvers<void>();

  async run(): Promise<ServeResult> {
    const { flags } = await this.parse(Serve);
    const settings = this.settings({
      HOST: flags.host,
      PORT: flags.port,
      EPISODE_SYNC_MODE: flags['episode-sync-mode'],
    });
    const { environment } = this.io;
    const config = withServerStore(settings, { environment, tell: (line) => this.tell(line) });
    if (!isLoopback(config.host) && !flags['behind-proxy']) throw refusedAddress(config.host, flags.open);

    this.outliveOutput();
    const secretFile = flags.open ? config.secretFile : await this.secretFile(config);
    this.server = await startService(
      { ...config, secretFile },
      {
        background: true,
        behindProxy: flags['behind-proxy'],
        openFor: flags.open ? FIRST_USER : undefined,
        format: this.jsonEnabled() || !isTerminal(this.io.output) ? 'json' : 'human',
        write: joined((text) => this.io.output.write(text)),
      },
    );
    const { url } = this.server;
    this.tell(`Listening on ${url}${flags.open ? ', open to everyone on this computer' : ''}. API docs: ${url}/docs`);
    if (this.jsonEnabled()) this.io.output.write(`${JSON.stringify({ url })}\n`);
    process.once('SIGTERM', () => void this.drain());
    await this.ended.promise;
    return { url };
  }

  /** Printed when the server listens, not when it stops. */
  override logJson(json: unknown): void {
    if (!this.server) super.logJson(json);
  }

  protected override interrupt(): void {
    this.exitStatus = EXIT_CODES.interrupted[0];
    void this.drain();
  }

  private async drain(): Promise<void> {
    this.tell('Stopping; finishing requests in flight.');
    await this.server?.stop();
    this.ended.resolve();
  }

  /** Drops lines that can't be written (full disk, closed pipe) and keeps the service running; oclif would end it. */
  private outliveOutput(): void {
    const { output } = this.io;
    let told = false;
    output.removeAllListeners('error').on('error', ({ code }: NodeJS.ErrnoException) => {
      if (!told) this.tell(`Can’t write logs to standard output (${code}).`);
      told = true;
    });
  }

  /** Creates a secret file with a first user if none is configured. */
  private async secretFile(config: Config): Promise<string | undefined> {
    if (config.secretFile) return config.secretFile;
    const file = ownSecretFile(config.dataDirectory);
    if (config.store === 'dynamodb') {
      if (await hasAwsSecret(config)) return undefined;
      this.tell(`Secrets Manager has no secret ${config.secretId} for this server: the users are in ${file}.`);
    }
    const password = randomBytes(15).toString('base64url');
    const created = await createOwnSecret(file, async () => ({
      users: [{ user: FIRST_USER, password: await hashPassword(password), admin: true }],
    }));
    if (created) {
      this.tell(`User “${FIRST_USER}” with the password ${password}`);
      this.tell(`This is shown once; ${file} keeps only its hash.`);
    }
    return file;
  }
}

/** Writes lines of the same work at once. */
function joined(write: (text: string) => void): (line: string) => void {
  let text = '';
  return (line) => {
    if (text === '') {
      queueMicrotask(() => {
        write(text);
        text = '';
      });
    }
    text += `${line}\n`;
  };
}

const refusedAddress = (host: string, open: boolean) =>
  new InvalidInputError(
    open
      ? `With --open the server listens on loopback addresses only, not on ${host}.`
      : `Passwords would be sent unencrypted to ${host}.`,
    {
      code: 'invalid_argument',
      suggestions: open
        ? ['Leave out --host.']
        : ['Put a TLS proxy in front and add --behind-proxy.', 'Or listen on 127.0.0.1.'],
    },
  );
