// The rules: no server, no process and no build.
export default {
  files: [
    'test/*-rules.test.ts',
    'test/{calendar,episode-names,episode-number,episode-place,folder-name,keys,original-names}.test.ts',
    'test/{progress,progress-property,show-match,stats-property,text-lines,title-matching,ways-out}.test.ts',
  ],
  extensions: ['ts'],
  workerThreads: true,
};
