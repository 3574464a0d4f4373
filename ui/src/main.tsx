import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { takeArrival } from './app/arrival';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');
// Before the router looks at the address.
const arrival = takeArrival();
createRoot(root).render(
  <StrictMode>
    <App arrival={arrival} />
  </StrictMode>,
);
