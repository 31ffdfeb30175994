import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { expressTenant } from '@tenancy/pg';
import { NotesController } from './notes.controller.js';
import { TenantTransaction } from './tenant.transaction.js';
import { TokenMiddleware } from './token.middleware.js';

@Module({ controllers: [NotesController], providers: [TenantTransaction] })
export class AppModule implements NestModule {
	configure(consumer: MiddlewareConsumer): void {
		consumer
			.apply(
				TokenMiddleware,
				// The token says who the tenant is; a request that names another, by its host or a header, is refused here.
				expressTenant({ from: ['claim', 'subdomain', 'header'], domain: process.env.TENANT_DOMAIN ?? 'example.com' }),
			)
			.forRoutes('{*path}');
	}
}
