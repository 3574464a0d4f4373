import { Anchor } from '@mantine/core';
import ReactMarkdown, { type Components } from 'react-markdown';
import gfm from 'remark-gfm';
import { markdown as text } from '../text/common';
import classes from './Markdown.module.css';

/** Headings stand below the title of the page, tables scroll by themselves, links to elsewhere open beside the page. */
const COMPONENTS: Components = {
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  a: ({ href, children }) => (
    <Anchor href={href} target="_blank" rel="noopener noreferrer" inherit underline="always">
      {children}
    </Anchor>
  ),
  table: ({ children }) => (
    <div className={classes.table} role="region" aria-label={text.table} tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  // Pictures of other hosts are never loaded; their descriptions stay.
  img: ({ alt }) => <>{alt}</>,
};

/** A text in Markdown. HTML in it is shown as text. */
export function Markdown({ text: source }: { text: string }) {
  return (
    <div className={classes.text}>
      <ReactMarkdown remarkPlugins={[gfm]} components={COMPONENTS}>
        {source}
      </ReactMarkdown>
    </div>
  );
}
