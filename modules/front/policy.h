/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What both modes have in common: which messages pass, the answers that dance-front gives
 * itself, and what is logged of a server's. Knows nothing of verdicts. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "counts.h"
#include "message.h"
#include "relay.h"

/* Does this kind pass? `pass`: CONF_PASS_* bits. */
bool policy_passes(unsigned pass, enum message_kind kind);

/* Writes the refusal of a message (message_refuse()). False if the message cannot be
 * answered. */
bool policy_refuse(struct relay_reply *reply, const uint8_t *message, size_t size,
	uint8_t rcode, int ede, const char *text);

/* Counts a message that does not pass, and writes the answer to it. */
enum relay_decision policy_not_passed(const struct message_question *question,
	const uint8_t *message, size_t size, struct relay_reply *reply);

/* For the log: a message of the section `front`, or `client`, of this id does not pass. It
 * is of a client at `remote` of this name; both are NULL in client mode. */
void policy_log_not_passed(bool is_client, const char *id, const char *remote,
	const char *name, const struct message_question *question);

/* The server that was asked, for the log. */
struct policy_server {
	bool is_primary;       /* of a section `client`; else upstream of a `front` */
	const char *id;        /* of that section */
	const char *text;      /* "127.0.0.1@53" */
	const char *remote;    /* the client; NULL in client mode */
	const char *as;        /* the address that stands for it */
	struct counts *counts; /* of the section */
};

/* Counts and logs what a server says in the first message of an answer: a refusal always,
 * another error of a transfer, a NOTIFY or an UPDATE too, the rest at level debug. */
void policy_log_answer(const struct policy_server *server, const uint8_t *message,
	size_t size);

/* Is it a transfer or a change? Each of these is logged; SOA queries before a transfer, and
 * a resolver's queries, only at level debug. */
bool policy_is_heavy(const struct message_question *question);

/* Logs an outcome that the server has caused: it did not answer in this time, or closed the
 * connection. */
void policy_log_outcome(const struct policy_server *server, unsigned answer_ms,
	enum relay_outcome outcome);
