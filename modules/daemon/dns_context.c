/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From the values of a configuration to libdance's options. */

#include "dns_context.h"

#include <stdint.h>

#include "log.h"
#include "metrics.h"

/* A claim that would wait for longer than its client is not worth a place. */
static unsigned queue_length(const struct conf_common *conf)
{
	uint64_t length = (uint64_t)conf->lookups_per_second * conf->timeout_ms / 1000;
	return length == 0                        ? 1 :
		length < DANCE_LOOKUPS_QUEUED_MAX ? (unsigned)length :
						    DANCE_LOOKUPS_QUEUED_MAX;
}

bool dns_context_join(struct shared_context_user *user, const struct conf_common *conf,
	unsigned max_waiting)
{
	struct dance_context_options options = {
		.size = sizeof(options),
		.trust_anchor = conf->trust_anchor,
		.root_hints = conf->root_hints,
		.max_waiting = max_waiting,
		.log = log_libdance,
		.looked_up = metrics_looked_up,
		.anchored = metrics_anchored,
		.lookups_per_second = conf->lookups_per_second,
		.lookups_in_flight = conf->lookups_in_flight,
		.lookups_queued = queue_length(conf),
		.remembered = conf->remember,
	};
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		options.forwarders[i] = conf->forwarders[i];
	}
	return shared_context_join(user, &options);
}
