import { Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Template } from '../../api/types';
import { CATEGORY_ICONS, DEFAULT_ICON, categoryName } from './categories';
import classes from './TemplateCard.module.css';

export function TemplateCard({ template }: { template: Template }) {
  const Icon = CATEGORY_ICONS[template.category ?? ''] ?? DEFAULT_ICON;
  return (
    <Link to={`/catalogue/${template.name ?? ''}`} className={classes.card}>
      <span className={classes.icon}>
        <Icon size={20} stroke={1.7} aria-hidden />
      </span>
      <span className={classes.body}>
        <Text component="span" fw={600} display="block">
          {template.title}
        </Text>
        <Text component="span" size="sm" c="dimmed" lineClamp={2}>
          {template.description}
        </Text>
        <Text component="span" size="xs" c="dimmed" display="block" mt={6}>
          {categoryName(template.category)}
        </Text>
      </span>
    </Link>
  );
}
