/*
 * audit_ring_file.c
 *	  The files that rings lie in.
 *
 * They are in pg_dynshmem: PostgreSQL keeps its hands off them when it restarts after a
 * crash, and base backups leave the folder out.  Each life of the server, that is of its
 * shared memory, has files of its own, so that what an earlier one has left is read at
 * leisure.  A file is made whole under another name, all of it allocated, since a page
 * that the disk has no room for would end the process that touches it.
 */
#include "postgres.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_ring_file.h"
#include "common/file_perm.h"
#include "storage/fd.h"

#define RING_FOLDER "pg_dynshmem"
#define RING_PREFIX "tenancy."
#define UNFINISHED ".new"

/* Smallest file that can be a ring. */
#define SMALLEST_RING (TENANCY_RING_HEADER + 1024)

/* Writes the path of a ring's file. */
static void
make_path(char *path, Oid database, int64 life)
{
	snprintf(path,
			 AUDIT_RING_PATH,
			 RING_FOLDER "/" RING_PREFIX "%u.%08X%08X",
			 database,
			 (uint32) ((uint64) life >> 32),
			 (uint32) life);
}

/* Maps an open file; NULL: it cannot, for errno. */
static TenancyRing *
map_file(int file, Size memory)
{
	void *start = mmap(NULL, memory, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

	return start != MAP_FAILED ? start : NULL;
}

/* Fills a new file with an empty ring; false: it cannot, for errno. */
static bool
fill_file(int file, Oid database, int64 life, Size memory)
{
	TenancyRing *ring;

	errno = posix_fallocate(file, 0, (off_t) memory);
	if (errno != 0)
		return false;
	ring = map_file(file, memory);
	if (ring == NULL)
		return false;
	bridge_begin_ring(ring, memory, database, life);
	audit_ring_file_unmap(ring, memory);
	return true;
}

/* Makes a ring's file; false: it cannot, for errno. */
static bool
make_file(const char *path, Oid database, int64 life, Size memory)
{
	char unfinished[AUDIT_RING_PATH + 8];
	int file;
	bool made;
	int problem;

	snprintf(unfinished, sizeof(unfinished), "%s" UNFINISHED, path);
	file = BasicOpenFile(unfinished, O_RDWR | O_CREAT | O_TRUNC | PG_BINARY);
	if (file < 0)
		return false;
	made = fill_file(file, database, life, memory) && rename(unfinished, path) == 0;
	problem = errno;
	close(file);
	if (!made)
		(void) unlink(unfinished);
	errno = problem;
	return made;
}

TenancyRing *
audit_ring_file_map(Oid database, int64 life, Size memory, bool make)
{
	char path[AUDIT_RING_PATH];
	int file;
	struct stat status;
	TenancyRing *ring = NULL;
	int problem;

	make_path(path, database, life);
	file = BasicOpenFile(path, O_RDWR | PG_BINARY);
	if (file < 0 && errno == ENOENT && make && make_file(path, database, life, memory))
		file = BasicOpenFile(path, O_RDWR | PG_BINARY);
	if (file < 0)
		return NULL;
	errno = 0;
	/* What is shorter than it should be would end the process. */
	if (fstat(file, &status) == 0 && (Size) status.st_size == memory)
		ring = map_file(file, memory);
	problem = errno;
	close(file);
	if (ring != NULL && !bridge_is_ring(ring, memory, database, life))
	{
		audit_ring_file_unmap(ring, memory);
		ring = NULL;
	}
	errno = problem;
	return ring;
}

TenancyRing *
audit_ring_file_map_left(Oid database, int64 life, Size *memory)
{
	char path[AUDIT_RING_PATH];
	int file;
	struct stat status;
	TenancyRing *ring = NULL;
	int problem;

	make_path(path, database, life);
	file = BasicOpenFile(path, O_RDWR | PG_BINARY);
	if (file < 0)
		return NULL;
	errno = 0;
	if (fstat(file, &status) == 0 && status.st_size >= SMALLEST_RING)
	{
		*memory = (Size) status.st_size;
		ring = map_file(file, *memory);
	}
	problem = errno;
	close(file);
	if (ring != NULL)
		bridge_recover_ring(ring, *memory);
	errno = problem;
	return ring;
}

void
audit_ring_file_unmap(TenancyRing *ring, Size memory)
{
	(void) munmap(ring, memory);
}

void
audit_ring_file_remove(const AuditRingFile *file)
{
	char path[AUDIT_RING_PATH + 8];

	make_path(path, file->database, file->life);
	if (file->unfinished)
		strlcat(path, UNFINISHED, sizeof(path));
	(void) durable_unlink(path, LOG);
}

/* Takes the name of a file apart; false: it is none of ours. */
static bool
parse_name(const char *name, AuditRingFile *file)
{
	const char *rest = name + strlen(RING_PREFIX);
	char *end;

	if (strncmp(name, RING_PREFIX, strlen(RING_PREFIX)) != 0)
		return false;
	file->database = (Oid) strtoul(rest, &end, 10);
	if (end == rest || *end != '.' || !OidIsValid(file->database))
		return false;
	rest = end + 1;
	file->life = (int64) strtoull(rest, &end, 16);
	file->unfinished = strcmp(end, UNFINISHED) == 0;
	return end == rest + 16 && (*end == '\0' || file->unfinished);
}

List *
audit_ring_file_list(void)
{
	List *result = NIL;
	DIR *folder = AllocateDir(RING_FOLDER);
	struct dirent *entry;

	while ((entry = ReadDirExtended(folder, RING_FOLDER, LOG)) != NULL)
	{
		AuditRingFile file;

		if (parse_name(entry->d_name, &file))
			result = lappend(result, memcpy(palloc(sizeof(file)), &file, sizeof(file)));
	}
	if (folder != NULL)
		FreeDir(folder);
	return result;
}
