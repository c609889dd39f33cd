/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which sockets the sections want. */

#include "listener.h"

#include "handed.h"
#include "log.h"

bool listeners_open(struct listeners *listeners, const struct conf *conf,
	char error[CONF_ERROR_SIZE])
{
	listeners_begin(listeners);
	bool opened = true;
	for (size_t i = 0; opened && i < conf->ask_count; i++) {
		const struct conf_ask *ask = &conf->asks[i];
		for (size_t j = 0; opened && j < ask->listen_count; j++) {
			opened = listeners_want(listeners, "ask", ask->id, &ask->listen[j],
				false, error);
		}
	}
	opened = opened && listeners_want_metrics(listeners, &conf->common.metrics, error);
	if (!opened) {
		listeners_abandon(listeners);
	}
	return opened;
}

/* Hosts that connect there wait in vain. */
static void report_unused(struct listeners *listeners)
{
	for (int fd = HANDED_FIRST; fd < HANDED_FIRST + handed_count(); fd++) {
		struct sockaddr_storage bound;
		int type;
		char text[ENDPOINT_TEXT_SIZE] = "";
		if (handed_look_at(fd, &bound, &type) && type == SOCK_STREAM) {
			endpoint_text(text, &bound);
		}
		if (text[0] == '\0' || listeners_find(listeners, text, false) != NULL) {
			continue;
		}
		struct log_line line;
		log_line_begin(&line, "unused socket");
		log_line_key(&line, "address", "%s", text);
		log_line_reason(&line,
			"no section listens there, so its mail server waits in vain");
		log_composed(LEVEL_WARNING, &line, LISTENER_UNUSED_ADVICE);
	}
}

void listeners_settle(struct listeners *listeners, const struct conf *conf)
{
	listeners_close_unwanted(listeners);
	listeners_assign_metrics(listeners, &conf->common.metrics);
	for (size_t i = 0; i < conf->ask_count; i++) {
		const struct conf_ask *ask = &conf->asks[i];
		for (size_t j = 0; j < ask->listen_count; j++) {
			struct listener *listener = listeners_find(listeners,
				ask->listen[j].text, false);
			if (listener != NULL) {
				listener_assign(listener, "ask", ask->id);
			}
		}
	}
	report_unused(listeners);
}
