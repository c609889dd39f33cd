/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Certificates made at test time, with keys, names and dates as a test wishes, and what
 * TLSA records of them hold. The SPKI comes from the key, not from the certificate, so
 * that it checks what the library cuts out of there. */

#pragma once

#include "dance.h"
#include "tlsa.h"

enum key_kind {
	KEY_ED25519,
	KEY_P256,
	KEY_P384,
	KEY_P521,
	KEY_ED448,
	KEY_RSA,
	KEY_RSA_SMALL, /* 1024 bits */
	KEY_RSA_PSS,   /* with parameters in its SPKI */
};

/* A GeneralName (RFC 5280 4.2.1.6), its octets as they shall stand in the certificate. */
struct alternative_name {
	unsigned char tag;
	const char *octets;
	size_t size;
};

#define TAG_EMAIL 0x81
#define TAG_DNS 0x82
#define TAG_URI 0x86
#define TAG_ADDRESS 0x87

/* A dNSName from a string literal, which may hold NULs. */
#define DNS(literal) { TAG_DNS, literal, sizeof(literal) - 1 }

/* The value of an extension from a string literal. */
#define VALUE(literal) .value = (literal), .value_size = sizeof(literal) - 1

struct credential;

struct wish {
	enum key_kind key;
	const struct credential *issuer;      /* NULL: signed by itself */
	const struct credential *same_key;    /* whose key it has; NULL: one of its own */
	bool authority;                       /* it may issue others */
	bool no_authority;                    /* it says that it may not */
	const char *common_name;              /* NULL: an empty subject */
	const struct alternative_name *names; /* none: no such extension */
	size_t name_count;
	bool expired;
	unsigned key_usage;    /* GNUTLS_KEY_*; 0: no such extension */
	const char *purpose;   /* GNUTLS_KP_*; NULL: no such extension */
	const char *permitted; /* dNSName constraint; NULL: none */
	int limit;             /* of CAs below an authority, from 1; 0: none
	                                       * is set; -1: none may be there */
	const char *extension; /* the OID of one more; NULL: none */
	const char *value;     /* what is in it; NULL: nothing of use */
	size_t value_size;
	bool not_critical;
	bool version_1; /* and so without any extension */
};

struct credential {
	struct gnutls_x509_privkey_int *key;
	struct gnutls_x509_crt_int *certificate;
	unsigned char *octets[TLSA_SELECTOR_COUNT];     /* DER of the whole, and its SPKI */
	struct dance_octets whole[TLSA_SELECTOR_COUNT]; /* the same */
	unsigned char sha256[TLSA_SELECTOR_COUNT][TLSA_SHA256_SIZE];
	unsigned char sha512[TLSA_SELECTOR_COUNT][TLSA_SHA512_SIZE];
};

/* Aborts if it cannot. */
void make_certificate(struct credential *made, const struct wish *wish);

void clear_certificate(struct credential *made);

/* So many certificates, of which each is issued by the next one, and what a peer sends of them. The
 * first, the leaf, has the name. */
void make_certificates(struct credential *made, struct dance_octets *sent, size_t count,
	enum key_kind key, const struct alternative_name *name);

/* The record with which this certificate is published. Its data stays the certificate's. */
struct dance_tlsa tlsa_of(const struct credential *certificate, uint8_t usage,
	uint8_t selector, uint8_t matching);
