/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which sections listen, and where. */

#include "conf.h"

size_t conf_listen_count(const struct conf *conf)
{
	return conf->front_count + conf->client_count;
}

struct conf_listen conf_listen_at(const struct conf *conf, size_t i)
{
	if (i < conf->front_count) {
		const struct conf_front *front = &conf->fronts[i];
		return (struct conf_listen){ "front", front->id, false, front->listen,
			front->listen_count };
	}
	const struct conf_client *client = &conf->clients[i - conf->front_count];
	return (struct conf_listen){ "client", client->id, true, client->listen,
		client->listen_count };
}
