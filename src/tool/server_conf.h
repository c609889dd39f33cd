/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The names that a server looks up and how, as the server itself reads them in its
 * configuration. */

#pragma once

#include "dance.h"

#define SERVER_CONF_NAMES_MAX 65536

/* One section: what is told of lives as long as the call. */
struct server_conf {
	struct dance_context_options where;
	struct dance_options options; /* without what is in ca_file */
	const char *ca_file;          /* NULL: none */
	const char **names;           /* exact ones, "*.suffix" and "@list" */
	size_t count;
	const char **within; /* options.within */
};

typedef int (*server_conf_each)(void *arg, const struct server_conf *section);

/* Has the program whose configuration this is (knotd, dance-front or dance-ask) read it, and calls
 * `each` for each section. Returns the worst of what that returned; COMMAND_WRONG, and a line has
 * said why, if it cannot be read or permits no name. */
int server_conf_read(const char *path, server_conf_each each, void *arg);

/* The same of what the program has printed, which is changed: lines of "KEY: VALUE", in which
 * values are quoted and lists in brackets, as knotc conf-export writes them. -1: no section. */
int server_conf_parse(char *text, server_conf_each each, void *arg);
