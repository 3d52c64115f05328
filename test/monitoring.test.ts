import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { FUNCTIONS } from '../localstack/definition.ts';
import { createTelemetry } from '../lib/core/telemetry.ts';
import { readTerraform } from './terraform-text.ts';

const FOLDER = path.join(import.meta.dirname, '..', 'terraform');
const { resources, locals } = await readTerraform(FOLDER);
const text = readFileSync(path.join(FOLDER, 'monitoring.tf'), 'utf8');

/** The service's metrics document for a failed request. */
function failure(): { _aws: { CloudWatchMetrics: { Namespace: string; Metrics: { Name: string }[] }[] } } {
  const lines: string[] = [];
  const { metrics } = createTelemetry({ write: (line) => void lines.push(line) });
  metrics.record({ endpoint: '/shows', method: 'GET', status: 500, milliseconds: 1, errorType: 'server' });
  return JSON.parse(lines[0] ?? '') as ReturnType<typeof failure>;
}

test('the alarms watch the metrics that the service writes, at the contract’s thresholds', (t) => {
  const [directive] = failure()._aws.CloudWatchMetrics;
  const written = new Set(directive?.Metrics.map(({ Name }) => Name));
  t.is(locals['metrics_namespace'], directive?.Namespace);
  const alarms = locals['alarms'] as Record<string, { metric: string; statistic: string; threshold: number }>;
  t.deepEqual(
    Object.values(alarms).map(({ metric, statistic, threshold }) => [metric, statistic, threshold]),
    [
      ['ErrorCount', 'Sum', 10],
      ['ResponseTime', 'Average', 2000],
    ],
  );
  t.true(Object.values(alarms).every(({ metric }) => written.has(metric)));
  t.is(locals['alarm_seconds'], 300);
  for (const name of ['requests', 'throttled']) {
    t.like(resources['aws_cloudwatch_metric_alarm']?.[name], {
      evaluation_periods: 1,
      comparison_operator: 'GreaterThanThreshold',
      treat_missing_data: 'notBreaching',
      alarm_actions: ['${aws_sns_topic.alarms.arn}'],
    });
  }
  t.is(resources['aws_cloudwatch_metric_alarm']?.['throttled']?.['threshold'], 0);
});

test('the throttling alarm watches every operation that the API may use, on both tables', (t) => {
  for (const table of ['tracker', 'positions'] as const) {
    const [, operations = ''] =
      new RegExp(`for operation in \\[([^\\]]*)\\] : \\{ table = aws_dynamodb_table\\.${table}\\.name`).exec(text) ??
      [];
    const watched = new Set([...operations.matchAll(/"(\w+)"/g)].map(([, operation]) => operation));
    t.true(watched.has('TransactWriteItems'));
    const rights: readonly string[] = FUNCTIONS.api.rights[table] ?? [];
    for (const right of rights) {
      const operation = right.replace('dynamodb:', '');
      // Conditional writes use transactions: positions have no others.
      const isPartOfOne = operation === 'ConditionCheckItem' || (table === 'positions' && operation === 'PutItem');
      t.true(isPartOfOne || watched.has(operation), `${operation} on ${table}`);
    }
  }
  const all = [...text.matchAll(/for operation in \[([^\]]*)\]/g)].flatMap(([, list = '']) => list.split(','));
  t.true(all.length <= 10, 'an alarm takes ten metrics at most');
});

test('the agent of a server ships the contract’s log file to the contract’s log group', (t) => {
  const agent = JSON.parse(readFileSync(path.join(FOLDER, 'cloudwatch-agent-config.json'), 'utf8')) as {
    logs: { logs_collected: { files: { collect_list: Record<string, string>[] } } };
    metrics: { metrics_collected: object };
  };
  t.like(agent.logs.logs_collected.files.collect_list, [
    { file_path: '/var/log/tv-show-tracker/app.log', log_group_name: '/aws/ec2/tv-show-tracker' },
  ]);
  t.deepEqual(Object.keys(agent.metrics.metrics_collected), ['cpu', 'mem', 'disk']);
  t.is(resources['aws_cloudwatch_log_group']?.['server']?.['name'], '/aws/ec2/tv-show-tracker');
});
