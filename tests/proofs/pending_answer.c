/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: no id is pending twice, and no more queries than may be; one that cannot be followed
 *   makes the connection lost, for good. An answer is followed for the one query of its id, and
 *   for no other; its first message is called that once. A query is pending until its answer has
 *   ended, and is then gone, and only it. What is no answer to a pending query changes none, and
 *   makes the connection lost. A lost connection never counts as idle. Nothing is used after it
 *   is freed.
 * Sources: none
 * Contracts: message_read() gives any kind of question, as message proves; libknot says how long
 *   a name is that is there; how far a message leads an answer (follow(), pending_follow) and
 *   which version a client has (read_version()) is anything.
 * Assumes: 3 queries, of which 2 may be pending (PENDING_QUERIES_MAX is redefined), then 2
 *   messages.
 * Edit: modules/front/pending_queries.c 's/^static (void|enum progress)
 *   (read_version|follow)\(/static \1 \2_itself(/'
 * Unwind: 5
 * Limit: 60 s */

#include "pending_queries.h"

#undef PENDING_QUERIES_MAX
#define PENDING_QUERIES_MAX 2

struct pending_query;
static void read_version(struct pending_query *query, const uint8_t *message, size_t size);
static enum progress follow(struct pending_query *query, const uint8_t *message,
	size_t size);

#include "front/pending_queries.c"

#include "proof.h"

#define QUERIES 3
#define SIZE (MESSAGE_HEADER + 2)

static struct pending_queries pending;
static uint8_t octets[SIZE];
static const struct pending_query *followed;
static enum progress progress;
static bool malformed;

void message_read(const uint8_t *message, size_t size, struct message_question *question)
{
	must(message == octets && size == SIZE, "the query is looked at");
	question->kind = malformed ? MESSAGE_MALFORMED : (enum message_kind)nondet_uint8();
	question->type = nondet_uint16();
	assume(malformed || question->kind != MESSAGE_MALFORMED);
}

size_t knot_dname_size(const knot_dname_t *name)
{
	must(name == octets + MESSAGE_HEADER, "the name of the question");
	return 1 + any_size(SIZE - MESSAGE_HEADER - 1);
}

void knot_dname_to_lower(knot_dname_t *name)
{
	must(can_write(name, 1), "it is kept");
}

static void read_version(struct pending_query *query, const uint8_t *message, size_t size)
{
	query->has_serial = nondet_bool();
}

static enum progress follow(struct pending_query *query, const uint8_t *message,
	size_t size)
{
	must(followed == NULL && message == octets, "a message is followed once");
	followed = query;
	progress = (enum progress)any_size(PROGRESS_LOST);
	return progress;
}

static unsigned id_of_message(void)
{
	return octets[0] * 256u + octets[1];
}

/* The one of this id, which must be the only one. */
static const struct pending_query *only(unsigned id)
{
	const struct pending_query *found = NULL;
	size_t count = 0;
	for (const struct pending_query *at = pending.first; at != NULL; at = at->next) {
		must(at->id != id || found == NULL, "no id is there twice");
		found = at->id == id ? at : found;
		count++;
	}
	must(count == pending.count && count <= PENDING_QUERIES_MAX, "they are counted");
	must(pending_queries_is_none(&pending) == (count == 0 && !pending.lost),
		"in doubt it is not idle");
	return found;
}

static void add(void)
{
	any_octets(octets);
	malformed = nondet_bool();
	unsigned id = id_of_message(), other = nondet_uint16();
	bool lost = pending.lost, full = pending.count == PENDING_QUERIES_MAX;
	size_t count = pending.count;
	const struct pending_query *same = only(id), *beside = only(other);
	pending_queries_add(&pending, octets, SIZE);
	must(!lost || pending.lost, "lost is lost");
	must(pending.lost || (!full && same == NULL && !malformed),
		"nothing is passed over");
	must(pending.count == count + !pending.lost, "and else it is pending");
	must(pending.lost || (only(id) != NULL && !only(id)->answered), "by its id");
	must(other == id || only(other) == beside, "nothing else changes");
}

static void answer(void)
{
	any_octets(octets);
	size_t size = any_size(SIZE), count = pending.count;
	unsigned id = id_of_message(), other = nondet_uint16();
	const struct pending_query *asked = only(id), *beside = only(other);
	bool lost = pending.lost, answered = asked != NULL && asked->answered;
	bool is_answer = size >= MESSAGE_HEADER && (octets[2] & 0x80) != 0 && asked != NULL;
	followed = NULL;
	bool first = pending_queries_answer(&pending, octets, size);
	must(followed == (is_answer ? asked : NULL),
		"it is followed for the one that asked");
	must(first == (is_answer && !answered), "the first message is called that");
	must(pending.lost == (lost || !is_answer || progress == PROGRESS_LOST),
		"what is not understood is lost, for good");
	bool ended = is_answer && progress == PROGRESS_END;
	must(pending.count == count - ended, "it is pending to its end");
	must(only(id) == (ended ? NULL : asked), "and then gone");
	must(asked == NULL || ended || !is_answer || asked->answered,
		"it is answered in part");
	must(other == id || only(other) == beside, "nothing else changes");
}

void harness(void)
{
	for (unsigned i = 0; i < QUERIES; i++) {
		add();
	}
	answer();
	assume(followed != NULL && progress == PROGRESS_MORE);
	answer();
	end_of_proof();
}
