/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Says: while a message is processed, its query comes from its real address or from the path that
 *   the first instance of the module shows for this very message; a path of knotd's own is never
 *   taken for one that is shown; and when all instances have hidden theirs, in whatever order, it
 *   comes from its real address again.
 * Sources: none
 * Contracts: snprintf() writes what it is given and cuts it.
 * Assumes: 2 instances and 3 messages of one thread, each of which ends; paths of at most 5
 *   characters instead of 107.
 * Unwind: 9
 * Without: --conversion-check (a size is given as an int)
 * Limit: 60 s */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include <knot/module.h>

#include "proof.h"

#define MESSAGES 3
#define INSTANCES 2
#define PATH 6 /* octets, with the NUL */

static const char *seen_format;

/* For "%s" alone; for a prefix before it, the size. */
static inline int write_text(char *text, size_t size, const char *format, const char *of)
{
	seen_format = format;
	must(size > PATH && can_write(text, size), "there is room");
	int length = 0;
	for (; of[length] != '\0'; length++) {
		text[length] = of[length];
	}
	text[length] = '\0';
	return length;
}

#define snprintf write_text
#include "acl_alias.c"

struct message {
	struct sockaddr_un real;
	bool shows[INSTANCES];
	char paths[INSTANCES][PATH];
	bool backwards;
};

static struct acl_alias aliases[INSTANCES];
static struct message message0, message1, message2;
static knotd_qdata_params_t params;
static knotd_qdata_t qdata;

static bool is_path(const struct sockaddr_storage *remote, const char path[PATH])
{
	const struct sockaddr_un *address = (const struct sockaddr_un *)remote;
	if (address->sun_family != AF_UNIX) {
		return false;
	}
	for (size_t i = 0; i < PATH; i++) {
		if (address->sun_path[i] != path[i]) {
			return false;
		}
		if (path[i] == '\0') {
			return true;
		}
	}
	return false;
}

static void look(const struct message *message, const struct sockaddr_storage *real)
{
	if (!message->shows[0] && !message->shows[1]) {
		must(params.remote == real, "nobody shows another address");
		return;
	}
	must(params.remote != real, "a path is shown");
	must(is_path(params.remote, message->paths[message->shows[0] ? 0 : 1]),
		"that of the first which shows one");
}

static void process(struct message *message)
{
	struct message any;
	*message = any;
	const struct sockaddr_storage *real = (const struct sockaddr_storage *)&message->real;
	params.remote = real;
	qdata.params = &params;
	for (size_t i = 0; i < INSTANCES; i++) {
		message->paths[i][PATH - 1] = '\0';
		if (message->shows[i]) {
			acl_alias_show(&aliases[i], &qdata, message->paths[i]);
		}
	}
	look(message, real);
	acl_alias_hide(&aliases[message->backwards ? 1 : 0], &qdata);
	must(params.remote == real || is_path(params.remote, message->paths[0]) ||
			is_path(params.remote, message->paths[1]),
		"half hidden, it is still this message's");
	acl_alias_hide(&aliases[message->backwards ? 0 : 1], &qdata);
	must(params.remote == real, "in the end it is the real address");
}

void harness(void)
{
	process(&message0);
	process(&message1);
	process(&message2);
	such_as(message2.shows[0] && message2.shows[1]);
	end_of_proof();
}
