/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Each counts by itself: nobody waits for anybody. */

#include "counts.h"

#include <time.h>

#include <libknot/descriptor.h>

#include "stats.h"

struct counts *counts_get(const char *kind, const char *id)
{
	return counters_get(kind, id, "", sizeof(struct counts));
}

struct counts_identity *counts_get_identity(const char *front, const char *identity)
{
	return counters_get("identity", front, identity, sizeof(struct counts_identity));
}

void counts_enter(struct counts *counts)
{
	if (counts != NULL) {
		counter_add(&counts->open, 1);
	}
}

void counts_leave(struct counts *counts)
{
	if (counts != NULL) {
		counter_take_one(&counts->open);
	}
}

void counts_result(struct counts *counts, enum counts_result result)
{
	if (counts != NULL) {
		counter_add(&counts->results[result], 1);
	}
}

void counts_error(struct counts *counts, enum counts_error error)
{
	if (counts != NULL) {
		counter_add(&counts->errors[error], 1);
	}
}

void counts_verdict(struct counts *counts, enum dance_verdict verdict)
{
	stats_count_verdict(verdict);
	metrics_count_verdict(counts != NULL ? counts->verdicts : NULL, verdict);
}

void counts_request(struct counts_identity *counts, enum counts_request request,
	enum dance_verdict verdict)
{
	if (counts == NULL) {
		return;
	}
	counter_add(&counts->requests[request][dance_verdict_class(verdict)], 1);
	if (verdict == DANCE_ALLOW) {
		counter_set(&counts->last_allow, (uint64_t)time(NULL));
	}
}

enum counts_request counts_request_of(const struct message_question *question)
{
	if (question->kind == MESSAGE_NOTIFY) {
		return COUNTS_NOTIFY;
	}
	if (question->kind != MESSAGE_TRANSFER) {
		return COUNTS_OTHER;
	}
	return question->type == KNOT_RRTYPE_AXFR  ? COUNTS_AXFR :
		question->type == KNOT_RRTYPE_IXFR ? COUNTS_IXFR :
						     COUNTS_SOA;
}
