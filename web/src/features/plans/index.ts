export { PlanList } from './PlanList.js';
export { PlanPage } from './PlanPage.js';
