/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The two text formats, octet by octet. */

#include "check.h"
#include "openmetrics.h"

#include <stdlib.h>
#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_formats_are_as_they_should_be),
		cmocka_unit_test(a_text_grows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
