import { Select } from '@mantine/core';
import type { Role } from '../../api/types';
import { LabelsField } from '../../forms/LabelsField';
import { access as text } from '../../text/access';
import { app } from '../../text/app';

const ROLES = (Object.keys(app.roles) as Role[]).map((value) => ({ value, label: app.roles[value] }));

interface RoleAndScopeProps {
  role: Role;
  /** Lines `key=value`. */
  scope: string;
  issueAt: (path: string) => string | undefined;
  onRole: (role: Role) => void;
  onScope: (scope: string) => void;
}

/** What somebody may do, and with which deployments. */
export function RoleAndScope({ role, scope, issueAt, onRole, onScope }: RoleAndScopeProps) {
  return (
    <>
      <Select
        label={text.role}
        description={text.roleHints[role]}
        error={issueAt('/role')}
        data={ROLES}
        value={role}
        onChange={(value) => onRole(value ?? role)}
        allowDeselect={false}
      />
      <LabelsField
        label={text.scope}
        description={text.scopeHelp}
        placeholder="team=search"
        value={scope}
        error={issueAt('/scope')}
        onChange={onScope}
      />
    </>
  );
}
