/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What DNS shows of a key's records. What cannot be found out is never taken for a no. */

#include "roll_look.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tlsa.h"
#include "verdict.h"

void roll_look_begin(struct roll_look *look)
{
	*look = (struct roll_look){ .complete = true, .advice = "" };
	for (size_t i = 0; i < ROLL_DIGEST_MAX; i++) {
		look->sights[i] = (struct roll_sight){ .everywhere = true,
			.nowhere = true };
	}
}

void roll_look_fail(struct roll_look *look, const char *advice, const char *format, ...)
{
	va_list args;
	if (!look->complete) {
		return;
	}
	look->complete = false;
	look->advice = advice;
	va_start(args, format);
	(void)vsnprintf(look->why, sizeof(look->why), format, args);
	va_end(args);
	result_make_printable(look->why);
}

static bool is_of(const struct dance_tlsa *record, const char *digest)
{
	char hex[ROLL_DIGEST_SIZE];
	if (record->usage != TLSA_DANE_EE || record->selector != TLSA_SPKI ||
		record->matching != TLSA_SHA256 || record->size != TLSA_SHA256_SIZE) {
		return false;
	}
	for (size_t i = 0; i < record->size; i++) {
		(void)snprintf(hex + 2 * i, 3, "%02x", record->data[i]);
	}
	return strcmp(hex, digest) == 0;
}

void roll_view_read(struct roll_view *view, const struct resolver_answer *answer,
	const char *const digests[ROLL_DIGEST_MAX])
{
	view->outcome = answer->outcome;
	view->ttl = answer->ttl;
	(void)snprintf(view->why, sizeof(view->why), "%s", answer->why);
	for (size_t i = 0; i < ROLL_DIGEST_MAX; i++) {
		view->has[i] = false;
		for (size_t k = 0; answer->outcome == RESOLVER_SECURE && k < answer->count;
			k++) {
			view->has[i] |= is_of(&answer->records[k], digests[i]);
		}
	}
}

static void describe(char text[ROLL_WHO_SIZE], const struct roll_view *view)
{
	char serial[32] = "";
	if (view->serial >= 0) {
		(void)snprintf(serial, sizeof(serial), ", serial %lld",
			(long long)view->serial);
	}
	(void)snprintf(text, ROLL_WHO_SIZE, "%.90s%s", view->who, serial);
}

static void add_sight(struct roll_sight *sight, const struct roll_view *view, bool has)
{
	char *who = has ? sight->has : sight->lacks;
	if (*who == '\0') {
		describe(who, view);
	}
	sight->everywhere = sight->everywhere && has;
	sight->nowhere = sight->nowhere && !has;
}

static void fail_by(struct roll_look *look, const struct roll_view *view)
{
	bool known = *view->why != '\0';
	if (view->outcome == RESOLVER_INSECURE) {
		roll_look_fail(look, "sign the zone and have its DS record published",
			"%s: not DNSSEC-signed: %.120s", view->who,
			known ? view->why : "no reason is known");
	} else if (view->outcome == RESOLVER_BOGUS) {
		roll_look_fail(look, "sign the zone again ('dance check' shows what fails)",
			"%s: DNSSEC validation failed: %.120s", view->who,
			known ? view->why : "no reason is known");
	} else {
		roll_look_fail(look,
			"see to this server, or open outgoing port 53, UDP and TCP",
			"%s: the lookup failed: %.120s", view->who,
			known ? view->why : "no answer in time");
	}
}

void roll_look_add(struct roll_look *look, const struct roll_view *view)
{
	struct roll_place *place = &look->places[view->place];
	bool validated = view->outcome == RESOLVER_SECURE ||
		view->outcome == RESOLVER_DENIED;
	if (!validated) {
		fail_by(look, view);
		return;
	}
	for (size_t i = 0; i < ROLL_DIGEST_MAX; i++) {
		add_sight(&look->sights[i], view, view->has[i]);
	}
	look->ttl = view->ttl > look->ttl ? view->ttl : look->ttl;
	if (view->outcome == RESOLVER_SECURE) {
		place->ttl = view->ttl > place->ttl ? view->ttl : place->ttl;
		place->has_records = true;
	}
}
