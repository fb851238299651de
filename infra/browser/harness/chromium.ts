import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** The machine's own Chromium, without a window. Playwright's download is not used: the machine's package manager keeps this one current. */
export function launchChromium(): Promise<Browser> {
  // Chromium refuses to run its sandbox as root, which is what containers run as; the pages shown here are our own.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: findChromium(), args: [...args, '--disable-dev-shm-usage'] });
}

function findChromium(): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const program of PROGRAMS) {
      const path = join(folder, program);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        continue;
      }
    }
  }
  throw new Error(`no ${PROGRAMS.join(', ')} on the PATH. Install Debian's package chromium, or run the suites with \`npm test\`, which does.`);
}
