import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { finishSignIn, readConfig, takeKeyFromAddress } from './session';
import 'uplot/dist/uPlot.min.css'; // Here, for a style that does not arrive is not asked for again.
import './portal.css';

const root = createRoot(document.getElementById('root') as HTMLElement);

async function start() {
  let config = { issuers: [] } as Awaited<ReturnType<typeof readConfig>>;
  let signedIn: Awaited<ReturnType<typeof finishSignIn>> = null;
  let failed = false;
  try {
    config = await readConfig();
    signedIn = await finishSignIn(config);
  } catch {
    failed = true;
  }

  // Last, so that a link which is opened meanwhile counts too.
  const key = takeKeyFromAddress();
  root.render(
    <StrictMode>
      <App
        config={config}
        session={key ?? signedIn?.session ?? null}
        tenants={signedIn?.choices ?? []}
        failed={failed && key === null}
      />
    </StrictMode>,
  );
}

void start();
