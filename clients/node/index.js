// The package's interface; README.md explains it.
export { isSlug, isTicket, schemaOf, slugOf } from './src/slug.js';
export { TenancyError, tenantRefusal, isTenantRefusal } from './src/refusal.js';
export { currentTenant, withTenant } from './src/with-tenant.js';
