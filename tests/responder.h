/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A DNS server on a loopback port, with a thread of its own, for the real resolver to ask:
 * all from the root down is one zone, signed with its key, but "unsigned." and what is below
 * it, which is delegated without a key. */

#pragma once

#include "dance.h"

struct responder;

enum response {
	RESPOND_SIGNED,
	RESPOND_FORGED,  /* a bit of the signature is wrong */
	RESPOND_NO_DATA, /* the name is there, a TLSA record is not */
	RESPOND_NO_NAME,
	RESPOND_FAILURE, /* SERVFAIL */
	RESPOND_REFUSAL, /* REFUSED */
	RESPOND_NEVER,
};

enum responder_mood {
	RESPONDER_ANSWERS = 0,
	RESPONDER_REFUSES,
	RESPONDER_IS_SILENT,
	RESPONDER_KEEPS_KEYS, /* is silent when asked for the root's */
};

/* Aborts if it cannot. */
struct responder *responder_new(void);
void responder_free(struct responder *responder);

/* "127.0.0.1@PORT", as a forwarder is written. */
const char *responder_address(const struct responder *responder);

/* The line that makes its key a trust anchor. */
const char *responder_anchor(const struct responder *responder);

/* What to say of the name from now on. The records stay the caller's. */
void responder_set(struct responder *responder, const char *name, enum response response,
	uint32_t ttl, const struct dance_tlsa *records, size_t count);

/* The name is a CNAME of another one, which is told of too. */
void responder_alias(struct responder *responder, const char *name, const char *target);

/* The root has one more key from now on, which signs keys; or with NULL, no more than its own. */
#define RESPONDER_KEY_SIZE 36
void responder_add_key(struct responder *responder,
	const unsigned char dnskey[RESPONDER_KEY_SIZE]);

/* What it does from now on, whatever it is asked. */
void responder_be(struct responder *responder, enum responder_mood mood);

/* How often TLSA records of the name were asked for. */
unsigned responder_asked(struct responder *responder, const char *name);
