// @ts-check
// Loaded before a studio (`node --import`): makes a test build of it in which a run's epoch is not asked for. See README.md, "The checker".
import { register } from 'node:module';

register('./unfenced-hooks.mjs', import.meta.url);
