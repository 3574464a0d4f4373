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
import { accessRoutes } from '../pages/access/routes';
import { catalogueRoutes } from '../pages/catalogue/routes';
import { deploymentRoutes } from '../pages/deployments/routes';
import { eventRoutes } from '../pages/events/routes';
import { mapRoutes } from '../pages/map/routes';
import { modelRoutes } from '../pages/models/routes';
import { nodeRoutes } from '../pages/nodes/routes';
import { overviewRoutes } from '../pages/overview/routes';
import { secretRoutes } from '../pages/secrets/routes';
import { settingRoutes } from '../pages/settings/routes';
import { stackRoutes } from '../pages/stacks/routes';
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
  { path: '/map', label: app.areas.map, icon: IconTopologyStar3, group: 'fleet', routes: mapRoutes },
  { path: '/events', label: app.areas.events, icon: IconActivity, group: 'fleet', routes: eventRoutes },
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
  { path: '/stacks', label: app.areas.stacks, icon: IconStack2, group: 'run', routes: stackRoutes },
  { path: '/models', label: app.areas.models, icon: IconBrain, group: 'run', routes: modelRoutes },
  { path: '/access', label: app.areas.access, icon: IconShieldLock, group: 'manage', routes: accessRoutes },
  { path: '/secrets', label: app.areas.secrets, icon: IconKey, group: 'manage', routes: secretRoutes },
  {
    path: '/settings',
    label: app.areas.settings,
    icon: IconSettings,
    group: 'manage',
    role: 'admin',
    routes: settingRoutes,
  },
];
