export { FirstWorkspacePage } from './FirstWorkspacePage.js';
export { SetupPage } from './SetupPage.js';
export { SignInPage } from './SignInPage.js';
