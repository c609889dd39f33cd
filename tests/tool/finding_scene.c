/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What finding_scene.h has: findings that are made up, and what stands in place of the rest. Knows
 * no test. */

#include "finding_scene.h"

#include <stdlib.h>
#include <string.h>

const struct dance_peer *judged_peer;
const unsigned char *proving;
bool no_memory;
time_t now;
char warnings[2048];

enum dance_verdict __real_dance_judge(const struct dance_peer *peer, const char *name,
	const struct dance_tlsa *records, size_t count, const struct dance_options *options,
	struct dance_result *result);
enum dance_verdict __wrap_dance_judge(const struct dance_peer *peer, const char *name,
	const struct dance_tlsa *records, size_t count, const struct dance_options *options,
	struct dance_result *result);
enum dance_verdict __wrap_dance_judge(const struct dance_peer *peer, const char *name,
	const struct dance_tlsa *records, size_t count, const struct dance_options *options,
	struct dance_result *result)
{
	if (peer != judged_peer) {
		return __real_dance_judge(peer, name, records, count, options, result);
	}
	assert_string_equal(name, "a.example");
	assert_int_equal(result->size, sizeof(*result));
	assert_int_equal(options->usages, DANCE_DANE_EE);
	result->verdict = DANCE_DENY_MISMATCH;
	for (size_t i = 0; i < count; i++) {
		if (records[i].data == proving) {
			result->verdict = DANCE_ALLOW;
			result->usage = records[i].usage;
			result->selector = records[i].selector;
			result->matching = records[i].matching;
		}
	}
	return result->verdict;
}

bool __real_standing_survey(const struct dance_tlsa *records, size_t count,
	const struct dance_options *options, struct standing *standings, size_t *usable);
bool __wrap_standing_survey(const struct dance_tlsa *records, size_t count,
	const struct dance_options *options, struct standing *standings, size_t *usable);
bool __wrap_standing_survey(const struct dance_tlsa *records, size_t count,
	const struct dance_options *options, struct standing *standings, size_t *usable)
{
	return !no_memory &&
		__real_standing_survey(records, count, options, standings, usable);
}

time_t __real_time(time_t *at);
time_t __wrap_time(time_t *at);
time_t __wrap_time(time_t *at)
{
	return now != 0 ? now : __real_time(at);
}

void __wrap_say_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void __wrap_say_warning(const char *format, ...)
{
	va_list args;
	size_t used = strlen(warnings);
	va_start(args, format);
	vsnprintf(warnings + used, sizeof(warnings) - used, format, args);
	va_end(args);
	strncat(warnings, "\n", sizeof(warnings) - strlen(warnings) - 1);
}

const unsigned char digits[TLSA_SHA512_SIZE + 1];

void add(struct finding *finding, uint8_t usage, uint8_t selector, uint8_t matching,
	size_t size)
{
	finding->lookup.records[finding->lookup.count++] = (struct dance_tlsa){ usage,
		selector, matching, digits, size };
}

static struct dance_tlsa made[TLSA_RECORD_MAX + 45];

struct finding *secure(uint32_t ttl)
{
	struct finding *finding = calloc(1, sizeof(*finding));
	assert_non_null(finding);
	finding->name = "a.example";
	finding->lookup.records = made;
	finding->lookup.secure = true;
	finding->lookup.ttl = ttl;
	finding->expires = 1795348800; /* 2026-11-22T12:00:00Z */
	return finding;
}

void finish(struct finding *finding)
{
	finding_clear(finding);
	free(finding);
}

void judge(struct finding *finding, const struct dance_peer *peer, unsigned usages)
{
	const struct dance_options options = { .size = sizeof(options), .usages = usages };
	finding_judge(finding, peer, &options);
}

char *printed(const struct finding *finding,
	void (*print)(FILE *out, const struct finding *finding))
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	warnings[0] = '\0';
	print(out, finding);
	fclose(out);
	return text;
}
