/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a key is given to GnuTLS, and a signature is checked, only after this very check was
 *   paid for out of what was left, with at least 200 steps, and the more the longer the
 *   exponent, the larger the key and the more octets were signed; never when the work is spent.
 *   So no more signatures are checked in a decision than what was left pays for. A check that is
 *   not made for that says so; it is called neither good nor wrong.
 * Sources: src/work.c
 * Contracts: an algorithm, a key and a signature are any that can be read, or none, and GnuTLS
 *   gives any answer; the key that pss_key() writes is any.
 * Assumes: one signature after any that were checked before; what was signed is of a certificate
 *   that is not too large.
 * Edit: src/signature.c 's/^static bool (read_scheme|is_within|is_pair)\(/static bool
 *   \1_itself(/;s/^static struct dance_octets pss_key\(/static struct dance_octets
 *   pss_key_itself(/'
 * Unwind: 34
 * Limit: 60 s */

#include "signature.h"

#include <gnutls/abstract.h>

struct scheme;
struct public_key;
struct writer;
static bool read_scheme(struct dance_octets algorithm, struct scheme *scheme);
static bool is_within(const struct public_key *key, const struct scheme *scheme);
static bool is_pair(struct dance_octets bits);
static struct dance_octets pss_key(struct writer *to, const struct public_key *key,
	const struct scheme *scheme);

#include "../src/signature.c"

#include "proof.h"

static const unsigned char octets[2];
static struct work work;
static uint32_t before; /* what was left */
static size_t signed_size;
static unsigned keys, checks;
static const struct public_key *read;

static bool read_scheme(struct dance_octets algorithm, struct scheme *scheme)
{
	struct scheme any;
	*scheme = any;
	return nondet_bool();
}

static bool is_within(const struct public_key *key, const struct scheme *scheme)
{
	return nondet_bool();
}

static bool is_pair(struct dance_octets bits)
{
	return nondet_bool();
}

static struct dance_octets pss_key(struct writer *to, const struct public_key *key,
	const struct scheme *scheme)
{
	return (struct dance_octets){ octets, sizeof(octets) };
}

bool public_key_read(struct public_key *key, struct dance_octets spki)
{
	struct public_key any;
	*key = any;
	assume((unsigned)key->kind <= PUBLIC_KEY_ED448 &&
		(unsigned)key->curve <= PUBLIC_KEY_P521);
	read = key;
	return nondet_bool();
}

unsigned gnutls_sign_is_secure2(gnutls_sign_algorithm_t algorithm, unsigned flags)
{
	return nondet_unsigned();
}

int gnutls_pubkey_init(gnutls_pubkey_t *key)
{
	return nondet_int();
}

void gnutls_pubkey_deinit(gnutls_pubkey_t key)
{
}

/* For an RSA key, a product of numbers as long as the key for each bit of the exponent. */
static bool is_paid(uint32_t paid)
{
	if (paid < 200 + signed_size / 16) {
		return false;
	}
	switch (read->kind) {
	case PUBLIC_KEY_RSA:
	case PUBLIC_KEY_RSA_PSS:
		return read->bits <= PUBLIC_KEY_RSA_BITS_MAX &&
			(read->bits < 4096 || paid >= 250) &&
			(read->exponent < 0x10000 || paid >= 200 + 17 * 4) &&
			(read->exponent < 0x10000 || read->bits < 4096 ||
				paid >= 200 + 17 * 54);
	case PUBLIC_KEY_OTHER:
		return false;
	default:
		return paid >= 1500;
	}
}

int gnutls_pubkey_import(gnutls_pubkey_t key, const gnutls_datum_t *data,
	gnutls_x509_crt_fmt_t format)
{
	must(keys++ == 0, "one key is read");
	must(!work.spent && before >= work.left && is_paid(before - work.left),
		"it was paid for");
	return nondet_int();
}

int gnutls_pubkey_verify_data2(gnutls_pubkey_t key, gnutls_sign_algorithm_t algorithm,
	unsigned flags, const gnutls_datum_t *data, const gnutls_datum_t *signature)
{
	must(keys == 1 && checks++ == 0, "one signature is checked");
	must(data->size == signed_size, "as much as was paid for");
	return nondet_int();
}

static void check_one(void)
{
	const struct signed_octets of = { .tbs = { octets, any_size(CERTIFICATE_SIZE_MAX) },
		.signature = { octets, any_size(sizeof(octets)) } };
	const struct dance_octets spki = { octets, sizeof(octets) };
	bool was_spent = work.spent;
	signed_size = of.tbs.size;
	before = work.left;
	keys = checks = 0;
	enum signature is = nondet_bool() ? signature_check(&of, spki, &work) :
					    signature_check_any(&of, spki, &work);
	must(!was_spent || (work.spent && keys == 0), "spent is spent");
	must(work.left <= before, "nothing is given back");
	must(!work.spent || was_spent || is == SIGNATURE_UNCHECKED, "it is not checked");
	must(is != SIGNATURE_GOOD || checks == 1, "nothing else is good");
}

void harness(void)
{
	work.left = (uint32_t)any_size(WORK_MAX);
	work.spent = nondet_bool();
	check_one();
	assume(checks == 1);
	end_of_proof();
}
