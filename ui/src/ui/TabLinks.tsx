import { NavLink } from 'react-router';
import classes from './TabLinks.module.css';

export interface TabLink {
  label: string;
  to: string;
  /** Whether pages below it are others. */
  end?: boolean;
}

/** The parts of an area, each with an address of its own. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly TabLink[] }) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {tabs.map((tab) => (
        <NavLink key={tab.to} to={tab.to} end={tab.end ?? false} className={classes.tab ?? ''}>
          {tab.label}
        </NavLink>
      ))}
    </nav>
  );
}
