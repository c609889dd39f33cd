/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Out of memory while the module is loaded, and while it decides, in one place after the other:
 * it never lets anybody in who would not come in otherwise, and nothing is lost. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "acl.h"
#include "fail.h"
#include "knot_scene.h"

static void plain(void)
{
}

static void with_actions(void)
{
	use_alias();
	fake_conf_option("mod-dance", "one", "action", ACL_NOTIFY);
	fake_conf_option("mod-dance", "one", "action", ACL_TRANSFER);
}

static void of_a_catalog(void)
{
	fake_conf_option("zone", "", "catalog-role", 1);
}

static void with_pkix(void)
{
	fake_conf_option("mod-dance", "one", "usage", DANCE_PKIX_EE);
	fake_conf_option("mod-dance", "one", "usage", DANCE_DANE_EE);
	fake_conf_text("mod-dance", "one", "ca-file", TEST_ROOTS);
	fake_conf_text("mod-dance", "one", "trust-anchor", "/some/root.key");
	fake_conf_text("mod-dance", "one", "root-hints", "/some/root.hints");
}

static void open_though_refuse_is_off(void)
{
	use_acl();
	fake_conf_text("zone", "", "acl", "any");
	fake_conf_option("acl", "any", "action", ACL_TRANSFER);
	fake_conf_option("acl", "any", "action", ACL_NOTIFY);
}

/* A stranger's queries that are guarded must not pass; with `left` they may, if the module has
 * been set up. */
static const struct setting {
	const char *row;
	void (*make)(void);
	knotd_query_type_t type;
	bool left;
} settings[] = {
	{ "plain", plain, KNOTD_QUERY_TYPE_AXFR, false },
	{ "actions", with_actions, KNOTD_QUERY_TYPE_NOTIFY, false },
	{ "catalog", of_a_catalog, KNOTD_QUERY_TYPE_NORMAL, false },
	{ "PKIX", with_pkix, KNOTD_QUERY_TYPE_IXFR, false },
	{ "refuse off", use_acl, KNOTD_QUERY_TYPE_AXFR, true },
	{ "open acl", open_though_refuse_is_off, KNOTD_QUERY_TYPE_AXFR, false },
};

static unsigned crossed, closed, opened;

static void ask(knotd_mod_t *mod, const struct credential *certificate,
	knotd_query_type_t type, bool tcp, bool may_pass, const char *row)
{
	come(certificate, type);
	if (tcp) {
		come_over_tcp();
	}
	knotd_state_t state = fake_begin(&query, mod);
	bool pass = state == FAKE_STATE_PRODUCE;
	if (pass && !may_pass) {
		print_error("%s: passes after the failure of %s\n", row, fail_name());
		crossed++;
	}
	opened += pass && certificate == &mine;
	(void)fake_end(&query, mod, pass ? KNOTD_STATE_DONE : state);
}

/* Loads with the n-th call failing, and perhaps all after it. Did any fail? */
static bool try_load(const struct setting *setting, unsigned n, bool lasting)
{
	fake_log_clear();
	scene_seconds++;
	long before = fail_blocks();
	knotd_mod_t *mod = fake_mod_new(scene_zone, "one");
	fail_at(n, FAIL_HERE, lasting);
	int ret = fake_mod_load(mod);
	bool failed = fail_calls() >= n;
	fail_at(0, FAIL_HERE, false);
	check_true(setting->row, ret == KNOT_EOK);
	fake_resolver_settle();

	bool is_closed = fake_log_count(LOG_ERR, "all clients are refused") == 1;
	bool left = setting->left && !is_closed;
	closed += is_closed;
	check_true(setting->row, failed || !is_closed);
	ask(mod, &other, setting->type, false, left, setting->row);
	ask(mod, &other, setting->type, true, left, setting->row);
	ask(mod, NULL, setting->type, false, left, setting->row);
	ask(mod, &mine, setting->type, false, !is_closed, setting->row);
	fake_mod_unload(mod);
	long lost = fail_blocks() - before;
	if (lost != 0) {
		fail_msg("%s: %ld blocks lost after call %u, %s", setting->row, lost, n,
			fail_name());
	}
	return failed;
}

static void a_load_without_memory_lets_nobody_in(void **state)
{
	for (size_t i = 0; i < ROWS(settings); i++) {
		for (int lasting = 0; lasting < 2; lasting++) {
			knot_scene_end(state);
			knot_scene_begin(state);
			settings[i].make();
			closed = opened = crossed = 0;
			unsigned n = 1;
			while (try_load(&settings[i], n, lasting)) {
				n++;
			}
			check_true(settings[i].row, n > 20);
			check_true(settings[i].row, crossed == 0);
			/* Both are tried: it is closed, and it works all the same. */
			check_true(settings[i].row, closed > 10);
			check_true(settings[i].row, opened > 0);
		}
	}
}

static void a_decision_without_memory_lets_nobody_in(void **state)
{
	for (size_t i = 0; i < ROWS(settings); i++) {
		knot_scene_end(state);
		knot_scene_begin(state);
		settings[i].make();
		crossed = 0;
		bool failed = true;
		for (unsigned n = 1; failed; n++) {
			scene_seconds++;
			knotd_mod_t *mod = load();
			fake_query_use_edns(&query, true);
			come(&other, settings[i].type);
			fail_at(n, FAIL_HERE, true);
			bool pass = passes(mod);
			failed = fail_calls() >= n;
			fail_at(0, FAIL_HERE, false);
			crossed += pass && (!settings[i].left || failed);
			(void)fake_end(&query, mod,
				pass ? KNOTD_STATE_DONE : KNOTD_STATE_FAIL);
			fake_mod_unload(mod);
		}
		check_true(settings[i].row, crossed == 0);
	}
}

static unsigned open_count(void)
{
	unsigned count = 0;
	for (int fd = 0; fd < 256; fd++) {
		count += fcntl(fd, F_GETFD) >= 0;
	}
	return count;
}

#define STAY \
	"the values of names in the statistics stay as they are (no thread can be started: "
#define RAISE "); do: raise the limit of threads and reload"

static void without_a_thread_the_values_of_names_stay_as_they_are(void **state)
{
	(void)state;
	struct rlimit before, none;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	for (int i = 0; i < 3; i++) {
		unsigned open = open_count();
		none = (struct rlimit){ i == 1 ? 0 : before.rlim_cur, before.rlim_max };
		fail_threads(i == 0);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
		knotd_mod_t *mod = fake_mod_new(NULL, NULL);
		fake_log_clear();
		assert_int_equal(fake_mod_load(mod), KNOT_EOK);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
		fail_threads(false);
		if (i < 2) {
			char line[256];
			snprintf(line, sizeof(line), STAY "%s" RAISE,
				strerror(i == 0 ? EAGAIN : EMFILE));
			assert_int_equal(fake_log_lines(LOG_ERR, line), 1);
			assert_int_equal(open_count(), open);
		} else {
			assert_int_equal(fake_log_count(LOG_ERR, STAY), 0);
			assert_int_equal(open_count(), open + 2);
		}
		fake_mod_unload(mod);
		assert_int_equal(open_count(), open);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_load_without_memory_lets_nobody_in,
			knot_scene_begin, knot_scene_end),
		cmocka_unit_test_setup_teardown(a_decision_without_memory_lets_nobody_in,
			knot_scene_begin, knot_scene_end),
		cmocka_unit_test_setup_teardown(
			without_a_thread_the_values_of_names_stay_as_they_are,
			knot_scene_begin, knot_scene_end),
	};
	return cmocka_run_group_tests(tests, knot_scene_make, knot_scene_clear);
}
