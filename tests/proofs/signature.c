/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a signature is good exactly if its algorithm is known and secure for certificates, the key
 *   can be read and is one that goes with it, an RSA key of no more bits and no longer exponent
 *   than is checked with and a curve that is known, the signature is whole octets of its form, the
 *   work is paid for, and GnuTLS says so of this key, this algorithm, what was signed and this
 *   signature; a failure of the library is noted and never good; nothing of it is kept; a weak
 *   algorithm is passed only where any may be.
 * Sources: none
 * Contracts: read_scheme(), public_key_read(), is_within(), is_pair(), price(), pss_key(),
 *   work_take() and GnuTLS give any answer.
 * Assumes: certificates of at most 16384 octets.
 * Unwind: 2
 * Edit: src/signature.c 's/^(static
 *   [a-z0-9_ ]+)(read_scheme|is_within|is_pair|price)(\(.*\))$/\1\2\3;\1\2_itself\3/;s/^(static
 *   struct dance_octets pss_key)(\(.*),$/\1\2, const struct scheme *scheme);\1_itself\2,/'
 * Limit: 60 s */

#include "../src/signature.c"

#include "proof.h"

#define SIZE 16384

static const unsigned char tbs[1], spki[1], pss[1], algorithm[1];
static unsigned char signature[2];
static struct signed_octets of;
static bool any, known, readable, limits, pair, paid, secure, init, imported, keys;
static int import_status, verify_status;
static struct scheme scheme;
static struct public_key key;
static struct work work;
static struct gnutls_pubkey_st *const handle = (struct gnutls_pubkey_st *)(uintptr_t)&keys;

static bool read_scheme(struct dance_octets from, struct scheme *read)
{
	must(from.data == algorithm && from.size == of.algorithm.size, "its algorithm");
	*read = scheme;
	return known;
}

bool public_key_read(struct public_key *read, struct dance_octets from)
{
	must(from.data == spki, "the key is this one");
	*read = key;
	return readable;
}

static bool is_within(const struct public_key *with, const struct scheme *by)
{
	return limits;
}

static bool is_pair(struct dance_octets bits)
{
	must(bits.data == of.signature.data && bits.size == of.signature.size, "all of it");
	return pair;
}

static uint32_t price(const struct public_key *with, size_t size)
{
	must(size == of.tbs.size, "what is signed is paid for");
	return nondet_unsigned();
}

bool work_take(struct work *by, uint32_t steps)
{
	return paid;
}

void work_fail(struct work *by, const char *why)
{
	by->failed = why;
}

static struct dance_octets pss_key(struct writer *to, const struct public_key *with,
	const struct scheme *by)
{
	must(with->octets.data == spki && by->salt == scheme.salt && by->hash == scheme.hash,
		"this key for this algorithm");
	return (struct dance_octets){ pss, 7 };
}

unsigned gnutls_sign_is_secure2(gnutls_sign_algorithm_t sign, unsigned flags)
{
	must(sign == scheme.sign && flags == GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS,
		"secure for certificates");
	return secure;
}

int gnutls_pubkey_init(gnutls_pubkey_t *made)
{
	must(!keys, "one at a time");
	*made = handle;
	keys = init;
	return init ? 0 : nondet_bool() ? GNUTLS_E_MEMORY_ERROR : GNUTLS_E_INVALID_REQUEST;
}

void gnutls_pubkey_deinit(gnutls_pubkey_t made)
{
	must(keys && made == handle, "what was made is freed");
	keys = false;
}

int gnutls_pubkey_import(gnutls_pubkey_t to, const gnutls_datum_t *from,
	gnutls_x509_crt_fmt_t format)
{
	bool is_pss = scheme.kind == PUBLIC_KEY_RSA_PSS;
	must(to == handle && format == GNUTLS_X509_FMT_DER &&
			from->data == (is_pss ? pss : spki) &&
			from->size == (is_pss ? 7 : 5),
		"the key is imported");
	imported = import_status == 0;
	return import_status;
}

int gnutls_pubkey_verify_data2(gnutls_pubkey_t by, gnutls_sign_algorithm_t sign,
	unsigned flags, const gnutls_datum_t *data, const gnutls_datum_t *signature_of)
{
	must(by == handle && imported && sign == scheme.sign,
		"by this key and this algorithm");
	must(flags == (any ? GNUTLS_VERIFY_ALLOW_BROKEN : 0),
		"no weak one unless any may be");
	must(data->data == tbs && data->size == of.tbs.size, "what was signed");
	must(signature_of->data == signature + 1 &&
			signature_of->size == of.signature.size - 1,
		"all of the signature");
	return verify_status;
}

/* Do they go together, and is it a key that we check with? */
static bool goes_with(void)
{
	bool rsa = key.bits <= 8192 && key.exponent != 0;
	bool is_pss = scheme.kind == PUBLIC_KEY_RSA_PSS;
	switch (key.kind) {
	case PUBLIC_KEY_RSA:
		return rsa && (is_pss || scheme.kind == PUBLIC_KEY_RSA);
	case PUBLIC_KEY_RSA_PSS:
		return rsa && is_pss && limits;
	case PUBLIC_KEY_EC:
		return scheme.kind == PUBLIC_KEY_EC && key.curve != PUBLIC_KEY_CURVE_OTHER;
	default:
		return key.kind != PUBLIC_KEY_OTHER && scheme.kind == key.kind;
	}
}

static bool is_form(void)
{
	/* RFC 8017 9.1.1: emBits is one less, and must be 8 hLen + 8 sLen + 9 at least. */
	size_t hash = scheme.hash == 1 ? 32 :
		scheme.hash == 2       ? 48 :
		scheme.hash == 3       ? 64 :
					 16;
	size_t octets = (key.bits - (size_t)1 + 7) / 8;
	bool room = octets >= hash + scheme.salt + 2;
	return of.signature.size >= 2 && signature[0] == 0 &&
		(scheme.kind != PUBLIC_KEY_EC || pair) &&
		(scheme.kind != PUBLIC_KEY_RSA_PSS || room);
}

static bool is_failed(int status)
{
	return status == GNUTLS_E_MEMORY_ERROR || status == GNUTLS_E_HASH_FAILED ||
		status == GNUTLS_E_RANDOM_FAILED || status == GNUTLS_E_INTERNAL_ERROR ||
		status == GNUTLS_E_LIB_IN_ERROR_STATE || status == GNUTLS_E_SELF_TEST_ERROR;
}

static enum signature expected(bool *failed)
{
	*failed = false;
	if (!known) {
		return SIGNATURE_UNKNOWN;
	}
	if (!any && (scheme.sign == GNUTLS_SIGN_UNKNOWN || !secure)) {
		return SIGNATURE_WEAK;
	}
	if (!readable || !goes_with()) {
		return SIGNATURE_UNFIT_KEY;
	}
	if (!is_form()) {
		return SIGNATURE_WRONG;
	}
	if (!paid) {
		return SIGNATURE_UNCHECKED;
	}
	*failed = !init || is_failed(import_status) ||
		(import_status == 0 && is_failed(verify_status));
	return *failed             ? SIGNATURE_UNCHECKED :
		import_status != 0 ? SIGNATURE_UNFIT_KEY :
		verify_status >= 0 ? SIGNATURE_GOOD :
				     SIGNATURE_WRONG;
}

void harness(void)
{
	any_octets(signature);
	any = nondet_bool();
	known = nondet_bool();
	readable = nondet_bool();
	limits = nondet_bool();
	pair = nondet_bool();
	paid = nondet_bool();
	secure = nondet_bool();
	init = nondet_bool();
	import_status = nondet_int();
	verify_status = nondet_int();
	scheme.kind = (enum public_key_kind)any_size(PUBLIC_KEY_ED448);
	scheme.sign = (gnutls_sign_algorithm_t)any_size(64);
	scheme.hash = (unsigned char)any_size(3);
	scheme.salt = nondet_unsigned();
	key.kind = (enum public_key_kind)any_size(PUBLIC_KEY_ED448);
	key.curve = (enum public_key_curve)any_size(PUBLIC_KEY_P521);
	key.bits = (unsigned)any_size(131072);
	key.exponent = nondet_unsigned();
	key.octets.data = spki;
	assume(key.bits > 0);
	of.tbs = (struct dance_octets){ tbs, any_size(SIZE) };
	of.algorithm = (struct dance_octets){ algorithm, any_size(SIZE) };
	of.signature = (struct dance_octets){ signature, any_size(SIZE) };

	struct dance_octets with = { spki, 5 };
	bool failed;
	enum signature is = any ? signature_check_any(&of, with, &work) :
				  signature_check(&of, with, &work);
	must(is == expected(&failed), "it is good exactly if all say so");
	must((work.failed != NULL) == failed, "a failure is noted");
	must(!keys, "nothing is kept");
	assume(is == SIGNATURE_GOOD && !any);
	end_of_proof();
}
