/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The root zone with a key of its own: writes records of it, with their signatures and with
 * denials, into an answer (RFC 4034). Knows nothing of questions. */

#pragma once

#include "name.h"

/* Records, as they stand in a message. */
struct signed_octets {
	unsigned char octets[65000];
	size_t size;
};

struct rdata {
	unsigned char octets[512];
	size_t size;
};

struct zone_signer {
	struct name zone;
	struct gnutls_privkey_st *key;
	unsigned char dnskey[4 + 32]; /* the data of its DNSKEY record */
	uint16_t key_tag;
	char anchor[160]; /* the line that makes it a trust anchor */
};

/* Aborts if it cannot. */
void zone_signer_make(struct zone_signer *signer);
void zone_signer_clear(struct zone_signer *signer);

void octets_put(struct signed_octets *to, const void *octets, size_t size);
void octets_put_record(struct signed_octets *to, const struct name *owner, unsigned type,
	uint32_t ttl, const void *data, size_t size);
void rdata_add(struct rdata *to, const void *octets, size_t size);

/* Writes a set and its signature, in which a bit is wrong if it is `forged`. Returns how many
 * records that makes. */
unsigned zone_signer_put(struct zone_signer *signer, struct signed_octets *to,
	const struct name *owner, unsigned type, uint32_t ttl, struct rdata *set,
	size_t count, bool forged);

/* What is at a name of which something is denied. */
enum there {
	THERE_NOTHING,    /* only the zone's top is there */
	THERE_NAME,       /* with no other type */
	THERE_DELEGATION, /* NS records, and no other type */
};

/* Proves that there is nothing, by a denial that fits the one name. Returns how many records that
 * makes. */
unsigned zone_signer_deny(struct zone_signer *signer, struct signed_octets *to,
	const struct name *name, enum there there);
