import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.js';
import { applyTheme } from './platform/theme.js';
import './styles.css';

const root = document.getElementById('root');
if (root === null) throw new Error('web.no_root: index.html has no #root');
applyTheme();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
