/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-ask.conf as values. Knows what the file may contain and what is wrong with it; opens no
 * other file and no socket. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf_error.h"
#include "dance.h"
#include "endpoint.h"
#include "log.h"

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
	char **clients;   /* names and "*.suffix" that are permitted */
	size_t client_count;
	char *claim; /* stands before a HELO name, with its dot; NULL: HELO claims nothing */
	unsigned tls; /* the oldest version that counts: n of TLS 1.n */
	char *header; /* authserv-id of Authentication-Results; NULL: no header */
};

struct conf {
	char *user; /* NULL: do not change it */
	unsigned max_connections;
	unsigned idle_timeout_s;    /* between questions */
	unsigned request_timeout_s; /* from the first octet of a question to its last */

	bool log_syslog; /* else standard error */
	enum log_level log_level;

	char *trust_anchor; /* NULL: the core's default */
	char *root_hints;
	char *forwarders[DANCE_FORWARDER_MAX]; /* "ADDR@PORT" */
	unsigned timeout_ms;
	unsigned max_stale_s;

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
