import test from 'ava';
import { toLanguage } from '../lib/core/language-rules.ts';
import { toAudioLanguages, type AudioTrack } from '../lib/folder/audio-language-rules.ts';

for (const [code, expected] of [
  ['jpn', 'ja'],
  ['ja', 'ja'],
  ['JPN', 'ja'],
  ['ger', 'de'],
  ['deu', 'de'],
  ['chi', 'zh'],
  ['zho', 'zh'],
  ['cmn', 'zh'],
  ['yue', 'yue'],
  ['fre', 'fr'],
  ['slo', 'sk'],
  ['es-419', 'es'],
  ['zh-Hant-TW', 'zh'],
  ['pt_BR', 'pt'],
  [' eng ', 'en'],
  ['und', undefined],
  ['mul', undefined],
  ['zxx', undefined],
  ['XXX', undefined],
  ['qaa', undefined],
  ['', undefined],
  [undefined, undefined],
  ['Japanese', undefined],
  ['```', undefined],
  ['e', undefined],
] as [string | undefined, string | undefined][]) {
  test(`the language code ${JSON.stringify(code)} means ${expected ?? 'nothing'}`, (t) =>
    t.is(toLanguage(code), expected));
}

const track = (languageCode: string | undefined, isDefault = false): AudioTrack => ({ languageCode, isDefault });

for (const [name, tracks, expected] of [
  ['no track has none', [], []],
  ['one track counts though it is not marked', [track('jpn')], ['ja']],
  ['the first of unmarked tracks plays', [track('spa'), track('jpn')], ['es', 'ja']],
  ['the marked track comes first', [track('eng'), track('jpn', true), track('spa')], ['ja', 'en', 'es']],
  ['the first of several marked tracks plays', [track('eng', true), track('jpn', true)], ['en', 'ja']],
  ['a language comes once', [track('jpn'), track('ja'), track('eng')], ['ja', 'en']],
  ['a track without language is left out', [track('jpn'), track('und')], ['ja']],
  ['a played track without language leaves it open', [track('und', true), track('jpn')], []],
] as [string, AudioTrack[], string[]][]) {
  test(`audio languages: ${name}`, (t) => t.deepEqual(toAudioLanguages(tracks), expected));
}
