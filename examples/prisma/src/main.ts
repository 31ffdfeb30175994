// Prints the agents of the tenants that are named on the command line, each in both ways.
import { clients, inTenant, shared } from './tenants';

for (const tenant of process.argv.slice(2)) {
	const first = await clients.use(tenant, (prisma) => prisma.agent.findMany());
	const second = await inTenant(tenant, (tx) => tx.agent.findMany());
	console.log(tenant, JSON.stringify(first), JSON.stringify(second));
}
await Promise.all([clients.end(), shared.$disconnect()]);
