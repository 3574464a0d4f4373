import {
  IconActivity,
  IconBox,
  IconBrain,
  IconKey,
  IconLayoutDashboard,
  IconLayoutGrid,
  type IconProps,
  IconServer2,
  IconSettings,
  IconShieldLock,
  IconStack2,
  IconTopologyStar3,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { RouteObject } from 'react-router';
import type { Role } from '../api/types';
import { catalogueRoutes } from '../pages/catalogue/routes';
import { deploymentRoutes } from '../pages/deployments/routes';
import { nodeRoutes } from '../pages/nodes/routes';
import { overviewRoutes } from '../pages/overview/routes';
import { app } from '../text/app';

export interface Area {
  path: string;
  label: string;
  icon: ComponentType<IconProps>;
  group: keyof typeof app.groups;
  /** Who sees it; everybody who is signed in unless given. */
  role?: Role;
  /** Its pages. An area without pages is not shown. */
  routes: RouteObject[];
}

/** Every area of the page, in the order of the navigation. */
export const AREAS: readonly Area[] = [
  { path: '/', label: app.areas.overview, icon: IconLayoutDashboard, group: 'fleet', routes: overviewRoutes },
  { path: '/nodes', label: app.areas.nodes, icon: IconServer2, group: 'fleet', routes: nodeRoutes },
  { path: '/map', label: app.areas.map, icon: IconTopologyStar3, group: 'fleet', routes: [] },
  { path: '/events', label: app.areas.events, icon: IconActivity, group: 'fleet', routes: [] },
  {
    path: '/catalogue',
    label: app.areas.catalogue,
    icon: IconLayoutGrid,
    group: 'run',
    routes: catalogueRoutes,
  },
  {
    path: '/deployments',
    label: app.areas.deployments,
    icon: IconBox,
    group: 'run',
    routes: deploymentRoutes,
  },
  { path: '/stacks', label: app.areas.stacks, icon: IconStack2, group: 'run', routes: [] },
  { path: '/models', label: app.areas.models, icon: IconBrain, group: 'run', routes: [] },
  { path: '/access', label: app.areas.access, icon: IconShieldLock, group: 'manage', routes: [] },
  { path: '/secrets', label: app.areas.secrets, icon: IconKey, group: 'manage', routes: [] },
  {
    path: '/settings',
    label: app.areas.settings,
    icon: IconSettings,
    group: 'manage',
    role: 'admin',
    routes: [],
  },
];
