/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-ask.conf as values. Knows what the file may contain and what is wrong with it; opens no
 * other file and no socket. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf_common.h"
#include "conf_error.h"
#include "endpoint.h"

/* How a host asks. */
enum conf_dialect {
	CONF_POSTFIX,   /* Postfix's policy delegation */
	CONF_SOCKETMAP, /* its table of this name */
	CONF_LINE,      /* one line each way */
};

/* Whom a host may ask about, and how. */
struct conf_ask {
	char *id;
	struct endpoint *listen;
	size_t listen_count;
	unsigned dialect; /* enum conf_dialect */
	char **clients;   /* names, "*.suffix" and "@list" that are permitted */
	size_t client_count;
	char **within; /* names on lists are permitted only within these; none: all are */
	size_t within_count;
	char *claim; /* stands before a HELO name, with its dot; NULL: HELO claims nothing */
	unsigned tls; /* the oldest version that counts: n of TLS 1.n */
	char *header; /* authserv-id of Authentication-Results; NULL: no header */
};

struct conf {
	struct conf_common common;
	unsigned max_connections;
	unsigned idle_timeout_s;    /* between questions */
	unsigned request_timeout_s; /* from the first octet of a question to its last */

	struct conf_ask *asks;
	size_t ask_count;
};

/* Reads `size` octets of text. NULL with "FILE:LINE: sentence" in `error`; `file` is only
 * for that. */
struct conf *conf_parse(const char *file, const char *text, size_t size,
	char error[CONF_ERROR_SIZE]);

/* The same of a file. */
struct conf *conf_read(const char *path, char error[CONF_ERROR_SIZE]);

/* NULL is fine. */
void conf_free(struct conf *conf);
