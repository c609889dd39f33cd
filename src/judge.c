/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The pure half of the decision: no DNS, no state. */

#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "host_struct.h"
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

static void judge(const struct dance_peer *shown, const char *name,
	const struct dance_tlsa *records, size_t count, const struct dance_options *options,
	struct dance_result *result)
{
	struct peer peer;
	struct name reference;
	const char *why;
	if (!peer_import(&peer, shown, &why)) {
		result_say(result, DANCE_DENY_CREDENTIAL, "%s", why);
		return;
	}
	judge_put_key(result, &peer);
	if (name != NULL) {
		if (!name_from_text(&reference, name, strlen(name), &why)) {
			result_say(result, DANCE_DENY_NAME, "%s", why);
			return;
		}
		name_to_text(&reference, result->name);
	}
	struct tlsa_set *set = tlsa_set_new(records, count);
	if (set == NULL) {
		result_say(result, DANCE_FAIL_INTERNAL, "out of memory");
		return;
	}
	(void)match_peer(&peer, name != NULL ? &reference : NULL, set, options, result);
	free(set);
}

enum dance_verdict dance_judge(const struct dance_peer *host_peer, const char *name,
	const struct dance_tlsa *records, size_t count,
	const struct dance_options *host_options, struct dance_result *host_result)
{
	struct dance_peer shown;
	struct dance_options options = { .size = sizeof(options) };
	struct dance_result spare;
	struct dance_result *result = host_result_begin(host_result, &spare);
	if (result == NULL) {
		return DANCE_FAIL_INTERNAL;
	}
	result_begin(result);
	const char *what = "struct dance_peer";
	const char *fault = host_struct_take(&shown, sizeof(shown), host_peer,
		HOST_PEER_LEAST);
	if (fault == NULL && host_options != NULL) {
		what = "struct dance_options";
		fault = host_struct_take(&options, sizeof(options), host_options,
			HOST_OPTIONS_LEAST);
	}
	if (fault != NULL) {
		result_say(result, DANCE_FAIL_INTERNAL, "%s: %s", what, fault);
	} else {
		judge(&shown, name, records, count, &options, result);
	}
	(void)dance_result_copy(host_result, result);
	return result->verdict;
}
