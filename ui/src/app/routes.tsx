import { type RouteObject, createBrowserRouter } from 'react-router';
import { AREAS } from './areas';
import { NotFound } from './NotFound';
import { RouteError } from './RouteError';
import { RouteSkeleton } from './RouteSkeleton';
import { Shell } from './Shell';

const pages: RouteObject[] = AREAS.flatMap((area) => area.routes);

export const createRouter = () =>
  createBrowserRouter([
    {
      path: '/',
      Component: Shell,
      HydrateFallback: RouteSkeleton,
      // Inside the shell, so that the navigation stays when one page fails.
      children: [{ ErrorBoundary: RouteError, children: [...pages, { path: '*', Component: NotFound }] }],
    },
  ]);
