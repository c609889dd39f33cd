/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Signatures made at test time, with their key and algorithm as they stand in a certificate, and
 * what is said of them. What it costs to say so is for a test to look at. */

#pragma once

#include "check.h"
#include "der_writer.h"
#include "make_certificate.h"
#include "signature.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

static const unsigned char text[] = "What was signed.";

#define OCTETS(literal) (literal), sizeof(literal) - 1
#define RSA_SHA256 OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b")
#define PSS OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")

#define NULL_PARAMETERS OCTETS("\x05\0")
#define NO_PARAMETERS NULL, 0

/* RSASSA-PSS-params; the salt last. */
#define HASH "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02"
#define PSS_PARAMETERS(hash, mask, salt) \
	OCTETS("\x30\x34\xa0\x0f\x30\x0d" HASH hash "\x05\0" \
	       "\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08\x30\x0d" HASH mask \
	       "\x05\0\xa2\x03\x02\x01" salt)

/* A signature as it stands in a certificate. */
struct made {
	struct der algorithm, bits;
	struct signed_octets of;
	struct credential key;
};

static inline void write_algorithm(struct der *to, const char *oid, size_t oid_size,
	const char *parameters, size_t size)
{
	struct der parts = { 0 };
	der_put(&parts, DER_OID, oid, oid_size);
	der_append(&parts, parameters, size);
	der_wrap(to, DER_SEQUENCE, &parts);
}

static inline void sign(struct made *made, gnutls_sign_algorithm_t algorithm)
{
	gnutls_privkey_t key;
	gnutls_datum_t signature;
	const gnutls_datum_t data = { (unsigned char *)(uintptr_t)text, sizeof(text) };
	assert_int_equal(gnutls_privkey_init(&key), 0);
	assert_int_equal(gnutls_privkey_import_x509(key, made->key.key, 0), 0);
	assert_int_equal(gnutls_privkey_sign_data2(key, algorithm, 0, &data, &signature),
		0);
	der_append(&made->bits, "", 1);
	der_append(&made->bits, signature.data, signature.size);
	gnutls_free(signature.data);
	gnutls_privkey_deinit(key);
}

static inline void make(struct made *made, enum key_kind kind,
	gnutls_sign_algorithm_t algorithm, const char *oid, size_t oid_size,
	const char *parameters, size_t size)
{
	*made = (struct made){ .algorithm = { NULL, 0 } };
	make_certificate(&made->key, &(struct wish){ .key = kind });
	write_algorithm(&made->algorithm, oid, oid_size, parameters, size);
	sign(made, algorithm);
	made->of = (struct signed_octets){
		.tbs = { text, sizeof(text) },
		.algorithm = { made->algorithm.octets, made->algorithm.size },
		.signature = { made->bits.octets, made->bits.size },
	};
}

static inline void clear(struct made *made)
{
	der_clear(&made->algorithm);
	der_clear(&made->bits);
	clear_certificate(&made->key);
}

static inline enum signature check_with(struct made *made, const char *oid, size_t oid_size,
	const char *parameters, size_t size)
{
	struct der algorithm = { 0 };
	struct signed_octets of = made->of;
	struct work work;
	work_begin(&work);
	write_algorithm(&algorithm, oid, oid_size, parameters, size);
	of.algorithm = (struct dance_octets){ algorithm.octets, algorithm.size };
	enum signature is = signature_check(&of, made->key.whole[TLSA_SPKI], &work);
	der_clear(&algorithm);
	return is;
}
