import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const SOURCES = path.join(import.meta.dirname, '..', '..', 'terraform');
/** Offline mirrors of providers. */
const MIRRORS = '/{opt,srv,usr/share,usr/local/share,usr/local/lib,var/lib,home/*}/tf-plugins';
const TIMEOUT_MILLISECONDS = 300_000;

const run = promisify(execFile);

/** Terraform on a copy of `terraform/`, with the provider available. */
export interface Terraform {
  folder: string;
  run(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Returns initialized Terraform, or why it is unavailable. */
export async function findTerraform(environment: Record<string, string> = {}): Promise<Terraform | string> {
  if (!(await run('terraform', ['version']).catch(() => undefined))) return 'there is no terraform on the path';
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-terraform-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  for (const name of await readdir(SOURCES)) {
    if (name.endsWith('.tf')) await cp(path.join(SOURCES, name), path.join(folder, name));
  }
  const mirror = process.env['TF_PLUGIN_MIRROR'] ?? globSync(MIRRORS)[0];
  const settings = path.join(folder, 'cli.tfrc');
  await writeFile(settings, mirror && existsSync(mirror) ? mirrorSettings(mirror) : '');
  const terraform: Terraform = {
    folder,
    remove,
    async run(...args) {
      const env = {
        PATH: process.env['PATH'],
        HOME: folder,
        TF_CLI_CONFIG_FILE: settings,
        TF_IN_AUTOMATION: '1',
        CHECKPOINT_DISABLE: '1',
        ...environment,
      };
      const options = { cwd: folder, env, timeout: TIMEOUT_MILLISECONDS, maxBuffer: 64 * 1024 * 1024 };
      return (await run('terraform', args, options)).stdout;
    },
  };
  try {
    await terraform.run('init', '-input=false', '-no-color');
    return terraform;
  } catch (error) {
    await remove();
    return `its AWS provider cannot be had (TF_PLUGIN_MIRROR may name a folder with it): ${(error as Error).message.trim().split('\n').at(-1)}`;
  }
}

const mirrorSettings = (folder: string): string => `provider_installation {
  filesystem_mirror {
    path    = "${folder}"
    include = ["hashicorp/*"]
  }
  direct {
    exclude = ["hashicorp/*"]
  }
}
`;
