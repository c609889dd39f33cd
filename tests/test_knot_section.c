/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Sections: which instances share one, what a further zone costs, when a section is read again,
 * and whose log its news go to. */

#include "section.h"
#include "ctx.h"
#include "knot_scene.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#define ZONES 12

static const struct dance_ctx *ctx_of(const knotd_mod_t *mod)
{
	return knotd_mod_ctx(mod);
}

static struct section *section_of(const knotd_mod_t *mod)
{
	return ctx_of(mod)->section;
}

static void configure_zone(void)
{
	fake_conf_text("zone", (const char *)scene_zone, "domain", "is configured");
	fake_conf_text("zone", "", "acl", "any-tls");
	fake_conf_option("acl", "any-tls", "action", 2);
}

/* Nothing is made for a further zone but its instance, and little is read. */
static void all_zones_share_what_one_section_says(void **state)
{
	(void)state;
	configure_zone();
	knotd_mod_t *mods[ZONES];
	unsigned reads[ZONES];
	for (unsigned i = 0; i < ZONES; i++) {
		unsigned before = fake_conf_calls();
		mods[i] = load();
		reads[i] = fake_conf_calls() - before;
		assert_non_null(section_of(mods[i])->roster);
		assert_ptr_equal(section_of(mods[i]), section_of(mods[0]));
		assert_ptr_equal(ctx_of(mods[i])->threads, ctx_of(mods[0])->threads);
		assert_int_equal(reads[i], reads[i > 0 ? 1 : 0]);
	}
	/* Lists: 'client', and an ACL of the zone's own. */
	assert_int_equal(reads[1], 2);
	assert_true(reads[0] > 6);
	assert_int_equal(fake_resolver_asked(NAME), 1);
	assert_int_equal(fake_log_count(LOG_WARNING, "acl allows plain TCP without"), 1);
	for (unsigned i = 0; i < ZONES; i++) {
		come(&mine, KNOTD_QUERY_TYPE_AXFR);
		assert_true(passes(mods[i]));
		finish(mods[i]);
		fake_mod_unload(mods[i]);
	}
}

/* As at a reload: the new instances come first. */
static void another_state_of_the_configuration_is_read_anew(void **state)
{
	(void)state;
	knotd_mod_t *old[2] = { load(), load() };
	use_alias();
	knotd_mod_t *new[2] = { load(), load() };
	assert_ptr_not_equal(section_of(new[0]), section_of(old[0]));
	assert_ptr_equal(section_of(new[0]), section_of(new[1]));
	assert_ptr_equal(section_of(new[0])->roster, section_of(old[0])->roster);
	assert_false(section_of(old[0])->identity_address);
	assert_true(section_of(new[0])->identity_address);
	fake_mod_unload(old[0]);
	fake_mod_unload(old[1]);
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(new[1]));
	assert_string_equal(fake_query_path(&query), "/dance/" NAME);
	finish(new[1]);
	fake_mod_unload(new[0]);
	fake_mod_unload(new[1]);
	assert_int_equal(fake_resolver_asked(NAME), 1);
}

/* What is checked may come into force in the place of what was. */
static void what_was_checked_since_is_read_anew(void **state)
{
	(void)state;
	const char *error;
	knotd_mod_t *before = load();
	assert_int_equal(fake_conf_check("one", &error), KNOT_EOK);
	knotd_mod_t *after = load();
	assert_ptr_not_equal(section_of(after), section_of(before));
	fake_mod_unload(before);
	knotd_mod_t *more = load();
	assert_ptr_equal(section_of(more), section_of(after));
	fake_mod_unload(after);
	fake_mod_unload(more);
}

static void other_clients_in_the_same_place_are_read_anew(void **state)
{
	(void)state;
	knotd_mod_t *before = load();
	knotd_conf_t clients = knotd_conf_mod(before, MOD_CLIENT);
	char *there;
	memcpy(&there, &clients.multi[0].string, sizeof(there));
	knotd_conf_free(&clients);
	there[0] = 'x';
	answer(there, RESOLVER_DENIED, 60, NULL);
	knotd_mod_t *after = load();
	assert_ptr_not_equal(section_of(after), section_of(before));
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_false(passes(after));
	finish(after);
	fake_mod_unload(before);
	fake_mod_unload(after);
}

static void two_sections_that_say_the_same_share_a_roster(void **state)
{
	(void)state;
	fake_conf_text("mod-dance", "two", "client", NAME);
	fake_conf_text("mod-dance", "two", "client", "*." SUFFIX);
	fake_conf_bool("mod-dance", "two", "identity-address", true);
	fake_conf_text("mod-dance", "three", "client", NAME);
	static const char *const ids[] = { "one", "two", "three" };
	knotd_mod_t *mods[ROWS(ids)];
	for (size_t i = 0; i < ROWS(ids); i++) {
		mods[i] = fake_mod_new(scene_zone, ids[i]);
		assert_int_equal(fake_mod_load(mods[i]), KNOT_EOK);
	}
	fake_resolver_settle();
	assert_ptr_not_equal(section_of(mods[0]), section_of(mods[1]));
	assert_ptr_equal(section_of(mods[0])->roster, section_of(mods[1])->roster);
	assert_ptr_not_equal(section_of(mods[0])->roster, section_of(mods[2])->roster);
	for (size_t i = 0; i < ROWS(ids); i++) {
		fake_mod_unload(mods[i]);
	}
}

/* What is the same for all of them is read, and told, once; anew from another state of the
 * configuration. */
static void sections_share_what_is_said_of_the_server(void **state)
{
	(void)state;
	const char *error;
	static const char advice[] = "add 'global-module: mod-dance'";
	static const char *const ids[] = { "one", "two", "three" };
	knotd_mod_t *mods[ROWS(ids)], *later[ROWS(ids)];
	fake_conf_text("mod-dance", "two", "client", "*." SUFFIX);
	fake_conf_text("mod-dance", "three", "client", NAME);
	fake_log_clear();
	for (size_t i = 0; i < ROWS(ids); i++) {
		mods[i] = fake_mod_new(scene_zone, ids[i]);
		assert_int_equal(fake_mod_load(mods[i]), KNOT_EOK);
		assert_true(section_of(mods[i])->mixed);
		/* Read with the first one, and not again. */
		assert_int_equal(section_of(mods[i])->zone.automatic, i > 0);
		section_of(mods[i])->zone.automatic = true;
	}
	assert_int_equal(fake_log_count(LOG_INFO, advice), 1);
	fake_conf_text("template", "default", "global-module", "\x09mod-dance");
	assert_int_equal(fake_conf_check("one", &error), KNOT_EOK);
	for (size_t i = 0; i < ROWS(ids); i++) {
		later[i] = fake_mod_new(scene_zone, ids[i]);
		assert_int_equal(fake_mod_load(later[i]), KNOT_EOK);
		assert_false(section_of(later[i])->mixed);
		fake_mod_unload(mods[i]);
	}
	for (size_t i = ROWS(ids); i-- > 0;) {
		fake_mod_unload(later[i]);
	}
	assert_int_equal(fake_log_count(LOG_INFO, advice), 1);
	/* The one that was read last is gone. */
	mods[0] = load();
	assert_false(section_of(mods[0])->mixed);
	fake_mod_unload(mods[0]);
}

/* In any order: the log of an instance that is gone cannot be written to. */
static void news_go_to_an_instance_that_is_there(void **state)
{
	(void)state;
	for (unsigned gone = 0; gone < 3; gone++) {
		publish(NAME, 1, &mine);
		knotd_mod_t *mods[3] = { load(), load(), load() };
		fake_mod_unload(mods[gone]);
		fake_log_clear();
		scene_seconds++;
		answer(NAME, RESOLVER_BOGUS, 60, "made up");
		pass(10000);
		assert_int_equal(fake_log_count(LOG_WARNING,
					 "no valid records, client " NAME),
			1);
		fake_mod_unload(mods[(gone + 1) % 3]);
		fake_mod_unload(mods[(gone + 2) % 3]);
	}
}

struct worker {
	pthread_t thread;
	knotd_mod_t *mod;
	struct fake_query query;
	struct fake_tls tls;
	_Atomic bool decided;
};

static void *work(void *arg)
{
	struct worker *worker = arg;
	(void)fake_begin(&worker->query, worker->mod);
	atomic_store(&worker->decided, true);
	return NULL;
}

static void begin_worker(struct worker *worker, unsigned id, knotd_mod_t *mod)
{
	worker->mod = mod;
	atomic_init(&worker->decided, false);
	fake_query_init(&worker->query, scene_zone, KNOTD_QUERY_TYPE_AXFR);
	fake_tls_init(&worker->tls);
	fake_tls_show(&worker->tls, &mine.whole[TLSA_CERTIFICATE]);
	fake_query_use_tls(&worker->query, fake_tls_session(&worker->tls));
	worker->query.params.thread_id = id;
	assert_int_equal(pthread_create(&worker->thread, NULL, work, worker), 0);
}

/* Whatever the number of sections, and of ways in which they look names up. */
static void never_more_than_half_of_the_workers_wait(void **state)
{
	(void)state;
	static const char *const ids[] = { "one", "two", "three" };
	publish_held(NAME, 60, &mine);
	fake_conf_text("mod-dance", "two", "client", NAME);
	fake_conf_text("mod-dance", "three", "client", NAME);
	fake_conf_text("mod-dance", "two", "root-hints", "/some/root.hints");
	fake_conf_text("mod-dance", "three", "root-hints", "/other/root.hints");
	for (size_t sections = 1; sections <= ROWS(ids); sections++) {
		knotd_mod_t *mods[ROWS(ids)];
		for (size_t i = 0; i < sections; i++) {
			mods[i] = fake_mod_new(scene_zone, ids[i]);
			assert_int_equal(fake_mod_load(mods[i]), KNOT_EOK);
		}
		fake_resolver_settle();
		struct worker workers[FAKE_THREADS];
		for (unsigned i = 0; i < FAKE_THREADS; i++) {
			begin_worker(&workers[i], i, mods[i % sections]);
			if (i < FAKE_THREADS / 2) {
				await_waiting(i + 1);
				continue;
			}
			while (!atomic_load(&workers[i].decided)) {
				assert_true(fake_clock_waiting() <= FAKE_THREADS / 2);
				sched_yield();
			}
		}
		fake_clock_advance(500);
		for (unsigned i = 0; i < FAKE_THREADS; i++) {
			pthread_join(workers[i].thread, NULL);
			fake_end(&workers[i].query, workers[i].mod, KNOTD_STATE_FAIL);
			fake_query_clear(&workers[i].query);
		}
		for (size_t i = 0; i < sections; i++) {
			fake_mod_unload(mods[i]);
		}
		scene_seconds++;
	}
}

/* What libdance was asked for last. */
static struct dance_context_options joined;
static struct dance_options options;
static bool rosters_fail;

bool __real_shared_context_join(struct shared_context_user *user,
	const struct dance_context_options *wanted);
bool __wrap_shared_context_join(struct shared_context_user *user,
	const struct dance_context_options *wanted);
bool __wrap_shared_context_join(struct shared_context_user *user,
	const struct dance_context_options *wanted)
{
	joined = *wanted;
	return __real_shared_context_join(user, wanted);
}

struct dance_roster *__real_dance_roster_new(struct dance_context *context,
	const char *const *names, size_t count, const struct dance_options *wanted,
	char error[DANCE_ERROR_SIZE]);
struct dance_roster *__wrap_dance_roster_new(struct dance_context *context,
	const char *const *names, size_t count, const struct dance_options *wanted,
	char error[DANCE_ERROR_SIZE]);
struct dance_roster *__wrap_dance_roster_new(struct dance_context *context,
	const char *const *names, size_t count, const struct dance_options *wanted,
	char error[DANCE_ERROR_SIZE])
{
	options = *wanted;
	if (rosters_fail) {
		strcpy(error, "there is no roster today");
		return NULL;
	}
	return __real_dance_roster_new(context, names, count, wanted, error);
}

/* A hook that waits keeps its worker from other connections. */
static void at_most_half_of_the_workers_may_wait(void **state)
{
	(void)state;
	static const struct {
		int workers;
		unsigned may_wait;
	} rows[] = { { 0, 1 }, { 1, 1 }, { 2, 1 }, { 3, 1 }, { 4, 2 }, { 5, 2 },
		{ 20, 10 } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *error;
		fake_knotd_set_workers(rows[i].workers);
		(void)fake_conf_check("one", &error);
		knotd_mod_t *mod = load();
		assert_int_equal(joined.max_waiting, rows[i].may_wait);
		fake_mod_unload(mod);
	}
}

static void each_news_has_its_severity(void **state)
{
	(void)state;
	static const struct {
		enum dance_log_level level;
		int priority;
	} rows[] = { { DANCE_LOG_ERROR, LOG_ERR }, { DANCE_LOG_WARNING, LOG_WARNING },
		{ DANCE_LOG_NOTICE, LOG_NOTICE }, { DANCE_LOG_DEBUG, LOG_DEBUG } };
	knotd_mod_t *mod = load();
	for (size_t i = 0; i < ROWS(rows); i++) {
		fake_log_clear();
		joined.log(section_of(mod), rows[i].level, "something is new");
		assert_int_equal(fake_log_lines(rows[i].priority, "something is new"), 1);
		assert_null(fake_log_line(1));
	}
	fake_mod_unload(mod);
}

/* In a second: errors are few, and details are apart. */
static void so_many_news_are_logged(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	scene_seconds++;
	fake_log_clear();
	for (int i = 0; i < 27; i++) {
		joined.log(section_of(mod), DANCE_LOG_NOTICE, "news");
		joined.log(section_of(mod), DANCE_LOG_ERROR, "an error");
		joined.log(section_of(mod), DANCE_LOG_DEBUG, "a detail");
	}
	assert_int_equal(fake_log_lines(LOG_NOTICE, "news"), 20);
	assert_int_equal(fake_log_lines(LOG_DEBUG, "a detail"), 20);
	assert_int_equal(fake_log_lines(LOG_ERR, "an error"), 27);
	assert_int_equal(fake_log_count(-1, "suppressed"), 0);
	scene_seconds++;
	joined.log(section_of(mod), DANCE_LOG_WARNING, "a warning");
	assert_int_equal(fake_log_lines(LOG_WARNING, "lines suppressed, count 7"), 1);
	joined.log(section_of(mod), DANCE_LOG_DEBUG, "a detail");
	assert_int_equal(fake_log_lines(LOG_DEBUG, "lines suppressed, count 7"), 1);
	assert_int_equal(fake_log_count(-1, "suppressed"), 2);
	fake_mod_unload(mod);
}

static void roots_are_trusted_where_a_file_has_them(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	assert_null(options.trust);
	fake_mod_unload(mod);
	fake_conf_option("mod-dance", "one", "usage", DANCE_PKIX_EE);
	fake_conf_option("mod-dance", "one", "usage", DANCE_DANE_EE);
	fake_conf_text("mod-dance", "one", "ca-file", TEST_ROOTS);
	mod = load();
	assert_non_null(options.trust);
	assert_ptr_equal(options.trust, section_of(mod)->trust);
	assert_int_equal(options.usages, DANCE_PKIX_EE | DANCE_DANE_EE);
	assert_int_equal(fake_log_count(LOG_ERR, "PKIX"), 0);
	fake_mod_unload(mod);
	fake_conf_text("mod-dance", "one", "ca-file", "/no/such/file");
	mod = load();
	assert_null(options.trust);
	assert_int_equal(fake_log_count(LOG_ERR, "PKIX records are unusable ("), 1);
	assert_int_equal(fake_log_count(LOG_ERR, "/no/such/file"), 1);
	assert_int_equal(fake_log_count(LOG_ERR, "); do: correct 'ca-file' and reload"), 1);
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod)); /* by another usage */
	finish(mod);
	fake_mod_unload(mod);
}

static void without_a_roster_all_are_refused_and_it_is_told(void **state)
{
	(void)state;
	rosters_fail = true;
	fake_log_clear();
	knotd_mod_t *mod = fake_mod_new(scene_zone, "one");
	assert_int_equal(fake_mod_load(mod), KNOT_EOK);
	rosters_fail = false;
	assert_int_equal(fake_log_lines(LOG_ERR, "there is no roster today"), 1);
	assert_int_equal(fake_log_count(LOG_ERR, "all clients are refused ("), 1);
	assert_int_equal(fake_log_count(LOG_ERR, "; do: correct the error above and reload"),
		1);
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_false(passes(mod));
	fake_end(&query, mod, KNOTD_STATE_FAIL);
	assert_int_equal(query.qdata.rcode, KNOT_RCODE_SERVFAIL);
	/* It is tried again for the next zone. */
	knotd_mod_t *next = load();
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(next));
	finish(next);
	fake_mod_unload(mod);
	fake_mod_unload(next);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, knot_scene_begin, knot_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(all_zones_share_what_one_section_says),
		ONE(another_state_of_the_configuration_is_read_anew),
		ONE(what_was_checked_since_is_read_anew),
		ONE(other_clients_in_the_same_place_are_read_anew),
		ONE(two_sections_that_say_the_same_share_a_roster),
		ONE(sections_share_what_is_said_of_the_server),
		ONE(news_go_to_an_instance_that_is_there),
		ONE(never_more_than_half_of_the_workers_wait),
		ONE(at_most_half_of_the_workers_may_wait),
		ONE(each_news_has_its_severity),
		ONE(so_many_news_are_logged),
		ONE(roots_are_trusted_where_a_file_has_them),
		ONE(without_a_roster_all_are_refused_and_it_is_told),
	};
	return cmocka_run_group_tests(tests, knot_scene_make, knot_scene_clear);
}
