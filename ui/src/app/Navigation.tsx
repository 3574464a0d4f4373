import { NavLink, Stack, Text } from '@mantine/core';
import { NavLink as RouterLink, useLocation } from 'react-router';
import { useSession } from './session-context';
import { AREAS, type Area } from './areas';
import { app } from '../text/app';
import classes from './Navigation.module.css';

const GROUPS = Object.keys(app.groups) as Area['group'][];

export function Navigation() {
  const { can } = useSession();
  const shown = AREAS.filter((area) => area.routes.length > 0 && can(area.role ?? 'viewer'));
  return (
    <Stack gap="lg">
      {GROUPS.map((group) => {
        const areas = shown.filter((area) => area.group === group);
        if (areas.length === 0) return null;
        return (
          <div key={group} role="group" aria-labelledby={`areas-${group}`}>
            <Text id={`areas-${group}`} className={classes.group}>
              {app.groups[group]}
            </Text>
            {areas.map((area) => (
              <AreaLink key={area.path} area={area} />
            ))}
          </div>
        );
      })}
    </Stack>
  );
}

function AreaLink({ area }: { area: Area }) {
  const { pathname } = useLocation();
  const active = area.path === '/' ? pathname === '/' : `${pathname}/`.startsWith(`${area.path}/`);
  return (
    <NavLink
      component={RouterLink}
      to={area.path}
      end={area.path === '/'}
      active={active}
      label={area.label}
      leftSection={<area.icon size={18} stroke={1.7} aria-hidden />}
      className={classes.link}
    />
  );
}
