/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * All questions are asked at once, in the turns of one event loop: each answer teaches libunbound
 * what the others need. */

#include "ancestry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "clock.h"
#include "generation.h"

#define TYPE_DS 43
#define TYPE_DNSKEY 48
#define CLASS_IN 1

/* A name has at most 127 labels, the root comes on top, and each has two types. */
#define QUESTION_MAX 256

struct question {
	struct looking *looking;
	const char *name;
	int type, id;
	bool answered, unknown;
	int64_t end; /* of the first signature; 0: none */
};

struct looking {
	packet_record root_key;
	void *arg;
	unsigned open; /* questions without an answer */
	size_t count;
	struct question questions[QUESTION_MAX];
};

static const char *type_name(const struct question *question)
{
	return question->type == TYPE_DS ? "DS" : "DNSKEY";
}

static int64_t now(void)
{
	return ((int64_t)clock_ms() + clock_wall_ahead()) / 1000;
}

/* That there are no such records is in order: not every name begins a zone. */
static void on_answer(void *arg, int rcode, void *octets, int size, int security,
	char *why_bogus, int limited)
{
	struct question *question = arg;
	struct looking *looking = question->looking;
	bool is_root = strcmp(question->name, ".") == 0;
	struct packet packet;
	(void)why_bogus;
	(void)limited;
	question->answered = true;
	looking->open--;
	if (security != ANSWER_SECURE || rcode != PACKET_NOERROR || octets == NULL ||
		size <= 0 ||
		!packet_read(&packet, octets, (size_t)size, (uint16_t)question->type, NULL,
			NULL) ||
		(packet.rcode != PACKET_NOERROR && packet.rcode != PACKET_NXDOMAIN)) {
		question->unknown = true;
		return;
	}
	if (packet.is_signed) {
		question->end = packet_moment(packet.signatures_end, now());
	}
	if (is_root) {
		(void)packet_read(&packet, octets, (size_t)size, (uint16_t)question->type,
			looking->root_key, looking->arg);
	}
}

static void add(struct looking *looking, const char *name, int type)
{
	if (looking->count < QUESTION_MAX) {
		looking->questions[looking->count++] = (struct question){
			.looking = looking, .name = name, .type = type
		};
	}
}

/* What libunbound answers by itself is removed, as for all lookups (generation.c). */
static void ask(struct looking *looking, struct generation *generation)
{
	for (size_t i = 0; i < looking->count; i++) {
		struct question *question = &looking->questions[i];
		looking->open++;
		bool asked = (strcmp(question->name, ".") == 0 ||
				     ub_ctx_zone_remove(generation->context,
					     question->name) == 0) &&
			ub_resolve_event(generation->context, question->name,
				question->type, CLASS_IN, question, on_answer,
				&question->id) == 0;
		if (!asked && !question->answered) {
			question->answered = question->unknown = true;
			looking->open--;
		}
	}
}

static void wait_for(struct looking *looking, struct generation *generation,
	struct event_loop *loop, unsigned timeout_ms)
{
	uint64_t until = clock_ms() + timeout_ms;
	for (uint64_t at; looking->open > 0 && (at = clock_ms()) < until;) {
		event_loop_turn(loop, (int)(until - at));
	}
	for (size_t i = 0; i < looking->count; i++) {
		struct question *question = &looking->questions[i];
		if (!question->answered) {
			generation_give_up(generation, question->id);
			question->unknown = true;
		}
	}
}

/* In the order of the questions: answers come in any. So of those that are alike, the one nearest
 * to the name is told. */
static void sum_up(const struct looking *looking, struct ancestry *ancestry)
{
	for (size_t i = 0; i < looking->count; i++) {
		const struct question *question = &looking->questions[i];
		if (question->unknown && ancestry->unknown_type == NULL) {
			snprintf(ancestry->unknown, sizeof(ancestry->unknown), "%s",
				question->name);
			ancestry->unknown_type = type_name(question);
		}
		if (question->end != 0 &&
			(ancestry->end == 0 || question->end < ancestry->end)) {
			ancestry->end = question->end;
			snprintf(ancestry->name, sizeof(ancestry->name), "%s",
				question->name);
			ancestry->type = type_name(question);
		}
	}
}

static void list(struct looking *looking, const char *name)
{
	for (const char *at = name; at != NULL;) {
		add(looking, at, TYPE_DNSKEY);
		add(looking, at, TYPE_DS);
		at = strchr(at, '.');
		at = at != NULL ? at + 1 : NULL;
	}
	looking->count = looking->count < QUESTION_MAX ? looking->count : QUESTION_MAX - 1;
	add(looking, ".", TYPE_DNSKEY);
}

void ancestry_look_up(struct ancestry *ancestry,
	const struct dance_context_options *options, const char *name, unsigned timeout_ms,
	packet_record root_key, void *arg)
{
	char why[DANCE_ERROR_SIZE];
	struct generation_settings settings = { 0 };
	struct event_loop *loop = event_loop_new();
	struct generation *generation = NULL;
	struct looking *looking = calloc(1, sizeof(*looking));
	*ancestry = (struct ancestry){ .unknown = ".", .unknown_type = "DNSKEY" };
	if (loop != NULL && looking != NULL &&
		generation_settings_copy(&settings, options)) {
		generation = generation_new(&settings, loop, 1, why);
	}
	if (generation != NULL) {
		*ancestry = (struct ancestry){ .end = 0 };
		looking->root_key = root_key;
		looking->arg = arg;
		list(looking, name);
		ask(looking, generation);
		wait_for(looking, generation, loop, timeout_ms);
		sum_up(looking, ancestry);
		generation_free(generation);
	}
	generation_settings_clear(&settings);
	event_loop_free(loop);
	free(looking);
}
