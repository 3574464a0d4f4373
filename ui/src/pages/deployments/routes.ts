import type { RouteObject } from 'react-router';

export const deploymentRoutes: RouteObject[] = [];
