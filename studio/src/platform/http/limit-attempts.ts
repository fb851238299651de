import { applyDecorators, UseGuards } from '@nestjs/common';
import { SkipThrottle, ThrottlerGuard } from '@nestjs/throttler';
import type { Config } from '../../config/index.js';

/**
 * Limits how often one address may call a route of signing in. `often` is for what machines do by themselves, many behind one address.
 *
 * Counted in memory, per studio: with several behind a load balancer an attacker gets as many times the limit, which passwords survive.
 */
export function LimitAttempts(pace: 'seldom' | 'often' = 'seldom'): MethodDecorator {
  return applyDecorators(UseGuards(ThrottlerGuard), pace === 'often' ? SkipThrottle({ seldom: true }) : SkipThrottle({ often: true }));
}

const MINUTE = 60_000;
const OFTEN = 12;

export function throttlers({ authAttemptsPerMinute }: Config) {
  return [
    { name: 'seldom', ttl: MINUTE, limit: authAttemptsPerMinute },
    { name: 'often', ttl: MINUTE, limit: authAttemptsPerMinute * OFTEN },
  ];
}
