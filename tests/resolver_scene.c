/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The real resolver and a DNS of our own on loopback, for one test at a time. */

#include "resolver_scene.h"

#include "check.h"
#include "fake_clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct responder *responder;
char anchor[] = "/tmp/dance-anchor-XXXXXX";
unsigned char digest[300][32];
struct dance_tlsa records[300];

struct told told;

static void on_done(void *arg, void *subject, const struct resolver_answer *answer)
{
	assert_ptr_equal(arg, &told);
	told.count++;
	told.subject = subject;
	told.outcome = answer->outcome;
	told.ttl = answer->ttl;
	told.record_count = answer->count;
	told.broken = answer->broken;
	snprintf(told.why, sizeof(told.why), "%s", answer->why);
	if (answer->count > 0) {
		told.first = answer->records[0];
		assert_true(told.first.size <= sizeof(told.data));
		memcpy(told.data,
			told.first.data != NULL ? told.first.data :
						  (const unsigned char *)"",
			told.first.size);
	}
}

void write_anchor(const char *text)
{
	FILE *file = fopen(anchor, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
		abort();
	}
}

int resolver_scene_make(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(records); i++) {
		memset(digest[i], 0x5a, sizeof(digest[i]));
		digest[i][0] = (unsigned char)i;
		digest[i][1] = (unsigned char)(i >> 8);
		records[i] = (struct dance_tlsa){ 3, 1, 1, digest[i], 32 };
	}
	responder = responder_new();
	int file = mkstemp(anchor);
	return file < 0 ? -1 : close(file);
}

int resolver_scene_clear(void **state)
{
	(void)state;
	responder_free(responder);
	return unlink(anchor);
}

struct resolver *resolver;

struct resolver *resolver_with(const char *trust_anchor, const char *root_hints,
	const char *forwarder)
{
	const struct dance_context_options options = { .size = sizeof(options),
		.trust_anchor = trust_anchor,
		.root_hints = root_hints,
		.forwarders = { forwarder } };
	struct resolver *made = resolver_new(&options, on_done, &told);
	if (made == NULL) {
		abort();
	}
	return made;
}

int resolver_scene_begin(void **state)
{
	(void)state;
	memset(&told, 0, sizeof(told));
	fake_clock_set(1000000);
	write_anchor(responder_anchor(responder));
	responder_be(responder, RESPONDER_ANSWERS);
	resolver = resolver_with(anchor, NULL, responder_address(responder));
	return 0;
}

int resolver_scene_end(void **state)
{
	(void)state;
	resolver_free(resolver);
	return 0;
}

uint32_t start(const char *name, uint32_t past)
{
	char why[DANCE_ERROR_SIZE] = "";
	uint32_t generation = resolver_start(resolver, name, past, digest, why);
	if (generation == 0) {
		fail_msg("%s: %s", name, why);
	}
	return generation;
}

uint32_t ask_past(const char *name, uint32_t past)
{
	unsigned before = told.count;
	uint32_t generation = start(name, past);
	while (told.count == before) {
		resolver_wait(resolver, 1000);
	}
	assert_int_equal(told.count, before + 1);
	assert_ptr_equal(told.subject, digest);
	return generation;
}

enum resolver_outcome ask(const char *name)
{
	(void)ask_past(name, 0);
	return told.outcome;
}

void check_impossible(struct resolver *with, const char *part)
{
	char why[DANCE_ERROR_SIZE] = "";
	uint32_t generation = resolver_start(with, "a.example", 0, NULL, why);
	if (generation != 0 || why[0] == '\0' || strstr(why, part) == NULL) {
		fail_msg("generation %u, '%s'", generation, why);
	}
}
