import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { STAGE } from '../../localstack/definition.ts';
import { startEmulator, type Emulator } from '../../localstack/ministack.ts';
import { buildLambda } from '../../scripts/build-lambda.ts';
import { findPythonProgram } from './python-program.ts';
import { testScenarios } from './scenarios.ts';
import { findTerraform } from './terraform-program.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const CHECKOV_VERSION = '3.3.30';

const run = promisify(execFile);
const found = await findTerraform();

if (typeof found === 'string') {
  test('Terraform is not applied here', (t) => {
    t.log(`Skipped: ${found}.`);
    t.pass();
  });
} else {
  test.after.always(() => found.remove());

  test('Terraform finds its code well formatted and valid', async (t) => {
    await t.notThrowsAsync(run('terraform', ['fmt', '-check', '-diff', path.join(ROOT, 'terraform')]));
    t.like(JSON.parse(await found.run('validate', '-json')), { valid: true, warning_count: 0 });
  });

  test('Terraform refuses settings that make no sense', async (t) => {
    const cases: [string, RegExp][] = [
      ['name=Immersion Tracker', /lower-case letters/],
      ['cors_origin=https://page.example/', /without a slash/],
      ['lambda_runtime=python3.12', /Node\.js 22/],
      ['settings={TVDB_API_KEY="k"}', /into the secret/],
      ['throttle={rate=0,burst=1}', /rate is 1 or more/],
      ['log_retention_days=31', /CloudWatch keeps/],
      ['domain={name="api.example"}', /zone_id or certificate_arn/],
      ['tick_schedule=daily', /rate\(1 minute\)/],
      ['episode_sync_mode=greedy', /ON_DEMAND or GREEDY/],
      ['alarm_email=nobody', /e-mail address/],
    ];
    const variables = cases.flatMap(([setting]) => ['-var', setting]);
    const plan = found.run('plan', '-input=false', '-no-color', '-refresh=false', ...variables);
    const { stderr } = await t.throwsAsync<Error & { stderr: string }>(plan);
    const complaints = stderr.replaceAll(/[│\s]+/g, ' ');
    for (const [setting, complaint] of cases) t.regex(complaints, complaint, setting);
  });

  test('Terraform plans a domain of one’s own, with and without a zone', async (t) => {
    const emulator = await startEmulator();
    t.teardown(() => emulator.stop());
    const terraform = await findTerraform(await inputs(emulator, {}));
    if (typeof terraform === 'string') throw new Error(terraform);
    t.teardown(() => terraform.remove());
    const certificate = 'arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000';
    const cases: [string, string[]][] = [
      [`{name="api.example",zone_id="Z0123"}`, ['aws_acm_certificate.api', 'aws_route53_record.api']],
      [`{name="api.example",certificate_arn="${certificate}"}`, []],
    ];
    for (const [domain, ofZone] of cases) {
      const plan = await terraform.run('plan', '-input=false', '-no-color', '-var', `domain=${domain}`);
      for (const resource of ['aws_api_gateway_domain_name.api', 'aws_api_gateway_base_path_mapping.api', ...ofZone]) {
        t.true(plan.includes(`${resource}["api.example"] will be created`), `${resource} for ${domain}`);
      }
      t.is(plan.includes('aws_route53_record'), ofZone.length > 0, domain);
    }
  });

  testScenarios({
    title: (claim) => `applied by Terraform: ${claim}`,
    deploy: async (emulator, settings) => {
      const terraform = await findTerraform(await inputs(emulator, settings));
      if (typeof terraform === 'string') throw new Error(terraform);
      try {
        const run = (...args: string[]) => terraform.run(...args, '-input=false', '-no-color', '-auto-approve');
        await run('apply').catch(async (error: unknown) => {
          // A connection may break after the emulator has created something, which a second request then finds there.
          if (!(error as { stderr?: string }).stderr?.includes('ConflictException')) throw error;
          await run('destroy', '-target=aws_api_gateway_rest_api.api');
          await run('apply');
        });
        const outputs = JSON.parse(await terraform.run('output', '-json')) as { rest_api_id: { value: string } };
        return `${emulator.endpoint}/restapis/${outputs.rest_api_id.value}/${STAGE}/_user_request_`;
      } finally {
        await terraform.remove();
      }
    },
  });

  const inputs = async ({ endpoint, region, credentials }: Emulator, settings: Record<string, string>) => ({
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    TF_VAR_lambda_folder: await zips(),
    TF_VAR_region: region,
    TF_VAR_settings: JSON.stringify(settings),
  });
  let built: Promise<string> | undefined;
  const zips = () =>
    (built ??= (async () => {
      const folder = path.join(found.folder, 'lambda');
      await buildLambda(folder);
      return folder;
    })());
}

test('a static scanner finds nothing in the Terraform code that has no reason', async (t) => {
  const checkov = await findPythonProgram('checkov', CHECKOV_VERSION);
  if ('missing' in checkov) {
    t.log(`Skipped: ${checkov.missing}.`);
    t.pass();
    return;
  }
  const args = [
    '--directory',
    path.join(ROOT, 'terraform'),
    '--framework',
    'terraform',
    '--skip-download',
    '--output',
    'json',
  ];
  const { stdout } = await run(checkov.program, args, {
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => error as { stdout: string });
  const { results, summary } = JSON.parse(stdout) as {
    results: {
      failed_checks: { check_id: string; check_name: string; resource: string }[];
      skipped_checks: { check_id: string; check_result: { suppress_comment: string } }[];
    };
    summary: { passed: number; parsing_errors: number };
  };
  t.deepEqual(
    results.failed_checks.map(({ check_id, check_name, resource }) => `${check_id} ${resource}: ${check_name}`),
    [],
  );
  t.deepEqual(
    results.skipped_checks.filter(({ check_result }) => check_result.suppress_comment.length < 20),
    [],
  );
  t.is(summary.parsing_errors, 0);
  t.true(summary.passed > 50, `${summary.passed} checks`);
});
