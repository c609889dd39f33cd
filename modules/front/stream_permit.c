/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Of whom a stream is and how long that holds. When it is judged, and what is done then, knows
 * stream_mode.c. */

#include "stream_permit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../result_cache.h"
#include "monotonic.h"
#include "watch.h"

static bool keep(char **kept, const char *text)
{
	if (*kept == NULL || strcmp(*kept, text) != 0) {
		free(*kept);
		*kept = strdup(text);
	}
	return *kept != NULL;
}

bool stream_permit_grant(struct stream_permit *permit, const struct dance_result *result)
{
	bool kept = keep(&permit->name, result->name) &&
		keep(&permit->entry,
			result->entry[0] != '\0' ? result->entry : result->name);
	if (kept) {
		recheck_allow(&permit->recheck, result->ttl, result_cache_now());
	}
	return kept;
}

/* May the stream be what it is, for the server too, by what decides now? */
static bool leads_there(const struct stream_permit *permit,
	const struct dance_result *result, const struct front *before,
	const struct front *now)
{
	bool allowed = result->verdict == DANCE_ALLOW && result->entry[0] != '\0';
	const struct conf_identity *identity = now != NULL ?
		identity_map_find(now->identities,
			allowed ? result->entry : permit->entry) :
		NULL;
	if (identity == NULL || now->conf->mode != CONF_MODE_STREAM ||
		now->conf->proxy != before->conf->proxy ||
		now->conf->source_identity != before->conf->source_identity ||
		memcmp(&now->conf->server.socket, &before->conf->server.socket,
			sizeof(now->conf->server.socket)) != 0) {
		return false;
	}
	const struct conf_identity *known = identity_map_find(before->identities,
		permit->entry);
	return !now->conf->source_identity ||
		(known != NULL &&
			address_is_equal(&identity->address.socket, &known->address.socket));
}

bool stream_permit_is_same(const struct stream_permit *permit,
	const struct dance_result *result, const struct front *before,
	const struct front *now)
{
	return leads_there(permit, result, before, now) &&
		(result->verdict != DANCE_ALLOW || strcmp(result->name, permit->name) == 0);
}

int64_t stream_permit_check_at(const struct stream_permit *permit,
	enum dance_verdict verdict, const struct conf *conf, const struct conf_front *front)
{
	uint16_t chance = 0;
	(void)getentropy(&chance, sizeof(chance));
	uint64_t delay = recheck_delay(&permit->recheck, verdict, conf->common.max_stale_s,
		result_cache_now(), chance);
	delay = front->recheck ? delay : RECHECK_RETRY_MS;
	return front->recheck || verdict != DANCE_ALLOW ? monotonic_ms() + (int64_t)delay :
							  WATCH_NEVER;
}

bool stream_permit_holds(const struct stream_permit *permit, enum dance_verdict verdict,
	const struct conf *conf, const struct conf_front *front)
{
	return verdict == DANCE_ALLOW ||
		(!front->recheck && dance_verdict_class(verdict) == DANCE_CLASS_FAIL) ||
		recheck_holds(&permit->recheck, verdict, conf->common.max_stale_s,
			result_cache_now());
}

void stream_permit_clear(struct stream_permit *permit)
{
	free(permit->name);
	free(permit->entry);
	*permit = (struct stream_permit){ .name = NULL };
}
