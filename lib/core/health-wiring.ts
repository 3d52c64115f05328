import type { Context } from './context.ts';
import { createHealth, type Health } from './health-service.ts';

export interface HealthServices {
  health: Health;
}

export const wire = ({ everyStore }: Context): HealthServices => ({ health: createHealth({ stores: everyStore }) });
