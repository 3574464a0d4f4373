import {
  ActionIcon,
  Anchor,
  Badge,
  Button,
  type CSSVariablesResolver,
  Card,
  Loader,
  type MantineColorsTuple,
  Modal,
  Paper,
  Skeleton,
  Table,
  Tooltip,
  createTheme,
} from '@mantine/core';

/** The one accent. States have colours of their own, in tones.css. */
const iris: MantineColorsTuple = [
  '#eef0fd',
  '#dbdffb',
  '#b6bff5',
  '#929eee',
  '#8592ec',
  '#5a6ae2',
  '#4a5bdf',
  '#3c4bc6',
  '#3442b2',
  '#2a389d',
];

const dark: MantineColorsTuple = [
  '#e4e8ef',
  '#c4ccd7',
  '#9fa9b7',
  '#768191',
  '#353d49',
  '#272e38',
  '#1b212a',
  '#10141a',
  '#0c0f14',
  '#080a0e',
];

export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: { light: 6, dark: 5 },
  colors: { iris, dark },
  autoContrast: true,
  cursorType: 'pointer',
  defaultRadius: 'md',
  respectReducedMotion: true,
  fontFamily:
    'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "JetBrains Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.125rem', lineHeight: '1.4' },
      h3: { fontSize: '0.975rem', lineHeight: '1.4' },
    },
  },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } }),
    Anchor: Anchor.extend({ defaultProps: { underline: 'hover' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'default', radius: 'sm', tt: 'none', fw: 500 } }),
    Button: Button.extend({ styles: { root: { fontWeight: 550 } } }),
    Card: Card.extend({ defaultProps: { withBorder: true, padding: 'lg', radius: 'lg' } }),
    Loader: Loader.extend({ defaultProps: { type: 'dots', size: 'sm' } }),
    Modal: Modal.extend({
      defaultProps: { radius: 'lg', centered: true, overlayProps: { backgroundOpacity: 0.45 } },
    }),
    Paper: Paper.extend({ styles: { root: { backgroundColor: 'var(--surface)' } } }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: 'md' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 250, multiline: true, maw: 320, withArrow: true } }),
  },
});

/** Mantine's own greys and reds are too faint for small text (WCAG 2.2, 1.4.3). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f6f7f9',
    '--mantine-color-text': '#1a2030',
    '--mantine-color-dimmed': '#596273',
    '--mantine-color-placeholder': '#6b7484',
    '--mantine-color-error': '#c22525',
    '--mantine-color-default-border': '#dfe3e9',
    '--surface': '#ffffff',
    '--surface-sunken': '#f1f3f6',
    '--line': '#e4e7ec',
  },
  dark: {
    '--mantine-color-dimmed': '#9fa9b7',
    '--mantine-color-placeholder': '#8792a2',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-default-border': '#323a46',
    '--surface': '#171c23',
    '--surface-sunken': '#12161c',
    '--line': '#272e38',
  },
});
