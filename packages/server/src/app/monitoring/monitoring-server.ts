import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../platform/log.ts';
import type { MetricSnapshot } from '../../platform/metrics/metrics.ts';
import { openMetricsType, renderOpenMetrics } from '../../platform/metrics/open-metrics.ts';
import type { Config } from '../config/config.ts';
import { StartError } from '../start-error.ts';
import type { ReadyState } from './readiness.ts';

/** What the processes of a node say together. */
export interface NodeReport {
  ready(): Promise<ReadyState>;
  metrics(): Promise<readonly MetricSnapshot[]>;
}

export interface MonitoringServer extends AsyncDisposable {
  readonly port: number;
}

/** Connections at a time: a handful of watchers. */
const mostConnections = 64;

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0]?.trim() ?? '';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError('serve.file_unreadable', { file, reason }, { cause: error });
  }
}

/** Compared as hashes: neither the length nor the first difference shows in the time it takes. */
function allowed(request: IncomingMessage, token: string | null): boolean {
  if (token === null) return true;
  const given = /^Bearer ([^\s]{1,512})$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token)) && given !== '';
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  });
  response.end(body);
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  report: NodeReport,
  token: string | null,
): Promise<void> {
  const json = (status: number, state: string): void =>
    answer(response, status, 'application/json', `${JSON.stringify({ status: state })}\n`);
  if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, 'method not allowed');
  switch (request.url?.split('?', 1)[0]) {
    case '/healthz':
      return json(200, 'ok');
    case '/readyz': {
      const state = await report.ready();
      return json(state === 'ready' ? 200 : 503, state);
    }
    case '/metrics':
      if (!allowed(request, token)) return json(401, 'unauthorized');
      return answer(response, 200, openMetricsType, renderOpenMetrics(await report.metrics()));
    default:
      return json(404, 'not found');
  }
}

/** Opens the port of the configuration; null when it is off. Throws `StartError` for one that cannot be had or protects nothing. */
export async function startMonitoring(
  config: Config,
  log: Log,
  report: NodeReport,
): Promise<MonitoringServer | null> {
  const { host, port, tokenFile } = config.monitoring;
  if (port === false) return null;
  const token = tokenFile === null ? null : readToken(tokenFile);
  if ((token === null || token === '') && (!isLoopback(host) || token === ''))
    throw new StartError('serve.monitoring_token', { host });
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8_192 },
    (request, response) => {
      respond(request, response, report, token).catch((error: unknown) => {
        log.warn('monitoring.failed', { error });
        if (!response.headersSent) answer(response, 500, 'text/plain', 'failed\n');
      });
    },
  );
  server.maxConnections = mostConnections;
  const wanted = port === 0 ? 0 : port + config.portOffset;
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => {
      const taken = 'code' in error && error.code === 'EADDRINUSE';
      reject(taken ? new StartError('serve.port_taken', { host, port: wanted }, { cause: error }) : error);
    });
    server.listen(wanted, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
