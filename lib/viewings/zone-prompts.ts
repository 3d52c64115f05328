import { InvalidInputError } from '../core/errors.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { isTimeZone } from '../core/time-zone-rules.ts';

export async function askZoneStart(zone: string, prompts: Prompts | undefined): Promise<'today' | 'always'> {
  if (!isTimeZone(zone)) {
    throw new InvalidInputError(`“${zone}” is not a time zone.`, {
      code: 'invalid_argument',
      suggestions: ['Use a name such as Europe/Berlin.'],
    });
  }
  if (!prompts) {
    throw new InvalidInputError('Can’t ask when the time zone starts to count without a terminal.', {
      code: 'input_needed',
      suggestions: ['Add --from today, or --from always for all of the past.'],
    });
  }
  return prompts.select({
    message: `When should ${zone} start to count?`,
    choices: [
      { name: 'From today on', value: 'today', description: 'Past days stay as they are' },
      { name: 'For all of the past', value: 'always', description: 'Past viewings may move to another day' },
    ],
  });
}
