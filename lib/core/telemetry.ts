import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { stackOf } from './log.ts';
import type { Log, ObservedRequest, RequestMetrics } from './ports.ts';

const SERVICE = 'immersion';
const HEALTH = '/health';
const NAMESPACE = 'TVShowTracker/API';

/** JSON logs by Powertools, and metrics in CloudWatch's Embedded Metric Format. */
export function createTelemetry({ write }: { write: (line: string) => void }): { log: Log; metrics: RequestMetrics } {
  return { log: createJsonLog(write), metrics: createRequestMetrics(write) };
}

function createJsonLog(write: (line: string) => void): Log {
  // Powertools logs errors to stderr, but log collectors read one stream.
  class LineLogger extends Logger {
    protected override printLog(_: number, item: Parameters<Logger['printLog']>[1]): void {
      item.prepareForPrint();
      write(JSON.stringify(item.getAttributes(), this.getJsonReplacer()));
    }
  }
  const logger = new LineLogger({ serviceName: SERVICE });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}, error) => logger.error(message, { ...fields, stack: stackOf(error) }),
  };
}

function createRequestMetrics(write: (line: string) => void): RequestMetrics {
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: SERVICE });
  // Powertools would add the service to every dimension set.
  metrics.clearDefaultDimensions();

  /** By dimensions, which are few. Making one takes longer than the rest of a short request. */
  const documents = new Map<string, ReturnType<Metrics['serializeMetrics']>>();
  const documentOf = ({ endpoint, errorType }: ObservedRequest, dimensionSets: Record<string, string>[]) => {
    const key = JSON.stringify(dimensionSets);
    let document = documents.get(key);
    if (document) return document;
    try {
      for (const dimensions of dimensionSets) metrics.addDimensions(dimensions);
      metrics.addMetric('RequestCount', MetricUnit.Count, 1);
      // Health checks are so frequent that they would dominate the average.
      if (endpoint !== HEALTH) metrics.addMetric('ResponseTime', MetricUnit.Milliseconds, 0);
      metrics.addMetric(errorType ? 'ErrorCount' : 'SuccessCount', MetricUnit.Count, 1);
      documents.set(key, (document = metrics.serializeMetrics()));
      return document;
    } finally {
      metrics.clearMetrics();
      metrics.clearDimensions();
    }
  };
  const publish = (request: ObservedRequest, dimensionSets: Record<string, string>[]): void => {
    const { _aws, ...values } = documentOf(request, dimensionSets);
    const time = 'ResponseTime' in values && { ResponseTime: request.milliseconds };
    write(JSON.stringify({ _aws: { ..._aws, Timestamp: Date.now() }, ...values, ...time }));
  };

  return {
    record(request) {
      const { endpoint: Endpoint, method: Method, errorType: ErrorType } = request;
      const dimensions = { Endpoint, Method, StatusCode: String(request.status) };
      // The empty set totals everything, which the alarms use.
      publish(request, [{}, dimensions]);
      // In a separate document: sets with the same name cause a Powertools warning.
      if (ErrorType) publish(request, [{ ...dimensions, ErrorType }]);
    },
  };
}
