// The minimum cost of a function with these packages: imports and constructs them without using them.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, paginateQuery, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { configure } from '@codegenie/serverless-express';
import cors from '@koa/cors';
import KoaRouter from '@koa/router';
import Koa from 'koa';
import bodyParser from 'koa-bodyparser';
import { DateTime } from 'luxon';
import * as z from 'zod';

const app = new Koa();
const router = new KoaRouter();
router.get('/', (ctx) => {
  ctx.body = {};
});
app.use(cors());
app.use(bodyParser());
app.use(router.routes());
const callback = app.callback();

export const constructed = {
  handler: configure({
    app: (request, response) => void callback(request, response),
    framework: { sendRequest: ({ request, response }) => void callback(request, response) },
  }),
  schema: z.object({ episodes: z.array(z.object({ folder_name: z.string(), file_name: z.string() })) }),
  now: DateTime.now().setZone('Pacific/Auckland').toISO(),
  store: DynamoDBDocumentClient.from(new DynamoDBClient()),
  secrets: new SecretsManagerClient(),
  commands: [paginateQuery, TransactWriteCommand],
};

/** Loaded lazily by the API, but part of the bundle. */
export const loadedLater = [() => import('got'), () => import('p-map')];
