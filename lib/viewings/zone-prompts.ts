import { InvalidInputError } from '../core/errors.ts';
import type { Prompts } from '../core/terminal/prompts.ts';

export async function askZoneStart(zone: string, prompts: Prompts | undefined): Promise<'today' | 'always'> {
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
