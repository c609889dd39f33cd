/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-front.conf as values. Knows what the file may contain and what is wrong with it;
 * opens no other file and no socket, and uses no library but the parser's. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "conf_common.h"
#include "conf_error.h"
#include "dance.h"
#include "endpoint.h"

/* Kinds of queries that pass, as bits. */
#define CONF_PASS_TRANSFER (1u << 0) /* AXFR, IXFR, SOA */
#define CONF_PASS_NOTIFY (1u << 1)
#define CONF_PASS_UPDATE (1u << 2)
#define CONF_PASS_ANY (1u << 3) /* every query */

/* What a front passes on. */
enum conf_mode {
	CONF_MODE_DNS,    /* DNS messages, each of which is decided about */
	CONF_MODE_STREAM, /* octets of a client that is decided about once, and again later */
};

/* What goes before the first octet to a server: a PROXYv2 header, or nothing. */
enum conf_proxy {
	CONF_PROXY_OFF,
	CONF_PROXY_ON,  /* with addresses */
	CONF_PROXY_TLS, /* and with the proved name and what TLS was used; of streams only */
};

/* A name, "*.suffix" or "@list", and the address under which the upstream server sees it. */
struct conf_identity {
	char *id;
	char *name;             /* as written, without a trailing dot, lower case */
	struct address address; /* port 0; of size 0: none, and no front needs one */
};

/* One listener and its upstream server. */
struct conf_front {
	char *id;
	uint32_t given; /* for conf_is_given() */
	enum conf_mode mode;
	struct address *listen;
	size_t listen_count;
	char **alpn; /* of streams: a client that offers protocols must offer one of these */
	size_t alpn_count; /* 0: whatever it offers is ignored */
	char *cert_file;   /* NULL: made for the key */
	char *key_file;
	struct endpoint server; /* of streams: may be a UNIX socket */
	enum conf_proxy proxy;
	/* The source of a PROXYv2 header is the identity's address, not the client's; or
	 * without a header, the server is connected to from that address. Then, and only then,
	 * each of the identities has an address. */
	bool source_identity;
	bool recheck; /* of streams: the client is decided about again at the end of the TTL */
	unsigned idle_timeout_s;                 /* 0: that of struct conf */
	const struct conf_identity **identities; /* that are permitted */
	size_t identity_count;
	char **within; /* names on lists are permitted only within these; none: all are */
	size_t within_count;
	unsigned pass;   /* CONF_PASS_*; of streams: none */
	unsigned usages; /* DANCE_* bits */
	char *ca_file;
	bool require_name; /* clients must send dane_clientid */
};

/* One listener for a secondary here, and the primary elsewhere. */
struct conf_client {
	char *id;
	struct address *listen; /* loopback */
	size_t listen_count;
	struct address *primaries; /* tried in order */
	size_t primary_count;
	char *name;        /* the primary's host name */
	char *client_name; /* own TLSA owner name; NULL: dane_clientid is not sent */
	char *cert_file;   /* NULL: made for the key */
	char *key_file;
	bool raw_key;
	char *ca_file; /* NULL: DANE alone */
	unsigned pass;
};

struct conf {
	struct conf_common common;
	unsigned threads; /* for connections; 0: one for each processor */
	unsigned max_connections;
	unsigned max_handshakes;   /* connections that are not authenticated yet */
	unsigned max_per_address;  /* such connections of one address (IPv6: /64) */
	unsigned max_per_identity; /* connections of one name */
	unsigned max_per_suffix;   /* connections of all names of one "*.suffix" */
	unsigned max_per_server;   /* connections to one upstream server */
	unsigned max_per_client;   /* connections to one section `client` */
	unsigned handshake_timeout_s;
	unsigned idle_timeout_s;
	unsigned answer_timeout_s;
	unsigned extension; /* number of dane_clientid */

	struct conf_identity *identities;
	size_t identity_count;
	struct conf_front *fronts;
	size_t front_count;
	struct conf_client *clients;
	size_t client_count;
};

/* Reads `size` octets of text. NULL with "FILE:LINE: sentence" in `error`; `file` is only
 * for that. */
struct conf *conf_parse(const char *file, const char *text, size_t size,
	char error[CONF_ERROR_SIZE]);

/* The same of a file. */
struct conf *conf_read(const char *path, char error[CONF_ERROR_SIZE]);

/* NULL is fine. */
void conf_free(struct conf *conf);

/* A section that listens. */
struct conf_listen {
	const char *kind; /* "front" or "client" */
	const char *id;
	bool is_client; /* these listen on UDP too */
	const struct address *addresses;
	size_t count;
};

/* All of them: fronts first, then clients. */
size_t conf_listen_count(const struct conf *conf);
struct conf_listen conf_listen_at(const struct conf *conf, size_t i);
