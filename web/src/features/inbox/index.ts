export { InboxPage } from './InboxPage.js';
export { useInboxCount } from './use-inbox.js';
