// Notes of tenants over HTTP. TENANT_FROM says where a request names its tenant:
//
//   subdomain   acme.example.com, with the domain of TENANT_DOMAIN
//   header      X-Tenant: acme, for calls from programs of one's own
//   claim       Authorization: Bearer <JSON web token>, HS256 with JWT_SECRET, whose claim tenant is acme
//
// With TICKET_KEY and TICKET_SECRET, the number and the secret (in hex) of a key of tenancy.create_ticket_key(), it binds
// by tickets. A ticket needs the tenant's id, which tokens have in the claim tenant_id.
import express from 'express';
import { jwtVerify } from 'jose';
import pg from 'pg';
import { expressTenant, expressTenantErrors, mintTicket, withTenant } from '@tenancy/pg';

const { TENANT_FROM = 'header', TENANT_DOMAIN, JWT_SECRET, TICKET_KEY, TICKET_SECRET, PGDATABASE, PORT = '3000' } = process.env;

const pool = new pg.Pool({ max: 2 });
const app = express();
app.disable('x-powered-by');

/** Verifies the token of a request, and puts its claims into request.auth. */
async function authenticate(request, response, next) {
	const token = /^Bearer ([\w.-]+)$/.exec(request.headers.authorization)?.[1];
	try {
		const { payload } = await jwtVerify(token, Buffer.from(JWT_SECRET), { algorithms: ['HS256'], requiredClaims: ['exp'] });
		request.auth = payload;
	} catch {
		response.status(401).json({ error: 'the token is not good' });
		return;
	}
	next();
}

/** What binds a request's transactions: the slug, or a ticket that is good for a minute. */
function bindingOf(request) {
	if (!TICKET_KEY) {
		return request.tenant;
	}
	return mintTicket({
		slug: request.tenant, tenantId: request.auth.tenant_id, keyId: Number(TICKET_KEY), secret: Buffer.from(TICKET_SECRET, 'hex'),
		database: PGDATABASE, lifetime: 60,
	});
}

/** Runs fn in a transaction of the request's tenant. */
function inTenant(request, fn) {
	return withTenant(pool, bindingOf(request), fn);
}

if (TENANT_FROM === 'claim') {
	app.use(authenticate);
}
app.use(expressTenant({ from: TENANT_FROM, domain: TENANT_DOMAIN }));
app.use(express.json());

app.get('/notes', async (request, response) => {
	const { rows } = await inTenant(request, (client) => client.query('SELECT id, text FROM notes ORDER BY id'));
	response.json(rows);
});

app.post('/notes', async (request, response) => {
	const text = String(request.body?.text ?? '');
	const { rows } = await inTenant(request, (client) => client.query('INSERT INTO notes (text) VALUES ($1) RETURNING id, text', [text]));
	response.status(201).json(rows[0]);
});

app.use(expressTenantErrors());

const server = app.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once('SIGTERM', () => server.close(() => pool.end()));
