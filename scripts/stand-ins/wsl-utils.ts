// Replaces wsl-utils in the bundles: oclif only needs to know whether this is Windows’ Linux, and the original loads
// `node:child_process` and asks the file system.
import os from 'node:os';

export const isWsl = process.platform === 'linux' && os.release().toLowerCase().includes('microsoft');
export const powerShellPath = async (): Promise<string> => 'powershell.exe';
