import { describe, expect, it } from 'vitest';
import { gitProblem, nodeProblem } from './machine.mjs';

describe('the machine', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('takes Node %s', (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });

  it.each(['18.20.4', '20.18.9'])('refuses Node %s and says what to do', (version) => {
    expect(nodeProblem(version)).toMatch(/needs Node 20\.19\.0 or later; this is Node .*nvm use/);
  });

  it.each(['git version 2.39.4', 'git version 2.39.5 (Apple Git-154)', 'git version 2.45.1', 'git version 2.46.0', 'git version 3.0.0', 'git version 2.47.0.windows.1'])(
    'takes %s',
    (output) => {
      expect(gitProblem(output)).toBeUndefined();
    },
  );

  it.each(['git version 2.38.9', 'git version 2.39.3', 'git version 2.44.0', 'git version 2.45.0', 'what?'])('refuses %s', (output) => {
    expect(gitProblem(output)).toMatch(/needs git 2\.\d+\.\d or later/);
  });

  it('says so when there is no git', () => {
    expect(gitProblem(undefined)).toContain('no git in PATH');
  });
});
