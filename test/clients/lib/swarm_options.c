/*
 * swarm_options.c
 *	  What the swarm is told on its command line; swarm.c says what there is.
 */
#include "swarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Options options = {.clients = 40, .tenants = 12, .transactions = 10000, .seed = 1, .mode = MODE_LOCAL};
Tenant tenants[MAX_TENANTS];

/* How they are called on the command line. */
static const struct
{
	const char *name;
	Mode mode;
} modes[] = {
	{"local", MODE_LOCAL},
	{"tracked", MODE_TRACKED},
	{"session", MODE_SESSION},
	{"statement-local", MODE_STATEMENT_LOCAL},
	{"statement", MODE_STATEMENT},
	{"control", MODE_CONTROL},
};

void
give_up(const char *why, const char *detail)
{
	fprintf(stderr, "swarm: %s: %s\n", why, detail);
	exit(2);
}

/* Reads lines "SLUG VALUE": what binds each tenant. */
static void
read_values(const char *path)
{
	FILE *file = fopen(path, "r");
	char slug[60];
	char value[140];

	if (file == NULL)
		give_up("cannot read", path);
	while (fscanf(file, "%59s %139s", slug, value) == 2)
		for (int i = 0; i < MAX_TENANTS; i++)
			if (strcmp(tenants[i].slug, slug) == 0)
				memcpy(tenants[i].value, value, sizeof(value));
	fclose(file);
}

/* Gives the tenants their slugs. */
static void
name_tenants(const char *prefix)
{
	for (int i = 0; i < MAX_TENANTS; i++)
	{
		snprintf(tenants[i].slug, sizeof(tenants[i].slug), "%.40s%02d", prefix, i);
		strcpy(tenants[i].value, tenants[i].slug);
	}
}

/* Reads one argument. */
static void
read_argument(const char *argument)
{
	const char *value = strchr(argument, '=');

	value = value != NULL ? value + 1 : "";
	if (strncmp(argument, "--connection=", 13) == 0)
		options.connection = value;
	else if (strncmp(argument, "--clients=", 10) == 0)
		options.clients = atoi(value);
	else if (strncmp(argument, "--tenants=", 10) == 0)
		options.tenants = atoi(value);
	else if (strncmp(argument, "--transactions=", 15) == 0)
		options.transactions = atol(value);
	else if (strncmp(argument, "--seed=", 7) == 0)
		options.seed = strtoull(value, NULL, 10);
	else if (strncmp(argument, "--prefix=", 9) == 0)
		name_tenants(value);
	else if (strncmp(argument, "--values=", 9) == 0)
		read_values(value);
	else if (strcmp(argument, "--named") == 0)
		options.named = true;
	else if (strcmp(argument, "--start-up") == 0)
		options.start_up = true;
	else if (strncmp(argument, "--mode=", 7) == 0)
	{
		for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
			if (strcmp(modes[i].name, value) == 0)
			{
				options.mode = modes[i].mode;
				return;
			}
		give_up("unknown mode", value);
	}
	else
		give_up("unknown argument", argument);
}

void
read_options(int argc, char **argv)
{
	name_tenants("t");
	for (int i = 1; i < argc; i++)
		read_argument(argv[i]);
	if (options.connection == NULL || options.clients < 1 || options.clients > MAX_CLIENTS || options.tenants < 2 ||
		options.tenants > MAX_TENANTS)
		give_up("usage", "swarm --connection=CONNINFO --mode=MODE ...");
}
