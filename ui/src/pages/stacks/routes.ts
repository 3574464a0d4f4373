import type { RouteObject } from 'react-router';

export const stackRoutes: RouteObject[] = [];
