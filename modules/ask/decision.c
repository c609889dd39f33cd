/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which questions libdance is asked about a client, and which of its answers counts. */

#include "decision.h"

#include <stdio.h>
#include <string.h>

static void say(struct dance_result *result, enum dance_verdict verdict, const char *detail)
{
	*result = (struct dance_result){ .size = sizeof(*result), .verdict = verdict };
	snprintf(result->detail, sizeof(result->detail), "%s", detail);
}

/* What needs no DNS. False if that is all: `result` says why. */
static bool may_ask(const struct ask *ask, const struct question *question,
	struct dance_result *result)
{
	char detail[DANCE_DETAIL_SIZE];
	if (question->fault != NULL) {
		snprintf(detail, sizeof(detail), "%s%s%s",
			question->attribute != NULL ? question->attribute : "",
			question->attribute != NULL ? " " : "", question->fault);
		say(result, DANCE_FAIL_INTERNAL, detail);
		return false;
	}
	if (!question->over_tls) {
		say(result, DANCE_DENY_TRANSPORT, "the client did not use TLS");
		return false;
	}
	if (question->has_version && question->tls < ask->conf->tls) {
		snprintf(detail, sizeof(detail), "the client used TLS older than 1.%u",
			ask->conf->tls);
		say(result, DANCE_DENY_TRANSPORT, detail);
		return false;
	}
	/* A ticket alone shows what an earlier handshake proved. */
	if (question->resumed) {
		say(result, DANCE_DENY_UNPROVEN, "the TLS session was resumed");
		return false;
	}
	if (question->digest_size != 0) {
		snprintf(detail, sizeof(detail),
			"the server's fingerprints have %zu octets, and are not SHA2-256",
			question->digest_size);
		say(result, DANCE_FAIL_INTERNAL, detail);
		return false;
	}
	if (question->der.size == 0 && !question->has_key && !question->has_certificate) {
		say(result, DANCE_DENY_CREDENTIAL, "no client certificate");
		return false;
	}
	return true;
}

/* No claim was made, so what libdance says of a name is about some listed name, to which the
 * client need not have to do anything. */
static void forget_name(struct dance_result *result)
{
	result->name[0] = result->entry[0] = '\0';
	switch (dance_verdict_class(result->verdict)) {
	case DANCE_CLASS_ALLOW:
		return;
	case DANCE_CLASS_FAIL:
		if (result->verdict != DANCE_FAIL_INTERNAL) {
			snprintf(result->detail, sizeof(result->detail),
				"a listed name that may have this key cannot be looked up");
		}
		return;
	case DANCE_CLASS_DENY:
		break;
	}
	/* Of these two the reason tells about the client itself. */
	if (result->verdict != DANCE_DENY_CREDENTIAL &&
		result->verdict != DANCE_DENY_UNUSABLE) {
		result->verdict = DANCE_DENY_NAME;
		snprintf(result->detail, sizeof(result->detail),
			"no permitted name has this key");
	}
}

/* By the key, and by the names in a certificate if it is there. */
static void ask_by_key(const struct ask *ask, const struct dance_peer *peer,
	struct dance_result *result)
{
	if (!ask->has_names && peer->chain_count == 0) {
		say(result, DANCE_DENY_NAME, "no permitted name is claimed");
		if (peer->key_sha256 != NULL) {
			result->has_key = true;
			memcpy(result->key_sha256, peer->key_sha256,
				sizeof(result->key_sha256));
		}
		return;
	}
	(void)dance_verify(ask->roster, peer, result);
	/* A name below a pattern is one of the certificate's. */
	bool is_claimed = result->name[0] != '\0' && result->entry[0] == '*';
	if (result->verdict != DANCE_ALLOW && !is_claimed) {
		forget_name(result);
	}
}

/* By the name that HELO makes. False if it makes none. */
static bool ask_by_claim(const struct ask *ask, const struct question *question,
	struct dance_peer peer, struct dance_result *result)
{
	char name[2 * DANCE_NAME_SIZE];
	const char *claim = ask->conf->claim;
	if (claim == NULL || question->helo[0] == '\0') {
		return false;
	}
	snprintf(name, sizeof(name), "%s%s", claim, question->helo);
	peer.client_id = name;
	peer.client_id_size = strlen(name); /* what is too long is refused as a name */
	(void)dance_verify(ask->roster, &peer, result);
	/* A name that is not permitted claims nothing. */
	return result->verdict != DANCE_DENY_NAME;
}

void decision_make(const struct ask *ask, const struct question *question,
	struct dance_result *result)
{
	if (!may_ask(ask, question, result)) {
		return;
	}
	struct dance_peer peer = {
		.size = sizeof(peer),
		.chain = &question->der,
		.chain_count = question->der.size != 0 ? 1 : 0,
		.key_sha256 = question->has_key ? question->key : NULL,
		.certificate_sha256 = question->has_certificate ? question->certificate :
								  NULL,
	};
	ask_by_key(ask, &peer, result);
	struct dance_result claimed = { .size = sizeof(claimed) };
	if (result->verdict != DANCE_ALLOW && ask_by_claim(ask, question, peer, &claimed)) {
		/* As long as its key may be that of a listed name, nothing is proved. */
		bool unknown = dance_verdict_class(result->verdict) == DANCE_CLASS_FAIL &&
			dance_verdict_class(claimed.verdict) == DANCE_CLASS_DENY;
		if (!unknown) {
			*result = claimed;
		}
	}
	/* Not to be shown as the key's digest if it may be the certificate's. */
	result->has_key = result->has_key && !question->is_either;
}
