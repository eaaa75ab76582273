import type { Express } from 'express';
import type { Health } from '../observe/health.ts';
import type { Metrics } from '../observe/metrics.ts';

/**
 * `/health/live`: the process answers. `/health/ready`: 200 as long as logins and searches can be answered, be it from an old directory
 * (`degraded`), else 503; the parts' states as JSON. `/metrics`: for Prometheus.
 */
export function addObserveRoutes(app: Express, parts: { readonly health: Health; readonly metrics: Metrics }): void {
  app.get('/health/live', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  app.get('/health/ready', async (_request, response) => {
    const report = await parts.health.report();
    response
      .status(report.status === 'down' ? 503 : 200)
      .set('Cache-Control', 'no-store')
      .json(report);
  });
  app.get('/metrics', async (_request, response) => {
    const text = await parts.metrics.text();
    response.set('Cache-Control', 'no-store').type(parts.metrics.contentType).send(text);
  });
}
