import { describe, expect, it } from 'vitest';
import { aTree } from '../test-support/a-tree.js';
import { outlookOf } from './preview.js';

describe('what lies ahead of a plan', () => {
  it('is its waves, its longest chain and how long that takes', () => {
    expect(outlookOf(aTree({ Build: ['a', 'b', 'c<-a'], Ship: ['d<-b,c'] }))).toMatchObject({ levels: [['SHOP-1', 'SHOP-2'], ['SHOP-3'], ['SHOP-4']], criticalPath: ['SHOP-1', 'SHOP-3', 'SHOP-4'], minutes: 180 });
  });

  it('is only what has not ended', () => {
    expect(outlookOf(aTree({ Build: ['a:done', 'b:cancelled', 'c<-a:queued'] }))).toMatchObject({ levels: [['SHOP-3']], criticalPath: ['SHOP-3'], minutes: 60 });
    expect(outlookOf(aTree({ Build: ['a:done'] }))).toMatchObject({ levels: [], criticalPath: [], minutes: 0 });
  });
});
