export { AccountsModule } from './accounts.module.js';
export { AccountsService } from './accounts.service.js';
export { Grants } from './grants.service.js';
export { UserEntity } from './user.entity.js';
