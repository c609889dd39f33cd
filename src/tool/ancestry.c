/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * All questions of a name are asked at once, in the turns of one event loop: each answer teaches
 * libunbound what the others need, and what the names after it need. */

#include "ancestry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "clock.h"
#include "generation.h"
#include "packet.h"

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
	struct root_roll root_keys;
	uint64_t until;
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
			root_roll_take, &looking->root_keys);
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

/* What was not answered in time is not known. */
static void give_up(struct looking *looking, struct generation *generation)
{
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

static void compare_anchor(struct looking *looking, const struct trust_anchor *anchor,
	struct ancestry *ancestry)
{
	unsigned tag = 0;
	enum root_roll_news news = root_roll_judge(&looking->root_keys, anchor, &tag);
	root_roll_text(news, tag, ancestry->aging);
}

/* What all names have in common. */
struct survey {
	struct generation_settings settings;
	struct event_loop *loop;
	struct generation *generation; /* NULL: nothing can be asked */
	unsigned timeout_ms;
	const char *const *names;
	size_t count, begun, told;
	struct looking *under_way[ANCESTRY_AT_ONCE]; /* from `told` on, by their number */
};

static void begin_some(struct survey *survey)
{
	while (survey->begun < survey->count &&
		survey->begun - survey->told < ANCESTRY_AT_ONCE) {
		struct looking *looking = calloc(1, sizeof(*looking));
		survey->under_way[survey->begun % ANCESTRY_AT_ONCE] = looking;
		if (looking != NULL && survey->generation != NULL) {
			looking->until = clock_ms() + survey->timeout_ms;
			list(looking, survey->names[survey->begun]);
			ask(looking, survey->generation);
		}
		survey->begun++;
	}
}

/* Waits for the first one that has not been told. */
static void look_at_next(struct survey *survey, struct ancestry *ancestry)
{
	struct looking *looking = survey->under_way[survey->told % ANCESTRY_AT_ONCE];
	*ancestry = (struct ancestry){ .unknown = ".", .unknown_type = "DNSKEY" };
	if (looking != NULL && survey->generation != NULL) {
		for (uint64_t at;
			looking->open > 0 && (at = clock_ms()) < looking->until;) {
			event_loop_turn(survey->loop, (int)(looking->until - at));
		}
		*ancestry = (struct ancestry){ .end = 0 };
		give_up(looking, survey->generation);
		sum_up(looking, ancestry);
		compare_anchor(looking, &survey->settings.anchor, ancestry);
	}
	free(looking);
}

void ancestry_look_up_all(const struct dance_context_options *options,
	const char *const *names, size_t count, unsigned timeout_ms, ancestry_each each,
	void *arg)
{
	char why[DANCE_ERROR_SIZE];
	struct ancestry ancestry;
	struct survey survey = { .timeout_ms = timeout_ms, .names = names, .count = count };
	survey.loop = event_loop_new();
	if (survey.loop != NULL && generation_settings_copy(&survey.settings, options)) {
		survey.generation = generation_new(&survey.settings, survey.loop, 1, why);
	}
	while (survey.told < count) {
		begin_some(&survey);
		look_at_next(&survey, &ancestry);
		each(arg, survey.told++, &ancestry);
	}
	if (survey.generation != NULL) {
		generation_free(survey.generation);
	}
	generation_settings_clear(&survey.settings);
	event_loop_free(survey.loop);
}

static void take(void *arg, size_t i, const struct ancestry *ancestry)
{
	(void)i;
	*(struct ancestry *)arg = *ancestry;
}

void ancestry_look_up(struct ancestry *ancestry,
	const struct dance_context_options *options, const char *name, unsigned timeout_ms)
{
	ancestry_look_up_all(options, &name, 1, timeout_ms, take, ancestry);
}
