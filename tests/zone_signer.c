/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Signs with Ed25519 (RFC 8080) when asked. Names are written uncompressed. */

#include "zone_signer.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TYPE_SOA 6
#define TYPE_RRSIG 46
#define TYPE_NSEC 47
#define ALGORITHM_ED25519 15
#define SIGNATURE_SIZE 64

void octets_put(struct signed_octets *to, const void *octets, size_t size)
{
	if (size > sizeof(to->octets) - to->size) {
		abort();
	}
	memcpy(to->octets + to->size, octets, size);
	to->size += size;
}

static void octets_put16(struct signed_octets *to, unsigned value)
{
	const unsigned char octets[] = { (unsigned char)(value >> 8),
		(unsigned char)value };
	octets_put(to, octets, 2);
}

static void octets_put32(struct signed_octets *to, uint32_t value)
{
	octets_put16(to, value >> 16);
	octets_put16(to, value & 0xffff);
}

void octets_put_record(struct signed_octets *to, const struct name *owner, unsigned type,
	uint32_t ttl, const void *data, size_t size)
{
	octets_put(to, owner->wire, owner->size);
	octets_put16(to, type);
	octets_put16(to, 1);
	octets_put32(to, ttl);
	octets_put16(to, (unsigned)size);
	octets_put(to, data, size);
}

static int compare_rdata(const void *a, const void *b)
{
	const struct rdata *left = a, *right = b;
	size_t size = left->size < right->size ? left->size : right->size;
	int difference = memcmp(left->octets, right->octets, size);
	return difference != 0 ? difference : (int)left->size - (int)right->size;
}

/* The signature is over the canonical form (RFC 4034 3.1.8.1). */
unsigned zone_signer_put(struct zone_signer *signer, struct signed_octets *to,
	const struct name *owner, unsigned type, uint32_t ttl, struct rdata *set,
	size_t count, bool forged)
{
	static struct signed_octets what, signature;
	uint32_t now = (uint32_t)time(NULL);
	unsigned labels = 0;
	for (size_t at = 0; owner->wire[at] != 0; at += 1 + owner->wire[at]) {
		labels++;
	}
	what.size = signature.size = 0;
	octets_put16(&signature, type);
	octets_put16(&signature, ALGORITHM_ED25519 << 8 | labels);
	octets_put32(&signature, ttl);
	octets_put32(&signature, now + 86400);
	octets_put32(&signature, now - 3600);
	octets_put16(&signature, signer->key_tag);
	octets_put(&signature, signer->zone.wire, signer->zone.size);
	octets_put(&what, signature.octets, signature.size);
	qsort(set, count, sizeof(set[0]), compare_rdata);
	for (size_t i = 0; i < count; i++) {
		octets_put_record(&what, owner, type, ttl, set[i].octets, set[i].size);
		octets_put_record(to, owner, type, ttl, set[i].octets, set[i].size);
	}
	gnutls_datum_t data = { what.octets, (unsigned)what.size }, signed_data;
	if (gnutls_privkey_sign_data2(signer->key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data,
		    &signed_data) != 0 ||
		signed_data.size != SIGNATURE_SIZE) {
		abort();
	}
	signed_data.data[9] ^= forged;
	octets_put(&signature, signed_data.data, signed_data.size);
	gnutls_free(signed_data.data);
	octets_put_record(to, owner, TYPE_RRSIG, ttl, signature.octets, signature.size);
	return (unsigned)count + 1;
}

void rdata_add(struct rdata *to, const void *octets, size_t size)
{
	memcpy(to->octets + to->size, octets, size);
	to->size += size;
}

unsigned zone_signer_deny(struct zone_signer *signer, struct signed_octets *to,
	const struct name *name, enum there there)
{
	static const unsigned char top[] = { 0, 7, 0x22, 0, 0, 0, 0, 0x03, 0x80 };
	static const unsigned char nothing[] = { 0, 6, 0, 0, 0, 0, 0, 0x03 };
	static const unsigned char delegation[] = { 0, 6, 0x20, 0, 0, 0, 0, 0x03 };
	static const unsigned char soa[] = { 0, 0, 0, 0, 0, 1, 0, 0, 14, 16, 0, 0, 14, 16,
		0, 0, 14, 16, 0, 0, 0, 60 };
	struct rdata record = { .size = 0 };
	rdata_add(&record, soa, sizeof(soa));
	unsigned count = zone_signer_put(signer, to, &signer->zone, TYPE_SOA, 60, &record,
		1, false);
	record.size = 0;
	rdata_add(&record, signer->zone.wire, signer->zone.size);
	switch (there) {
	case THERE_NOTHING:
		rdata_add(&record, top, sizeof(top));
		break;
	case THERE_NAME:
		rdata_add(&record, nothing, sizeof(nothing));
		break;
	case THERE_DELEGATION:
		rdata_add(&record, delegation, sizeof(delegation));
		break;
	}
	return count +
		zone_signer_put(signer, to, there != THERE_NOTHING ? name : &signer->zone,
			TYPE_NSEC, 60, &record, 1, false);
}

void zone_signer_make(struct zone_signer *signer)
{
	gnutls_pubkey_t public;
	gnutls_datum_t x, y, text;
	*signer = (struct zone_signer){ .zone.size = 1 };
	if (gnutls_privkey_init(&signer->key) != 0 ||
		gnutls_privkey_generate(signer->key, GNUTLS_PK_EDDSA_ED25519, 0, 0) != 0 ||
		gnutls_pubkey_init(&public) != 0 ||
		gnutls_pubkey_import_privkey(public, signer->key, 0, 0) != 0 ||
		gnutls_pubkey_export_ecc_raw2(public, NULL, &x, &y, 0) != 0 ||
		x.size != 32) {
		abort();
	}
	const unsigned char head[] = { 1, 1, 3, ALGORITHM_ED25519 };
	memcpy(signer->dnskey, head, 4);
	memcpy(signer->dnskey + 4, x.data, 32);
	gnutls_datum_t key = { signer->dnskey + 4, 32 };
	if (gnutls_base64_encode2(&key, &text) != 0) {
		abort();
	}
	snprintf(signer->anchor, sizeof(signer->anchor), ". 3600 IN DNSKEY 257 3 %d %.*s\n",
		ALGORITHM_ED25519, (int)text.size, (const char *)text.data);
	uint32_t sum = 0; /* RFC 4034 B */
	for (size_t i = 0; i < sizeof(signer->dnskey); i++) {
		sum += i % 2 == 0 ? (uint32_t)signer->dnskey[i] << 8 : signer->dnskey[i];
	}
	signer->key_tag = (uint16_t)(sum + (sum >> 16));
	gnutls_free(x.data);
	gnutls_free(y.data);
	gnutls_free(text.data);
	gnutls_pubkey_deinit(public);
}

void zone_signer_clear(struct zone_signer *signer)
{
	gnutls_privkey_deinit(signer->key);
}
