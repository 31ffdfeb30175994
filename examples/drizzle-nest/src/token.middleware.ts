import { Injectable, type NestMiddleware, UnauthorizedException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { jwtVerify, type JWTPayload } from 'jose';

export interface TenantRequest extends Request {
	/** The claims of the request's token. */
	auth?: JWTPayload;
}

/** Verifies the token of a request, and puts its claims into request.auth. */
@Injectable()
export class TokenMiddleware implements NestMiddleware {
	private readonly secret = Buffer.from(process.env.JWT_SECRET ?? '');

	async use(request: TenantRequest, response: Response, next: NextFunction): Promise<void> {
		const token = /^Bearer ([\w.-]+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
		try {
			const { payload } = await jwtVerify(token, this.secret, { algorithms: ['HS256'], requiredClaims: ['exp'] });
			request.auth = payload;
		} catch {
			throw new UnauthorizedException('the token is not good');
		}
		next();
	}
}
