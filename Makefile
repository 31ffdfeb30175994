# Builds and installs the PostgreSQL extension tenancy (PGXS).
#
#   make && make install        build and install for the server of PG_CONFIG
#   make help                   everything else
#
# The targets in SCRIPT_GOALS need neither PostgreSQL nor a compiler to start:
# they install what is missing themselves, or say what to install.

# Where this file is: the source tree, also when the build is elsewhere (VPATH).
HERE := $(dir $(lastword $(MAKEFILE_LIST)))

EXTENSION = tenancy
MODULE_big = tenancy
DATA = $(patsubst $(HERE)%,%,$(wildcard $(HERE)sql/tenancy--*.sql))
PGFILEDESC = "tenancy - one tenant per session"

OBJS = \
	src/tenancy.o \
	src/hooks.o \
	src/settings.o \
	src/audit.o \
	src/audit_capture.o \
	src/audit_flood.o \
	src/audit_definition.o \
	src/audit_failure.o \
	src/audit_log.o \
	src/audit_objects.o \
	src/audit_statement.o \
	src/audit_text.o \
	src/audit_undo.o \
	src/audit_record.o \
	src/audit_ring_file.o \
	src/audit_ring.o \
	src/audit_rows.o \
	src/audit_abandon.o \
	src/audit_chain.o \
	src/audit_partitions.o \
	src/audit_insert.o \
	src/audit_writer.o \
	src/audit_ranges.o \
	src/audit_retention.o \
	src/audit_trail.o \
	src/audit_verify.o \
	src/audit_functions.o \
	src/errors.o \
	src/registry.o \
	src/authority.o \
	src/own_table.o \
	src/hmac.o \
	src/unix_time.o \
	src/ticket_keys.o \
	src/ticket.o \
	src/ticket_functions.o \
	src/binding.o \
	src/binding_check.o \
	src/binding_path.o \
	src/effective_role.o \
	src/binding_functions.o \
	src/signature.o \
	src/jwt_keys.o \
	src/jwt.o \
	src/cached_tenants.o \
	src/pooler_probe.o \
	src/residue.o \
	src/sql_prepared.o \
	src/statements.o \
	src/sessions.o \
	src/counters.o \
	src/counters_file.o \
	src/counters_functions.o \
	src/measure.o \
	src/metrics.o \
	src/quota.o \
	src/quota_limits.o \
	src/quota_sessions.o \
	src/quota_storage.o \
	src/quota_timeout.o \
	src/quota_functions.o \
	src/quota_usage.o \
	src/whereabouts.o \
	src/placement.o \
	src/visibility.o \
	src/visible_relations.o \
	src/catalog_filter.o \
	src/extension_objects.o \
	src/builtins.o \
	src/naming.o \
	src/plpgsql_values.o \
	src/query_guard.o \
	src/guarded_call.o \
	src/guarded_sets.o \
	src/inlining.o \
	src/keyspace.o \
	src/notifications.o \
	src/uniform.o \
	src/error_details.o \
	src/stored_expressions.o \
	src/estimates.o \
	src/copies.o \
	src/unplanned.o \
	src/parameters.o \
	src/guard.o \
	src/confinement.o \
	src/plans.o \
	src/tenant_plans.o \
	src/object_access.o \
	src/utility.o \
	src/utility_targets.o \
	src/ownership.o \
	src/privileged.o \
	src/bulk.o \
	src/ledger.o \
	src/ledger_rows.o \
	src/migration_log.o \
	src/migration_script.o \
	src/small_tables.o \
	src/run_attempt.o \
	src/attempt_alone.o \
	src/role_settings.o \
	src/run_clock.o \
	src/run_locks.o \
	src/run_leader.o \
	src/run_worker.o \
	src/migrate.o \
	src/script.o \
	src/script_names.o \
	src/provision.o \
	src/blueprint.o \
	src/clone.o \
	src/clone_rows.o \
	src/clone_types.o \
	src/template.o \
	src/template_script.o \
	src/catalog_reader.o \
	src/schema_contents.o \
	src/schema_stamp.o \
	src/drop.o \
	src/erasure.o \
	src/removal.o \
	src/dependencies.o \
	src/schema_objects.o \
	src/role_objects.o \
	src/schema_mentions.o \
	src/portability.o \
	src/adopt.o \
	src/lifecycle.o \
	src/schema_size.o \
	src/storage_usage.o \
	src/worker.o \
	src/worker_departure.o \
	src/worker_launcher.o \
	src/worker_database.o \
	src/worker_session.o \
	src/worker_turns.o \
	src/description.o \
	src/description_collect.o \
	src/description_order.o \
	src/describe_types.o \
	src/describe_text_search.o \
	src/describe_routines.o \
	src/describe_tables.o \
	src/describe_constraints.o \
	src/describe_views.o \
	src/describe_table_properties.o \
	src/describe_privileges.o \
	src/describe_state.o \
	src/description_omissions.o \
	src/export.o \
	src/normal_form.o \
	src/drift.o \
	src/column_order.o \
	src/bridge.o \
	src/core/base64url.o \
	src/core/json_text.o \
	src/core/jwt.o \
	src/core/metrics.o \
	src/core/names.o \
	src/core/ordering.o \
	src/core/qualifier.o \
	src/core/registry.o \
	src/core/quota.o \
	src/core/ring.o \
	src/core/run_queue.o \
	src/core/sql_mask.o \
	src/core/policy.o \
	src/core/rename.o \
	src/core/strict_json.o \
	src/core/ticket.o

# Tests run in this order; test/sql/NAME.sql against expected/NAME.out.
REGRESS = install registry design_words lifecycle bulk portability binding ticket jwt pooler_probe guard adopt ownership counters traps description blueprint clone search_path audit quota
REGRESS_OPTS = --inputdir=$(srcdir)/test

# test/isolation/specs/NAME.spec against test/isolation/expected/NAME.out.
ISOLATION = provision_twice suspend_running drop_bound clone_race quota_consume
ISOLATION_OPTS = --inputdir=$(srcdir)/test/isolation

# The same on every machine, whatever its language.
ENCODING = UTF8
NO_LOCALE = 1

TAP_TESTS = 1
PROVE_TESTS = test/t/*.pl

# "make installcheck" makes its own server, because the library must be
# preloaded.  For a server that runs already: make installcheck EXTRA_REGRESS_OPTS=
EXTRA_REGRESS_OPTS ?= --temp-instance=tmp_instance --temp-config=$(srcdir)/test/tenancy.conf

WARNINGS = -Wall -Wextra
CORE_STD = -std=c++17

# The server's headers count as system headers: warnings are for our own code.
PG_CPPFLAGS = -isystem $(includedir_server) -isystem $(includedir_internal)
PG_CFLAGS = $(WARNINGS) $(LEAN) -fno-semantic-interposition -MMD -MP $(LTO)
PG_CXXFLAGS = $(WARNINGS) $(CORE_STD) $(LEAN) -fvisibility=hidden -fvisibility-inlines-hidden -MMD -MP $(COPT) $(LTO)

# Debian has its compiler keep frame pointers, and calls of the server go by a stub; a statement
# passes through many small functions.
LEAN = -fomit-frame-pointer $(if $(findstring gcc,$(CC)),-fno-plt)

# A statement passes through many small functions in several files: gcc joins them when
# it links, which saves a quarter of what they cost (docs/performance.md).
LTO = $(if $(findstring gcc,$(CC)),-flto)

# What the library exports: what PostgreSQL asks for, and no name by chance, because all
# extensions share one space of symbols.  -fvisibility=hidden cannot say so for the C
# part: before 16, PostgreSQL's headers do not mark what must stay visible.
EXPORTS = build/exports.map
SHLIB_LINK = -lstdc++ -lcrypto -Wl,--version-script=$(EXPORTS) $(if $(LTO),$(LTO) -O2)

# PGXS cannot give our C++ flags to the bitcode compiler.
override with_llvm = no

DEPS = $(OBJS:.o=.d)
EXTRA_CLEAN = $(DEPS) build tmp_instance

PG_CONFIG ?= pg_config

.DEFAULT_GOAL := all

# ---------------------------------------------------------------------------
# Targets that need no PGXS
# ---------------------------------------------------------------------------

SCRIPT_GOALS = help setup demo test test-full test-core unit format check-format bench bench-tenants

.PHONY: $(SCRIPT_GOALS)

help:
	@echo 'make                 build the extension (PGXS; PG_CONFIG=... chooses the server)'
	@echo 'make install         install it into that server'
	@echo 'make installcheck    run the regression, isolation and TAP tests of what is installed (not as root)'
	@echo 'make demo            see it work: a throw-away server, two tenants; KEEP=1 leaves the server running'
	@echo 'make test            run every test; SUITES="unit regress" runs some (see scripts/test)'
	@echo 'make test-full       make test, then other majors of PostgreSQL (root), its own tests, and 20,000 random queries'
	@echo "make test-core       run PostgreSQL's own regression suite with the library preloaded"
	@echo 'make setup           install from Debian packages what building and testing need; PG_MAJOR=15'
	@echo 'make unit            run the unit tests of src/core'
	@echo 'make format          lay out the sources; make check-format only looks'
	@echo 'make bench           compare a bound session with plain PostgreSQL'
	@echo 'make bench-tenants   measure what is done with many tenants: provision, migrate, drop, describe'
	@echo 'make clean           remove what was built'

setup:
	@scripts/setup all

demo:
	@scripts/demo

test:
	@scripts/test

test-full:
	@status=0; export TENANCY_FULL=1; for script in test test-majors test-core test-sqlsmith; do scripts/$$script || status=1; done; exit $$status

test-core:
	@scripts/test-core

format:
	@scripts/format

check-format:
	@scripts/format --check

bench:
	@bench/run

bench-tenants:
	@bench/tenants

# Unit tests: core and nothing else, no server header, under the sanitizers.
# Each test/unit/NAME.cpp is one program that prints TAP.
UNIT_FLAGS = $(CORE_STD) $(WARNINGS) -Werror -g -O1 -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -MMD -MP -Isrc -Itest/unit
UNIT_TESTS = $(patsubst test/unit/%.cpp,build/unit/%,$(wildcard test/unit/*.cpp))
UNIT_CORE = $(patsubst src/%.cpp,build/%.o,$(wildcard src/core/*.cpp))
UNIT_OBJS = $(UNIT_CORE) $(UNIT_TESTS:=.o)

unit: $(UNIT_TESTS)
	@scripts/run-tap $(UNIT_TESTS)

$(UNIT_TESTS): build/unit/%: build/unit/%.o $(UNIT_CORE)
	$(CXX) -fsanitize=address,undefined -o $@ $^

build/unit/%.o: test/unit/%.cpp | unit-tools
	@mkdir -p $(@D)
	$(CXX) $(UNIT_FLAGS) -c -o $@ $<

build/core/%.o: src/core/%.cpp | unit-tools
	@mkdir -p $(@D)
	$(CXX) $(UNIT_FLAGS) -c -o $@ $<

.PHONY: unit-tools
unit-tools:
	@CXX='$(CXX)' CPPFLAGS='$(CPPFLAGS)' sh scripts/missing-to-build --explain core

.SECONDARY: $(UNIT_OBJS)
-include $(wildcard $(UNIT_OBJS:.o=.d))

# ---------------------------------------------------------------------------
# Everything else is PGXS, if what it needs is there
# ---------------------------------------------------------------------------

BUILD_GOALS := $(filter-out $(SCRIPT_GOALS) unit-tools build/%,$(or $(MAKECMDGOALS),all))

ifneq ($(BUILD_GOALS),)

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
MISSING_TO_BUILD := PG_CONFIG='$(PG_CONFIG)' CXX='$(CXX)' CPPFLAGS='$(CPPFLAGS)' sh $(HERE)scripts/missing-to-build
MISSING := $(shell $(MISSING_TO_BUILD))

ifeq ($(MISSING),)

include $(PGXS)

# A build outside of the source tree needs the folders of the objects.  A rule would
# find those of the source tree instead.
ifdef VPATH
FOLDERS := $(shell mkdir -p $(sort $(dir $(OBJS))))
endif

-include $(wildcard $(DEPS))

$(MODULE_big)$(DLSUFFIX): $(EXPORTS)

$(EXPORTS): $(patsubst %.o,$(HERE)%.c,$(filter-out src/bridge.o src/core/%,$(OBJS)))
	@mkdir -p $(@D)
	@{ echo '{ global: Pg_magic_func; _PG_init;'; \
	   sed -nE 's/^PG_FUNCTION_INFO_V1\((\w+)\);/\1; pg_finfo_\1;/p; s/^extern PGDLLEXPORT void (\w+)\(.*/\1;/p' $^; \
	   echo 'local: *; };'; } >$@

else ifeq ($(filter-out clean distclean,$(BUILD_GOALS)),)

clean distclean:
	rm -rf $(OBJS) $(MODULE_big).so $(EXTRA_CLEAN)

else

.PHONY: $(BUILD_GOALS)
$(BUILD_GOALS):
	@$(MISSING_TO_BUILD) --explain

endif
endif
