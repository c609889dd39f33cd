/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The pure half of the decision: no DNS, no state. */

#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "verdict.h"

void judge_put_key(struct dance_result *result, struct peer *peer)
{
	struct dance_octets digest = peer_association(peer, TLSA_SPKI, TLSA_SHA256);
	result->has_key = digest.data != NULL;
	if (result->has_key) {
		memcpy(result->key_sha256, digest.data, sizeof(result->key_sha256));
	}
}

enum dance_verdict dance_judge(const struct dance_peer *shown, const char *name,
	const struct dance_tlsa *records, size_t count, const struct dance_options *options,
	struct dance_result *result)
{
	const struct dance_options defaults = { 0 };
	struct peer peer;
	struct name reference;
	const char *why;
	result_begin(result);
	if (!peer_import(&peer, shown, &why)) {
		return result_say(result, DANCE_DENY_CREDENTIAL, "%s", why);
	}
	judge_put_key(result, &peer);
	if (name != NULL) {
		if (!name_from_text(&reference, name, strlen(name), &why)) {
			return result_say(result, DANCE_DENY_NAME, "%s", why);
		}
		name_to_text(&reference, result->name);
	}
	struct tlsa_set *set = tlsa_set_new(records, count);
	if (set == NULL) {
		return result_say(result, DANCE_FAIL_INTERNAL, "out of memory");
	}
	enum dance_verdict verdict = match_peer(&peer, name != NULL ? &reference : NULL,
		set, options != NULL ? options : &defaults, result);
	free(set);
	return verdict;
}
