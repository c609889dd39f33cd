/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Whether the values of a file go together: mistakes that would only show with the first
 * client, or would permit others than meant, are reported at the start. */

#include "check.h"

#include <stdio.h>
#include <string.h>

#include "address.h"

#define NAME_MAX_SIZE (DANCE_NAME_SIZE - 1)
#define PKIX (DANCE_PKIX_TA | DANCE_PKIX_EE)

static bool has_address(const struct conf_identity *identity)
{
	return identity->address.size != 0;
}

static bool check_identities(const struct conf *conf, const struct conf_error *error)
{
	for (size_t i = 0; i < conf->identity_count; i++) {
		const struct conf_identity *identity = &conf->identities[i];
		if (has_address(identity) &&
			!address_is_unicast(&identity->address.socket)) {
			return conf_fail(error, 0,
				"identity %s: no client can have "
				"address %s",
				identity->id, identity->address.text);
		}
	}
	return true;
}

/* Where the server knows clients by the addresses of their identities, each has one. Without
 * PROXYv2 we connect from it, so it must be one of this host. */
static bool check_source_addresses(const struct conf_front *front,
	const struct conf_error *error)
{
	for (size_t i = 0; front->source_identity && i < front->identity_count; i++) {
		const struct conf_identity *identity = front->identities[i];
		if (!has_address(identity)) {
			return conf_fail(error, 0,
				"front %s: identity %s needs an 'address': that is "
				"how the server knows this client",
				front->id, identity->id);
		}
		if (front->proxy != CONF_PROXY_OFF) {
			continue;
		}
		if (!address_is_loopback(&identity->address.socket)) {
			return conf_fail(error, 0,
				"front %s: with 'proxy: off' the "
				"address of identity %s must be in 127.0.0.0/8, or ::1, "
				"not %s",
				front->id, identity->id, identity->address.text);
		}
		if (identity->address.socket.ss_family != front->server.socket.ss_family) {
			return conf_fail(error, 0,
				"front %s: with 'proxy: off' the "
				"address of identity %s, %s, and 'server', %s, must be both "
				"IPv4 or both IPv6",
				front->id, identity->id, identity->address.text,
				front->server.text);
		}
	}
	return true;
}

/* A fence is of names on lists. */
static bool check_within(const struct conf_front *front, const struct conf_error *error)
{
	bool lists = front->within_count == 0;
	for (size_t i = 0; i < front->identity_count; i++) {
		lists = lists || front->identities[i]->name[0] == '@';
	}
	return lists ||
		conf_fail(error, 0,
			"front %s: 'client-within' requires an identity whose 'name' is a list, "
			"like \"@clients.example.net\"",
			front->id);
}

static bool check_front(const struct conf_front *front, const struct conf_error *error)
{
	bool pkix = (front->usages & PKIX) != 0;
	if (front->identity_count == 0) {
		return conf_fail(error, 0,
			"front %s: there is no identity, so no client is permitted",
			front->id);
	}
	if (pkix && front->ca_file == NULL) {
		return conf_fail(error, 0,
			"front %s: 'usage' pkix-ta or pkix-ee requires 'ca-file'",
			front->id);
	}
	if (!pkix && front->ca_file != NULL) {
		return conf_fail(error, 0,
			"front %s: 'ca-file' requires 'usage' pkix-ta or pkix-ee",
			front->id);
	}
	return check_within(front, error) && check_source_addresses(front, error);
}

/* The TLSA records of the primary are at _PORT._tcp.NAME (RFC 6698 3). */
static bool check_primaries(const struct conf_client *client,
	const struct conf_error *error)
{
	unsigned port = address_port(&client->primaries[0].socket);
	for (size_t i = 1; i < client->primary_count; i++) {
		if (address_port(&client->primaries[i].socket) != port) {
			return conf_fail(error, 0,
				"client %s: all addresses of 'primary' "
				"must have the same port, that of the TLSA records: "
				"%s and %s differ",
				client->id, client->primaries[0].text,
				client->primaries[i].text);
		}
	}
	char prefix[sizeof("_65535._tcp.")];
	int size = snprintf(prefix, sizeof(prefix), "_%u._tcp.", port & 0xffff);
	if (strlen(client->name) + (size_t)size > NAME_MAX_SIZE) {
		return conf_fail(error, 0,
			"client %s: 'name' with %s before it is too long", client->id,
			prefix);
	}
	return true;
}

static bool check_client(const struct conf_client *client, const struct conf_error *error)
{
	for (size_t i = 0; i < client->listen_count; i++) {
		if (!address_is_loopback(&client->listen[i].socket)) {
			return conf_fail(error, 0,
				"client %s: 'listen' must be in "
				"127.0.0.0/8, or ::1, not %s: clients there are "
				"not authenticated",
				client->id, client->listen[i].text);
		}
	}
	return check_primaries(client, error);
}

/* Does any later section, or the same one, listen on this address too? */
static bool check_listened_once(const struct conf *conf, size_t by, size_t place,
	const struct conf_error *error)
{
	const struct conf_listen mine = conf_listen_at(conf, by);
	const struct address *address = &mine.addresses[place];
	for (size_t i = by; i < conf_listen_count(conf); i++) {
		const struct conf_listen other = conf_listen_at(conf, i);
		for (size_t j = i == by ? place + 1 : 0; j < other.count; j++) {
			if (address_is_equal(&address->socket, &other.addresses[j].socket)) {
				return conf_fail(error, 0,
					"%s %s: 'listen' is %s, but %s %s already "
					"listens there",
					other.kind, other.id, address->text, mine.kind,
					mine.id);
			}
		}
	}
	return true;
}

/* A front that connects to one of our own listeners would connect to itself. */
static bool check_no_circle(const struct conf *conf, const struct conf_listen *listening,
	const struct conf_error *error)
{
	for (size_t i = 0; i < listening->count; i++) {
		for (size_t j = 0; j < conf->front_count; j++) {
			const struct conf_front *front = &conf->fronts[j];
			if (address_reaches(&front->server.socket,
				    &listening->addresses[i].socket)) {
				return conf_fail(error, 0,
					"front %s: 'server' is %s, but %s %s listens there",
					front->id, front->server.text, listening->kind,
					listening->id);
			}
		}
	}
	return true;
}

static bool check_listeners(const struct conf *conf, const struct conf_error *error)
{
	for (size_t i = 0; i < conf_listen_count(conf); i++) {
		const struct conf_listen listening = conf_listen_at(conf, i);
		for (size_t j = 0; j < listening.count; j++) {
			if (!check_listened_once(conf, i, j, error) ||
				!conf_common_check_metrics(&conf->common, listening.kind,
					listening.id, &listening.addresses[j].socket,
					error)) {
				return false;
			}
		}
		if (!check_no_circle(conf, &listening, error)) {
			return false;
		}
	}
	return true;
}

bool conf_check(const struct conf *conf, const struct conf_error *error)
{
	if (conf->front_count == 0 && conf->client_count == 0) {
		return conf_fail(error, 0, "the file has no section 'front' or 'client'");
	}
	if (!conf_common_check(&conf->common, error) || !check_identities(conf, error)) {
		return false;
	}
	for (size_t i = 0; i < conf->front_count; i++) {
		if (!check_front(&conf->fronts[i], error)) {
			return false;
		}
	}
	for (size_t i = 0; i < conf->client_count; i++) {
		if (!check_client(&conf->clients[i], error)) {
			return false;
		}
	}
	return check_listeners(conf, error);
}
