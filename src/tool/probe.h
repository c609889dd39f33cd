/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance probe asks for, and what it has found out. Knows no TLS library. */

#pragma once

#include <stdint.h>

#include "dance.h"
#include "probe_transfer.h"

#define PROBE_TEXT_SIZE 768
#define PROBE_WHY_SIZE 160
#define PROBE_PORT 853

/* All that a server may send of a zone, and for how long. */
#define PROBE_OCTETS_MAX (UINT64_C(1) << 30)
#define PROBE_TRANSFER_MS 600000

enum probe_step {
	PROBE_TCP = 0,
	PROBE_TLS,
	PROBE_SERVER,
	PROBE_CLIENT,
	PROBE_AXFR,
	PROBE_NO_CERT, /* the same without a certificate */
	PROBE_PLAIN,   /* and without TLS */
	PROBE_STEP_COUNT,
};

enum probe_result {
	PROBE_NOT_RUN = 0,
	PROBE_OK,
	PROBE_NO,
	PROBE_UNKNOWN,
};

/* What a step says: printable ASCII. */
struct probe_line {
	enum probe_result result;
	char text[PROBE_TEXT_SIZE];
};

struct probe_request {
	struct dance_context_options where; /* lookups begin there */
	const char *cert_file;
	const char *key_file; /* NULL: there is nothing to show */
	bool raw_key;         /* shown as a raw public key where the server takes one */
	char host[DANCE_NAME_SIZE]; /* the server: a name, or an address */
	bool is_address;
	unsigned port;
	char server_name[DANCE_NAME_SIZE];  /* its name; empty: not known */
	char server_owner[DANCE_NAME_SIZE]; /* owner name of its records; empty: not known */
	bool has_server_key;
	unsigned char server_key[DANCE_SHA256_SIZE];
	char name[DANCE_NAME_SIZE]; /* our own owner name; empty: not given */
	unsigned timeout_ms;        /* of each step that waits */
	bool json;
};

/* How the TLS handshake went, with nothing of ours in it. */
struct probe_tls {
	bool reached;              /* it ended well */
	bool is_tls;               /* the server answered in TLS */
	int version;               /* as in the protocol: 0x0304 is TLS 1.3 */
	bool dot;                  /* ALPN is "dot" */
	struct dance_result shown; /* has the server's key, and says nothing else */
	bool asks_certificate;
	bool asks_name;
	int alert; /* that the server sent; -1: none */
	bool timed_out;
	char why[PROBE_WHY_SIZE];
};

/* What DNS says of one side, and of what that side shows. */
struct probe_side {
	bool asked;                 /* DNS was */
	struct dance_result result; /* ALLOW: a record matches */
	size_t count;               /* of its validated records */
	uint32_t ttl;
	int64_t signatures_end; /* seconds since 1970; 0: not known */
	bool pinned;            /* a server: by --server-key */
};

enum probe_outcome {
	PROBE_UNASKED = 0,
	PROBE_SERVED,      /* the zone, or its beginning */
	PROBE_REFUSED,     /* by an answer */
	PROBE_ALERTED,     /* by an alert */
	PROBE_UNREACHABLE, /* no connection */
	PROBE_CLOSED,      /* the connection ended without a word */
	PROBE_SILENT,      /* no answer in time */
	PROBE_UNREADABLE,  /* what came is no answer */
};

/* What came of one question for the zone. */
struct probe_answer {
	enum probe_outcome outcome;
	struct transfer transfer;
	bool whole;  /* to its end */
	bool capped; /* we have stopped it */
	int alert;
	int64_t ms;
	bool raw_key; /* was shown as one */
	char why[PROBE_WHY_SIZE];
};

enum probe_verdict {
	PROBE_NOT_FOUND_OUT = 0,
	PROBE_ALLOWED,
	PROBE_DENIED,
	PROBE_NOT_SENT,
	PROBE_OPEN, /* the zone is, to anybody */
};

struct probe {
	struct probe_request request;
	struct transfer zone; /* the question */
	struct probe_line lines[PROBE_STEP_COUNT];
	char address[80]; /* that is connected to, without the port */
	int64_t connect_ms;
	bool name_unknown; /* the server's address was not found */
	bool refused;      /* the connection was */
	struct probe_tls tls;
	struct probe_side server, client;
	struct probe_answer axfr, no_cert, plain;
	const char *unfit; /* why TLS may reject what we show; NULL: nothing is known */
	int64_t now;       /* seconds since 1970 */
	/* What comes of it all: */
	enum probe_verdict verdict;
	char advice[PROBE_TEXT_SIZE]; /* and what to do next */
};

/* Fills a step's line. */
void probe_say(struct probe *probe, enum probe_step step, enum probe_result result,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

#define PROBE_KEY_SIZE (2 * DANCE_SHA256_SIZE + 1)

/* A digest in hex. Returns `text`. */
const char *probe_key_text(const unsigned char digest[DANCE_SHA256_SIZE],
	char text[PROBE_KEY_SIZE]);
