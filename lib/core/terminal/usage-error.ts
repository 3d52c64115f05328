import { InvalidInputError } from '../errors.ts';
import { didYouMean } from './did-you-mean.ts';

/** Converts an error of oclif's parser: one sentence, a suggestion, and the command's help. */
export function usageError(error: Error, command: string, knownFlags: readonly string[] = []): InvalidInputError {
  const { args, flags = [] } = error as { args?: (string | { name: string })[]; flags?: string[] };
  const text = error.message
    .replace(/\s*See more help with --help\s*$/, '')
    .replace(/^The following errors? occurred:/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const { message, meant = [] } = inOurWords(text, {
    names: (args ?? []).map((one) => (typeof one === 'string' ? `“${one}”` : one.name.toUpperCase())),
    flags,
    knownFlags,
  });
  return new InvalidInputError(message.replace(/[^.?!]$/, '$&.'), {
    code: 'invalid_argument',
    suggestions: [...meant, `See immersion ${command} --help`],
  });
}

interface Said {
  message: string;
  meant?: string[];
}

function inOurWords(
  text: string,
  { names, flags, knownFlags }: { names: string[]; flags: string[]; knownFlags: readonly string[] },
): Said {
  if (text.startsWith('Nonexistent flag')) {
    const [flag = ''] = flags;
    return {
      message: `Unknown flag ${flags.join(', ')}`,
      meant: didYouMean(flag.replace(/^-+/, ''), knownFlags, '--'),
    };
  }
  if (/^Missing \d+ required arg/.test(text)) {
    return { message: `Missing argument${names.length > 1 ? 's' : ''} ${names.join(' and ')}` };
  }
  if (text.startsWith('Unexpected argument')) return { message: `Unexpected argument ${names.join(', ')}` };
  const [, flag = '', value = '', options = ''] = /^Expected (?:(--\S+)=)?(.*) to be one of: (.*)$/.exec(text) ?? [];
  if (options) {
    const message = `Unknown value “${value}”${flag ? ` for ${flag}` : ''}. Use one of: ${options}`;
    return { message, meant: didYouMean(value, options.split(', ')) };
  }
  const [, without] = /^Flag (--\S+) expects a value/.exec(text) ?? [];
  if (without) return { message: `${without} needs a value` };
  const [, one, other] = /^(--[^=\s]+)(?:=\S+)? cannot also be provided when using (--[^\s=]+)/.exec(text) ?? [];
  if (one) return { message: `${one} and ${other} can’t be combined` };
  const [, flagGiven, needed] =
    /^All of the following must be provided when using (--[^\s:]+): (.*?)\.?$/.exec(text) ?? [];
  if (flagGiven) return { message: `${flagGiven} needs ${needed}` };
  const [, number, given] = /^Parsing (--\S+) Expected an integer but received: (.*)$/.exec(text) ?? [];
  if (number) return { message: `${number} must be a whole number, not “${given}”` };
  return { message: text };
}
