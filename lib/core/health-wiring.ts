import type { Context } from './context.ts';
import { createHealth, type Health } from './health-service.ts';

export interface HealthServices {
  health: Health;
}

export const wire = ({ store }: Context): HealthServices => ({ health: createHealth({ store }) });
