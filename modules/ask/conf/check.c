/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Whether the values of a file go together: what would permit nobody, or other clients than
 * meant, is reported at the start. */

#include "check.h"

#include <stdio.h>
#include <string.h>

#include "address.h"

static bool is_pattern(const char *name)
{
	return name[0] == '*';
}

static bool is_list(const char *name)
{
	return name[0] == '@';
}

/* Who asks is not authenticated. */
static bool check_listen(const struct conf_ask *ask, const struct conf_error *error)
{
	for (size_t i = 0; i < ask->listen_count; i++) {
		const struct endpoint *at = &ask->listen[i];
		if (!endpoint_is_path(at) && !address_is_loopback(&at->socket)) {
			return conf_fail(error, 0,
				"ask %s: 'listen' must be a path, or an address in "
				"127.0.0.0/8 or ::1, not %s",
				ask->id, at->text);
		}
	}
	return true;
}

/* Stands before a host name, so it is labels with a dot behind each. */
static bool check_claim(const struct conf_ask *ask, const struct conf_error *error)
{
	char name[DANCE_NAME_SIZE], why[DANCE_ERROR_SIZE];
	if (ask->claim == NULL) {
		return true;
	}
	size_t size = strlen(ask->claim);
	if (ask->claim[size - 1] != '.') {
		return conf_fail(error, 0,
			"ask %s: 'claim' must end with a dot, like '_smtp-client.', not '%s'",
			ask->id, ask->claim);
	}
	int length = snprintf(name, sizeof(name), "%sexample.net", ask->claim);
	if (length < 0 || (size_t)length >= sizeof(name) || is_pattern(name) ||
		is_list(name) || !dance_roster_check_name(name, why)) {
		return conf_fail(error, 0,
			"ask %s: 'claim' is '%.80s', which cannot begin a name", ask->id,
			ask->claim);
	}
	return true;
}

/* A name below a suffix is known only if the host says a HELO name or shows a certificate. */
static bool check_names(const struct conf_ask *ask, const struct conf_error *error)
{
	size_t patterns = 0, lists = 0;
	for (size_t i = 0; i < ask->client_count; i++) {
		patterns += is_pattern(ask->clients[i]);
		lists += is_list(ask->clients[i]);
	}
	if (ask->within_count > 0 && lists == 0) {
		return conf_fail(error, 0,
			"ask %s: 'client-within' requires a list in 'client', like "
			"\"@clients.example.net\"",
			ask->id);
	}
	if (patterns == 0 || ask->dialect == CONF_LINE) {
		return true;
	}
	if (ask->dialect == CONF_SOCKETMAP) {
		return conf_fail(error, 0,
			"ask %s: 'client' must be a name, not a pattern: "
			"with dialect socketmap a client cannot say its name",
			ask->id);
	}
	return ask->claim != NULL ||
		conf_fail(error, 0,
			"ask %s: 'client' with a pattern requires 'claim', like '_smtp-client.': "
			"the name of such a client comes from HELO",
			ask->id);
}

/* Items that a dialect has no use for would be ignored. */
static bool check_dialect(const struct conf_ask *ask, const struct conf_error *error)
{
	if (ask->dialect == CONF_SOCKETMAP && ask->claim != NULL) {
		return conf_fail(error, 0,
			"ask %s: 'claim' has no effect in dialect socketmap, which has no "
			"HELO name",
			ask->id);
	}
	if (ask->dialect != CONF_POSTFIX && ask->header != NULL) {
		return conf_fail(error, 0, "ask %s: 'header' requires 'dialect: postfix'",
			ask->id);
	}
	return true;
}

/* The value of an authserv-id goes into a header as it is (RFC 8601 2.5). */
static bool check_header(const struct conf_ask *ask, const struct conf_error *error)
{
	char why[DANCE_ERROR_SIZE];
	return ask->header == NULL ||
		(!is_pattern(ask->header) && !is_list(ask->header) &&
			dance_roster_check_name(ask->header, why)) ||
		conf_fail(error, 0, "ask %s: 'header' must be a host name, not '%.80s'",
			ask->id, ask->header);
}

/* Does any later section, or the same one, listen there too? */
static bool check_listened_once(const struct conf *conf, size_t by, size_t place,
	const struct conf_error *error)
{
	const struct endpoint *mine = &conf->asks[by].listen[place];
	for (size_t i = by; i < conf->ask_count; i++) {
		const struct conf_ask *other = &conf->asks[i];
		for (size_t j = i == by ? place + 1 : 0; j < other->listen_count; j++) {
			if (strcmp(mine->text, other->listen[j].text) == 0) {
				return conf_fail(error, 0,
					"ask %s: 'listen' is %s, but ask %s already listens "
					"there",
					other->id, mine->text, conf->asks[by].id);
			}
		}
	}
	return true;
}

bool conf_check(const struct conf *conf, const struct conf_error *error)
{
	if (conf->ask_count == 0) {
		return conf_fail(error, 0, "there is no section 'ask'");
	}
	bool fine = conf_common_check(&conf->common, error);
	for (size_t i = 0; fine && i < conf->ask_count; i++) {
		const struct conf_ask *ask = &conf->asks[i];
		fine = check_listen(ask, error) && check_claim(ask, error) &&
			check_names(ask, error) && check_dialect(ask, error) &&
			check_header(ask, error);
		for (size_t j = 0; fine && j < ask->listen_count; j++) {
			fine = check_listened_once(conf, i, j, error) &&
				conf_common_check_metrics(&conf->common, "ask", ask->id,
					&ask->listen[j].socket, error);
		}
	}
	return fine;
}
