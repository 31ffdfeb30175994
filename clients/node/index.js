// The package's interface; README.md explains it.
export { isSlug, isTicket, schemaOf, slugOf } from './src/slug.js';
export { TenancyError, tenantRefusal, isTenantRefusal } from './src/refusal.js';
export { currentTenant } from './src/scope.js';
export { withTenant } from './src/with-tenant.js';
export { mintTicket } from './src/ticket.js';
export { tenantReader } from './src/request.js';
export { expressTenant, expressTenantErrors, refusalStatus } from './src/express.js';
