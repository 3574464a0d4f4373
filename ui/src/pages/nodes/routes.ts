import type { RouteObject } from 'react-router';

export const nodeRoutes: RouteObject[] = [];
