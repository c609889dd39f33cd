/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Frees all values, also of a file that was not read to its end. */

#include <stdlib.h>

#include "conf.h"

static void front_clear(struct conf_front *front)
{
	free(front->id);
	free(front->listen);
	for (size_t i = 0; i < front->alpn_count; i++) {
		free(front->alpn[i]);
	}
	free(front->alpn);
	free(front->cert_file);
	free(front->key_file);
	free(front->identities);
	for (size_t i = 0; i < front->within_count; i++) {
		free(front->within[i]);
	}
	free(front->within);
	free(front->ca_file);
}

static void client_clear(struct conf_client *client)
{
	free(client->id);
	free(client->listen);
	free(client->primaries);
	free(client->name);
	free(client->client_name);
	free(client->cert_file);
	free(client->key_file);
	free(client->ca_file);
}

void conf_free(struct conf *conf)
{
	if (conf == NULL) {
		return;
	}
	conf_common_clear(&conf->common);
	for (size_t i = 0; i < conf->identity_count; i++) {
		free(conf->identities[i].id);
		free(conf->identities[i].name);
	}
	for (size_t i = 0; i < conf->front_count; i++) {
		front_clear(&conf->fronts[i]);
	}
	for (size_t i = 0; i < conf->client_count; i++) {
		client_clear(&conf->clients[i]);
	}
	free(conf->identities);
	free(conf->fronts);
	free(conf->clients);
	free(conf);
}
