/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Each line about lookups and the trust anchor, whole and with its level: told when something has
 * changed. */

#include "check.h"
#include "name_log_scene.h"

#include <string.h>

#define NO_LOOKUP(why) \
	"no lookup is possible (" why \
	"); do: check 'trust-anchor' and outgoing port 53; until then " \
	"only records that are known and have not expired count"

static void why_no_lookup_is_possible_is_told_when_it_changes(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		enum dance_log_level level;
		const char *line; /* NULL: none */
	} rows[] = {
		{ "", 0, NULL },
		{ "one", DANCE_LOG_ERROR, NO_LOOKUP("one") },
		{ "one", 0, NULL },
		{ "two", DANCE_LOG_ERROR, NO_LOOKUP("two") },
		{ "", DANCE_LOG_NOTICE, "lookups are possible again" },
		{ "", 0, NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		name_log_lookups(&name_log, rows[i].why);
		if (rows[i].line != NULL) {
			tells_line(rows[i].level, rows[i].line);
		} else {
			tells(0);
		}
	}
	/* As long as it can be. */
	name_log_lookups(&name_log, so_long(DANCE_ERROR_SIZE - 1));
	tells(1);
	name_log_lookups(&name_log, so_long(DANCE_ERROR_SIZE - 1));
	tells(0);
}

#define BROKEN \
	"the previous trust anchor stays in force (why); do: correct this file before the next restart"

static void news_of_the_trust_anchor_is_told(void **state)
{
	(void)state;
	const struct trust_anchor anchor = { .path = "/root.key", .why = "why" };
	name_log_anchor(&name_log, TRUST_ANCHOR_NO_NEWS, &anchor);
	tells(0);
	name_log_anchor(&name_log, TRUST_ANCHOR_CHANGED, &anchor);
	tells_line(DANCE_LOG_NOTICE, "trust anchor has changed, file /root.key");
	name_log_anchor(&name_log, TRUST_ANCHOR_BROKEN, &anchor);
	tells_line(DANCE_LOG_WARNING, BROKEN);
	name_log_anchor(&name_log, TRUST_ANCHOR_MENDED, &anchor);
	tells_line(DANCE_LOG_NOTICE, "trust anchor can be read again, file /root.key");
}

#define AGING(what) \
	"trust anchor is aging, file /root.key (" what \
	"); do: bring this file up to date, or every " \
	"client may be refused when the root's key is replaced"

static void what_the_trust_anchor_lacks_is_told_when_it_changes(void **state)
{
	(void)state;
	struct trust_anchor anchor = { .path = "/root.key" };
	name_log_aging(&name_log, &anchor);
	tells(0);
	strcpy(anchor.aging, "key 1");
	name_log_aging(&name_log, &anchor);
	tells_line(DANCE_LOG_WARNING, AGING("key 1"));
	name_log_aging(&name_log, &anchor);
	tells(0);
	memset(anchor.aging, 'w', TRUST_ANCHOR_AGING_SIZE - 1);
	name_log_aging(&name_log, &anchor);
	tells(1);
	name_log_aging(&name_log, &anchor);
	tells(0);
	anchor.aging[0] = '\0';
	name_log_aging(&name_log, &anchor);
	tells_line(DANCE_LOG_NOTICE, "trust anchor is up to date, file /root.key");
	name_log_aging(&name_log, &anchor);
	tells(0);
}

#define TEST(function) cmocka_unit_test_setup(function, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(why_no_lookup_is_possible_is_told_when_it_changes),
		TEST(news_of_the_trust_anchor_is_told),
		TEST(what_the_trust_anchor_lacks_is_told_when_it_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
