/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What the names of sections stand like, in the statistics of the instance for all zones: which
 * values there are, whose, and for how long. */

#include "gauges.h"
#include "ctx.h"
#include "fake_standings.h"
#include "knot_scene.h"
#include "section.h"
#include "standings.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static const struct dance_standing good[] = {
	{ "a.example", DANCE_ALLOW, 1, 500, 9000, 0 },
	{ "b.example", DANCE_ALLOW, 2, 400, 8000, 0 },
};
static const struct dance_standing bad[] = {
	{ "a.example", DANCE_FAIL_BOGUS, 0, 100, 0, 300 },
};

/* Rosters of the good names and of the bad one. */
enum {
	WELL,
	ILL
};

/* How long the thread waits between two rounds; here it is a millisecond. */
static atomic_int waits, longest_wait;

int __real_poll(struct pollfd *sockets, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout_ms)
{
	assert_int_equal(count, 1);
	waits = timeout_ms;
	longest_wait = timeout_ms > longest_wait ? timeout_ms : longest_wait;
	return __real_poll(sockets, count, 1);
}

static int begin(void **state)
{
	waits = 0;
	fake_rosters[WELL] = (struct fake_standings){ good, ROWS(good), NULL };
	fake_rosters[ILL] = (struct fake_standings){ bad, ROWS(bad), NULL };
	return knot_scene_begin(state);
}

/* The instance of all zones, which has no section. */
static knotd_mod_t *load_global(void)
{
	knotd_mod_t *mod = fake_mod_new(NULL, NULL);
	assert_int_equal(fake_mod_load(mod), KNOT_EOK);
	return mod;
}

static int64_t value(const knotd_mod_t *mod, enum standing standing, const char *id)
{
	return fake_mod_value(mod, standing_name(standing), id);
}

static void each_section_has_values_by_its_id(void **state)
{
	(void)state;
	struct section first = { .roster = fake_roster(WELL) };
	struct section second = { .roster = fake_roster(ILL) };
	knotd_mod_t *global = load_global();
	assert_int_equal(value(global, STANDING_NAMES, "first"), -1);
	gauges_add(&first, "first");
	gauges_add(&second, "second");
	gauges_refresh();
	assert_int_equal(value(global, STANDING_NAMES, "first"), 2);
	assert_int_equal(value(global, STANDING_USABLE, "first"), 2);
	assert_int_equal(value(global, STANDING_BOGUS, "first"), 0);
	assert_int_equal(value(global, STANDING_RECORDS, "first"), 3);
	assert_int_equal(value(global, STANDING_EXPIRE, "first"), 400);
	assert_int_equal(value(global, STANDING_SIGNATURES_END, "first"), 8000);
	assert_int_equal(value(global, STANDING_NAMES, "second"), 1);
	assert_int_equal(value(global, STANDING_BOGUS, "second"), 1);
	assert_int_equal(value(global, STANDING_FAILING_SINCE, "second"), 300);
	assert_int_equal(value(global, STANDING_NAMES, "*"), -1);
	first.roster = fake_roster(ILL);
	gauges_refresh();
	assert_int_equal(value(global, STANDING_USABLE, "first"), 0);
	assert_int_equal(value(global, STANDING_BOGUS, "first"), 1);
	gauges_remove(&second);
	assert_int_equal(value(global, STANDING_NAMES, "second"), -1);
	gauges_remove(&first);
	fake_mod_unload(global);
}

/* Verdicts have another name there than at a zone, and come first. */
static void the_items_have_names_of_their_own(void **state)
{
	(void)state;
	knotd_mod_t *zone = load(), *global = load_global();
	assert_string_equal(fake_mod_item(zone, 0), "dance-verdict");
	assert_null(fake_mod_item(zone, 1));
	assert_string_equal(fake_mod_item(global, 0), "dance-server-verdict");
	assert_int_equal(fake_mod_item_size(global, 0), dance_verdict_count());
	for (unsigned i = 0; i < STANDING_COUNT; i++) {
		assert_string_equal(fake_mod_item(global, i + 1), standing_name(i));
		assert_int_equal(fake_mod_item_size(global, i + 1), GAUGES_SECTIONS + 1);
	}
	assert_null(fake_mod_item(global, STANDING_COUNT + 1));
	fake_mod_unload(global);
	fake_mod_unload(zone);
}

/* As at a reload: what is new comes first. */
static void a_reload_leaves_no_gap(void **state)
{
	(void)state;
	struct section old = { .roster = fake_roster(ILL) };
	struct section new = { .roster = fake_roster(WELL) };
	knotd_mod_t *global = load_global();
	gauges_add(&old, "xot");
	scene_seconds = 5000;
	gauges_note_allow(&old);
	gauges_refresh();

	knotd_mod_t *next = load_global();
	assert_int_equal(value(next, STANDING_BOGUS, "xot"), 1);
	assert_int_equal(value(next, STANDING_LAST_ALLOW, "xot"), 5000);
	gauges_add(&new, "xot");
	gauges_refresh();
	assert_int_equal(value(next, STANDING_USABLE, "xot"), 2);
	assert_int_equal(value(next, STANDING_BOGUS, "xot"), 0);
	assert_int_equal(value(global, STANDING_USABLE, "xot"), 2);
	gauges_remove(&old);
	fake_mod_unload(global);
	gauges_refresh();
	assert_int_equal(value(next, STANDING_USABLE, "xot"), 2);
	assert_int_equal(value(next, STANDING_LAST_ALLOW, "xot"), 5000);

	/* One that was read in vain goes, and the one before it counts again. */
	gauges_add(&old, "xot");
	gauges_remove(&old);
	gauges_refresh();
	assert_int_equal(value(next, STANDING_USABLE, "xot"), 2);
	gauges_remove(&new);
	assert_int_equal(value(next, STANDING_USABLE, "xot"), -1);
	fake_mod_unload(next);
}

/* A place that becomes free begins at zero. */
static void values_are_not_left_to_the_next_section(void **state)
{
	(void)state;
	struct section first = { .roster = fake_roster(WELL) };
	struct section second = { .roster = fake_roster(ILL) };
	knotd_mod_t *global = load_global();
	gauges_add(&first, "first");
	gauges_note_allow(&first);
	gauges_refresh();
	gauges_remove(&first);
	gauges_add(&second, "second");
	for (unsigned i = 0; i < STANDING_COUNT; i++) {
		assert_int_equal(value(global, i, "second"), 0);
	}
	gauges_refresh();
	assert_int_equal(value(global, STANDING_LAST_ALLOW, "second"), 0);
	gauges_remove(&second);
	fake_mod_unload(global);
}

static void many_sections_have_their_values_together(void **state)
{
	(void)state;
	enum {
		SECTIONS = GAUGES_SECTIONS + 3
	};
	struct section sections[SECTIONS] = { 0 };
	char id[16];
	knotd_mod_t *global = load_global();
	for (unsigned i = 0; i < SECTIONS; i++) {
		snprintf(id, sizeof(id), "s%u", i);
		sections[i].roster = fake_roster(i < GAUGES_SECTIONS ? ILL : WELL);
		gauges_add(&sections[i], id);
	}
	gauges_refresh();
	assert_int_equal(value(global, STANDING_NAMES, "s0"), 1);
	snprintf(id, sizeof(id), "s%u", GAUGES_SECTIONS - 1);
	assert_int_equal(value(global, STANDING_NAMES, id), 1);
	snprintf(id, sizeof(id), "s%u", GAUGES_SECTIONS);
	assert_int_equal(value(global, STANDING_NAMES, id), -1);
	assert_int_equal(value(global, STANDING_USABLE, "*"), 6);
	assert_int_equal(value(global, STANDING_EXPIRE, "*"), 400);
	for (unsigned i = GAUGES_SECTIONS; i < SECTIONS; i++) {
		gauges_refresh();
		assert_int_equal(value(global, STANDING_USABLE, "*"), 2 * (SECTIONS - i));
		gauges_remove(&sections[i]);
	}
	assert_int_equal(value(global, STANDING_USABLE, "*"), -1);

	/* A free place is used again. */
	gauges_remove(&sections[7]);
	gauges_add(&sections[7], "new");
	gauges_refresh();
	assert_int_equal(value(global, STANDING_NAMES, "new"), 1);
	for (unsigned i = 0; i < GAUGES_SECTIONS; i++) {
		gauges_remove(&sections[i]);
		assert_int_equal(value(global, STANDING_USABLE, "*"), -1);
	}
	fake_mod_unload(global);
}

/* knotd cuts it too. */
static void a_long_id_is_cut(void **state)
{
	(void)state;
	struct section section = { .roster = fake_roster(WELL) };
	char id[GAUGES_ID_SIZE + 20];
	snprintf(id, sizeof(id), "%0*d", (int)sizeof(id) - 1, 7);
	knotd_mod_t *global = load_global();
	gauges_add(&section, id);
	assert_int_equal(fake_log_count(-1, ""), 0);
	gauges_refresh();
	id[GAUGES_ID_SIZE - 1] = '\0';
	assert_int_equal(value(global, STANDING_NAMES, id), 2);
	gauges_remove(&section);
	fake_mod_unload(global);
}

static void the_last_transfer_is_that_of_the_section(void **state)
{
	(void)state;
	fake_conf_text("zone", "", "module", "\x09mod-danceone");
	knotd_mod_t *mod = load(), *global = load_global();
	assert_non_null(((const struct dance_ctx *)knotd_mod_ctx(mod))->section->gauge);
	assert_int_equal(value(global, STANDING_LAST_ALLOW, "one"), 0);
	come(&other, KNOTD_QUERY_TYPE_AXFR);
	assert_false(passes(mod));
	fake_end(&query, mod, KNOTD_STATE_FAIL);
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	query.qdata.rcode = KNOT_RCODE_NOTAUTH; /* by the ACL */
	finish(mod);
	gauges_refresh();
	assert_int_equal(value(global, STANDING_LAST_ALLOW, "one"), 0);
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	finish(mod);
	gauges_refresh();
	assert_int_equal(value(global, STANDING_LAST_ALLOW, "one"), scene_seconds);
	fake_mod_unload(global);
	fake_mod_unload(mod);
}

/* Whatever happens to the configuration meanwhile. */
static void a_section_without_an_id_has_no_values(void **state)
{
	(void)state;
	knotd_mod_t *mod = load(), *global = load_global();
	assert_null(((const struct dance_ctx *)knotd_mod_ctx(mod))->section->gauge);
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	finish(mod);
	gauges_refresh();
	assert_int_equal(value(global, STANDING_NAMES, "one"), -1);
	fake_mod_unload(global);
	fake_mod_unload(mod);
}

/* Nobody calls gauges_refresh() here. */
static void values_change_by_themselves(void **state)
{
	(void)state;
	struct section section = { .roster = fake_roster(WELL) };
	knotd_mod_t *global = load_global();
	gauges_add(&section, "xot");
	for (unsigned i = 0; i < 3000 && value(global, STANDING_NAMES, "xot") == 0; i++) {
		usleep(1000);
	}
	assert_int_equal(value(global, STANDING_NAMES, "xot"), 2);
	assert_int_equal(waits, 2000);
	fake_mod_unload(global);
	gauges_remove(&section);
}

/* How long the next round takes. */
static _Atomic long round_ns;

static void take_time(void)
{
	long taken = atomic_exchange(&round_ns, 0);
	scene_seconds += taken / 1000000000;
	scene_nanoseconds += taken % 1000000000;
}

/* A hundred times as long as it took to look at them. */
static void the_thread_takes_a_hundredth_of_the_time(void **state)
{
	(void)state;
	static const struct {
		long taken;
		int wait;
	} rows[] = {
		{ 19999999, 2000 },
		{ 20000000, 2000 },
		{ 21000000, 2100 },
		{ 999000000, 99900 },
		{ 2999999999, 299900 },
	};
	struct section section = { .roster = fake_roster(WELL) };
	for (size_t i = 0; i < ROWS(rows); i++) {
		waits = longest_wait = 0;
		scene_nanoseconds = 0;
		gauges_add(&section, "xot");
		fake_rosters[WELL].looked_at = take_time;
		knotd_mod_t *global = load_global();
		round_ns = rows[i].taken;
		for (unsigned j = 0; j < 3000 && (round_ns != 0 || waits == 0); j++) {
			usleep(1000);
		}
		fake_mod_unload(global); /* ends the thread, whose wait is known then */
		assert_int_equal(longest_wait, rows[i].wait);
		gauges_remove(&section);
	}
}

/* As after a reload: the thread is that of all instances. */
static void values_change_as_long_as_there_is_an_instance(void **state)
{
	(void)state;
	struct section section = { .roster = fake_roster(WELL) };
	knotd_mod_t *first = load_global(), *second = load_global();
	fake_mod_unload(first);
	gauges_add(&section, "xot");
	for (unsigned i = 0; i < 3000 && value(second, STANDING_NAMES, "xot") == 0; i++) {
		usleep(1000);
	}
	assert_int_equal(value(second, STANDING_NAMES, "xot"), 2);
	fake_mod_unload(second);
	/* Then it ends, and begins again with the next. */
	waits = 0;
	usleep(5000);
	assert_int_equal(waits, 0);
	knotd_mod_t *third = load_global();
	assert_int_equal(value(third, STANDING_NAMES, "xot"), 2);
	for (unsigned i = 0; i < 3000 && waits == 0; i++) {
		usleep(1000);
	}
	assert_int_equal(waits, 2000);
	fake_mod_unload(third);
	gauges_remove(&section);
}

/* One whose statistics knotd does not take counts nothing, and has no values. */
static void an_instance_without_statistics_has_no_values(void **state)
{
	(void)state;
	struct section section = { .roster = fake_roster(WELL) };
	gauges_add(&section, "xot");
	for (unsigned n = 1; n <= STANDING_COUNT + 1; n++) {
		fake_stats_fail_at(n);
		knotd_mod_t *global = load_global();
		fake_stats_fail_at(0);
		const struct dance_ctx *ctx = knotd_mod_ctx(global);
		assert_false(ctx->counting);
		assert_int_equal(ctx->first_gauge, 0);
		assert_false(ctx->has_gauges);
		gauges_refresh();
		fake_mod_unload(global);
	}
	gauges_remove(&section);
	ctx_free(NULL);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, knot_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(each_section_has_values_by_its_id),
		ONE(the_items_have_names_of_their_own),
		ONE(a_reload_leaves_no_gap),
		ONE(values_are_not_left_to_the_next_section),
		ONE(many_sections_have_their_values_together),
		ONE(a_long_id_is_cut),
		ONE(the_last_transfer_is_that_of_the_section),
		ONE(a_section_without_an_id_has_no_values),
		ONE(values_change_by_themselves),
		ONE(the_thread_takes_a_hundredth_of_the_time),
		ONE(values_change_as_long_as_there_is_an_instance),
		ONE(an_instance_without_statistics_has_no_values),
	};
	return cmocka_run_group_tests(tests, knot_scene_make, knot_scene_clear);
}
