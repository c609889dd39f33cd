/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The two text formats, octet by octet. */

#include "check.h"
#include "openmetrics.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static size_t reallocated[32];
static unsigned reallocations;
static bool no_memory;

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size)
{
	if (reallocations < ROWS(reallocated)) {
		reallocated[reallocations++] = size;
	}
	return no_memory ? NULL : __real_realloc(block, size);
}

static void write_all(struct openmetrics *out)
{
	const struct openmetrics_label labels[] = {
		{ "front", "a\"b\\c\nd\xc3" },
		{ "left", NULL },
		{ "verdict", "" },
		{ 0 },
	};
	static const char *const bounds[] = { "0.5", "+Inf" };
	static const uint64_t counts[] = { 2, 3 };
	openmetrics_family(out, "x_seconds", OPENMETRICS_COUNTER, "seconds", "Some.");
	openmetrics_thousandths(out, labels, 12034);
	openmetrics_family(out, "y", OPENMETRICS_GAUGE, NULL, "Others.");
	openmetrics_gauge(out, NULL, -7);
	openmetrics_family(out, "build", OPENMETRICS_INFO, NULL, "It.");
	openmetrics_gauge(out, NULL, 1);
	openmetrics_family(out, "z_seconds", OPENMETRICS_HISTOGRAM, "seconds", "Long.");
	openmetrics_histogram(out, bounds, counts, 2, 1500);
	openmetrics_end(out);
}

static void check_text(bool classic, const char *wanted)
{
	struct openmetrics out = { .classic = classic };
	write_all(&out);
	assert_false(out.failed);
	assert_int_equal(out.size, strlen(wanted));
	assert_memory_equal(out.text, wanted, out.size);
	openmetrics_clear(&out);
	assert_null(out.text);
}

#define SAMPLES \
	"z_seconds_bucket{le=\"0.5\"} 2\nz_seconds_bucket{le=\"+Inf\"} 5\nz_seconds_sum 1.500\n" \
	"z_seconds_count 5\n"

static void both_formats_are_as_they_should_be(void **state)
{
	(void)state;
	check_text(false,
		"# TYPE x_seconds counter\n# UNIT x_seconds seconds\n# HELP x_seconds Some.\n"
		"x_seconds_total{front=\"a\\\"b\\\\c?d?\",verdict=\"\"} 12.034\n"
		"# TYPE y gauge\n# HELP y Others.\ny -7\n"
		"# TYPE build info\n# HELP build It.\nbuild_info 1\n"
		"# TYPE z_seconds histogram\n# UNIT z_seconds seconds\n"
		"# HELP z_seconds Long.\n" SAMPLES "# EOF\n");
	check_text(true,
		"# TYPE x_seconds_total counter\n# HELP x_seconds_total Some.\n"
		"x_seconds_total{front=\"a\\\"b\\\\c?d?\",verdict=\"\"} 12.034\n"
		"# TYPE y gauge\n# HELP y Others.\ny -7\n"
		"# TYPE build_info gauge\n# HELP build_info It.\nbuild_info 1\n"
		"# TYPE z_seconds histogram\n# HELP z_seconds Long.\n" SAMPLES);
}

static void a_text_grows(void **state)
{
	(void)state;
	struct openmetrics out = { .classic = true };
	openmetrics_family(&out, "many", OPENMETRICS_COUNTER, NULL, "Many.");
	size_t before = out.size;
	for (unsigned i = 0; i < 100000; i++) {
		openmetrics_count(&out, NULL, 7);
	}
	assert_false(out.failed);
	assert_int_equal(out.size - before, 100000 * strlen("many_total 7\n"));
	openmetrics_clear(&out);
}

/* Twice as much each time. */
static void its_room_doubles(void **state)
{
	(void)state;
	static char octets[16384];
	struct openmetrics out = { .classic = true };
	reallocations = 0;
	memset(octets, 'x', sizeof(octets) - 1);
	openmetrics_family(&out, octets, OPENMETRICS_GAUGE, NULL, "");
	assert_false(out.failed);
	assert_true(reallocations >= 2 && reallocations <= 4);
	for (unsigned i = 0; i < reallocations; i++) {
		assert_int_equal(reallocated[i], (size_t)16384 << i);
	}
	openmetrics_clear(&out);
	assert_int_equal(out.size, 0);
	assert_int_equal(out.room, 0);
}

static void without_memory_it_has_failed_and_stays_so(void **state)
{
	(void)state;
	struct openmetrics out = { .classic = true };
	no_memory = true;
	openmetrics_family(&out, "x", OPENMETRICS_GAUGE, NULL, "X.");
	no_memory = false;
	assert_true(out.failed);
	openmetrics_gauge(&out, NULL, 1);
	assert_true(out.failed);
	assert_int_equal(out.size, 0);
	openmetrics_clear(&out);
}

/* As much as there may be at most, of which only the end is touched. */
static void a_text_has_a_bound(void **state)
{
	(void)state;
	char *room = mmap(NULL, OPENMETRICS_SIZE_MAX + 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(room, MAP_FAILED);
	struct openmetrics out = { .classic = false,
		.text = room,
		.room = OPENMETRICS_SIZE_MAX,
		.size = OPENMETRICS_SIZE_MAX - strlen("# EOF\n") };
	openmetrics_end(&out);
	assert_false(out.failed);
	assert_int_equal(out.size, OPENMETRICS_SIZE_MAX);
	assert_memory_equal(room + OPENMETRICS_SIZE_MAX - 6, "# EOF\n", 6);
	out.size--;
	reallocations = 0;
	openmetrics_end(&out);
	assert_true(out.failed);
	assert_int_equal(reallocations, 0);
	assert_int_equal(munmap(room, OPENMETRICS_SIZE_MAX + 4096), 0);
	/* From half of it, it grows once more. */
	out = (struct openmetrics){ .room = OPENMETRICS_SIZE_MAX / 2,
		.size = OPENMETRICS_SIZE_MAX / 2 };
	no_memory = true;
	openmetrics_end(&out);
	no_memory = false;
	assert_true(out.failed);
	assert_int_equal(reallocations, 1);
	assert_int_equal(reallocated[0], OPENMETRICS_SIZE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_formats_are_as_they_should_be),
		cmocka_unit_test(a_text_grows),
		cmocka_unit_test(its_room_doubles),
		cmocka_unit_test(without_memory_it_has_failed_and_stays_so),
		cmocka_unit_test(a_text_has_a_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
