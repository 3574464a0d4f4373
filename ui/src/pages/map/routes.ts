import type { RouteObject } from 'react-router';

export const mapRoutes: RouteObject[] = [];
