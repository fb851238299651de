export { isUnderWay } from './domain/standing.js';
export { PLAN_LOOKS } from './looks.js';
export { PlanList } from './PlanList.js';
export { PlansUnderWay } from './PlansUnderWay.js';
export { PlanPage } from './PlanPage.js';
