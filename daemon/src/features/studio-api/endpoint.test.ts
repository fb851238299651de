import { describe, expect, it } from 'vitest';
import { pathWith } from './endpoint.js';

describe('pathWith', () => {
  it('fills in values as single segments, whatever they hold', () => {
    expect(pathWith('/tasks/{task}/why', { task: '../../admin?x=1' })).toBe('/tasks/..%2F..%2Fadmin%3Fx%3D1/why');
  });

  it('is a mistake of ours when a value is missing', () => {
    expect(() => pathWith('/tasks/{task}', {})).toThrow('endpoint_path');
  });
});
