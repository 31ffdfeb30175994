/*
 * counters_file.c
 *	  Counters over a clean restart: the file pg_stat/tenancy.stat.
 *
 * The postmaster writes it when it stops in order, under another name first, and reads and
 * removes it when it starts; so that after a crash there is none, and never an old one.
 * What the file says is believed only if all of it is right: the form, the length and the
 * checksum.  A server that cannot write it or read it says so in its log, and works.
 */
#include "postgres.h"

#include <sys/stat.h>
#include <unistd.h>

#include "catalog/pg_control.h"
#include "common/controldata_utils.h"
#include "counters_table.h"
#include "miscadmin.h"
#include "port/pg_crc32c.h"
#include "storage/fd.h"
#include "storage/ipc.h"

#define FILE_NAME "pg_stat/tenancy.stat"
#define FILE_NAME_NEW "pg_stat/tenancy.stat.new"

/* Grows with every change of what the file holds, whose size the header has besides. */
#define FILE_MAGIC 0x74656e01

typedef struct FileHeader
{
	uint32 magic;
	uint32 record_size;
	uint32 records;
	pg_crc32c checksum; /* of the records */
} FileHeader;

/* One entry, its counters as numbers.  The first two are the overflow's and that of unbound sessions. */
typedef struct FileRecord
{
	CounterKey key;
	bool retired;
	uint64 values[COUNTER_COUNT];
	uint64 recent[RECENT_PARTS];
	uint64 storage_bytes;
	uint64 storage_measured_at;
	uint64 quota_refusals;
} FileRecord;

/* Copies an entry out. */
static void
pack(TenantCounters *entry, FileRecord *record)
{
	memset(record, 0, sizeof(FileRecord));
	record->key = entry->key;
	record->retired = entry->retired;
	for (int i = 0; i < COUNTER_COUNT; i++)
		record->values[i] = pg_atomic_read_u64(&entry->values[i]);
	record->values[COUNTER_SESSIONS] = 0;
	for (int i = 0; i < RECENT_PARTS; i++)
		record->recent[i] = pg_atomic_read_u64(&entry->recent[i]);
	record->storage_bytes = pg_atomic_read_u64(&entry->usage.storage_bytes);
	record->storage_measured_at = pg_atomic_read_u64(&entry->usage.storage_measured_at);
	record->quota_refusals = pg_atomic_read_u64(&entry->usage.quota_refusals);
}

/* Adds a record to an entry, which is new, or the overflow's where the table has become smaller. */
static void
unpack(const FileRecord *record, TenantCounters *entry)
{
	for (int i = 0; i < COUNTER_COUNT; i++)
		pg_atomic_fetch_add_u64(&entry->values[i], record->values[i]);
	pg_atomic_fetch_add_u64(&entry->usage.quota_refusals, record->quota_refusals);
	if (!counters_is_own_record(entry) && OidIsValid(record->key.database))
		return;
	for (int i = 0; i < RECENT_PARTS; i++)
		pg_atomic_write_u64(&entry->recent[i], record->recent[i]);
	entry->retired = record->retired;
	pg_atomic_write_u64(&entry->usage.storage_bytes, record->storage_bytes);
	pg_atomic_write_u64(&entry->usage.storage_measured_at, record->storage_measured_at);
}

/* Tells whether an open file is one of ours and whole; leaves it at the first record. */
static bool
is_whole(FILE *file, uint32 *count)
{
	FileHeader header;
	FileRecord record;
	struct stat status;
	pg_crc32c checksum;

	if (fread(&header, sizeof(header), 1, file) != 1 || header.magic != FILE_MAGIC ||
		header.record_size != sizeof(FileRecord) || header.records < 2 || fstat(fileno(file), &status) != 0 ||
		(uint64) status.st_size != sizeof(header) + (uint64) header.records * sizeof(FileRecord))
		return false;
	INIT_CRC32C(checksum);
	for (uint32 i = 0; i < header.records; i++)
	{
		if (fread(&record, sizeof(record), 1, file) != 1)
			return false;
		COMP_CRC32C(checksum, &record, sizeof(record));
	}
	FIN_CRC32C(checksum);
	*count = header.records;
	return EQ_CRC32C(checksum, header.checksum) && fseek(file, sizeof(header), SEEK_SET) == 0;
}

/* Reads the records of a file that is whole. */
static void
read_records(FILE *file, uint32 count)
{
	FileRecord record;
	TenantCounters *entry;

	for (uint32 i = 0; i < count && fread(&record, sizeof(record), 1, file) == 1; i++)
	{
		if (i == 0)
			entry = &counters_shared->overflow;
		else if (i == 1)
			entry = &counters_shared->unbound;
		else
			entry = counters_enter(&record.key);
		unpack(&record, entry != NULL ? entry : &counters_shared->overflow);
	}
}

/* Tells whether the server has come to its end in order: its last act is then in the control file. */
static bool
stopped_in_order(void)
{
	bool good;
	ControlFileData *control = get_controlfile(DataDir, &good);

	return good && (control->state == DB_SHUTDOWNED || control->state == DB_SHUTDOWNED_IN_RECOVERY);
}

/*
 * At the exit of the postmaster, when its processes are gone.  Where they were killed they may have
 * left the table half changed, and it is not to be believed.
 */
static void
at_stop(int code, Datum argument)
{
	(void) argument;
	if (code == 0 && stopped_in_order())
		counters_file_save();
}

void
counters_file_load(void)
{
	FILE *file;
	uint32 count = 0;

	if (IsUnderPostmaster)
		return;
	on_shmem_exit(at_stop, (Datum) 0);
	file = AllocateFile(FILE_NAME, PG_BINARY_R);
	if (file == NULL)
	{
		if (errno != ENOENT)
			ereport(LOG, (errcode_for_file_access(), errmsg("could not read file \"%s\": %m", FILE_NAME)));
		return;
	}
	if (is_whole(file, &count))
		read_records(file, count);
	else
		ereport(LOG,
				(errmsg("ignoring file \"%s\": it is not whole, or of another version", FILE_NAME),
				 errdetail("Counters of tenants begin at zero.")));
	FreeFile(file);
	(void) unlink(FILE_NAME);
}

/* Writes all records, then the header with their checksum in front. */
static bool
write_records(FILE *file)
{
	FileHeader header = {FILE_MAGIC, sizeof(FileRecord), 0, 0};
	HASH_SEQ_STATUS scan;
	TenantCounters *entry;
	FileRecord record;
	bool good = fwrite(&header, sizeof(header), 1, file) == 1;

	INIT_CRC32C(header.checksum);
	hash_seq_init(&scan, counters_table);
	for (;;)
	{
		if (header.records == 0)
			entry = &counters_shared->overflow;
		else if (header.records == 1)
			entry = &counters_shared->unbound;
		else if ((entry = hash_seq_search(&scan)) == NULL)
			break;
		pack(entry, &record);
		COMP_CRC32C(header.checksum, &record, sizeof(record));
		good = good && fwrite(&record, sizeof(record), 1, file) == 1;
		header.records++;
	}
	FIN_CRC32C(header.checksum);
	return good && fseek(file, 0, SEEK_SET) == 0 && fwrite(&header, sizeof(header), 1, file) == 1;
}

void
counters_file_save(void)
{
	FILE *file;
	bool good;

	if (counters_shared == NULL || counters_table == NULL)
		return;
	file = AllocateFile(FILE_NAME_NEW, PG_BINARY_W);
	good = file != NULL && write_records(file);
	if (file != NULL && FreeFile(file) != 0)
		good = false;
	if (good && durable_rename(FILE_NAME_NEW, FILE_NAME, LOG) == 0)
		return;
	ereport(LOG, (errcode_for_file_access(), errmsg("could not write file \"%s\": %m", FILE_NAME)));
	(void) unlink(FILE_NAME_NEW);
}
