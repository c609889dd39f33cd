/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How each record of a set stands. tlsa.c decides which of them count; here it is put
 * into words. */

#include "standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verdict.h"

#define TTL_SHORT 60
/* libunbound counts no further than a day. */
#define TTL_LONG 86400

const char *standing_name(enum standing_state state)
{
	switch (state) {
	case STANDING_USABLE:
		return "usable";
	case STANDING_SKIPPED:
		return "skipped";
	case STANDING_UNUSABLE:
		break;
	}
	return "unusable";
}

static void say(struct standing *standing, enum standing_state state, const char *why)
{
	standing->state = state;
	(void)snprintf(standing->why, sizeof(standing->why), "%s", why);
}

/* Why tlsa_is_usable() says no. */
static void explain(const struct dance_tlsa *record, struct standing *standing)
{
	standing->state = STANDING_UNUSABLE;
	if (record->usage >= TLSA_USAGE_COUNT) {
		say(standing, STANDING_UNUSABLE, "its usage is unknown");
	} else if (record->selector >= TLSA_SELECTOR_COUNT) {
		say(standing, STANDING_UNUSABLE, "its selector is unknown");
	} else if (record->matching >= TLSA_MATCHING_COUNT) {
		say(standing, STANDING_UNUSABLE, "its matching type is unknown");
	} else if (record->matching != TLSA_FULL) {
		(void)snprintf(standing->why, sizeof(standing->why),
			"it has %zu octets, but a digest of its kind has %d", record->size,
			record->matching == TLSA_SHA256 ? TLSA_SHA256_SIZE :
							  TLSA_SHA512_SIZE);
	} else {
		say(standing, STANDING_UNUSABLE,
			record->selector == TLSA_SPKI ? "its data is not one public key" :
							"its data is not one certificate");
	}
}

static bool is_in(const struct tlsa_set *set, const struct dance_tlsa *record)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct dance_tlsa *kept = &set->records[i];
		if (kept->usage == record->usage && kept->selector == record->selector &&
			kept->matching == record->matching && kept->size == record->size &&
			memcmp(kept->data, record->data, record->size) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_pkix(const struct dance_tlsa *record)
{
	return record->usage == TLSA_PKIX_TA || record->usage == TLSA_PKIX_EE;
}

static void look_at(const struct dance_tlsa *record, const struct tlsa_set *set,
	const struct dance_options *options, struct standing *standing)
{
	if (!tlsa_is_usable(record)) {
		explain(record, standing);
	} else if ((options->usages & 1u << record->usage) == 0) {
		say(standing, STANDING_UNUSABLE, "--usage does not include its usage");
	} else if (is_pkix(record) && options->trust == NULL) {
		say(standing, STANDING_UNUSABLE, "its usage needs --ca-file");
	} else if (!is_in(set, record)) {
		say(standing, STANDING_SKIPPED,
			"the set has a stronger digest of its kind");
	} else {
		say(standing, STANDING_USABLE, "");
	}
}

bool standing_survey(const struct dance_tlsa *records, size_t count,
	const struct dance_options *options, struct standing *standings, size_t *usable)
{
	*usable = 0;
	struct tlsa_set *set = tlsa_set_new(records, count);
	if (set == NULL) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (count > TLSA_RECORD_MAX) {
			say(&standings[i], STANDING_UNUSABLE,
				"the set has more than " TLSA_RECORD_MAX_TEXT " records");
		} else {
			look_at(&records[i], set, options, &standings[i]);
		}
		*usable += standings[i].state == STANDING_USABLE;
	}
	free(set);
	return true;
}

static const char *ttl_advice(uint32_t ttl, bool cached)
{
	if (ttl < TTL_SHORT) {
		return cached ?
			"the TTL, or what the resolver's cache has left of it, is below a minute: run without --resolver to see which" :
			"the TTL is below a minute: verifiers must ask often";
	}
	return ttl >= TTL_LONG ?
		"the TTL is a day or more: a withdrawn key is accepted for that long" :
		NULL;
}

size_t standing_advice(const struct dance_tlsa *records, size_t count, size_t usable,
	uint32_t ttl, bool cached, const char *advice[ADVICE_MAX])
{
	size_t given = 0;
	bool certificate = false, pkix = false;
	for (size_t i = 0; i < count; i++) {
		certificate = certificate ||
			(records[i].usage == TLSA_DANE_EE &&
				records[i].selector == TLSA_CERTIFICATE);
		pkix = pkix || is_pkix(&records[i]);
	}
	if (certificate) {
		advice[given++] =
			"a 3 0 x record must change whenever the certificate is renewed; 3 1 x lasts as long as the key";
	}
	if (pkix) {
		advice[given++] =
			"PKIX-TA and PKIX-EE need a CA that issues certificates to TLS clients; public CAs no longer do";
	}
	if (usable == 1) {
		advice[given++] =
			"only one record is usable: publish the record of the next key two TTLs before you change the key";
	}
	const char *about_ttl = ttl_advice(ttl, cached);
	if (about_ttl != NULL) {
		advice[given++] = about_ttl;
	}
	return given;
}
